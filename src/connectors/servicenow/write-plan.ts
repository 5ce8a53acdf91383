import type { FieldLeft, FieldName, TicketChange, TicketFields } from '../../model/ticket.ts';
import { changedTo, LET_WRITER_CHANGE, nameInMaps, wasMeanwhile } from '../../texts/servicenow-tickets.ts';
import type { Choices } from './choices.ts';
import type { Directory } from './directory.ts';
import { oneLine } from './fields.ts';
import type { Maps } from './maps.ts';
import type { People } from './people.ts';
import type { TicketRecord } from './schema.ts';
import type { FoundRecord } from './tickets.ts';

export interface PlanParts {
  readonly directory: Directory;
  readonly people: People;
  readonly choices: Choices;
  readonly maps: Maps;
}

/** A record as a write answers it. */
export type Answered = Pick<FoundRecord, 'table'> & { readonly record: TicketRecord };

/** Columns that only make sense together, and how to see whether the record took them. */
export interface Piece {
  readonly values: Readonly<Record<string, string>>;
  readonly fields: readonly {
    readonly field: FieldName;
    /** For people: what was wanted. */
    readonly wanted: string;
    isTaken(answered: Answered): boolean;
    /** Why it may not have been taken, and who can help. */
    readonly advice: string;
  }[];
}

export interface WritePlan {
  readonly pieces: readonly Piece[];
  readonly left: readonly FieldLeft[];
}

/** What every field is decided from. */
export interface Asked {
  readonly parts: PlanParts;
  readonly change: TicketChange;
  readonly found: FoundRecord;
  readonly now: TicketFields;
}

export const nothing: WritePlan = { pieces: [], left: [] };
export const leave = (field: FieldName, reason: string): WritePlan => ({
  pieces: [],
  left: [{ field, reason }],
});

export const ACCESS_ADVICE = LET_WRITER_CHANGE;
/** What has to be done where a value has no counterpart. */
export const mapAdvice = (table: string, map: string) => nameInMaps(table, map);

const seenAs = (fields: TicketFields, field: FieldName) =>
  field === 'status' ? fields.status.name : fields[field];

/** Set by somebody else since whoever asked saw it: his change stands. */
export function changedMeanwhile({ change, now }: Asked, field: FieldName): FieldLeft | null {
  if (change.before === null) return null;
  const current = seenAs(now, field);
  if (current === seenAs(change.before, field)) return null;
  const shown = current === null ? 'emptied' : changedTo(oneLine(current, 100));
  return { field, reason: wasMeanwhile(shown) };
}
