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

/** A form as it can be opened at once. */
export interface DeskForm {
  readonly name: string;
  readonly title: string;
  /** One line made of answers, e.g. "Access to {system}"; null: the person writes it. */
  readonly summary: string | null;
  readonly fields: readonly DeskField[];
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

/** `{name}` in a line that is made of answers. */
export const PLACE = /\{([a-z][a-z0-9_-]*)\}/g;
