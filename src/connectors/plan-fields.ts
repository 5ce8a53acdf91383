import { mapped, type Outcome, ok } from '../model/outcome.ts';
import {
  FIELD_NAMES,
  type FieldLeft,
  type FieldName,
  type TicketChange,
  type TicketFields,
} from '../model/ticket.ts';
import { fieldChanged, NO_SUCH_FIELD } from '../texts/ticket-systems.ts';
import type { Connector } from './connector.ts';

/** What is wanted of one field: it says so already or what has to be sent; or a sentence why it cannot be. */
export type Wish<Change> = { readonly isReached: boolean; readonly change: Change } | string;

export interface FieldPlan<Change> {
  /** What has to be sent, in the order of the wishes. */
  readonly todo: readonly Change[];
  readonly left: readonly FieldLeft[];
}

/**
 * What a change still asks for. The same plan serves the write and its look-up, so that they agree: when nothing is to do,
 * it happened. A field that says neither what is wanted nor what `before` says was changed by somebody else: it is left.
 */
export function planFields<Change>(
  { before, set }: TicketChange,
  now: TicketFields,
  wishes: Readonly<Partial<Record<FieldName, Wish<Change>>>>,
): FieldPlan<Change> {
  const todo: Change[] = [];
  const left: FieldLeft[] = [];
  for (const field of FIELD_NAMES) {
    if (set[field] === undefined) continue;
    const wish = wishes[field] ?? NO_SUCH_FIELD;
    if (typeof wish !== 'string' && wish.isReached) continue;
    const [shows, seen] = [wordsOf(now, field), before === null ? undefined : wordsOf(before, field)];
    if (seen !== undefined && seen !== shows)
      left.push({
        field,
        reason: fieldChanged(field, shows ?? 'nothing'),
      });
    else if (typeof wish === 'string') left.push({ field, reason: wish });
    else todo.push(wish.change);
  }
  return { todo, left };
}

export interface PlannedWrite<Change> {
  /** Of the whole write and of its look-up, in milliseconds; see `Effect`. */
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Reads the ticket and plans. */
  readonly plan: (change: TicketChange) => Promise<Outcome<FieldPlan<Change>>>;
  readonly carryOut: (change: TicketChange, todo: readonly Change[]) => Promise<Outcome<unknown>>;
}

/** `write` of a connector: what remains to be done is done, and it was done when nothing remains. */
export function writeByPlan<Change>(options: PlannedWrite<Change>): Connector['write'] {
  const { timeoutMs, settleMs, plan, carryOut } = options;
  return {
    proof: 'compare-and-set',
    timeoutMs,
    settleMs,
    async send(change) {
      const planned = await plan(change);
      if (planned.kind !== 'ok') return planned;
      const { todo, left } = planned.value;
      return todo.length === 0 ? ok({ left }) : mapped(await carryOut(change, todo), () => ({ left }));
    },
    find: async (change) =>
      mapped(await plan(change), ({ todo, left }) => (todo.length === 0 ? { left } : null)),
  };
}

function wordsOf(fields: TicketFields, field: FieldName): string | null {
  return field === 'status' ? fields.status.name : fields[field];
}
