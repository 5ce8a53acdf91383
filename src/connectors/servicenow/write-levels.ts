import { type Outcome, ok } from '../../model/outcome.ts';
import type { FieldLeft, FieldName } from '../../model/ticket.ts';
import { noLevelsGive, noValueFor, noValueIn, orOwnRules } from '../../texts/servicenow-tickets.ts';
import { levelsFor } from './maps.ts';
import {
  ACCESS_ADVICE,
  type Answered,
  type Asked,
  changedMeanwhile,
  mapAdvice,
  type Piece,
  type WritePlan,
} from './write-plan.ts';

type LevelField = 'priority' | 'impact' | 'urgency';
type Wanted = Partial<Record<LevelField, string>>;

const FIELDS = ['impact', 'urgency', 'priority'] as const;
const MAPS = { impact: 'impacts', urgency: 'urgencies', priority: 'priorities' } as const;

/** The values that are still to be reached, and what has none. */
function wantedLevels(asked: Asked): { readonly wanted: Wanted; readonly left: readonly FieldLeft[] } {
  const { parts, change, found } = asked;
  const maps = parts.maps[found.table];
  const { impact, urgency, priority } = change.set;
  const values: Readonly<Record<LevelField, string | undefined>> = {
    impact: impact === undefined ? undefined : maps.impacts[impact],
    urgency: urgency === undefined ? undefined : maps.urgencies[urgency],
    priority: priority === undefined ? undefined : maps.priorities[priority],
  };
  const wanted: Wanted = {};
  const left: FieldLeft[] = [];
  for (const field of FIELDS) {
    const name = change.set[field];
    const value = values[field];
    if (name === undefined || found.record[field]?.value === value) continue;
    const meanwhile = changedMeanwhile(asked, field);
    if (value === undefined) {
      const advice = mapAdvice(found.table, MAPS[field]);
      left.push({ field, reason: noValueFor(field, name, advice) });
    } else if (meanwhile === null) wanted[field] = value;
    else left.push(meanwhile);
  }
  return { wanted, left };
}

function pieceOf(asked: Asked, columns: Wanted, wanted: Wanted, advice: string): Piece {
  const { set } = asked.change;
  const fields = FIELDS.flatMap((field) => {
    const value = wanted[field];
    const isTaken = ({ record }: Answered) => record[field]?.value === value;
    return value === undefined ? [] : [{ field, wanted: `${field} ${set[field]}`, isTaken, advice }];
  });
  const values = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { values: Object.fromEntries(values), fields };
}

const noPair = (field: FieldName, wanted: string): FieldLeft => ({
  field,
  reason: noLevelsGive(wanted),
});

/** Values that forms of this instance do not offer: the API would store them all the same, and they would mean nothing. */
async function unknownValues(
  { parts, found }: Asked,
  wanted: Wanted,
): Promise<Outcome<readonly FieldLeft[]>> {
  const left: FieldLeft[] = [];
  for (const field of FIELDS) {
    const value = wanted[field];
    if (value === undefined) continue;
    const choices = await parts.choices.of(found.table, field);
    if (choices.kind !== 'ok') return choices;
    if (choices.value.length === 0 || choices.value.includes(value)) continue;
    const advice = mapAdvice(found.table, MAPS[field]);
    left.push({ field, reason: noValueIn(field, value, found.table, advice) });
  }
  return ok(left);
}

/** Priority, impact and urgency: of an incident the first is computed from the other two, elsewhere each stands alone. */
export async function planLevels(asked: Asked): Promise<Outcome<WritePlan>> {
  const { wanted, left } = wantedLevels(asked);
  const unknown = await unknownValues(asked, wanted);
  if (unknown.kind !== 'ok') return unknown;
  const known = FIELDS.filter((field) => unknown.value.every((one) => one.field !== field));
  const kept: Wanted = {};
  for (const field of known) if (wanted[field] !== undefined) kept[field] = wanted[field];
  return ok(planKnown(asked, kept, [...left, ...unknown.value]));
}

function planKnown(asked: Asked, wanted: Wanted, left: readonly FieldLeft[]): WritePlan {
  if (Object.keys(wanted).length === 0) return { pieces: [], left };
  const { table, record } = asked.found;
  if (table !== 'incident') return { pieces: [pieceOf(asked, wanted, wanted, ACCESS_ADVICE)], left };
  const { priority, ...fixed } = wanted;
  const now = { impact: record.impact?.value ?? '', urgency: record.urgency?.value ?? '' };
  const pair = priority === undefined ? null : levelsFor(priority, now, fixed);
  const advice = orOwnRules(ACCESS_ADVICE);
  if (priority === undefined || pair !== null) {
    return { pieces: [pieceOf(asked, pair ?? fixed, wanted, advice)], left };
  }
  const pieces = Object.keys(fixed).length === 0 ? [] : [pieceOf(asked, fixed, fixed, advice)];
  return { pieces, left: [...left, noPair('priority', asked.change.set.priority ?? priority)] };
}
