import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { CommentId, type ConnectorId, type TicketId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Log, noLog } from '../../model/log.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  type CommentDraft,
  isReached,
  type TicketChange,
  type TicketSnapshot,
  waysTo,
} from '../../model/ticket.ts';
import type { Connector } from '../connector.ts';
import { isBlank } from '../storable-text.ts';
import { type LinkedText, toAdf } from './adf.ts';
import { changesSince } from './changes.ts';
import { createJiraClient, type JiraClient } from './client.ts';
import {
  foreignId,
  INTERNAL_PROPERTY,
  isServiceDesk,
  listComments,
  OP_PROPERTY,
  readMarks,
  readOne,
  toTicketComment,
} from './comments.ts';
import { type CreateParts, createEffect, refBuilder } from './create.ts';
import { createMetaReader } from './create-meta.ts';
import { categoryOf, chooseStep, describeChoices } from './fields.ts';
import { readJiraHook } from './hook.ts';
import { CreatedComment, Issue, IssueStatus, Myself, Transitions } from './schema.ts';
import { MAX_BODY, part, shorten, storable } from './text.ts';

export interface JiraConnectorOptions {
  readonly id: ConnectorId;
  /** The site, or Atlassian's gateway with its path. */
  readonly baseUrl: string;
  /** Where people open tickets; the base URL when not given. */
  readonly siteUrl?: string;
  readonly email: string;
  readonly apiToken: string;
  /** Null: every hook is refused, the poll alone finds changes. */
  readonly hookSecret: string | null;
  readonly io: Io;
  readonly log?: Log;
}

const WRITE_TIMEOUT_MS = 20_000;
const COMMENT_SETTLE_MS = 60_000;
/** Reads of an issue are consistent; this covers a replica that is a moment behind. */
const STATUS_SETTLE_MS = 5_000;
/** How far our clock and Jira's may be apart when comments since an attempt are looked through. */
const SKEW_MS = 10 * 60_000;

async function readTicket(
  client: JiraClient,
  refOf: CreateParts['refOf'],
  [ticket, since]: readonly [TicketId, Date | null],
): Promise<Outcome<TicketSnapshot>> {
  const foreign = foreignId(ticket);
  if (foreign !== null) return foreign;
  const issue = await client.read(Issue, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: Object.keys(Issue.shape.fields.shape) }),
  );
  if (issue.kind !== 'ok') return issue;
  const comments = await listComments(client, ticket, since);
  if (comments.kind !== 'ok') return comments;
  const marks = await readMarks(client, comments.value);
  if (marks.kind !== 'ok') return marks;
  const { id, key, fields } = issue.value;
  const onDesk = isServiceDesk(fields.project);
  return ok({
    ...refOf(id, key),
    summary: fields.summary ?? '',
    status: { name: fields.status.name, category: categoryOf(fields.status) },
    assignee: fields.assignee?.displayName ?? null,
    priority: fields.priority?.name ?? null,
    updatedAt: fields.updated,
    comments: comments.value.map((one) => toTicketComment(one, marks.value.get(one.id), onDesk)),
  });
}

function commentEffect(client: JiraClient): Effect<CommentDraft, { readonly id: CommentId }> {
  return {
    proof: 'marker',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: COMMENT_SETTLE_MS,
    async send(draft, { marker }) {
      const foreign = foreignId(draft.ticket);
      if (foreign !== null) return foreign;
      if (isBlank(draft.text)) {
        return rejected('invalid', 'The message has no text that a ticket could show; nothing was written');
      }
      const author = draft.author === null ? '' : `${part(draft.author)} (Slack)`;
      const lead: LinkedText = { text: author, href: draft.source?.permalink ?? null };
      const room = MAX_BODY - author.length - 2;
      const text = `${author === '' ? '' : ': '}${shorten(storable(draft.text), room)}`;
      const internal = draft.visibility === 'internal';
      // Always a document: jira.js sends a plain string to version 2 without the properties, and an internal note
      // would become public.
      const created = await client.write(CreatedComment, ({ cloud }) =>
        cloud.issueComments.addComment({
          issueIdOrKey: draft.ticket,
          body: toAdf(text, lead),
          properties: [
            { key: OP_PROPERTY, value: { marker } },
            ...(internal ? [{ key: INTERNAL_PROPERTY, value: { internal: true } }] : []),
          ],
        }),
      );
      return created.kind === 'ok' ? ok({ id: CommentId.parse(created.value.id) }) : created;
    },
    async find(draft, { marker, startedAt }) {
      const foreign = foreignId(draft.ticket);
      if (foreign !== null) return foreign;
      const since = new Date(startedAt.getTime() - SKEW_MS);
      const comments = await listComments(client, draft.ticket, since);
      if (comments.kind !== 'ok') return comments;
      const marks = await readMarks(client, comments.value);
      if (marks.kind !== 'ok') return marks;
      const own = comments.value.find((comment) => marks.value.get(comment.id)?.marker === marker);
      return ok(own === undefined ? null : { id: CommentId.parse(own.id) });
    },
  };
}

async function sendStatus(client: JiraClient, { ticket, status }: TicketChange): Promise<Outcome<null>> {
  const foreign = foreignId(ticket);
  if (foreign !== null) return foreign;
  const now = await client.read(IssueStatus, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: ['status'] }),
  );
  if (now.kind !== 'ok') return now;
  if (isReached(categoryOf(now.value.fields.status), status)) return ok(null);
  const possible = await client.read(Transitions, ({ cloud }) =>
    cloud.issues.getTransitions({ issueIdOrKey: ticket, expand: 'transitions.fields' }),
  );
  if (possible.kind !== 'ok') return possible;
  const steps = waysTo(status).map((category) => chooseStep(possible.value.transitions, category));
  const step = steps.find((candidate) => candidate !== null) ?? null;
  if (step === null) {
    const from = now.value.fields.status.name;
    const choices = describeChoices(possible.value.transitions);
    return rejected(
      'conflict',
      `Jira offers no way from "${from}" to a state that means "${status}"; possible now: ${choices}. Move it in Jira`,
    );
  }
  const { transition, fields } = step;
  const done = await client.write(z.undefined(), ({ cloud }) =>
    cloud.issues.doTransition({
      issueIdOrKey: ticket,
      transition: { id: transition.id },
      ...(Object.keys(fields).length === 0 ? {} : { fields: { ...fields } }),
    }),
  );
  return done.kind === 'ok' ? ok(null) : done;
}

function writeEffect(client: JiraClient): Effect<TicketChange, null> {
  return {
    proof: 'compare-and-set',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: STATUS_SETTLE_MS,
    send: (change) => sendStatus(client, change),
    // Its result carries nothing: that the ticket can be read is all there is to find, and sending again is harmless.
    async find({ ticket }) {
      const foreign = foreignId(ticket);
      if (foreign !== null) return foreign;
      const now = await client.read(IssueStatus, ({ cloud }) =>
        cloud.issues.getIssue({ issueIdOrKey: ticket, fields: ['status'] }),
      );
      return now.kind === 'ok' ? ok(null) : now;
    },
  };
}

/** The adapter to one Jira Cloud site, platform and service desk alike. */
export function createJiraConnector(options: JiraConnectorOptions): Connector {
  const { id, baseUrl, hookSecret } = options;
  const client = createJiraClient({ ...options, log: options.log ?? noLog });
  const refOf = refBuilder(options.siteUrl ?? baseUrl);
  return {
    id,
    site: new URL(options.siteUrl ?? baseUrl).hostname,
    async check() {
      const me = await client.read(Myself, ({ cloud }) => cloud.myself.getCurrentUser());
      if (me.kind !== 'ok') return me;
      const { displayName, emailAddress, accountId } = me.value;
      return ok({ account: `${displayName || 'unnamed account'} (${emailAddress ?? accountId})` });
    },
    create: createEffect({ client, meta: createMetaReader(client), refOf }),
    read: (ticket, since) => readTicket(client, refOf, [ticket, since]),
    readComment: (ticket, comment) => readOne(client, ticket, comment),
    write: writeEffect(client),
    comment: commentEffect(client),
    readHook: (hook) => readJiraHook(hookSecret, hook),
    changesSince: (cursor) => changesSince(client, cursor),
  };
}
