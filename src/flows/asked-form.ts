import type { Form, FormField } from '../connectors/capabilities.ts';
import { type DeskField, type DeskForm, ticketFieldId } from '../model/form.ts';
import type { FormAnswers } from '../model/ticket.ts';
import {
  HIDDEN_AND_NEEDED,
  LONG_CHOICES,
  LONG_ID,
  NO_CHOICES,
  TOO_MANY_CHOICES,
  TOO_MANY_QUESTIONS,
} from '../texts/vendor-forms.ts';

/** Where a form has its questions from, and what the owner says about them. Ids are those of the ticket system. */
export interface FormSource {
  readonly queue: string;
  readonly order: readonly string[];
  readonly hidden: ReadonlySet<string>;
  readonly preset: FormAnswers;
}

/** A question that nobody is asked, and why. */
export type LeftOut = Form['beyond'][number];

export interface AskedForm {
  readonly form: DeskForm;
  /** One that is required makes the whole form unusable. */
  readonly leftOut: readonly LeftOut[];
  /** What the configuration says of questions that the ticket system does not have, or of choices that it does not offer. */
  readonly wrong: readonly string[];
}

/** Slack takes 100 blocks in a view and 100 options in a group; a view has 250 KB (docs.slack.dev/reference/views). */
const MOST_FIELDS = 85;
const MOST_OPTIONS = 1000;
const LONGEST_VALUE = 150;
const LONGEST_ID = 190;

/** A form of the owner with the questions that the ticket system asks: his own first, then those, as far as Slack can ask them. */
export function askedForm(own: DeskForm, source: FormSource, read: Form): AskedForm {
  const room = MOST_FIELDS - own.fields.length;
  const leftOut: LeftOut[] = [...read.beyond];
  const fields: DeskField[] = [];
  const open = read.fields.filter(({ id }) => !Object.hasOwn(source.preset, id));
  for (const field of sorted(open, { order: source.order, room })) {
    const { label, required } = field;
    if (source.hidden.has(field.id)) {
      if (required) leftOut.push({ label, required, reason: HIDDEN_AND_NEEDED });
      continue;
    }
    const reason = whyNot(field) ?? (fields.length < room ? null : TOO_MANY_QUESTIONS(MOST_FIELDS));
    if (reason === null) fields.push({ ...field, id: ticketFieldId(field.id) });
    else leftOut.push({ label, required, reason });
  }
  const isUsable = leftOut.every(({ required }) => !required);
  const form: DeskForm = isUsable
    ? { ...own, fields: [...own.fields, ...fields] }
    : { ...own, without: 'unusable' };
  return { form, leftOut, wrong: wrongIn(source, read) };
}

/** Those that the owner puts first; where not all find room, then those that have to be answered. */
function sorted(
  fields: readonly FormField[],
  { order, room }: { readonly order: readonly string[]; readonly room: number },
): readonly FormField[] {
  const isLast = ({ required }: FormField) => fields.length > room && !required;
  const place = (field: FormField) =>
    order.includes(field.id) ? order.indexOf(field.id) : order.length + Number(isLast(field));
  return fields.toSorted((a, b) => place(a) - place(b));
}

function whyNot({ id, kind, options }: FormField): string | null {
  if (id.length > LONGEST_ID) return LONG_ID;
  if (kind !== 'choice' && kind !== 'choices') return null;
  if (options.length === 0) return NO_CHOICES;
  if (options.length > MOST_OPTIONS) return TOO_MANY_CHOICES(options.length, MOST_OPTIONS);
  return options.some(({ value }) => value.length > LONGEST_VALUE) ? LONG_CHOICES : null;
}

function wrongIn({ order, hidden, preset }: FormSource, { fields }: Form): readonly string[] {
  const known = new Map(fields.map((field) => [field.id, field]));
  const named = new Set([...order, ...hidden, ...Object.keys(preset)]);
  const unknown = [...named].filter((id) => !known.has(id)).map((id) => `it has no question "${id}"`);
  const unoffered = Object.entries(preset).flatMap(([id, answer]) => {
    const { kind, options = [], label = id } = known.get(id) ?? {};
    if (kind !== 'choice' && kind !== 'choices') return [];
    return [answer]
      .flat()
      .filter((one) => !options.some(({ value, label: words }) => value === one || words === one))
      .map((one) => `"${one}" is no choice of "${label}"`);
  });
  return [...unknown, ...unoffered];
}
