import type { Budget } from '../../model/budget.ts';
import type { ConnectorId, TicketId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Log, noLog } from '../../model/log.ts';
import { type Outcome, ok } from '../../model/outcome.ts';
import type { TicketSnapshot } from '../../model/ticket.ts';
import { UNNAMED_ACCOUNT } from '../../texts/jira.ts';
import type { Files, WithFiles } from '../connector.ts';
import type { HookApp } from './app-token.ts';
import { createAppWebhooks } from './app-webhooks.ts';
import { createApprovals } from './approvals.ts';
import { createBacklink } from './backlink.ts';
import { createCatalog } from './catalog.ts';
import { createChanges } from './changelog.ts';
import { changesSince } from './changes.ts';
import type { JiraClient } from './client.ts';
import { createJiraClients, type JiraAccounts, type JiraClients } from './clients.ts';
import { createClocks } from './clocks.ts';
import { LONGEST_COMMENT } from './comment-text.ts';
import { addComment, reviseComment } from './comment-writes.ts';
import { foreignId, homeOf, listComments, presentComments, readOne } from './comments.ts';
import { browseUrl, createEffect, refBuilder } from './create.ts';
import { createMetaReader } from './create-meta.ts';
import type { CreateParts } from './create-parts.ts';
import { GATEWAY } from './credentials.ts';
import { diagnoseSite } from './diagnose/diagnose-site.ts';
import { cloudBehindGateway } from './diagnose/gateway.ts';
import { presentFields } from './field-values.ts';
import { openFile, presentFiles, removeFile } from './files.ts';
import { readJiraHook } from './hook.ts';
import { createHookRegistration } from './keep-webhook.ts';
import { createKnowledge } from './knowledge.ts';
import type { JiraMaps } from './maps.ts';
import { createJiraPeople, type JiraPeople } from './people.ts';
import { createPriorities } from './priorities.ts';
import { createRequesters } from './requester.ts';
import { Myself } from './schema.ts';
import { createSteps } from './steps.ts';
import { addFile, createUploadLimit } from './upload.ts';
import type { WantedWebhook } from './webhooks.ts';
import { readIssue, writeEffect } from './write.ts';

export interface JiraConnectorOptions extends JiraAccounts {
  readonly id: ConnectorId;
  /** The site: where people open tickets. */
  readonly baseUrl: string;
  /** Atlassian's gateway when an emulator takes its place. */
  readonly gatewayUrl?: string;
  /** Null: every hook is refused, the poll alone finds changes. */
  readonly hookSecret: string | null;
  /** The webhook that the OAuth app of `auth` registers itself, and what its calls are known by; absent: it registers none. */
  readonly appWebhook?: { readonly app: HookApp; readonly wanted: WantedWebhook };
  /** What the site calls its states, priorities and fields; the usual names when not given. */
  readonly maps?: JiraMaps;
  readonly io: Io;
  /** Where all processes count what they ask of Jira; absent: nothing is counted. */
  readonly budget?: Budget;
  readonly log?: Log;
}

const REMOVE_TIMEOUT_MS = 20_000;
const REMOVE_SETTLE_MS = 5_000;

interface Parts {
  readonly clients: JiraClients;
  readonly people: JiraPeople;
  readonly maps: JiraMaps;
  readonly refOf: CreateParts['refOf'];
}

async function readTicket(parts: Parts, ticket: TicketId): Promise<Outcome<TicketSnapshot>> {
  const foreign = foreignId(ticket);
  if (foreign !== null) return foreign;
  const client = parts.clients.reader;
  const issue = await readIssue(client, ticket, parts.maps);
  if (issue.kind !== 'ok') return issue;
  const { id, key, fields } = issue.value;
  const home = homeOf(fields);
  const listed = await listComments(client, ticket, null);
  if (listed.kind !== 'ok') return listed;
  const comments = await presentComments({ client, people: parts.people }, listed.value, home);
  if (comments.kind !== 'ok') return comments;
  const files = await presentFiles(client, { ticket, attachments: fields.attachment ?? [] }, home);
  if (files.kind !== 'ok') return files;
  return ok({
    ...parts.refOf(id, key),
    ...presentFields(fields, parts.maps),
    updatedAt: fields.updated,
    comments: comments.value,
    files: files.value,
  });
}

function filesOf({ clients }: Parts): Files {
  const limit = createUploadLimit(clients.bridge);
  return {
    get largest() {
      return limit.largest();
    },
    add: addFile(clients, limit),
    remove: {
      proof: 'compare-and-set',
      timeoutMs: REMOVE_TIMEOUT_MS,
      settleMs: REMOVE_SETTLE_MS,
      send: ({ ticket, file }) => removeFile(clients.bridge, ticket, file),
      // Its result carries nothing, so nothing can be found; taking it away again is harmless.
      find: async () => ok(null),
    },
    open: (ticket, file) => openFile(clients.reader, ticket, file),
  };
}

const hooksOf = (client: JiraClient, wanted: WantedWebhook) =>
  createHookRegistration(createAppWebhooks(client, wanted.name), wanted);

/** The adapter to one Jira Cloud site, platform and service desk alike. */
export function createJiraConnector(options: JiraConnectorOptions): WithFiles {
  const { id, baseUrl, hookSecret, appWebhook, maps = {} } = options;
  const clients = createJiraClients({
    ...options,
    address: { site: baseUrl, gateway: options.gatewayUrl ?? GATEWAY },
    log: options.log ?? noLog,
  });
  const { bridge, reader } = clients;
  const people = createJiraPeople(reader);
  const meta = createMetaReader(bridge);
  const refOf = refBuilder(baseUrl);
  const parts: Parts = { clients, people, maps, refOf };
  return {
    id,
    site: new URL(baseUrl).hostname,
    async check() {
      const me = await bridge.read(Myself, ({ cloud }) => cloud.myself.getCurrentUser());
      if (me.kind !== 'ok') return me;
      const { displayName, emailAddress, accountId } = me.value;
      return ok({ account: `${displayName || UNNAMED_ACCOUNT} (${emailAddress ?? accountId})` });
    },
    create: createEffect({ ...parts, meta, requesters: createRequesters(reader, people) }),
    read: (ticket) => readTicket(parts, ticket),
    write: writeEffect(parts),
    comments: {
      longest: LONGEST_COMMENT,
      add: addComment(clients),
      revise: reviseComment(clients),
      read: (ticket, comment) => readOne({ client: reader, people }, ticket, comment),
    },
    files: filesOf(parts),
    people: (email) => people.byAddress(email),
    readHook: (hook) => readJiraHook(hookSecret, hook, appWebhook?.app),
    changesSince: (cursor) => changesSince(reader, cursor),
    can: {
      approvals: createApprovals({ clients, people, pageOf: (ticket) => browseUrl(baseUrl, ticket) }),
      knowledge: createKnowledge(clients, baseUrl),
      changes: createChanges(clients),
      clocks: createClocks(clients),
      catalog: createCatalog(meta),
      steps: createSteps(bridge, maps),
      priorities: createPriorities(bridge, maps),
      backlink: createBacklink(clients),
      diagnose: (wanted) =>
        diagnoseSite(
          {
            ...options,
            maps,
            client: bridge,
            worksThroughGateway: () => cloudBehindGateway(options),
          },
          wanted,
        ),
      ...(appWebhook === undefined ? {} : { hooks: hooksOf(bridge, appWebhook.wanted) }),
    },
  };
}
