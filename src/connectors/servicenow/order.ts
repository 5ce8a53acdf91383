import { z } from 'zod';
import type { Attempt } from '../../model/effect.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import {
  ADD_MARK_VARIABLE,
  itemWithoutMark,
  LET_READ_ITEMS,
  LET_READ_OPTIONS,
  nothingOrdered,
  ORDER_TAKEN_LATE,
  orderedItemHidden,
  orderTaken,
  ownOrdersHidden,
  TO_LIST_ORDERED,
  TO_LOOK_UP_ORDER,
  TO_READ_ORDERED,
  toComplete,
} from '../../texts/servicenow-tickets.ts';
import { DeadlinePassed } from '../io.ts';
import type { CatalogApi, CatalogItem } from './catalog-api.ts';
import { answersOf } from './form-answers.ts';
import { type CreateParts, checkTaken, requesterOf, valuesOf } from './new-record.ts';
import { queryValue } from './query.ts';
import { RawRecord, type ServiceNowTarget, SysId } from './schema.ts';

export interface OrderParts extends CreateParts {
  readonly catalog: CatalogApi;
}

export interface Ordering {
  readonly draft: TicketDraft;
  readonly attempt: Attempt;
}

type OrderTarget = Extract<ServiceNowTarget, { readonly table: 'sc_req_item' }> & {
  readonly cat_item: string;
};

/** Is it ordered through the catalogue? */
export const isOrdered = (target: ServiceNowTarget): target is OrderTarget =>
  target.table === 'sc_req_item' && target.cat_item !== undefined;

const RequestItem = z.object({
  sys_id: SysId,
  number: z.string().min(1),
  request: z.string().default(''),
  cat_item: z.string().default(''),
  correlation_id: z.string().default(''),
});
type RequestItem = z.infer<typeof RequestItem>;
const ITEM_FIELDS = Object.keys(RequestItem.shape);

const OptionRow = z.object({ request_item: SysId, 'sc_item_option.value': z.string() });

/** Without a place for our marker an order whose answer got lost could not be found again. */
function withoutReference(item: CatalogItem, name: string) {
  const what = itemWithoutMark(item.name, name);
  const advice = ADD_MARK_VARIABLE;
  return rejected('invalid', nothingOrdered(what, advice));
}

/** The item of a request that we ordered; a request holds one, because we order one piece of one item. */
async function itemOf(
  { client }: CreateParts,
  target: OrderTarget,
  request: SysId,
): Promise<Outcome<RequestItem>> {
  const value = queryValue(request);
  const page = await client.list('sc_req_item', {
    query: { all: value === null ? [] : [{ field: 'request', is: '=', value }] },
    row: RequestItem,
    fields: ITEM_FIELDS,
    limit: 10,
    doing: TO_LIST_ORDERED,
  });
  if (page.kind !== 'ok') return page;
  const own = page.value.rows.filter((row) => row.request === request && row.cat_item === target.cat_item);
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0) return ok(only);
  const advice = LET_READ_ITEMS;
  return rejected('forbidden', orderedItemHidden(advice));
}

/** Gives an ordered item what the order itself cannot carry. Writing the same again changes nothing. */
async function complete(
  parts: CreateParts,
  item: RequestItem,
  values: Readonly<Record<string, string>>,
): Promise<Outcome<TicketRef>> {
  const written = await parts.client.update('sc_req_item', item.sys_id, {
    values,
    row: RawRecord,
    fields: ['sys_id', 'number', ...Object.keys(values)],
    doing: toComplete(item.number),
  });
  if (written.kind !== 'ok') return written;
  const taken = checkTaken(parts, values, written.value);
  return taken.kind === 'ok' ? refOf(parts, item) : taken;
}

function refOf(parts: CreateParts, item: RequestItem): Outcome<TicketRef> {
  const located = { table: 'sc_req_item', sysId: item.sys_id } as const;
  parts.tickets.remember(located);
  return ok(parts.tickets.ref(located, item.number));
}

/** Once it is ordered, every way not to learn the rest leaves the effect unknown: the marker finds it later. */
async function afterOrder(work: () => Promise<Outcome<TicketRef>>): Promise<Outcome<TicketRef>> {
  try {
    const outcome = await work();
    return outcome.kind === 'retry' ? unknownEffect(orderTaken(outcome.reason)) : outcome;
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    return unknownEffect(ORDER_TAKEN_LATE);
  }
}

/** Orders an item through the catalogue and completes the request item that comes of it. */
export async function sendOrder(
  parts: OrderParts,
  target: OrderTarget,
  { draft, attempt }: Ordering,
): Promise<Outcome<TicketRef>> {
  const itemId = SysId.parse(target.cat_item);
  const item = await parts.catalog.item(itemId);
  if (item.kind !== 'ok') return item;
  const { reference_variable: reference } = target;
  if (!item.value.variables.some(({ name }) => name === reference))
    return withoutReference(item.value, reference);
  const answers = await answersOf(parts, item.value, { reference, given: draft.answers ?? {} });
  if (answers.kind !== 'ok') return answers;
  const requestedFor = await requesterOf(parts, draft.requester);
  if (requestedFor.kind !== 'ok') return requestedFor;
  const prepared = await valuesOf(parts, target, draft);
  if (prepared.kind !== 'ok') return prepared;
  const variables = { ...answers.value, [reference]: attempt.marker };
  const ordered = await parts.catalog.order(itemId, { requestedFor: requestedFor.value, variables });
  if (ordered.kind !== 'ok') return ordered;
  return afterOrder(async () => {
    const made = await itemOf(parts, target, ordered.value);
    if (made.kind !== 'ok') return made;
    return complete(parts, made.value, { ...prepared.value, correlation_id: attempt.marker });
  });
}

/** The request items whose order carried our marker. */
async function markedItems({ client }: CreateParts, marker: string): Promise<Outcome<readonly SysId[]>> {
  const value = queryValue(marker);
  const page = await client.list('sc_item_option_mtom', {
    query: { all: value === null ? [] : [{ field: 'sc_item_option.value', is: '=', value }] },
    row: OptionRow,
    fields: Object.keys(OptionRow.shape),
    limit: 10,
    doing: TO_LOOK_UP_ORDER,
  });
  if (page.kind !== 'ok') return page;
  const { rows, total } = page.value;
  const found = rows.filter((row) => row['sc_item_option.value'] === marker);
  // A widened or hidden result says nothing about absence, and absence is what allows another order.
  if (found.length < rows.length || (rows.length === 0 && total !== null && total > 0)) {
    const advice = LET_READ_OPTIONS;
    return rejected('forbidden', ownOrdersHidden(advice));
  }
  return ok([...new Set(found.map((row) => row.request_item))]);
}

/**
 * Looks an order up by the marker in its variable. One that was ordered and not completed, because its answer was lost on
 * the way, is completed: that sets fields to what they shall be, and is the same however often it is done.
 */
export async function findOrdered(
  parts: OrderParts,
  target: OrderTarget,
  { draft, attempt }: Ordering,
): Promise<Outcome<TicketRef | null>> {
  const marked = await markedItems(parts, attempt.marker);
  if (marked.kind !== 'ok') return marked;
  const [first, ...others] = marked.value;
  if (first === undefined) return ok(null);
  if (others.length > 0) parts.log.warn({ item: first }, 'Several ServiceNow orders carry one marker');
  const read = await parts.client.get('sc_req_item', first, {
    row: RequestItem,
    fields: ITEM_FIELDS,
    doing: TO_READ_ORDERED,
  });
  if (read.kind !== 'ok') return read;
  if (read.value.correlation_id === attempt.marker) return refOf(parts, read.value);
  const prepared = await valuesOf(parts, target, draft);
  if (prepared.kind !== 'ok') return prepared;
  return complete(parts, read.value, { ...prepared.value, correlation_id: attempt.marker });
}
