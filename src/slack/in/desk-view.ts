import type { View } from '@slack/types';
import {
  ACCESS,
  CANCEL,
  DETAILS,
  DEVICE,
  FORM_TITLE,
  OUTAGE,
  POLICY,
  SEND,
  SOMETHING_ELSE,
  WHAT_ABOUT,
  WHAT_NEEDED,
  WHO_READS,
} from '../../texts/desk-forms.ts';

export const DESK_FORM = 'desk_form';
export const SUMMARY_MAX = 150;
export const DETAILS_MAX = 3000;

/** One choice of the form's category; the routing table sees its value as the form field `category`. */
export interface Category {
  readonly value: string;
  readonly label: string;
}

export const CATEGORIES: readonly Category[] = [
  { value: 'access', label: ACCESS },
  { value: 'device', label: DEVICE },
  { value: 'policy', label: POLICY },
  { value: 'outage', label: OUTAGE },
  { value: 'other', label: SOMETHING_ELSE },
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
    title: { type: 'plain_text', text: FORM_TITLE },
    submit: { type: 'plain_text', text: SEND },
    close: { type: 'plain_text', text: CANCEL },
    blocks: [
      {
        type: 'input',
        block_id: 'summary',
        label: { type: 'plain_text', text: WHAT_NEEDED },
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
        label: { type: 'plain_text', text: WHAT_ABOUT },
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
        label: { type: 'plain_text', text: DETAILS },
        hint: { type: 'plain_text', text: WHO_READS },
        element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: DETAILS_MAX },
      },
    ],
  };
}
