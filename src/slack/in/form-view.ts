import type { KnownBlock, View } from '@slack/types';
import { z } from 'zod';
import { type DeskForm, URGENT_REASON } from '../../model/form.ts';
import { LinkId, type SlackUser } from '../../model/ids.ts';
import * as say from '../../texts/desk-forms.ts';
import { QUESTIONS_UNREAD, QUESTIONS_UNUSABLE } from '../../texts/vendor-forms.ts';
import { DETAILS_MAX, INPUT, SUMMARY_MAX } from './desk-view.ts';
import { type Before, inputOf, optionOf, plain, TEXT_MAX } from './form-input.ts';

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
  /** The request whose form is corrected. */
  again: LinkId.optional(),
});

/** What was typed before, for a form that is shown again. */
export interface TypedBefore extends Before {
  /** Above the form: why it is shown again. */
  readonly note: string;
  readonly summary: string;
  readonly details: string;
  readonly onBehalfOf: SlackUser | null;
  readonly urgent: boolean;
}

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
  readonly before?: TypedBefore;
  /** The request whose form is corrected: whom it is for and its files stay as they are. */
  readonly again?: LinkId;
}

/** One form of several, with the choice among them on top. Limits: title 24, options 75 (docs.slack.dev/surfaces/modals). */
export function formView(options: FormViewOptions): View {
  const { forms, chosen, channel, before, again } = options;
  const form = forms.find(({ name }) => name === chosen) ?? null;
  // A line made of answers that nobody is asked for says nothing.
  const summary = form === null || form.without !== undefined ? null : form.summary;
  const place: z.infer<typeof FormPlace> = {
    ...{ form: form?.name ?? null, summary, channel },
    ...(again === undefined ? {} : { again }),
  };
  const blocks = questions(form, summary, options);
  return {
    type: 'modal',
    callback_id: FORM_VIEW,
    private_metadata: JSON.stringify(place),
    title: plain(say.FORM_TITLE),
    submit: plain(say.SEND),
    close: plain(say.CANCEL),
    blocks: [
      ...(before === undefined ? [] : [words(before.note)]),
      ...(again === undefined ? [chooser(forms, form), ...blocks, ...always(options)] : blocks),
    ],
  };
}

const words = (text: string): KnownBlock => ({
  type: 'section',
  text: plain(text.slice(0, TEXT_MAX).toWellFormed()),
});

/** While it is found out what stands in the form. */
export function waitingView(text: string): View {
  return {
    type: 'modal',
    callback_id: FORM_VIEW,
    private_metadata: '',
    title: plain(say.FORM_TITLE),
    close: plain(say.CANCEL),
    blocks: [words(text)],
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

/** `line`: what the summary is made of; null: the person writes it. */
function questions(
  form: DeskForm | null,
  line: string | null,
  { summary: typed, before }: FormViewOptions,
): KnownBlock[] {
  const fields = (form?.fields ?? []).slice(0, MOST_FIELDS).map((field) => inputOf(field, before));
  if (form !== null && line !== null) return fields;
  const standing = (before?.summary ?? typed).slice(0, SUMMARY_MAX).toWellFormed();
  const summary: KnownBlock = {
    type: 'input',
    block_id: 'summary',
    label: plain(form === null || form.without !== undefined ? say.WHAT_NEEDED : say.ONE_LINE),
    element: {
      type: 'plain_text_input',
      action_id: INPUT,
      max_length: SUMMARY_MAX,
      ...(standing === '' ? {} : { initial_value: standing }),
    },
  };
  const isFree = form === null || form.without !== undefined;
  const why = form?.without === undefined ? [] : [words(WHY_FREE[form.without])];
  return [...why, summary, ...fields, ...(isFree ? [details(before)] : [])];
}

const WHY_FREE = { unread: QUESTIONS_UNREAD, unusable: QUESTIONS_UNUSABLE } as const;

function details(before: TypedBefore | undefined): KnownBlock {
  const standing = before?.details ?? '';
  return {
    type: 'input',
    block_id: 'details',
    optional: true,
    label: plain(say.DETAILS),
    hint: plain(say.WHO_READS),
    element: {
      ...{ type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: DETAILS_MAX },
      ...(standing === '' ? {} : { initial_value: standing.slice(0, DETAILS_MAX).toWellFormed() }),
    },
  };
}

const IS_URGENT = optionOf({ value: 'urgent', label: say.URGENT });

/** What every form asks: for whom, how urgent, with what files. */
function always({ files, before }: FormViewOptions): KnownBlock[] {
  const reason = before?.fields.find(({ id }) => id === URGENT_REASON)?.answer;
  return [
    { type: 'divider' },
    {
      type: 'input',
      block_id: 'behalf',
      optional: true,
      label: plain(say.BEHALF),
      hint: plain(say.BEHALF_HINT),
      element: {
        ...{ type: 'users_select', action_id: INPUT, placeholder: plain(say.PICK_PERSON) },
        ...(before?.onBehalfOf == null ? {} : { initial_user: before.onBehalfOf }),
      },
    },
    {
      type: 'input',
      block_id: 'urgent',
      optional: true,
      label: plain(say.URGENCY),
      element: {
        ...{ type: 'checkboxes', action_id: INPUT, options: [IS_URGENT] },
        ...(before?.urgent === true ? { initial_options: [IS_URGENT] } : {}),
      },
    },
    {
      type: 'input',
      block_id: 'urgent_reason',
      optional: true,
      label: plain(say.URGENT_REASON),
      hint: plain(say.URGENT_HINT),
      element: {
        ...{ type: 'plain_text_input', action_id: INPUT, max_length: SUMMARY_MAX },
        ...(typeof reason === 'string' && reason !== '' ? { initial_value: reason } : {}),
      },
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
