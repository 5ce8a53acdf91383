import type { InputBlock } from '@slack/types';
import type { DeskField, DeskFieldKind, FilledField } from '../../model/form.ts';
import { NO, PICK, PICK_DATE, PICK_PERSON, YES } from '../../texts/desk-forms.ts';
import { MARK } from '../../texts/vendor-forms.ts';
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

/** What stands in a field when it is opened again, as far as it still fits; a file has to be chosen anew. */
interface Standing {
  readonly words: string;
  readonly values: readonly string[];
}

function standingIn({ kind }: DeskField, typed: FilledField | undefined): Standing {
  if (typed === undefined || typed.kind !== kind) return { words: '', values: [] };
  const values = [typed.answer].flat();
  return { words: values.join(', '), values };
}

const USER = /^<@([A-Z0-9]+)>$/;

function elementOf(field: DeskField, { words, values }: Standing): Element {
  const { kind, options } = field;
  const basic = { action_id: INPUT };
  const has = <T>(initial: T) => (words === '' ? {} : initial);
  const written = (longest: number) => has({ initial_value: words.slice(0, longest).toWellFormed() });
  const elements: Readonly<Record<DeskFieldKind, () => Element>> = {
    line: () => ({ type: 'plain_text_input', ...basic, max_length: LINE_MAX, ...written(LINE_MAX) }),
    text: () => ({
      ...{ type: 'plain_text_input', ...basic, multiline: true, max_length: TEXT_MAX },
      ...written(TEXT_MAX),
    }),
    number: () => ({ type: 'number_input', ...basic, is_decimal_allowed: true, ...written(LINE_MAX) }),
    date: () => ({
      ...{ type: 'datepicker', ...basic, placeholder: plain(PICK_DATE) },
      ...has({ initial_date: words }),
    }),
    time: () => ({
      ...{ type: 'datetimepicker', ...basic },
      ...has({ initial_date_time: Math.floor(Date.parse(words) / 1000) }),
    }),
    'yes-no': () => ({
      ...{ type: 'radio_buttons', ...basic, options: BOOLEANS.map(optionOf) },
      ...chosen(BOOLEANS, values),
    }),
    choice: () => ({
      ...{ type: 'static_select', ...basic, placeholder: plain(PICK), ...listed(options) },
      ...chosen(options, values),
    }),
    choices: () => {
      const standing = options.filter(({ value }) => values.includes(value)).map(optionOf);
      return {
        ...{ type: 'multi_static_select', ...basic, placeholder: plain(PICK), ...listed(options) },
        ...(standing.length === 0 ? {} : { initial_options: standing }),
      };
    },
    person: () => {
      const user = USER.exec(words)?.[1];
      return {
        ...{ type: 'users_select', ...basic, placeholder: plain(PICK_PERSON) },
        ...(user === undefined ? {} : { initial_user: user }),
      };
    },
    duration: () => ({
      ...{ type: 'static_select', ...basic, placeholder: plain(PICK), ...listed(options) },
      ...chosen(options, values),
    }),
  };
  return elements[kind]();
}

function chosen(options: DeskField['options'], values: readonly string[]) {
  const standing = options.find(({ value }) => values.includes(value));
  return standing === undefined ? {} : { initial_option: optionOf(standing) };
}

/** A list longer than Slack takes comes in groups, named by their ends; people search in all of them by typing. */
function listed(options: DeskField['options']) {
  if (options.length <= MOST_OPTIONS) return { options: options.map(optionOf) };
  const groups = Array.from({ length: Math.ceil(options.length / MOST_OPTIONS) }, (_, n) =>
    options.slice(n * MOST_OPTIONS, (n + 1) * MOST_OPTIONS).map(optionOf),
  );
  return {
    option_groups: groups.map((group) => ({
      label: plain(
        `${cut(group[0]?.text.text ?? '', LABEL_MAX / 2 - 2)} – ${cut(group.at(-1)?.text.text ?? '', LABEL_MAX / 2 - 2)}`,
      ),
      options: group,
    })),
  };
}

/** What was typed into a form before, and what is wrong with it by the ids of its fields. */
export interface Before {
  readonly fields: readonly FilledField[];
  readonly wrong: Readonly<Record<string, string>>;
}
const NOTHING_BEFORE: Before = { fields: [], wrong: {} };

/** A field as Slack shows it. */
export function inputOf(field: DeskField, before: Before = NOTHING_BEFORE): InputBlock {
  const { id, label, required } = field;
  const wrong = before.wrong[id];
  const hint = [...(wrong === undefined ? [] : [`${MARK} ${wrong}`]), field.hint]
    .filter((one) => one !== '')
    .join(' ');
  return {
    type: 'input',
    block_id: blockIdOf(field),
    optional: !required,
    label: plain(cut(label, BLOCK_LABEL_MAX)),
    ...(hint === '' ? {} : { hint: plain(cut(hint, BLOCK_LABEL_MAX)) }),
    element: elementOf(
      field,
      standingIn(
        field,
        before.fields.find((one) => one.id === id),
      ),
    ),
  };
}
