import { z } from 'zod';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { ChangePage } from '../connector.ts';
import type { Page, ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { CORRELATION_DISPLAY } from './fields.ts';
import { queryValue } from './query.ts';
import { FoundTicket } from './schema.ts';
import { TICKET_TABLES, type TicketTable } from './tables.ts';
import type { Tickets } from './tickets.ts';
import { fromUtcText, lowerBound, utcText } from './wall-time.ts';

const PAGE = 100;
/** A page grows up to this while more tickets than it holds changed within one second. */
const PAGE_AT_MOST = 6400;
/** Nodes stamp before they commit, and their clocks differ: a later poll looks again at this much. */
const OVERLAP_MS = 60_000;
const BEGINNING = '1970-01-01 00:00:00';

const Place = z.strictObject({
  /** UTC text from which the next page asks, inclusive. */
  from: z.string().refine((text) => fromUtcText(text) !== null),
  limit: z.int().min(PAGE).max(PAGE_AT_MOST),
});
type Place = z.infer<typeof Place>;
const Cursor = z.strictObject({ v: z.literal(1), incident: Place, sc_req_item: Place });

export interface ChangesParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly tickets: Tickets;
}

interface TablePage {
  readonly tickets: readonly TicketId[];
  readonly next: Place;
  readonly more: boolean;
}

const dateOf = (text: string) => fromUtcText(text) ?? new Date(0);

function readCursor(text: string): z.infer<typeof Cursor> | null {
  try {
    const parsed = Cursor.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const widened = (table: string) =>
  rejected(
    'forbidden',
    `ServiceNow does not let us look for changes in ${table}. Its administrator must let the integration user read the table with correlation_display and sys_updated_on.`,
  );

interface Ask {
  readonly table: TicketTable;
  /** A lower bound as the instance will read it; null for the newest. */
  readonly from: string | null;
  readonly limit: number;
}

async function readRows(client: ServiceNowClient, ask: Ask): Promise<Outcome<Page<FoundTicket>>> {
  const ours = queryValue(CORRELATION_DISPLAY);
  const bound = ask.from === null ? [] : [{ kind: 'time', wallTime: ask.from } as const];
  const read = await client.list(ask.table, {
    query: {
      all: [
        ...(ours === null ? [] : [{ field: 'correlation_display', is: '=', value: ours } as const]),
        ...bound.map((script) => ({ field: 'sys_updated_on', is: '>=', script }) as const),
      ],
      orderBy: [{ field: 'sys_updated_on', descending: ask.from === null }, { field: 'sys_id' }],
    },
    row: FoundTicket,
    fields: Object.keys(FoundTicket.shape),
    limit: ask.limit,
    doing: `to list changes in ${ask.table}`,
  });
  if (read.kind !== 'ok') return read;
  const isOurs = (row: FoundTicket) =>
    row.correlation_display === CORRELATION_DISPLAY && fromUtcText(row.sys_updated_on) !== null;
  return read.value.rows.every(isOurs) ? read : widened(ask.table);
}

/** Where polling begins: at the newest change, by the instance's own clock. */
async function startingPlace(client: ServiceNowClient, table: TicketTable): Promise<Outcome<Place>> {
  const read = await readRows(client, { table, from: null, limit: 10 });
  if (read.kind !== 'ok') return read;
  return ok({ from: read.value.rows[0]?.sys_updated_on ?? BEGINNING, limit: PAGE });
}

/**
 * The place after a page: while pages are full it walks on by the last row's time, never by an offset, because rows
 * move while we read. The limit counts before access rules, so only the total tells whether more is waiting.
 */
function placeAfter(
  place: Place,
  page: Page<FoundTicket>,
): { readonly next: Place | null; readonly more: boolean } {
  const last = page.rows.at(-1)?.sys_updated_on ?? place.from;
  const more = page.total === null ? page.rows.length >= place.limit : page.total > place.limit;
  if (!more) {
    const from = dateOf(last).getTime() - OVERLAP_MS;
    const isAhead = page.rows.length > 0 && from > dateOf(place.from).getTime();
    return { next: { from: isAhead ? utcText(new Date(from)) : place.from, limit: PAGE }, more };
  }
  if (last > place.from) return { next: { from: last, limit: PAGE }, more };
  return { next: place.limit >= PAGE_AT_MOST ? null : { ...place, limit: place.limit * 2 }, more };
}

async function readTable(parts: ChangesParts, table: TicketTable, place: Place): Promise<Outcome<TablePage>> {
  const zone = await parts.directory.zone();
  if (zone.kind !== 'ok') return zone;
  const from = lowerBound(dateOf(place.from), zone.value);
  const read = await readRows(parts.client, { table, from, limit: place.limit });
  if (read.kind !== 'ok') return read;
  const { next, more } = placeAfter(place, read.value);
  if (next === null) {
    const advice = 'Its administrator must let the integration user read them';
    return rejected(
      'forbidden',
      `ServiceNow hides thousands of changed tickets in ${table} from us. ${advice}.`,
    );
  }
  for (const row of read.value.rows) parts.tickets.remember({ table, sysId: row.sys_id });
  return ok({ tickets: read.value.rows.map((row) => TicketId.parse(row.sys_id)), next, more });
}

/** The poll over both tables, one page of each per call. */
export function createChanges(parts: ChangesParts): (cursor: string | null) => Promise<Outcome<ChangePage>> {
  async function begin(): Promise<Outcome<ChangePage>> {
    const places: Record<string, Place> = {};
    for (const table of TICKET_TABLES) {
      const place = await startingPlace(parts.client, table);
      if (place.kind !== 'ok') return place;
      places[table] = place.value;
    }
    return ok({ tickets: [], cursor: JSON.stringify({ v: 1, ...places }), more: false });
  }

  return async (cursor) => {
    if (cursor === null) return begin();
    const start = readCursor(cursor);
    if (start === null) {
      return rejected(
        'invalid',
        'The stored place of the ServiceNow poll cannot be read. Start the poll anew.',
      );
    }
    const places: Record<string, Place> = {};
    const tickets: TicketId[] = [];
    let more = false;
    for (const table of TICKET_TABLES) {
      const page = await readTable(parts, table, start[table]);
      if (page.kind !== 'ok') return page;
      tickets.push(...page.value.tickets);
      places[table] = page.value.next;
      more ||= page.value.more;
    }
    return ok({ tickets, cursor: JSON.stringify({ v: 1, ...places }), more });
  };
}
