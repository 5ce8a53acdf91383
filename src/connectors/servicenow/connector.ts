import type { CommentId, ConnectorId, TicketId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Log, noLog } from '../../model/log.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketComment, TicketSnapshot } from '../../model/ticket.ts';
import type { Connector } from '../connector.ts';
import { createChanges } from './changes.ts';
import { checkInstance } from './check.ts';
import { createServiceNowClient } from './client.ts';
import { createCommentEffect } from './comment.ts';
import { createTicketEffect } from './create.ts';
import type { ServiceNowAuth } from './credentials.ts';
import { createDirectory } from './directory.ts';
import { categoryOf } from './fields.ts';
import { createHookReader } from './hook.ts';
import { createJournal, type Journal } from './journal.ts';
import { isAllowedBaseUrl } from './schema.ts';
import { createStateEffect } from './state.ts';
import { createTickets, type Tickets } from './tickets.ts';
import { fromUtcText } from './wall-time.ts';

export interface ServiceNowConnectorDeps {
  readonly id: ConnectorId;
  /** e.g. https://acme.service-now.com; http for this machine only. */
  readonly baseUrl: string;
  readonly auth: ServiceNowAuth;
  /** Shared with the business rule that sends hooks; null: every hook is refused and the poll finds changes. */
  readonly hookSecret: string | null;
  readonly io: Io;
  readonly log?: Log;
}

const shown = (
  cell: { readonly value: string; readonly display_value?: string | null | undefined } | undefined,
) => {
  const text = cell?.display_value || cell?.value;
  return text === undefined || text === '' ? null : text;
};

async function readTicket(
  parts: { readonly tickets: Tickets; readonly journal: Journal },
  ticket: TicketId,
  commentsSince: Date | null,
): Promise<Outcome<TicketSnapshot>> {
  const found = await parts.tickets.read(ticket);
  if (found.kind !== 'ok') return found;
  const { table, sysId, record } = found.value;
  const entries = await parts.journal.entries(sysId, commentsSince);
  if (entries.kind !== 'ok') return entries;
  const comments = await parts.journal.asComments(entries.value);
  if (comments.kind !== 'ok') return comments;
  const updatedAt = fromUtcText(record.sys_updated_on.value);
  if (updatedAt === null) return rejected('invalid', 'ServiceNow gave a time of change that is no time.');
  const state = record.state.value;
  return ok({
    ...parts.tickets.ref(found.value, record.number.value),
    summary: record.short_description.value,
    status: { name: shown(record.state) ?? state, category: categoryOf(table, state, record.active?.value) },
    assignee: shown(record.assigned_to),
    priority: shown(record.priority),
    updatedAt,
    comments: comments.value,
  });
}

async function readComment(
  journal: Journal,
  ticket: TicketId,
  comment: CommentId,
): Promise<Outcome<TicketComment>> {
  const entry = await journal.entry(ticket, comment);
  if (entry.kind !== 'ok') return entry;
  const read = await journal.asComments([entry.value]);
  if (read.kind !== 'ok') return read;
  const [only] = read.value;
  return only === undefined
    ? rejected('not-found', 'ServiceNow has no such comment on this ticket.')
    : ok(only);
}

/** Connects one ServiceNow instance. Every request runs in the caller's io scope. */
export function createServiceNowConnector(deps: ServiceNowConnectorDeps): Connector {
  if (!isAllowedBaseUrl(deps.baseUrl)) {
    throw new Error(`The base_url of ${deps.id} must be an https address (http for this machine only).`);
  }
  const baseUrl = deps.baseUrl.replace(/\/+$/, '');
  const client = createServiceNowClient({ baseUrl, auth: deps.auth, io: deps.io });
  const directory = createDirectory(client);
  const tickets = createTickets(client, baseUrl);
  const journal = createJournal(client, directory);

  return {
    id: deps.id,
    site: new URL(baseUrl).hostname,
    check: () => checkInstance({ client, directory }),
    create: createTicketEffect({ client, directory, tickets, log: deps.log ?? noLog }),
    read: (ticket, commentsSince) => readTicket({ tickets, journal }, ticket, commentsSince),
    readComment: (ticket, comment) => readComment(journal, ticket, comment),
    write: createStateEffect({ client, tickets }),
    comment: createCommentEffect({ client, directory, tickets, journal }),
    readHook: createHookReader(deps.hookSecret),
    changesSince: createChanges({ client, directory, tickets }),
  };
}
