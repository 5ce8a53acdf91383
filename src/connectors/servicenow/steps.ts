import { type Outcome, ok } from '../../model/outcome.ts';
import {
  CHOICES_UNKNOWN,
  CLOSE_CODE,
  CLOSE_NOTES,
  HOLD_COMMENTS,
  HOLD_COMMENTS_HINT,
  HOLD_REASON,
} from '../../texts/servicenow-tickets.ts';
import type { FormField, Steps, TicketStep } from '../capabilities.ts';
import type { Choice, Choices } from './choices.ts';
import { categoryOf, type Maps } from './maps.ts';
import type { TicketTable } from './tables.ts';
import type { FoundRecord, Tickets } from './tickets.ts';

const ON_HOLD = '3';
/** Whoever asked has to say something before it goes on; the base system demands a comment that he can read. */
export const AWAITING_CALLER = '1';
/** Only an administrator closes and cancels incidents; agents resolve them. */
const NOT_HERE: Partial<Record<TicketTable, readonly string[]>> = { incident: ['7', '8'] };

export interface StepParts {
  readonly tickets: Tickets;
  readonly choices: Choices;
  readonly maps: Maps;
}

const field = (id: string, label: string, more: Partial<FormField>): FormField => ({
  ...{ id, label, kind: 'text', required: true, hint: '', options: [] },
  ...more,
});
const options = (choices: readonly Choice[]) => choices.map(({ value, label }) => ({ value, label }));

/** What the base system's data policies demand with a state (Incident Management's state model). */
export async function askedWith(
  { choices, maps }: Pick<StepParts, 'choices' | 'maps'>,
  table: TicketTable,
  state: string,
): Promise<Outcome<readonly FormField[]>> {
  const category = categoryOf(maps, { table, state, active: undefined });
  if (table === 'incident' && state === ON_HOLD) {
    const reasons = await choices.labelled(table, 'hold_reason');
    if (reasons.kind !== 'ok') return reasons;
    return ok([
      field('hold_reason', HOLD_REASON, { kind: 'choice', options: options(reasons.value) }),
      field('comments', HOLD_COMMENTS, { required: false, hint: HOLD_COMMENTS_HINT }),
    ]);
  }
  if (category !== 'done') return ok([]);
  const notes = field('close_notes', CLOSE_NOTES, {});
  if (table === 'sc_req_item' || table === 'sc_task') return ok([{ ...notes, required: false }]);
  const codes = await choices.labelled(table, 'close_code');
  if (codes.kind !== 'ok') return codes;
  return ok([field('close_code', CLOSE_CODE, { kind: 'choice', options: options(codes.value) }), notes]);
}

/** The states that the record can have next. The Table API knows no workflow: what is offered is what agents choose from. */
export function createSteps(parts: StepParts): Steps {
  return {
    async list(ticket) {
      const found = await parts.tickets.read(ticket);
      if (found.kind !== 'ok') return found;
      const states = await offered(parts, found.value);
      if (states.kind !== 'ok') return states;
      const { table } = found.value;
      const steps: TicketStep[] = [];
      for (const { value: id, label } of states.value) {
        const asked = await askedWith(parts, table, id);
        if (asked.kind !== 'ok') return asked;
        // A choice that the instance does not tell is made there.
        const beyond = asked.value.filter(
          ({ kind, options: some }) => kind === 'choice' && some.length === 0,
        );
        steps.push({
          ...{
            id,
            label,
            to: label,
            category: categoryOf(parts.maps, { table, state: id, active: undefined }),
          },
          fields: asked.value.filter((one) => !beyond.includes(one)),
          beyond: beyond.map((one) => ({
            ...{ label: one.label, required: one.required },
            reason: CHOICES_UNKNOWN,
          })),
        });
      }
      return ok(steps);
    },
  };
}

/** A change goes through risk, approval and a schedule: only what the owner named can be chosen from a thread. */
async function offered(
  { choices, maps }: StepParts,
  { table, record }: FoundRecord,
): Promise<Outcome<readonly Choice[]>> {
  const read = await choices.labelled(table, 'state');
  if (read.kind !== 'ok') return read;
  const named = new Set(Object.values(maps[table].states));
  const hidden = new Set([record.state.value, ...(NOT_HERE[table] ?? [])]);
  return ok(
    read.value.filter(({ value }) => !hidden.has(value) && (table !== 'change_request' || named.has(value))),
  );
}
