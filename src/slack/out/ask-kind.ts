import { escapedLine, mrkdwn } from './mrkdwn.ts';
import type { Look } from './rich-text.ts';

/** A question with one button for each kind; `kind` empty: none of them. */
export interface KindQuestion {
  readonly text: string;
  readonly link: string;
  readonly choices: readonly { readonly kind: string; readonly label: string }[];
}

/** Slack takes 75 characters on a button. */
const LONGEST_LABEL = 75;
const LONGEST_LINE = 3_000;

/** The words are the owner's and ours: nobody else's stand in them. */
export function renderKindQuestion({ text, link, choices }: KindQuestion): Look {
  const line = escapedLine(text, LONGEST_LINE);
  const elements = choices.map(({ kind, label }, n) => ({
    type: 'button' as const,
    action_id: `desk_kind_${n}`,
    text: { type: 'plain_text' as const, text: label.slice(0, LONGEST_LABEL) },
    value: `${kind}:${link}`,
  }));
  return {
    text: line,
    blocks: [
      { type: 'section', text: mrkdwn(line) },
      { type: 'actions', block_id: 'desk_kind', elements },
    ],
  };
}
