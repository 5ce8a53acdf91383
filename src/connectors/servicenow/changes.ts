import { z } from 'zod';
import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  CHANGES_HIDDEN,
  changedTicketsHidden,
  LET_US_READ_THEM,
  POLL_PLACE_UNREADABLE,
  TO_LIST_CHANGES,
} from '../../texts/servicenow-access.ts';
import type { ChangePage } from '../connector.ts';
import type { AttachmentApi } from './attachment-api.ts';
import type { Page, ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { CORRELATION_DISPLAY } from './fields.ts';
import { firstFilesPlace, readFileChanges } from './file-changes.ts';
import { BEGINNING, dateOf, PAGE, Place, placeAfter } from './poll-place.ts';
import { listValues, queryValue } from './query.ts';
import { FoundTicket } from './schema.ts';
import { isTicketTable, TICKET_TABLES } from './tables.ts';
import type { Tickets } from './tickets.ts';
import { fromUtcText, lowerBound } from './wall-time.ts';

const Cursor = z.strictObject({
  v: z.literal(2),
  /** All tickets are tasks, and stamped as such. */
  tasks: Place,
  /** Absent while the instance does not let us list attachments. */
  files: Place.optional(),
});
type Cursor = z.infer<typeof Cursor>;

/** One place for each of two tables, as they were followed before: the poll goes on at the earlier one. */
const OlderCursor = z
  .strictObject({ v: z.literal(1), incident: Place, sc_req_item: Place, files: Place.optional() })
  .transform(({ incident, sc_req_item, files }): Cursor => {
    const { from } = incident.from < sc_req_item.from ? incident : sc_req_item;
    return { v: 2, tasks: { from, limit: PAGE }, ...(files === undefined ? {} : { files }) };
  });

export interface ChangesParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly attachments: AttachmentApi;
}

interface TaskPage {
  readonly tickets: readonly TicketId[];
  readonly next: Place;
  readonly more: boolean;
}

function readCursor(text: string): Cursor | null {
  try {
    const read = z.union([Cursor, OlderCursor]).safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

const widened = () => rejected('forbidden', CHANGES_HIDDEN);

/** From a lower bound as the instance will read it; null for the newest. */
async function readRows(
  client: ServiceNowClient,
  from: string | null,
  limit: number,
): Promise<Outcome<Page<FoundTicket>>> {
  const ours = queryValue(CORRELATION_DISPLAY);
  const bound = from === null ? [] : [{ kind: 'time', wallTime: from } as const];
  const read = await client.list('task', {
    query: {
      all: [
        { field: 'sys_class_name', is: 'IN', values: listValues(TICKET_TABLES) },
        ...(ours === null ? [] : [{ field: 'correlation_display', is: '=', value: ours } as const]),
        ...bound.map((script) => ({ field: 'sys_updated_on', is: '>=', script }) as const),
      ],
      orderBy: [{ field: 'sys_updated_on', descending: from === null }, { field: 'sys_id' }],
    },
    row: FoundTicket,
    fields: Object.keys(FoundTicket.shape),
    limit,
    doing: TO_LIST_CHANGES,
  });
  if (read.kind !== 'ok') return read;
  const isOurs = (row: FoundTicket) =>
    row.correlation_display === CORRELATION_DISPLAY &&
    isTicketTable(row.sys_class_name) &&
    fromUtcText(row.sys_updated_on) !== null;
  return read.value.rows.every(isOurs) ? read : widened();
}

/** Where polling begins: at the newest change, by the instance's own clock. */
async function startingPlace(client: ServiceNowClient): Promise<Outcome<Place>> {
  const read = await readRows(client, null, 10);
  if (read.kind !== 'ok') return read;
  return ok({ from: read.value.rows[0]?.sys_updated_on ?? BEGINNING, limit: PAGE });
}

async function readTasks(parts: ChangesParts, place: Place): Promise<Outcome<TaskPage>> {
  const zone = await parts.directory.zone();
  if (zone.kind !== 'ok') return zone;
  const from = lowerBound(dateOf(place.from), zone.value);
  const read = await readRows(parts.client, from, place.limit);
  if (read.kind !== 'ok') return read;
  const { rows, total } = read.value;
  const { next, more } = placeAfter(place, { times: rows.map((row) => row.sys_updated_on), total });
  if (next === null) {
    const advice = LET_US_READ_THEM;
    return rejected('forbidden', changedTicketsHidden(advice));
  }
  for (const { sys_id: sysId, sys_class_name: table } of rows)
    if (isTicketTable(table)) parts.tickets.remember({ table, sysId });
  return ok({ tickets: rows.map((row) => TicketId.parse(row.sys_id)), next, more });
}

interface Polled {
  readonly tickets: readonly TicketId[];
  readonly cursor: Cursor;
  readonly more: boolean;
}

const cursorOf = (tasks: Place, files: Place | null): Cursor => ({
  v: 2,
  tasks,
  ...(files === null ? {} : { files }),
});

async function begin(parts: ChangesParts): Promise<Outcome<Polled>> {
  const tasks = await startingPlace(parts.client);
  if (tasks.kind !== 'ok') return tasks;
  const files = await firstFilesPlace(parts.attachments);
  if (files.kind !== 'ok') return files;
  return ok({ tickets: [], cursor: cursorOf(tasks.value, files.value), more: false });
}

async function goOn(parts: ChangesParts, start: Cursor): Promise<Outcome<Polled>> {
  const tasks = await readTasks(parts, start.tasks);
  if (tasks.kind !== 'ok') return tasks;
  const files = await readFileChanges(parts, start.files ?? null);
  if (files.kind !== 'ok') return files;
  return ok({
    tickets: [...new Set([...tasks.value.tickets, ...files.value.tickets])],
    cursor: cursorOf(tasks.value.next, files.value.next),
    more: tasks.value.more || files.value.more,
  });
}

/** The poll over tickets and attachments, which do not touch their record: one page of each per call. */
export function createChanges(parts: ChangesParts): (cursor: string | null) => Promise<Outcome<ChangePage>> {
  return async (cursor) => {
    const start = cursor === null ? null : readCursor(cursor);
    if (cursor !== null && start === null) {
      return rejected('invalid', POLL_PLACE_UNREADABLE);
    }
    const polled = start === null ? await begin(parts) : await goOn(parts, start);
    return polled.kind === 'ok'
      ? ok({ ...polled.value, cursor: JSON.stringify(polled.value.cursor) })
      : polled;
  };
}
