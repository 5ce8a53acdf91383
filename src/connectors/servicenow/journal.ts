import { z } from 'zod';
import { CommentId, type TicketId } from '../../model/ids.ts';
import { type Outcome, ok, type Rejected, rejected } from '../../model/outcome.ts';
import type { TicketComment, Visibility } from '../../model/ticket.ts';
import {
  COMMENT_GONE_OR_HIDDEN,
  COMMENTS_HIDDEN,
  TO_COMPARE_JOURNAL,
  TO_READ_COMMENT,
  TO_READ_COMMENTS,
} from '../../texts/servicenow-talk.ts';
import type { ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { journalDoc, markerIn } from './journal-text.ts';
import { listValues, type Query, queryValue } from './query.ts';
import type { Requests } from './requests.ts';
import { JournalEntry, SysId } from './schema.ts';
import type { TicketTable } from './tables.ts';

const PAGE = 200;
/** Pages overlap a little: entries of one second have no order that the server would keep between two pages. */
const OVERLAP = 20;
const PAGES_AT_MOST = 50;
const FIELDS = Object.keys(JournalEntry.shape);
const COMMENTS = 'comments';
const WORK_NOTES = 'work_notes';

export const elementOf = (visibility: 'public' | 'internal') =>
  visibility === 'public' ? COMMENTS : WORK_NOTES;

export interface JournalParts {
  readonly client: ServiceNowClient;
  readonly requests: Requests;
  readonly directory: Directory;
}

export interface JournalOwner {
  readonly table: TicketTable;
  readonly sysId: SysId;
}

/** The journal of tickets: comments, which customers see, and work notes, which they never see. */
export interface Journal {
  /** Entries since that second (null: all), oldest first. Refused when some are hidden. */
  entries(record: JournalOwner, since: Date | null): Promise<Outcome<readonly JournalEntry[]>>;
  entry(ticket: TicketId, comment: CommentId): Promise<Outcome<JournalEntry>>;
  /** With the authors' names. */
  asComments(entries: readonly JournalEntry[]): Promise<Outcome<readonly TicketComment[]>>;
}

const unreadable = () => rejected('forbidden', COMMENTS_HIDDEN);

function queryFor(ticket: SysId): Query {
  const value = queryValue(ticket);
  const values = listValues([COMMENTS, WORK_NOTES]);
  return {
    all: [
      ...(value === null ? [] : [{ field: 'element_id', is: '=', value } as const]),
      { field: 'element', is: 'IN', values },
    ],
    orderBy: [{ field: 'sys_created_on', descending: true }],
  };
}

/** Journal times are whole seconds: what was written in the second of `since` counts as since. */
const secondOf = (time: Date) => Math.floor(time.getTime() / 1000) * 1000;

const isOf = (entry: JournalEntry, ticket: string) =>
  entry.element_id === ticket && (entry.element === COMMENTS || entry.element === WORK_NOTES);

const Shown = z.object({
  comments: z.object({ display_value: z.string().nullish() }).optional(),
  work_notes: z.object({ display_value: z.string().nullish() }).optional(),
});

/**
 * Refused when the record shows comments and its journal has none: the entries are hidden from us, in silence and without being
 * counted, and would all look taken away, or never written.
 */
async function readEmpty(
  client: ServiceNowClient,
  { table, sysId }: JournalOwner,
): Promise<Outcome<readonly JournalEntry[]>> {
  const options = { row: Shown, fields: [COMMENTS, WORK_NOTES], display: 'all' } as const;
  const read = await client.get(table, sysId, { ...options, doing: TO_COMPARE_JOURNAL });
  if (read.kind !== 'ok') return read;
  const { comments, work_notes } = read.value;
  return comments?.display_value || work_notes?.display_value ? unreadable() : ok([]);
}

/** A resource of our own application, where its update set is installed. */
const OWN_API = '/api/x_deskbridge/v1/journal';

/**
 * The journal as our own application on the instance tells it: of our own tickets, and of those that we may read.
 * The refusal of the table stands when there is no such application, or when it says no.
 */
async function readThroughApp(
  { requests }: JournalParts,
  ticket: string,
  refused: Rejected,
): Promise<Outcome<readonly JournalEntry[]>> {
  const wanted = { method: 'GET', path: `${OWN_API}/${ticket}`, doing: TO_READ_COMMENTS } as const;
  const read = await requests.ask(z.array(JournalEntry), wanted);
  if (read.kind === 'retry') return read;
  if (read.kind === 'rejected') return refused;
  const entries = read.value.value;
  return entries.every((entry) => isOf(entry, ticket)) ? ok(entries) : refused;
}

/** Oldest first; a stable sort keeps the server's order within a second. */
const inOrder = (entries: readonly JournalEntry[], from: number) =>
  entries
    .toSorted((a, b) => a.sys_created_on.getTime() - b.sys_created_on.getTime())
    .filter((entry) => entry.sys_created_on.getTime() >= from);

async function readEntries(
  parts: JournalParts,
  record: JournalOwner,
  since: Date | null,
): Promise<Outcome<readonly JournalEntry[]>> {
  const from = since === null ? Number.NEGATIVE_INFINITY : secondOf(since);
  const read = await readTable(parts.client, record, from);
  const known =
    read.kind === 'rejected' && read.code === 'forbidden'
      ? await readThroughApp(parts, record.sysId, read)
      : read;
  return known.kind === 'ok' ? ok(inOrder(known.value, from)) : known;
}

async function readTable(
  client: ServiceNowClient,
  record: JournalOwner,
  from: number,
): Promise<Outcome<readonly JournalEntry[]>> {
  const { sysId: ticket } = record;
  const found = new Map<SysId, JournalEntry>();
  for (let page = 0; page < PAGES_AT_MOST; page += 1) {
    const offset = page * (PAGE - OVERLAP);
    const options = { query: queryFor(ticket), row: JournalEntry, fields: FIELDS, limit: PAGE, offset };
    const read = await client.list('sys_journal_field', { ...options, doing: TO_READ_COMMENTS });
    if (read.kind === 'rejected' && read.code === 'forbidden') return unreadable();
    if (read.kind !== 'ok') return read;
    const { rows, total } = read.value;
    // Hidden rows, or rows of other tickets because the filter was dropped: either way this is not the journal.
    const expected = total === null ? rows.length : Math.min(PAGE, Math.max(0, total - offset));
    if (rows.length < expected || rows.some((row) => !isOf(row, ticket))) return unreadable();
    for (const row of rows) found.set(row.sys_id, row);
    const isPast = rows.some((row) => row.sys_created_on.getTime() < from);
    if (isPast || rows.length < PAGE) break;
  }
  if (found.size === 0) return readEmpty(client, record);
  // Reversed, the server's order within a second is that of its insertion.
  return ok([...found.values()].reverse());
}

async function readEntry(parts: JournalParts, ticket: TicketId, comment: CommentId) {
  const missing = rejected('not-found', COMMENT_GONE_OR_HIDDEN);
  const sysId = SysId.safeParse(comment);
  if (!sysId.success) return missing;
  const options = { row: JournalEntry, fields: FIELDS, doing: TO_READ_COMMENT };
  const read = await parts.client.get('sys_journal_field', sysId.data, options);
  if (read.kind === 'ok')
    return read.value.sys_id === sysId.data && isOf(read.value, ticket) ? read : missing;
  if (read.kind === 'retry' || (read.code !== 'forbidden' && read.code !== 'not-found')) return read;
  // Hidden, or gone: our own application tells the two apart where it is installed.
  const refused = read.code === 'forbidden' ? unreadable() : missing;
  const through = await readThroughApp(parts, ticket, refused);
  if (through.kind !== 'ok') return through;
  const entry = through.value.find((one) => one.sys_id === sysId.data);
  return entry === undefined ? missing : ok(entry);
}

export function createJournal(parts: JournalParts): Journal {
  const { directory } = parts;
  return {
    entries: (record, since) => readEntries(parts, record, since),
    entry: (ticket, comment) => readEntry(parts, ticket, comment),
    async asComments(entries) {
      const names = await directory.names(entries.map((entry) => entry.sys_created_by));
      if (names.kind !== 'ok') return names;
      const seen = new Set<string>();
      return ok(
        entries.map((entry) => {
          const marker = markerIn(entry.value);
          const isFirst = marker !== null && !seen.has(marker);
          if (marker !== null) seen.add(marker);
          return {
            id: CommentId.parse(entry.sys_id),
            author: names.value.get(entry.sys_created_by) ?? entry.sys_created_by,
            body: journalDoc(entry.value),
            createdAt: entry.sys_created_on,
            updatedAt: entry.sys_created_on,
            visibility: visibilityOf(entry.element),
            // A later entry with the same marker is somebody's copy of ours, and his own words.
            marker: isFirst ? marker : null,
          };
        }),
      );
    },
  };
}

function visibilityOf(element: string): Visibility {
  if (element === COMMENTS) return 'public';
  return element === WORK_NOTES ? 'internal' : 'unknown';
}
