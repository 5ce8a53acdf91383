import { TicketId } from '../../model/ids.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { AttachmentApi } from './attachment-api.ts';
import type { Page } from './client.ts';
import type { Directory } from './directory.ts';
import { BEGINNING, dateOf, PAGE, type Place, placeAfter } from './poll-place.ts';
import { listValues } from './query.ts';
import type { Attachment } from './schema.ts';
import { isTicketTable, TICKET_TABLES } from './tables.ts';
import { lowerBound, utcText } from './wall-time.ts';

export interface FileChanges {
  /** Also tickets that are none of ours: an attachment does not tell. */
  readonly tickets: readonly TicketId[];
  readonly next: Place | null;
  readonly more: boolean;
}

const isOfTicket = ({ table_name }: Attachment) => isTicketTable(table_name);

/**
 * New attachments from a time on; null for the newest. Answers null when the instance lets nobody list them across records:
 * then only hooks and whatever else changes the record tell of a new file.
 */
async function readPage(
  attachments: AttachmentApi,
  ask: { readonly from: string | null; readonly limit: number },
): Promise<Outcome<Page<Attachment> | null>> {
  const bound = ask.from === null ? [] : [{ kind: 'time', wallTime: ask.from } as const];
  const query = {
    all: [
      { field: 'table_name', is: 'IN', values: listValues(TICKET_TABLES) } as const,
      ...bound.map((script) => ({ field: 'sys_created_on', is: '>=', script }) as const),
    ],
    orderBy: [{ field: 'sys_created_on', descending: ask.from === null }, { field: 'sys_id' }],
  };
  const read = await attachments.list(query, { limit: ask.limit, offset: 0 });
  if (read.kind === 'rejected') return ok(null);
  if (read.kind !== 'ok') return read;
  return ok(read.value.rows.every(isOfTicket) ? read.value : null);
}

/** Where polling for attachments begins: at the newest one, by the instance's own clock. */
export async function firstFilesPlace(attachments: AttachmentApi): Promise<Outcome<Place | null>> {
  const read = await readPage(attachments, { from: null, limit: 1 });
  if (read.kind !== 'ok') return read;
  if (read.value === null) return ok(null);
  const newest = read.value.rows[0]?.sys_created_on;
  return ok({ from: newest === undefined ? BEGINNING : utcText(newest), limit: PAGE });
}

/** Tickets that got a file since; one that lost a file is not among them, because deletions leave nothing to ask for. */
export async function readFileChanges(
  parts: { readonly attachments: AttachmentApi; readonly directory: Directory },
  place: Place | null,
): Promise<Outcome<FileChanges>> {
  const start = place === null ? await firstFilesPlace(parts.attachments) : ok(place);
  if (start.kind !== 'ok') return start;
  if (start.value === null) return ok({ tickets: [], next: null, more: false });
  const zone = await parts.directory.zone();
  if (zone.kind !== 'ok') return zone;
  const from = lowerBound(dateOf(start.value.from), zone.value);
  const read = await readPage(parts.attachments, { from, limit: start.value.limit });
  if (read.kind !== 'ok') return read;
  if (read.value === null) return ok({ tickets: [], next: null, more: false });
  const { rows, total } = read.value;
  const { next, more } = placeAfter(start.value, {
    times: rows.map((row) => utcText(row.sys_created_on)),
    total,
  });
  const tickets = rows.flatMap((row) => TicketId.safeParse(row.table_sys_id).data ?? []);
  return ok({ tickets, next, more: more && next !== null });
}
