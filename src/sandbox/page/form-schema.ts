import { z } from 'zod';
import { Option, readBlocks, type ShownBlock, TextObject } from './block-schema.ts';

const asked = { action_id: z.string(), placeholder: TextObject.optional() };
const choice = { ...asked, options: z.array(Option), initial_option: Option.optional() };
const choices = { ...asked, options: z.array(Option), initial_options: z.array(Option).optional() };

const StaticSelect = z.object({ type: z.literal('static_select'), ...choice });
const Radios = z.object({ type: z.literal('radio_buttons'), ...choice });

/** What people fill in (docs.slack.dev/reference/block-kit/block-elements). */
const FieldElement = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('plain_text_input'),
    ...asked,
    multiline: z.boolean().optional(),
    max_length: z.number().optional(),
    initial_value: z.string().optional(),
  }),
  z.object({
    type: z.literal('number_input'),
    ...asked,
    is_decimal_allowed: z.boolean(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
    initial_value: z.string().optional(),
  }),
  z.object({ type: z.literal('datepicker'), ...asked, initial_date: z.string().optional() }),
  z.object({ type: z.literal('datetimepicker'), ...asked, initial_date_time: z.number().optional() }),
  StaticSelect,
  Radios,
  z.object({ type: z.literal('multi_static_select'), ...choices }),
  z.object({ type: z.literal('checkboxes'), ...choices }),
  z.object({ type: z.literal('users_select'), ...asked, initial_user: z.string().optional() }),
  z.object({ type: z.literal('file_input'), ...asked, max_files: z.number().optional() }),
]);
export type FieldElement = z.infer<typeof FieldElement>;

/** A long list comes in groups, which only part it: all its options are offered. */
function ungrouped(element: unknown): unknown {
  const grouped = Grouped.safeParse(element);
  if (!grouped.success) return element;
  const { option_groups: groups, ...rest } = grouped.data;
  return { ...rest, options: groups.flatMap(({ options }) => options) };
}
const Grouped = z.looseObject({ option_groups: z.array(z.object({ options: z.array(z.unknown()) })) });

const Input = z.object({
  type: z.literal('input'),
  block_id: z.string(),
  label: TextObject,
  hint: TextObject.optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: z.preprocess(ungrouped, FieldElement),
});
/** Outside an input block the app hears of every choice at once. */
const AtOnce = z.discriminatedUnion('type', [StaticSelect, Radios]);
const Section = z.object({
  type: z.literal('section'),
  block_id: z.string(),
  text: TextObject,
  accessory: AtOnce,
});
const Actions = z.object({
  type: z.literal('actions'),
  block_id: z.string(),
  elements: z.array(AtOnce).min(1),
});
const Holder = z.discriminatedUnion('type', [Input, Section, Actions]);

/** One field of a modal. */
export interface FormField {
  readonly blockId: string;
  readonly label: TextObject;
  readonly hint: string | null;
  readonly optional: boolean;
  /** The app hears of a choice at once, and may show other fields then. */
  readonly atOnce: boolean;
  readonly element: FieldElement;
}

export type ModalPart =
  | { readonly kind: 'fields'; readonly fields: readonly FormField[] }
  | { readonly kind: 'block'; readonly block: ShownBlock };

function fieldsOf(block: z.infer<typeof Holder>): readonly FormField[] {
  const blockId = block.block_id;
  const bare = { blockId, hint: null, optional: false, atOnce: true };
  switch (block.type) {
    case 'input': {
      const { label, hint, optional, dispatch_action: dispatched, element } = block;
      const isChoice = element.type === 'static_select' || element.type === 'radio_buttons';
      const atOnce = dispatched === true && isChoice;
      return [{ blockId, label, hint: hint?.text ?? null, optional: optional === true, atOnce, element }];
    }
    case 'section':
      return [{ ...bare, label: block.text, element: block.accessory }];
    case 'actions':
      return block.elements.map((element) => ({
        ...bare,
        label: element.placeholder ?? { type: 'plain_text', text: 'Choose' },
        element,
      }));
  }
}

const Modal = z.object({
  title: TextObject,
  submit: TextObject.optional(),
  close: TextObject.optional(),
  blocks: z.array(z.unknown()),
});

export interface ShownModal {
  readonly title: string;
  /** Null: it has nothing to send. */
  readonly submit: string | null;
  readonly close: string;
  readonly parts: readonly ModalPart[];
}

/** A view as the app opened it; null when it is no modal. */
export function readModal(view: unknown): ShownModal | null {
  const modal = Modal.safeParse(view);
  if (!modal.success) return null;
  const { title, submit, close, blocks } = modal.data;
  return {
    title: title.text,
    submit: submit?.text ?? null,
    close: close?.text ?? 'Cancel',
    parts: blocks.flatMap((raw): ModalPart[] => {
      const held = Holder.safeParse(raw);
      if (held.success) return [{ kind: 'fields', fields: fieldsOf(held.data) }];
      return readBlocks([raw]).map((block) => ({ kind: 'block', block }));
    }),
  };
}

/** Of a field for several: a list. */
export type FieldValue = string | readonly string[];
export type FormValues = Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;

function initialValue(element: FieldElement): FieldValue {
  switch (element.type) {
    case 'plain_text_input':
    case 'number_input':
      return element.initial_value ?? '';
    case 'datepicker':
      return element.initial_date ?? '';
    case 'datetimepicker':
      return element.initial_date_time === undefined ? '' : String(element.initial_date_time);
    case 'static_select':
    case 'radio_buttons':
      return element.initial_option?.value ?? '';
    case 'multi_static_select':
    case 'checkboxes':
      return (element.initial_options ?? []).map(({ value }) => value);
    case 'users_select':
      return element.initial_user ?? '';
    case 'file_input':
      return [];
  }
}

/** Whether what was filled in fits into the field as it is now. */
function fits(element: FieldElement, value: FieldValue): boolean {
  const initial = initialValue(element);
  if ((typeof value === 'string') !== (typeof initial === 'string')) return false;
  if (!('options' in element)) return true;
  const offered = new Set(element.options.map((option) => option.value));
  return (typeof value === 'string' ? [value] : value).every((one) => one === '' || offered.has(one));
}

/**
 * What stands in the fields: what was filled in stays where its field stays, in a view that the app changed as well; other
 * fields begin with what the app says.
 */
export function standingValues(parts: readonly ModalPart[], filled: FormValues): FormValues {
  const values: Record<string, Record<string, FieldValue>> = {};
  for (const part of parts) {
    if (part.kind !== 'fields') continue;
    for (const { blockId, element } of part.fields) {
      const before = filled[blockId]?.[element.action_id];
      const value = before !== undefined && fits(element, before) ? before : initialValue(element);
      values[blockId] = { ...values[blockId], [element.action_id]: value };
    }
  }
  return values;
}
