import { plainDoc } from '../../model/doc.ts';
import {
  CHOICES_UNKNOWN,
  cannotBeFilledIn,
  kindNotAsked,
  listNotAsked,
  noChoice,
  notOnePerson,
  takesADay,
  takesATime,
  takesOneAnswer,
  WORDS_HINT,
} from '../../texts/jira.ts';
import type { Form, FormField, FormFieldKind } from '../capabilities.ts';
import { toAdf } from './adf-write.ts';
import type { FieldType, MetaField, RequestField } from './schema-forms.ts';
import { escapeWiki, oneLine, shorten, storable } from './text.ts';

/** A field of a create screen or of a request type's form. */
export interface ScreenField {
  readonly id: string;
  readonly name: string;
  /** Somebody has to fill it in: it has no value of its own. */
  readonly required: boolean;
  readonly hint: string;
  readonly type: FieldType;
  /** Null where anything may be written. */
  readonly choices: readonly { readonly id: string; readonly label: string }[] | null;
  /** Not shown: the administrator of the form has filled it in. */
  readonly isPreset: boolean;
}

const NO_TYPE: FieldType = { type: '' };

export function fieldOfScreen({ fieldId, name, required, schema, ...rest }: MetaField): ScreenField {
  const choices = rest.allowedValues?.flatMap((one) =>
    typeof one.id === 'string' ? [{ id: one.id, label: one.value ?? one.name ?? '' }] : [],
  );
  return {
    id: fieldId,
    name: name === '' ? fieldId : name,
    required: required && rest.hasDefaultValue !== true,
    hint: '',
    type: schema ?? NO_TYPE,
    choices: choices ?? null,
    isPreset: false,
  };
}

export function fieldOfForm({ fieldId, name, required, ...rest }: RequestField): ScreenField {
  const choices = rest.validValues?.map(({ value, label }) => ({ id: value, label }));
  const hasDefault = (rest.defaultValues ?? []).length > 0;
  return {
    id: fieldId,
    name: name === '' ? fieldId : name,
    required: required && rest.visible && !hasDefault,
    hint: rest.description ?? '',
    type: rest.jiraSchema ?? NO_TYPE,
    choices: choices === undefined || choices.length === 0 ? null : choices,
    isPreset: !rest.visible || (rest.presetValues ?? []).length > 0,
  };
}

const isLong = ({ id, type: { custom } }: ScreenField) =>
  id === 'description' || id === 'environment' || custom?.endsWith(':textarea') === true;

/** Why nobody can fill it in from here; or how he does. */
function kindOf(field: ScreenField): FormFieldKind | { readonly reason: string } {
  const { type, items } = field.type;
  const some = field.choices !== null;
  switch (type) {
    case 'string':
      return isLong(field) ? 'text' : some ? 'choice' : 'line';
    case 'number':
      return 'number';
    case 'date':
      return 'date';
    case 'datetime':
      return 'time';
    case 'option':
    case 'priority':
    case 'resolution':
    case 'version':
    case 'component':
      return some ? 'choice' : { reason: CHOICES_UNKNOWN };
    case 'user':
      return 'person';
    case 'array':
      if (some) return 'choices';
      if (items === 'string') return 'line';
      return { reason: listNotAsked(items ?? 'unknown') };
    default:
      return { reason: kindNotAsked(type || 'unknown') };
  }
}

/** Fields that the bridge fills in itself, or that nobody is asked for. */
const OURS = new Set([
  ...['summary', 'description', 'project', 'issuetype', 'reporter', 'priority'],
  ...['assignee', 'attachment', 'issuelinks', 'parent'],
]);
const SERVICE_DESK = /^com\.atlassian\.servicedesk:/;

export function isOurs({ id, type: { custom }, isPreset }: ScreenField): boolean {
  return isPreset || OURS.has(id) || SERVICE_DESK.test(custom ?? '');
}

/** What a person has to say; `set` are the fields that the queue fills in. */
export function formOf(name: string, fields: readonly ScreenField[], set: ReadonlySet<string>): Form {
  const asked = fields.filter((field) => !isOurs(field) && !set.has(field.id));
  const open: FormField[] = [];
  const beyond: Form['beyond'][number][] = [];
  for (const field of asked) {
    const kind = kindOf(field);
    const { id, name: label, required, hint } = field;
    if (typeof kind !== 'string') {
      beyond.push({ label, required, reason: kind.reason });
      continue;
    }
    const isChoice = kind === 'choice' || kind === 'choices';
    const options = isChoice ? (field.choices ?? []) : [];
    const isWords = field.type.type === 'array' && kind === 'line' && hint === '';
    open.push({
      id,
      label,
      kind,
      required,
      hint: isWords ? WORDS_HINT : hint,
      options: options.map((one) => ({ value: one.id, label: one.label })),
    });
  }
  return { name, fields: open, beyond };
}

/** How a person who was named is found; answers what is wrong instead of an account. */
export type Accounts = ReadonlyMap<string, string>;

export type Encoded = { readonly value: unknown } | { readonly problem: string };

const MAX_LINE = 255;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/;

function chosen({ name, choices }: ScreenField, word: string): Encoded {
  const wanted = word.trim().toLowerCase();
  const found =
    choices?.find(({ id }) => id === word) ??
    choices?.find(({ label }) => label.trim().toLowerCase() === wanted);
  if (found !== undefined) return { value: { id: found.id } };
  const offered = (choices ?? []).map(({ label }) => label).slice(0, 12);
  return { problem: noChoice(oneLine(word), name, offered.join(', ') || 'none') };
}

function listed(words: readonly string[], one: (word: string) => Encoded): Encoded {
  const values: unknown[] = [];
  for (const word of words) {
    const encoded = one(word);
    if ('problem' in encoded) return encoded;
    values.push(encoded.value);
  }
  return { value: values };
}

/**
 * An answer as Jira takes it. `wiki`: the service desk's own way, which reads long texts as wiki markup; the platform
 * takes documents.
 */
export function encode(
  field: ScreenField,
  answer: string | readonly string[],
  { wiki, accounts }: { readonly wiki: boolean; readonly accounts: Accounts },
): Encoded {
  const kind = kindOf(field);
  const words = typeof answer === 'string' ? [answer] : answer;
  const [first = ''] = words;
  const { name } = field;
  if (typeof kind !== 'string') return { problem: cannotBeFilledIn(name, kind.reason) };
  if (kind === 'choices') return listed(words, (word) => chosen(field, word));
  if (kind === 'line' && field.type.type === 'array') {
    return { value: words.flatMap((one) => storable(one).split(/\s+/)).filter((one) => one !== '') };
  }
  if (words.length !== 1) return { problem: takesOneAnswer(name, words.length) };
  switch (kind) {
    case 'choice':
      return chosen(field, first);
    case 'line':
      return { value: shorten(oneLine(first), MAX_LINE) };
    case 'text':
      return { value: wiki ? escapeWiki(storable(first)) : toAdf(plainDoc(first)) };
    case 'number': {
      const number = Number(first.trim().replace(',', '.'));
      return first.trim() === '' || !Number.isFinite(number)
        ? { problem: `${name} takes a number` }
        : { value: number };
    }
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(first) ? { value: first } : { problem: takesADay(name) };
    case 'time':
      return timeOf(name, first);
    default: {
      const account = accounts.get(first);
      if (account !== undefined) return { value: { accountId: account } };
      return { problem: notOnePerson(name) };
    }
  }
}

function timeOf(name: string, text: string): Encoded {
  const date = new Date(TIME.test(text) ? text : '');
  if (Number.isNaN(date.getTime())) return { problem: takesATime(name) };
  return { value: date.toISOString().replace('Z', '+0000') };
}

/** People whom an answer names. */
export function namedIn(field: ScreenField, answer: string | readonly string[]): readonly string[] {
  return kindOf(field) === 'person' && typeof answer === 'string' ? [answer] : [];
}
