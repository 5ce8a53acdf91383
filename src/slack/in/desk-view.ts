import type { View } from '@slack/types';

export const DESK_FORM = 'desk_form';
export const SUMMARY_MAX = 150;
export const DETAILS_MAX = 3000;

/** One choice of the form's category; the routing table sees its value as the form field `category`. */
export interface Category {
  readonly value: string;
  readonly label: string;
}

export const CATEGORIES: readonly Category[] = [
  { value: 'access', label: 'Access or account' },
  { value: 'device', label: 'Device or software' },
  { value: 'policy', label: 'Exception to a policy' },
  { value: 'outage', label: 'Something is down' },
  { value: 'other', label: 'Something else' },
];

/** Every input has the field's name as its block id and this as its action id. */
export const INPUT = 'value';

export interface DeskViewOptions {
  readonly categories: readonly Category[];
  /** What was typed behind the command. */
  readonly summary: string;
  /** Where the command was typed; travels with the form, because a submission does not say. */
  readonly channel: string;
}

/** The form behind /desk. Limits: title 24, options 75 characters each (docs.slack.dev/surfaces/modals). */
export function deskView({ categories, summary, channel }: DeskViewOptions): View {
  return {
    type: 'modal',
    callback_id: DESK_FORM,
    private_metadata: channel,
    title: { type: 'plain_text', text: 'Ask the service desk' },
    submit: { type: 'plain_text', text: 'Send' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      {
        type: 'input',
        block_id: 'summary',
        label: { type: 'plain_text', text: 'What do you need?' },
        element: {
          type: 'plain_text_input',
          action_id: INPUT,
          max_length: SUMMARY_MAX,
          ...(summary === '' ? {} : { initial_value: summary.slice(0, SUMMARY_MAX).toWellFormed() }),
        },
      },
      {
        type: 'input',
        block_id: 'category',
        label: { type: 'plain_text', text: 'What is it about?' },
        element: {
          type: 'static_select',
          action_id: INPUT,
          options: categories.map(({ value, label }) => ({
            text: { type: 'plain_text', text: label },
            value,
          })),
        },
      },
      {
        type: 'input',
        block_id: 'details',
        optional: true,
        label: { type: 'plain_text', text: 'Details' },
        hint: { type: 'plain_text', text: 'Everyone who can read the ticket can read this.' },
        element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: DETAILS_MAX },
      },
    ],
  };
}
