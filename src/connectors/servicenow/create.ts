import type { Effect } from '../../model/effect.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import {
  CREATED_UNNAMED,
  letReadAllOf,
  ownTicketsHidden,
  TARGET_INCOMPLETE,
  toCreateIn,
  toLookUpIn,
} from '../../texts/servicenow-tickets.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { type CreateParts, checkTaken, namedAbsence, valuesOf } from './new-record.ts';
import { findOrdered, isOrdered, type Ordering, type OrderParts, sendOrder } from './order.ts';
import { queryValue } from './query.ts';
import { FoundTicket, RawRecord, ServiceNowTarget, SysId } from './schema.ts';

const badTarget = () => rejected('invalid', TARGET_INCOMPLETE);

async function sendCreate(
  parts: CreateParts,
  target: ServiceNowTarget,
  { draft, attempt }: Ordering,
): Promise<Outcome<TicketRef>> {
  const { table } = target;
  const prepared = await valuesOf(parts, target, draft);
  if (prepared.kind !== 'ok') return prepared;
  const values = { ...prepared.value, correlation_id: attempt.marker };
  const created = await parts.client.insert(table, {
    values,
    row: RawRecord,
    fields: ['sys_id', 'number', ...Object.keys(values)],
    doing: toCreateIn(table),
  });
  if (created.kind !== 'ok') return namedAbsence(parts.client, table, created);
  const sysId = SysId.safeParse(created.value['sys_id']);
  if (!sysId.success) return unknownEffect(CREATED_UNNAMED);
  parts.tickets.remember({ table, sysId: sysId.data });
  const taken = checkTaken(parts, values, created.value);
  if (taken.kind !== 'ok') return taken;
  return ok(parts.tickets.ref({ table, sysId: sysId.data }, created.value['number'] ?? ''));
}

async function findCreated(
  parts: CreateParts,
  target: ServiceNowTarget,
  { attempt }: Ordering,
): Promise<Outcome<TicketRef | null>> {
  const marker = queryValue(attempt.marker);
  if (marker === null) return badTarget();
  const { table } = target;
  const page = await parts.client.list(table, {
    query: {
      all: [{ field: 'correlation_id', is: '=', value: marker }],
      orderBy: [{ field: 'sys_created_on' }, { field: 'sys_id' }],
    },
    row: FoundTicket,
    fields: Object.keys(FoundTicket.shape),
    limit: 10,
    doing: toLookUpIn(table),
  });
  if (page.kind !== 'ok') return namedAbsence(parts.client, table, page);
  const { rows, total } = page.value;
  const found = rows.filter((row) => row.correlation_id === marker);
  // A widened or hidden result says nothing about absence, and absence is what allows another create.
  if (found.length < rows.length || (rows.length === 0 && total !== null && total > 0)) {
    const advice = letReadAllOf(table);
    return rejected('forbidden', ownTicketsHidden(advice));
  }
  const [first] = found;
  if (first === undefined) return ok(null);
  if (found.length > 1)
    parts.log.warn({ number: first.number }, 'Several ServiceNow records carry one marker');
  parts.tickets.remember({ table, sysId: first.sys_id });
  return ok(parts.tickets.ref({ table, sysId: first.sys_id }, first.number));
}

/** Opens a record, or orders it. Proof: our marker in correlation_id, or in a variable of the order. */
export function createTicketEffect(parts: OrderParts): Effect<TicketDraft, TicketRef> {
  return {
    proof: 'marker',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(draft, attempt) {
      const target = ServiceNowTarget.safeParse(draft.target);
      if (!target.success) return badTarget();
      const asked = { draft, attempt };
      return isOrdered(target.data)
        ? sendOrder(parts, target.data, asked)
        : sendCreate(parts, target.data, asked);
    },
    async find(draft, attempt) {
      const target = ServiceNowTarget.safeParse(draft.target);
      if (!target.success) return badTarget();
      const asked = { draft, attempt };
      return isOrdered(target.data)
        ? findOrdered(parts, target.data, asked)
        : findCreated(parts, target.data, asked);
    },
  };
}
