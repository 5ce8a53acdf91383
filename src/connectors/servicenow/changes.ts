import { z } from 'zod';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { ChangePage } from '../connector.ts';
import type { AttachmentApi } from './attachment-api.ts';
import type { Page, ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { CORRELATION_DISPLAY } from './fields.ts';
import { firstFilesPlace, readFileChanges } from './file-changes.ts';
import { BEGINNING, dateOf, PAGE, Place, placeAfter } from './poll-place.ts';
import { queryValue } from './query.ts';
import { FoundTicket } from './schema.ts';
import type { TicketTable } from './tables.ts';
import type { Tickets } from './tickets.ts';
import { fromUtcText, lowerBound } from './wall-time.ts';

const Cursor = z.strictObject({
  v: z.literal(1),
  incident: Place,
  sc_req_item: Place,
  /** Absent while the instance does not let us list attachments. */
  files: Place.optional(),
});
type Cursor = z.infer<typeof Cursor>;

export interface ChangesParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly attachments: AttachmentApi;
}

interface TablePage {
  readonly tickets: readonly TicketId[];
  readonly next: Place;
  readonly more: boolean;
}

function readCursor(text: string): Cursor | null {
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

async function readTable(parts: ChangesParts, table: TicketTable, place: Place): Promise<Outcome<TablePage>> {
  const zone = await parts.directory.zone();
  if (zone.kind !== 'ok') return zone;
  const from = lowerBound(dateOf(place.from), zone.value);
  const read = await readRows(parts.client, { table, from, limit: place.limit });
  if (read.kind !== 'ok') return read;
  const { next, more } = placeAfter(place, {
    times: read.value.rows.map((row) => row.sys_updated_on),
    total: read.value.total,
  });
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

interface Polled {
  readonly tickets: readonly TicketId[];
  readonly cursor: Cursor;
  readonly more: boolean;
}

async function begin(parts: ChangesParts): Promise<Outcome<Polled>> {
  const incident = await startingPlace(parts.client, 'incident');
  if (incident.kind !== 'ok') return incident;
  const item = await startingPlace(parts.client, 'sc_req_item');
  if (item.kind !== 'ok') return item;
  const files = await firstFilesPlace(parts.attachments);
  if (files.kind !== 'ok') return files;
  const places = { v: 1 as const, incident: incident.value, sc_req_item: item.value };
  return ok({ tickets: [], cursor: withFiles(places, files.value), more: false });
}

function withFiles(places: Cursor, files: Place | null): Cursor {
  return files === null ? places : { ...places, files };
}

async function goOn(parts: ChangesParts, start: Cursor): Promise<Outcome<Polled>> {
  const incident = await readTable(parts, 'incident', start.incident);
  if (incident.kind !== 'ok') return incident;
  const item = await readTable(parts, 'sc_req_item', start.sc_req_item);
  if (item.kind !== 'ok') return item;
  const files = await readFileChanges(parts, start.files ?? null);
  if (files.kind !== 'ok') return files;
  const pages = [incident.value, item.value, files.value];
  const places = { v: 1 as const, incident: incident.value.next, sc_req_item: item.value.next };
  return ok({
    tickets: [...new Set(pages.flatMap((page) => page.tickets))],
    cursor: withFiles(places, files.value.next),
    more: pages.some((page) => page.more),
  });
}

/** The poll over both tables and the attachments, which do not touch their record: one page of each per call. */
export function createChanges(parts: ChangesParts): (cursor: string | null) => Promise<Outcome<ChangePage>> {
  return async (cursor) => {
    const start = cursor === null ? null : readCursor(cursor);
    if (cursor !== null && start === null) {
      return rejected(
        'invalid',
        'The stored place of the ServiceNow poll cannot be read. Start the poll anew.',
      );
    }
    const polled = start === null ? await begin(parts) : await goOn(parts, start);
    return polled.kind === 'ok'
      ? ok({ ...polled.value, cursor: JSON.stringify(polled.value.cursor) })
      : polled;
  };
}
