import type { InputBlock } from '@slack/types';
import type { DeskField, DeskFieldKind } from '../../model/form.ts';
import { NO, PICK, PICK_DATE, PICK_PERSON, YES } from '../../texts/desk-forms.ts';
import { INPUT } from './desk-view.ts';

type Element = InputBlock['element'];

export const LINE_MAX = 250;
export const TEXT_MAX = 3000;
/** Most options of one list, and most characters of a label and a value (docs.slack.dev/reference/block-kit). */
const MOST_OPTIONS = 100;
const LABEL_MAX = 75;
const VALUE_MAX = 150;
const BLOCK_LABEL_MAX = 2000;

/** The block of a field names its kind, so that a form that was sent can be read without the form as it is by then. */
const BLOCK = /^ask:([a-z-]+):(.{1,200})$/;

function blockIdOf({ kind, id }: Pick<DeskField, 'kind' | 'id'>): string {
  return `ask:${kind}:${id}`;
}

/** Null for a block that is no field of a form. */
export function fieldOfBlock(blockId: string): { readonly kind: string; readonly id: string } | null {
  const [, kind, id] = BLOCK.exec(blockId) ?? [];
  return kind === undefined || id === undefined ? null : { kind, id };
}

export const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const cut = (text: string, longest: number) =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;

export function optionOf({ value, label }: { readonly value: string; readonly label: string }) {
  return { text: plain(cut(label === '' ? value : label, LABEL_MAX)), value: value.slice(0, VALUE_MAX) };
}

const BOOLEANS = [
  { value: 'true', label: YES },
  { value: 'false', label: NO },
];

function elementOf({ kind, options }: DeskField): Element {
  const listed = options.slice(0, MOST_OPTIONS).map(optionOf);
  const basic = { action_id: INPUT };
  const elements: Readonly<Record<DeskFieldKind, () => Element>> = {
    line: () => ({ type: 'plain_text_input', ...basic, max_length: LINE_MAX }),
    text: () => ({ type: 'plain_text_input', ...basic, multiline: true, max_length: TEXT_MAX }),
    number: () => ({ type: 'number_input', ...basic, is_decimal_allowed: true }),
    date: () => ({ type: 'datepicker', ...basic, placeholder: plain(PICK_DATE) }),
    time: () => ({ type: 'datetimepicker', ...basic }),
    'yes-no': () => ({ type: 'radio_buttons', ...basic, options: BOOLEANS.map(optionOf) }),
    choice: () => ({ type: 'static_select', ...basic, placeholder: plain(PICK), options: listed }),
    choices: () => ({ type: 'multi_static_select', ...basic, placeholder: plain(PICK), options: listed }),
    person: () => ({ type: 'users_select', ...basic, placeholder: plain(PICK_PERSON) }),
    duration: () => ({ type: 'static_select', ...basic, placeholder: plain(PICK), options: listed }),
  };
  return elements[kind]();
}

/** A field as Slack shows it. */
export function inputOf(field: DeskField): InputBlock {
  const { label, hint, required } = field;
  return {
    type: 'input',
    block_id: blockIdOf(field),
    optional: !required,
    label: plain(cut(label, BLOCK_LABEL_MAX)),
    ...(hint === '' ? {} : { hint: plain(cut(hint, BLOCK_LABEL_MAX)) }),
    element: elementOf(field),
  };
}
