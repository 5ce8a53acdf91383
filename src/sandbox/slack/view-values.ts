import { z } from 'zod';
import type { TypedValues } from '../worlds.ts';
import { interactiveElements } from './block-ids.ts';
import { blocksOf } from './fill-view.ts';
import { JsonObject } from './message-store.ts';

/** A file as Slack writes it, by its id. */
type FileOf = (id: string) => JsonObject;

/** The field of Slack's state.values entry that holds a plain string, by element type. */
const SCALARS: Readonly<Record<string, string>> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
};
const CHOICES = new Set(['static_select', 'radio_buttons', 'external_select']);
const MULTIPLE = new Set(['multi_static_select', 'checkboxes', 'multi_external_select']);
const LISTS: Readonly<Record<string, string>> = {
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
};

const Option = z.looseObject({ value: z.string() });
const Options = z.array(Option);

function optionsOf(element: JsonObject): z.output<typeof Options> {
  const groups = z.array(z.looseObject({ options: Options })).safeParse(element['option_groups']);
  const own = Options.safeParse(element['options']);
  return [...(own.data ?? []), ...(groups.data ?? []).flatMap((group) => group.options)];
}

function chosen(element: JsonObject, value: string): JsonObject {
  const option = optionsOf(element).find((each) => each.value === value);
  if (option !== undefined) return option;
  if (String(element['type']).includes('external'))
    return { text: { type: 'plain_text', text: value }, value };
  throw new Error(
    `The sandbox person chose "${value}", which is no option of ${String(element['action_id'])}`,
  );
}

function initialValue(element: JsonObject): JsonObject {
  const type = String(element['type']);
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { [scalar]: element[scalar.replace(/^(selected_)?/, 'initial_')] ?? null };
  if (CHOICES.has(type)) return { selected_option: element['initial_option'] ?? null };
  if (MULTIPLE.has(type)) return { selected_options: element['initial_options'] ?? [] };
  const list = LISTS[type];
  if (type === 'file_input') return { files: [] };
  if (type === 'datetimepicker') return { selected_date_time: element['initial_date_time'] ?? null };
  return list === undefined ? {} : { [list]: element[list.replace(/^selected_/, 'initial_')] ?? [] };
}

function typedValue(element: JsonObject, given: string | readonly string[], fileOf: FileOf): JsonObject {
  const type = String(element['type']);
  const value = typeof given === 'string' ? given : given.join(',');
  const many = typeof given !== 'string' ? given : given === '' ? [] : given.split(',');
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { [scalar]: value === '' ? null : value };
  if (CHOICES.has(type)) return { selected_option: value === '' ? null : chosen(element, value) };
  if (MULTIPLE.has(type)) return { selected_options: many.map((each) => chosen(element, each)) };
  if (type === 'file_input') return { files: many.map(fileOf) };
  if (type === 'datetimepicker') return { selected_date_time: value === '' ? null : Number(value) };
  const list = LISTS[type];
  return list === undefined ? {} : { [list]: many };
}

/** Slack's `state.values` for what a person filled in; untouched elements keep their initial value. */
export function stateValues(
  view: JsonObject,
  typed: TypedValues,
  fileOf: FileOf = (id) => ({ id }),
): Record<string, JsonObject> {
  const values: Record<string, JsonObject> = {};
  for (const { blockId, element } of interactiveElements(blocksOf(view))) {
    const type = String(element['type']);
    if (['button', 'overflow', 'workflow_button'].includes(type)) continue;
    const actionId = String(element['action_id']);
    const given = typed[blockId]?.[actionId];
    const value = given === undefined ? initialValue(element) : typedValue(element, given, fileOf);
    values[blockId] = { ...values[blockId], [actionId]: { type, ...value } };
  }
  return values;
}

function isEmpty(entry: unknown): boolean {
  const { type: _type, ...value } = JsonObject.parse(entry);
  return Object.values(value).every((each) => each === null || (Array.isArray(each) && each.length === 0));
}

/** What Slack's client itself objects to before it sends anything: required inputs that are empty, by block id. */
export function clientErrors(view: JsonObject, values: Record<string, JsonObject>): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocksOf(view)) {
    if (block['type'] !== 'input' || block['optional'] === true) continue;
    const blockId = String(block['block_id']);
    const filled = Object.values(values[blockId] ?? {}).some((entry) => !isEmpty(entry));
    if (!filled) errors[blockId] = 'Please complete this required field.';
  }
  return errors;
}
