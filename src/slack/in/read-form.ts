import { z } from 'zod';
import { readDuration } from '../../model/duration.ts';
import {
  DESK_FIELD_KINDS,
  type DeskFieldKind,
  type FilledField,
  PLACE,
  URGENT_REASON,
} from '../../model/form.ts';
import { SlackUser } from '../../model/ids.ts';
import type { Intake } from '../../model/intake.ts';
import * as say from '../../texts/desk-forms.ts';
import { DETAILS_MAX, INPUT, SUMMARY_MAX } from './desk-view.ts';
import { fieldOfBlock, LINE_MAX, TEXT_MAX } from './form-input.ts';
import { FormPlace } from './form-view.ts';
import { channelOrNull, ViewSubmission } from './schema.ts';
import { readFiles } from './slack-file.ts';
import { storable } from './storable.ts';
import type { Us } from './us.ts';

const Text = z.object({ text: z.string() });
const Option = z.object({ value: z.string(), text: Text });
/** What a person filled in, by the kinds of elements that we use (docs.slack.dev/reference/views/view-submission-payload). */
const Value = z.object({
  value: z.string().nullish(),
  selected_option: Option.nullish(),
  selected_options: z.array(Option).nullish(),
  selected_user: z.string().nullish(),
  selected_date: z.string().nullish(),
  selected_date_time: z.number().nullish(),
  files: z.array(z.unknown()).nullish(),
});
type Value = z.infer<typeof Value>;
const Input = z.object({
  type: z.literal('input'),
  block_id: z.string(),
  optional: z.boolean().nullish(),
  label: Text,
});
const Sent = z.object({
  view: z.object({
    blocks: z.array(z.unknown()),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Value)) }),
  }),
});

/** What stands wrong in the form, by block id, in words for the person. */
export type FormErrors = Readonly<Record<string, string>>;
export type FormReading =
  | { readonly kind: 'errors'; readonly errors: FormErrors }
  | { readonly kind: 'read'; readonly intake: Intake };

type Answered = Pick<FilledField, 'answer' | 'shown'>;
type Checked = Answered | { readonly error: string } | null;

/**
 * Reads a form that was sent, from what Slack sends alone: its questions travel with it, so one that was changed since it was
 * opened is read as the person saw it.
 */
export function readForm(body: unknown, { teamId: team }: Us): FormReading {
  const parsed = ViewSubmission.safeParse(body);
  const sent = Sent.safeParse(body);
  const by = SlackUser.safeParse(parsed.data?.user.id);
  const place = FormPlace.safeParse(jsonOrNull(parsed.data?.view.private_metadata ?? ''));
  if (!parsed.success || !sent.success || !by.success || !place.success)
    return { kind: 'errors', errors: { form: say.UNREADABLE_FORM } };
  const { entered, filled, errors } = fieldsIn(sent.data);
  const textIn = (block: string) => storable(entered(block).value ?? '').trim();
  const isUrgent = (entered('urgent').selected_options ?? []).length > 0;
  const reason = textIn('urgent_reason');
  if (isUrgent && reason === '') errors['urgent_reason'] = say.NEEDS_REASON;
  const { form, summary: template, channel, again } = place.data;
  const summary = template === null ? textIn('summary') : lineOf(template, filled);
  if (template === null) Object.assign(errors, longerThan(SUMMARY_MAX, { summary }));
  if (template === null && summary === '') errors['summary'] = say.NEEDS_LINE;
  const details = textIn('details');
  Object.assign(errors, longerThan(DETAILS_MAX, { details }));
  if (Object.keys(errors).length > 0) return { kind: 'errors', errors };

  const onBehalfOf = SlackUser.safeParse(entered('behalf').selected_user).data ?? null;
  const urgency: FilledField = {
    id: URGENT_REASON,
    label: say.URGENT_BECAUSE,
    kind: 'line',
    answer: reason,
    shown: reason,
  };
  return {
    kind: 'read',
    intake: {
      kind: 'open-from-form',
      team,
      by: by.data,
      submission: parsed.data.view.id,
      summary,
      details,
      fields: { ...(form === null ? {} : { form }), ...routable(filled) },
      channel: channelOrNull(channel),
      answers: {},
      onBehalfOf: onBehalfOf === by.data ? null : onBehalfOf,
      participants: [],
      urgent: isUrgent,
      files: readFiles(entered('files').files ?? []),
      filled: { name: form, fields: isUrgent ? [...filled, urgency] : filled },
      ...(again === undefined ? {} : { again }),
    },
  };
}

/** What was filled into the fields of a view, and what is wrong with it by block id. */
function fieldsIn({ view: { blocks, state } }: z.infer<typeof Sent>) {
  const entered = (block: string): Value => state.values[block]?.[INPUT] ?? {};
  const inputs = blocks.flatMap((block) => Input.safeParse(block).data ?? []);
  const errors: Record<string, string> = {};
  const filled: FilledField[] = [];
  for (const { block_id: block, label, optional } of inputs) {
    const field = kindOf(block);
    if (field === null) continue;
    const checked = check(field.kind, entered(block));
    if (checked === null) {
      if (optional !== true) errors[block] = say.NEEDS_ANSWER;
    } else if ('error' in checked) errors[block] = checked.error;
    else filled.push({ ...field, label: label.text, ...checked });
  }
  return { entered, filled, errors };
}

/** The fields of any view of ours that was sent; null when it cannot be read. */
export function readFields(
  body: unknown,
): { readonly filled: readonly FilledField[]; readonly errors: FormErrors } | null {
  const sent = Sent.safeParse(body).data;
  return sent === undefined ? null : fieldsIn(sent);
}

function kindOf(block: string): { readonly id: string; readonly kind: DeskFieldKind } | null {
  const field = fieldOfBlock(block);
  const kind = DESK_FIELD_KINDS.find((one) => one === field?.kind);
  return field === null || kind === undefined ? null : { id: field.id, kind };
}

/** An answer as ticket systems take it; null when nothing was said. */
function check(kind: DeskFieldKind, value: Value): Checked {
  switch (kind) {
    case 'line':
      return words(value, LINE_MAX);
    case 'text':
      return words(value, TEXT_MAX);
    case 'number': {
      const said = words(value, LINE_MAX);
      if (said === null || 'error' in said) return said;
      return /^-?\d+(\.\d+)?$/.test(String(said.answer)) ? said : { error: say.NEEDS_NUMBER };
    }
    case 'date':
      return day(value.selected_date ?? '');
    case 'time':
      return moment(value.selected_date_time ?? null);
    case 'person':
      return person(value.selected_user ?? '');
    case 'choices': {
      const chosen = value.selected_options ?? [];
      if (chosen.length === 0) return null;
      return { answer: chosen.map((one) => one.value), shown: chosen.map(({ text }) => text.text) };
    }
    case 'duration':
    case 'choice':
    case 'yes-no': {
      const one = value.selected_option;
      if (one == null) return null;
      if (kind === 'duration' && readDuration(one.value) === null) return { error: say.NEEDS_CHOICE };
      return { answer: one.value, shown: one.text.text };
    }
  }
}

function words(value: Value, longest: number): Checked {
  const text = storable(value.value ?? '').trim();
  if (text === '') return null;
  return text.length > longest ? { error: say.tooLong(longest) } : same(text);
}

const same = (text: string): Answered => ({ answer: text, shown: text });

function day(text: string): Checked {
  if (text === '') return null;
  const at = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime());
  return isDay && at.toISOString().startsWith(text) ? same(text) : { error: say.NEEDS_DATE };
}

/** Slack gives seconds since 1970. */
function moment(seconds: number | null): Checked {
  if (seconds === null) return null;
  const at = new Date(seconds * 1000);
  return Number.isNaN(at.getTime()) ? { error: say.NEEDS_DATE } : same(at.toISOString());
}

function person(id: string): Checked {
  if (id === '') return null;
  return SlackUser.safeParse(id).success ? same(`<@${id}>`) : { error: say.NEEDS_PERSON };
}

function longerThan(longest: number, texts: Readonly<Record<string, string>>): FormErrors {
  const long = Object.entries(texts).filter(([, text]) => text.length > longest);
  return Object.fromEntries(long.map(([block]) => [block, say.tooLong(longest)]));
}

/** "Access to {system}" with what was answered. */
function lineOf(template: string, filled: readonly FilledField[]): string {
  const line = template.replaceAll(PLACE, (_, id: string) => {
    const shown = filled.find((field) => field.id === id)?.shown ?? '';
    return typeof shown === 'string' ? shown : shown.join(', ');
  });
  return line.replaceAll(/\s+/g, ' ').trim().slice(0, SUMMARY_MAX).toWellFormed();
}

/** What the routing table may look at: whatever is one value. */
function routable(filled: readonly FilledField[]): Readonly<Record<string, string>> {
  const single = filled.flatMap(({ id, answer }) => (typeof answer === 'string' ? [[id, answer]] : []));
  return Object.fromEntries(single.filter(([id]) => id !== 'form'));
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
