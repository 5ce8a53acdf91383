import type { View } from '@slack/types';
import { z } from 'zod';
import { LinkId, SlackChannel, SlackTs } from '../../model/ids.ts';
import { ESCALATE_HINT, ESCALATE_SUBMIT, ESCALATE_TITLE, ESCALATE_WHY } from '../../texts/alarms.ts';
import { CANCEL } from '../../texts/desk-forms.ts';
import { MessageShortcut } from './schema.ts';

/** The message shortcut "Escalate" of the app manifest. */
export const ESCALATE_SHORTCUT = 'escalate_request';
export const ESCALATE_FORM = 'desk_escalate_form';
export const WHY = 'why';
export const INPUT = 'value';
export const WHY_MAX = 500;

/** What the form is about travels with it: the request of a card, or a thread. */
export const About = z.object({
  at: z.union([z.strictObject({ link: LinkId }), z.strictObject({ channel: SlackChannel, root: SlackTs })]),
  channel: SlackChannel.nullable(),
});
export type About = z.infer<typeof About>;

/** The form asks one thing; what it needs is known without asking anybody. */
export function escalateView(about: About): View {
  return {
    type: 'modal',
    callback_id: ESCALATE_FORM,
    private_metadata: JSON.stringify(about),
    title: { type: 'plain_text', text: ESCALATE_TITLE },
    submit: { type: 'plain_text', text: ESCALATE_SUBMIT },
    close: { type: 'plain_text', text: CANCEL },
    blocks: [
      {
        type: 'input',
        block_id: WHY,
        label: { type: 'plain_text', text: ESCALATE_WHY },
        hint: { type: 'plain_text', text: ESCALATE_HINT },
        element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: WHY_MAX },
      },
    ],
  };
}

/** A shortcut that has to be answered with a form at once: its trigger lives 3 s, so it is never stored. */
export function asksToEscalate(body: unknown): boolean {
  return MessageShortcut.safeParse(body).data?.callback_id === ESCALATE_SHORTCUT;
}
