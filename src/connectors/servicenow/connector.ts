import type { CommentId, ConnectorId, TicketId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Log, noLog } from '../../model/log.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { TicketComment } from '../../model/ticket.ts';
import { NO_SUCH_COMMENT } from '../../texts/servicenow-talk.ts';
import type { WithFiles } from '../connector.ts';
import { createApprovals } from './approvals.ts';
import { createCatalogApi } from './catalog-api.ts';
import { createChanges } from './changes.ts';
import { checkInstance } from './check.ts';
import { createChoices } from './choices.ts';
import { createClocks } from './clocks.ts';
import { createCommentEffect, createRevisionEffect } from './comment.ts';
import { createTicketEffect } from './create.ts';
import { diagnoseInstance } from './diagnose/diagnose-instance.ts';
import { createDirectory } from './directory.ts';
import { createESignature } from './e-signature.ts';
import { createFiles } from './files.ts';
import { createForms } from './form.ts';
import { createHookReader } from './hook.ts';
import { createJournal, type Journal } from './journal.ts';
import { createKnowledge } from './knowledge.ts';
import { LONGEST_ENTRY } from './limits.ts';
import { mapsOf, type ServiceNowMaps } from './maps.ts';
import { createPeople } from './people.ts';
import { createPriorities } from './priorities.ts';
import { isAllowedBaseUrl } from './schema.ts';
import { createSignIns, type ServiceNowAccounts } from './sign-ins.ts';
import { readSnapshot } from './snapshot.ts';
import { createSteps } from './steps.ts';
import { createTickets, type KnownTables } from './tickets.ts';
import { createWriteEffect } from './write.ts';

export interface ServiceNowConnectorDeps extends ServiceNowAccounts {
  readonly id: ConnectorId;
  /** e.g. https://acme.service-now.com; http for this machine only. */
  readonly baseUrl: string;
  /** Shared with the business rule that sends hooks; null: every hook is refused and the poll finds changes. */
  readonly hookSecret: string | null;
  /** Where the instance differs from the base system. */
  readonly maps?: ServiceNowMaps;
  /** Tables whose approvals demand an e-signature; null or absent: the instance is asked. */
  readonly eSignature?: readonly string[] | null;
  /** sys_ids of the knowledge bases that are searched; without them all that the caller may read. */
  readonly knowledgeBases?: readonly string[];
  readonly io: Io;
  readonly log?: Log;
  /** The wall time; the machine's own without it. */
  readonly now?: () => Date;
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
  return only === undefined ? rejected('not-found', NO_SUCH_COMMENT) : ok(only);
}

/** Connects one ServiceNow instance. Every request runs in the caller's io scope. */
export function createServiceNowConnector(deps: ServiceNowConnectorDeps): WithFiles {
  if (!isAllowedBaseUrl(deps.baseUrl)) {
    throw new Error(`The base_url of ${deps.id} must be an https address (http for this machine only).`);
  }
  const baseUrl = deps.baseUrl.replace(/\/+$/, '');
  const maps = mapsOf(deps.maps);
  const { io, now = () => new Date() } = deps;
  const signIns = createSignIns({ ...deps, baseUrl, io, now });
  const { bridge, reader } = signIns;
  const tables: KnownTables = new Map();
  // Each account reads times in its own zone and sees its own share of people and tickets.
  const seen = {
    directory: createDirectory(reader.client),
    tickets: createTickets(reader.client, baseUrl, tables),
    people: createPeople(reader.client),
  };
  const writing = {
    directory: bridge === reader ? seen.directory : createDirectory(bridge.client),
    tickets: createTickets(bridge.client, baseUrl, tables),
    people: createPeople(bridge.client),
    maps,
  };
  const journal = createJournal({ ...reader, directory: seen.directory });
  const speaking = { ...writing, signIns, tickets: seen.tickets, journal };
  const files = createFiles({ ...speaking, names: seen.directory.names });
  const catalog = createCatalogApi(bridge.requests);
  const choices = createChoices(bridge.client);

  return {
    id: deps.id,
    site: new URL(baseUrl).hostname,
    check: () => checkInstance({ directory: writing.directory, files }),
    create: createTicketEffect({ ...writing, client: bridge.client, catalog, log: deps.log ?? noLog }),
    read: (ticket) => readSnapshot({ tickets: seen.tickets, journal, files, maps }, ticket),
    write: createWriteEffect({ ...writing, signIns, choices }),
    comments: {
      longest: LONGEST_ENTRY,
      add: createCommentEffect(speaking),
      revise: createRevisionEffect(speaking),
      read: (ticket, comment) => readComment(journal, ticket, comment),
    },
    files,
    async people(email) {
      const found = await seen.people.byEmail(email);
      if (found.kind !== 'ok') return found;
      return ok(found.value.map((user) => ({ account: user.sys_id, name: user.name || user.user_name })));
    },
    readHook: createHookReader(deps.hookSecret),
    changesSince: createChanges({ ...seen, client: reader.client, attachments: reader.attachments }),
    can: {
      approvals: createApprovals({
        ...{ signIns, tickets: seen.tickets, baseUrl, now },
        eSignature: createESignature(signIns.approvals.client, deps.eSignature ?? null),
      }),
      knowledge: createKnowledge({ signIns, baseUrl, bases: deps.knowledgeBases ?? [] }),
      clocks: createClocks(reader.client, now),
      catalog: createForms(catalog),
      steps: createSteps({ ...writing, choices }),
      priorities: createPriorities({ ...writing, choices }),
      diagnose: (wanted) => diagnoseInstance({ ...deps, baseUrl, maps, signIns }, wanted),
    },
  };
}
