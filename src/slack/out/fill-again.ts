import { FILL_AGAIN } from '../../texts/vendor-forms.ts';
import { escapedLine, mrkdwn } from './mrkdwn.ts';
import type { Look } from './rich-text.ts';

const LONGEST = 3_000;

/** Why a form was refused, with the button that opens it again. */
export function renderFillAgain(text: string, link: string): Look {
  const line = escapedLine(text, LONGEST);
  return {
    text: line,
    blocks: [
      { type: 'section', text: mrkdwn(line) },
      {
        type: 'actions',
        block_id: 'desk_fill_again',
        elements: [
          {
            type: 'button',
            action_id: 'desk_fill_again',
            text: { type: 'plain_text', text: FILL_AGAIN },
            value: link,
          },
        ],
      },
    ],
  };
}
