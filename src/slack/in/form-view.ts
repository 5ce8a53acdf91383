import type { KnownBlock, View } from '@slack/types';
import { z } from 'zod';
import type { DeskForm } from '../../model/form.ts';
import * as say from '../../texts/desk-forms.ts';
import { DETAILS_MAX, INPUT, SUMMARY_MAX } from './desk-view.ts';
import { inputOf, optionOf, plain } from './form-input.ts';

export const FORM_VIEW = 'desk_request_form';
/** Somebody chose another form in the open one. */
export const CHOOSE_FORM_ACTION = 'desk_choose_form';
/** The choice of somebody whom no form fits. */
export const NO_FORM = '-';
const MOST_FILES = 10;
/** Slack takes 100 blocks; the others are ours. */
const MOST_FIELDS = 85;

/** What travels with the form, because a submission does not say. */
export const FormPlace = z.object({
  form: z.string().nullable(),
  summary: z.string().nullable(),
  channel: z.string(),
});

export interface FormViewOptions {
  readonly forms: readonly DeskForm[];
  /** Name of the form that is shown; null: none of them. */
  readonly chosen: string | null;
  /** What was typed behind the command. */
  readonly summary: string;
  /** Where the command was typed; empty when Slack does not say. */
  readonly channel: string;
  /** Whether files can be taken along. */
  readonly files: boolean;
}

/** One form of several, with the choice among them on top. Limits: title 24, options 75 (docs.slack.dev/surfaces/modals). */
export function formView(options: FormViewOptions): View {
  const form = options.forms.find(({ name }) => name === options.chosen) ?? null;
  const place = { form: form?.name ?? null, summary: form?.summary ?? null, channel: options.channel };
  return {
    type: 'modal',
    callback_id: FORM_VIEW,
    private_metadata: JSON.stringify(place),
    title: plain(say.FORM_TITLE),
    submit: plain(say.SEND),
    close: plain(say.CANCEL),
    blocks: [chooser(options.forms, form), ...questions(form, options.summary), ...always(options.files)],
  };
}

function chooser(forms: readonly DeskForm[], chosen: DeskForm | null): KnownBlock {
  const all = [
    ...forms.map(({ name, title }) => optionOf({ value: name, label: title })),
    optionOf({ value: NO_FORM, label: say.SOMETHING_ELSE }),
  ];
  const initial = all.find(({ value }) => value === chosen?.name);
  return {
    type: 'input',
    block_id: 'form',
    optional: true,
    dispatch_action: true,
    label: plain(say.WHAT_ABOUT),
    hint: plain(say.CHOOSE_HINT),
    element: {
      type: 'static_select',
      action_id: CHOOSE_FORM_ACTION,
      placeholder: plain(say.CHOOSE_FORM),
      options: all,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

function questions(form: DeskForm | null, typed: string): KnownBlock[] {
  const fields = (form?.fields ?? []).slice(0, MOST_FIELDS).map(inputOf);
  if (form !== null && form.summary !== null) return fields;
  const line: KnownBlock = {
    type: 'input',
    block_id: 'summary',
    label: plain(form === null ? say.WHAT_NEEDED : say.ONE_LINE),
    element: {
      type: 'plain_text_input',
      action_id: INPUT,
      max_length: SUMMARY_MAX,
      ...(typed === '' ? {} : { initial_value: typed.slice(0, SUMMARY_MAX).toWellFormed() }),
    },
  };
  return [line, ...fields, ...(form === null ? [details] : [])];
}

const details: KnownBlock = {
  type: 'input',
  block_id: 'details',
  optional: true,
  label: plain(say.DETAILS),
  hint: plain(say.WHO_READS),
  element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: DETAILS_MAX },
};

/** What every form asks: for whom, how urgent, with what files. */
function always(files: boolean): KnownBlock[] {
  return [
    { type: 'divider' },
    {
      type: 'input',
      block_id: 'behalf',
      optional: true,
      label: plain(say.BEHALF),
      hint: plain(say.BEHALF_HINT),
      element: { type: 'users_select', action_id: INPUT, placeholder: plain(say.PICK_PERSON) },
    },
    {
      type: 'input',
      block_id: 'urgent',
      optional: true,
      label: plain(say.URGENCY),
      element: {
        type: 'checkboxes',
        action_id: INPUT,
        options: [optionOf({ value: 'urgent', label: say.URGENT })],
      },
    },
    {
      type: 'input',
      block_id: 'urgent_reason',
      optional: true,
      label: plain(say.URGENT_REASON),
      hint: plain(say.URGENT_HINT),
      element: { type: 'plain_text_input', action_id: INPUT, max_length: SUMMARY_MAX },
    },
    ...(files
      ? [
          {
            type: 'input' as const,
            block_id: 'files',
            optional: true,
            label: plain(say.FILES),
            element: { type: 'file_input' as const, action_id: INPUT, max_files: MOST_FILES },
          },
        ]
      : []),
  ];
}
