import type { DeskField, FilledField } from './form.ts';
import type { StatusCategory } from './ticket.ts';

/** A step that a ticket can take now, as it is offered in Slack. */
export interface DeskStep {
  readonly id: string;
  readonly label: string;
  /** Name of the state that it leads to. */
  readonly to: string;
  readonly category: StatusCategory;
  readonly fields: readonly DeskField[];
  /** What has to be said with it and cannot be asked in Slack; empty: it can be taken from here. */
  readonly missing: readonly string[];
}

/** A step that somebody chose, with what he filled in. */
export interface ChosenStep extends Pick<DeskStep, 'id' | 'to' | 'category'> {
  readonly fields: readonly FilledField[];
}

/** A step that the ticket system did not take, for whoever corrects it. */
export interface RefusedStep {
  readonly step: ChosenStep;
  readonly reason: string;
  /** By the ids that the fields have in the ticket system. */
  readonly refused: Readonly<Record<string, string>>;
}
