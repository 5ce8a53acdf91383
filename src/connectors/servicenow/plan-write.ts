import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { isReached, type TicketChange, type WantedStep, waysTo } from '../../model/ticket.ts';
import {
  CLOSED_STAYS_CLOSED,
  correctCloseCode,
  FROM_SLACK,
  LET_CHANGE_STATE,
  NEEDS_TITLE,
  noResolutionCode,
  noStateFor,
  noStateIn,
  resolvedBy,
  stateAsksFor,
  stateDoesNotTake,
  theStatus,
  theTitle,
} from '../../texts/servicenow-tickets.ts';
import { viaSlack } from '../../texts/ticket-systems.ts';
import { isBlank } from '../storable-text.ts';
import { inert, oneLine, summaryText } from './fields.ts';
import { categoryOf } from './maps.ts';
import { fieldsOf } from './snapshot.ts';
import { AWAITING_CALLER, askedWith } from './steps.ts';
import type { TicketTable } from './tables.ts';
import type { FoundRecord } from './tickets.ts';
import { planLevels } from './write-levels.ts';
import { planAssignment } from './write-people.ts';
import {
  ACCESS_ADVICE,
  type Answered,
  type Asked,
  changedMeanwhile,
  leave,
  mapAdvice,
  nothing,
  type PlanParts,
  type WritePlan,
} from './write-plan.ts';

function planSummary(asked: Asked): WritePlan {
  const { summary } = asked.change.set;
  if (summary === undefined) return nothing;
  if (isBlank(summary)) return leave('summary', NEEDS_TITLE);
  const wanted = summaryText(summary);
  if (asked.found.record.short_description.value === wanted) return nothing;
  const meanwhile = changedMeanwhile(asked, 'summary');
  if (meanwhile !== null) return { pieces: [], left: [meanwhile] };
  const isTaken = ({ record }: Answered) => record.short_description.value === wanted;
  const field = {
    field: 'summary' as const,
    wanted: theTitle(wanted),
    isTaken,
    advice: ACCESS_ADVICE,
  };
  return { pieces: [{ values: { short_description: wanted }, fields: [field] }], left: [] };
}

/** Resolution codes differ by release; the first of these that the instance has is taken. */
const CLOSE_CODES = ['Solution provided', 'Solved (Permanently)', 'Resolved by request'];

/** Tables whose records are not closed without a resolution code. */
const CODED: readonly TicketTable[] = ['incident', 'change_request', 'sn_si_incident'];

/** A resolution code that the instance has. */
async function closeCode({ parts, found }: Asked): Promise<Outcome<string>> {
  const read = await parts.choices.of(found.table, 'close_code');
  if (read.kind !== 'ok') return read;
  const codes = read.value;
  const own = parts.maps[found.table].closeCode;
  if (own !== null && codes.length > 0 && !codes.includes(own)) {
    const advice = correctCloseCode(found.table);
    return rejected('invalid', noResolutionCode(oneLine(own, 40), advice));
  }
  return ok(own ?? CLOSE_CODES.find((code) => codes.includes(code)) ?? codes[0] ?? CLOSE_CODES[0] ?? '');
}

async function closing(asked: Asked): Promise<Outcome<Readonly<Record<string, string>>>> {
  const close_notes = resolvedBy(oneLine(asked.change.actor.name, 100));
  if (!CODED.includes(asked.found.table)) return ok({ close_notes });
  const code = await closeCode(asked);
  return code.kind === 'ok' ? ok({ close_code: code.value, close_notes }) : code;
}

/** A state that somebody chose, with what he said on its form. */
async function planStep(asked: Asked, { id, to, answers }: WantedStep): Promise<Outcome<WritePlan>> {
  const { parts, change, found } = asked;
  if (found.record.state.value === id) return ok(nothing);
  const meanwhile = changedMeanwhile(asked, 'status');
  if (meanwhile !== null) return ok({ pieces: [], left: [meanwhile] });
  const form = await askedWith(parts, found.table, id);
  if (form.kind !== 'ok') return form;
  const values: Record<string, string> = { state: id };
  const wrong: Record<string, string> = {};
  for (const { id: name, label, kind, required, options } of form.value) {
    const answer = [answers[name] ?? ''].flat().join(', ').trim();
    const isNeeded = required || (name === 'comments' && answers['hold_reason'] === AWAITING_CALLER);
    if (answer === '') {
      if (isNeeded) wrong[name] = stateAsksFor(label);
    } else if (kind === 'choice' && !options.some(({ value }) => value === answer))
      wrong[name] = stateDoesNotTake(label);
    else values[name] = kind === 'text' ? `${inert(answer)}\n\n${byline(change)}` : answer;
  }
  const said = Object.values(wrong);
  if (said.length > 0)
    return ok({ pieces: [], left: [{ field: 'status', reason: said.join(' '), fields: wrong }] });
  const field = {
    ...{ field: 'status' as const, wanted: theStatus(to) },
    isTaken: ({ record }: Answered) => record.state.value === id,
    advice: LET_CHANGE_STATE,
  };
  return ok({ pieces: [{ values, fields: [field] }], left: [] });
}

/** Who wrote it, where the record names the integration user. */
const byline = ({ actor }: TicketChange) =>
  actor.grant === null ? viaSlack(oneLine(actor.name, 100)) : FROM_SLACK;

async function planStatus(asked: Asked): Promise<Outcome<WritePlan>> {
  const { parts, change, found, now } = asked;
  const { status } = change.set;
  if (status !== undefined && change.step !== undefined) return planStep(asked, change.step);
  if (status === undefined || isReached(now.status.category, status)) return ok(nothing);
  const meanwhile = changedMeanwhile(asked, 'status');
  if (meanwhile !== null) return ok({ pieces: [], left: [meanwhile] });
  const { table } = found;
  const { states } = parts.maps[table];
  const category = waysTo(status).find((way) => states[way] !== undefined);
  const state = category === undefined ? undefined : states[category];
  if (state === undefined) {
    const reason = noStateFor(table, status, mapAdvice(table, 'states'));
    return ok(leave('status', reason));
  }
  const choices = await parts.choices.of(table, 'state');
  if (choices.kind !== 'ok') return choices;
  if (choices.value.length > 0 && !choices.value.includes(state)) {
    const reason = noStateIn(state, table, mapAdvice(table, 'states'));
    return ok(leave('status', reason));
  }
  const close = category === 'done' ? await closing(asked) : ok({});
  if (close.kind === 'rejected') return ok(leave('status', close.reason));
  if (close.kind !== 'ok') return close;
  const isTaken = ({ record }: Answered) => {
    const next = { table, state: record.state.value, active: record.active?.value };
    return isReached(categoryOf(parts.maps, next), status);
  };
  const advice = CLOSED_STAYS_CLOSED;
  const field = { field: 'status' as const, wanted: theStatus(status), isTaken, advice };
  return ok({ pieces: [{ values: { state, ...close.value }, fields: [field] }], left: [] });
}

/** What has to be written so that a record is as wanted, and what cannot be. Looks, and changes nothing. */
export async function planWrite(
  parts: PlanParts,
  change: TicketChange,
  found: FoundRecord,
): Promise<Outcome<WritePlan>> {
  const asked: Asked = { parts, change, found, now: fieldsOf(parts.maps, found) };
  const assignment = await planAssignment(asked);
  if (assignment.kind !== 'ok') return assignment;
  const status = await planStatus(asked);
  if (status.kind !== 'ok') return status;
  const levels = await planLevels(asked);
  if (levels.kind !== 'ok') return levels;
  const plans = [planSummary(asked), levels.value, assignment.value, status.value];
  return ok({ pieces: plans.flatMap((plan) => plan.pieces), left: plans.flatMap((plan) => plan.left) });
}
