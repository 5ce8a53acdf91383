import type { SlackUser } from './ids.ts';

/** What a field of a form takes. `duration`: how long something shall last, as an ISO 8601 duration of days, weeks, months or years. */
export const DESK_FIELD_KINDS = [
  'line',
  'text',
  'number',
  'date',
  'time',
  'yes-no',
  'choice',
  'choices',
  'person',
  'duration',
] as const;
export type DeskFieldKind = (typeof DESK_FIELD_KINDS)[number];

/** One question of a form in Slack. */
export interface DeskField {
  readonly id: string;
  readonly label: string;
  readonly kind: DeskFieldKind;
  readonly required: boolean;
  /** Help for who fills it in; empty when there is none. */
  readonly hint: string;
  /** Of a choice or a duration, in their order; empty for every other kind. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** Before the id of a question that the ticket system itself asks; no name of the owner's begins so. */
const OF_TICKET = '@';

/** The id of a question that the ticket system asks, by the id that it has there. */
export const ticketFieldId = (id: string): string => `${OF_TICKET}${id}`;

/** The id that a question has in the ticket system; null for one of the owner's own. */
export function ticketFieldOf(id: string): string | null {
  return id.startsWith(OF_TICKET) ? id.slice(OF_TICKET.length) : null;
}

/** A form as it can be opened at once. */
export interface DeskForm {
  readonly name: string;
  readonly title: string;
  /** One line made of answers, e.g. "Access to {system}"; null: the person writes it. */
  readonly summary: string | null;
  readonly fields: readonly DeskField[];
  /**
   * Why the questions of the ticket system are not among them, and people say in their own words what they need: nobody could
   * read them yet, or one that has to be answered cannot be asked in Slack. Absent: nothing is missing.
   */
  readonly without?: 'unread' | 'unusable';
}

/** One answer to a question of a form, with the question. */
export interface FilledField {
  readonly id: string;
  readonly label: string;
  readonly kind: DeskFieldKind;
  /** As ticket systems take it; a person of Slack is `<@U…>`. */
  readonly answer: string | readonly string[];
  /** As people read it: the words of a choice instead of its value. */
  readonly shown: string | readonly string[];
}

export interface FilledForm {
  readonly name: string;
  readonly fields: readonly FilledField[];
}

/** Id of the answer to why it is urgent. */
export const URGENT_REASON = 'urgent_reason';

/** What somebody typed into a form, so that it can be opened again with it. */
export interface TypedForm extends FilledForm {
  readonly by: SlackUser;
  readonly summary: string;
  readonly details: string;
  /** What the ticket system refused, by the ids that the fields have there, in its own words; absent: nothing. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** `{name}` in a line that is made of answers; `{@id}` for a question of the ticket system. */
export const PLACE = /\{(@[^{}]{1,200}|[a-z][a-z0-9_-]*)\}/g;
