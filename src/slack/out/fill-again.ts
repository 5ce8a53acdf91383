import { STEP_AGAIN } from '../../texts/steps-form.ts';
import { FILL_AGAIN } from '../../texts/vendor-forms.ts';
import { escapedLine, mrkdwn } from './mrkdwn.ts';
import type { Look } from './rich-text.ts';

const LONGEST = 3_000;
const BUTTONS = {
  form: { action_id: 'desk_fill_again', label: FILL_AGAIN },
  step: { action_id: 'desk_step_again', label: STEP_AGAIN },
} as const;

/** Why something was refused, with the button that opens it again. */
export function renderFillAgain(text: string, link: string, what: keyof typeof BUTTONS): Look {
  const line = escapedLine(text, LONGEST);
  const { action_id, label } = BUTTONS[what];
  const button = {
    type: 'button',
    action_id,
    text: { type: 'plain_text', text: label },
    value: link,
  } as const;
  return {
    text: line,
    blocks: [
      { type: 'section', text: mrkdwn(line) },
      { type: 'actions', block_id: action_id, elements: [button] },
    ],
  };
}
