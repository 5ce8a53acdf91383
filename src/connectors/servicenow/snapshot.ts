import type { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketFields, TicketSnapshot } from '../../model/ticket.ts';
import { NO_TIME_OF_CHANGE } from '../../texts/servicenow-access.ts';
import type { TicketFiles } from './files.ts';
import type { Journal } from './journal.ts';
import { categoryOf, type Maps } from './maps.ts';
import type { FoundRecord, Tickets } from './tickets.ts';
import { fromUtcText } from './wall-time.ts';

interface SnapshotParts {
  readonly tickets: Tickets;
  readonly journal: Journal;
  readonly files: TicketFiles;
  readonly maps: Maps;
}

type Cell = { readonly value: string; readonly display_value?: string | null | undefined } | undefined;

/** The choice "Awaiting Caller" of an incident on hold, in the base system; empty in any other state. */
const AWAITING_CALLER = '1';

/** As forms show it; null for an empty or unreadable field. */
function shown(cell: Cell): string | null {
  const text = cell?.display_value || cell?.value;
  return text === undefined || text === '' ? null : text;
}

/** The state, with what a record on hold waits for. */
function statusName({ state, hold_reason }: FoundRecord['record']): string {
  const reason = shown(hold_reason);
  const name = shown(state) ?? state.value;
  return reason === null ? name : `${name} (${reason})`;
}

/** The fields of a record in the words of its forms. */
export function fieldsOf(maps: Maps, { table, record }: Pick<FoundRecord, 'table' | 'record'>): TicketFields {
  const state = record.state.value;
  return {
    summary: record.short_description.value,
    status: {
      name: statusName(record),
      category: categoryOf(maps, { table, state, active: record.active?.value }),
    },
    resolution: shown(record.close_code),
    priority: shown(record.priority),
    impact: shown(record.impact),
    urgency: shown(record.urgency),
    assignee: shown(record.assigned_to),
    group: shown(record.assignment_group),
    ...(record.hold_reason?.value === AWAITING_CALLER ? { waitsForRequester: true } : {}),
  };
}

/** A ticket with its whole journal and all of its attachments. */
export async function readSnapshot(parts: SnapshotParts, ticket: TicketId): Promise<Outcome<TicketSnapshot>> {
  const found = await parts.tickets.read(ticket);
  if (found.kind !== 'ok') return found;
  const { record } = found.value;
  const updatedAt = fromUtcText(record.sys_updated_on.value);
  if (updatedAt === null) return rejected('invalid', NO_TIME_OF_CHANGE);
  const entries = await parts.journal.entries(found.value, null);
  if (entries.kind !== 'ok') return entries;
  const comments = await parts.journal.asComments(entries.value);
  if (comments.kind !== 'ok') return comments;
  const files = await parts.files.of(found.value);
  if (files.kind !== 'ok') return files;
  return ok({
    ...parts.tickets.ref(found.value, record.number.value),
    ...fieldsOf(parts.maps, found.value),
    updatedAt,
    comments: comments.value,
    files: files.value,
  });
}
