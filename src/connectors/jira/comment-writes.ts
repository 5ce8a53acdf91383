import { isBlankDoc } from '../../model/doc-text.ts';
import type { Effect } from '../../model/effect.ts';
import { CommentId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { CommentDraft, CommentRevision } from '../../model/ticket.ts';
import { MESSAGE_WITHOUT_TEXT } from '../../texts/jira.ts';
import { readBody } from './adf-read.ts';
import { toAdf } from './adf-write.ts';
import type { JiraClient } from './client.ts';
import type { JiraClients } from './clients.ts';
import { commentDoc } from './comment-text.ts';
import { foreignId, INTERNAL_PROPERTY, listComments, OP_PROPERTY, readMarks } from './comments.ts';
import { Comment, CreatedComment } from './schema.ts';

const TIMEOUT_MS = 20_000;
const SETTLE_MS = 60_000;
/** Reads of one comment are consistent; this covers a replica that is a moment behind. */
const REVISE_SETTLE_MS = 5_000;
/** How far our clock and Jira's may be apart when comments since an attempt are looked through. */
const SKEW_MS = 10 * 60_000;

type Written = { readonly id: CommentId };

const nothingToSay = () => rejected('invalid', MESSAGE_WITHOUT_TEXT);

/** Writing a comment: found again by the property that the request sets, whoever's sign-in wrote it. */
export function addComment(clients: JiraClients): Effect<CommentDraft, Written> {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs: SETTLE_MS,
    async send(draft, { marker }) {
      const foreign = foreignId(draft.ticket);
      if (foreign !== null) return foreign;
      if (isBlankDoc(draft.body)) return nothingToSay();
      const voice = clients.voiceOf(draft.author);
      const internal = draft.visibility === 'internal';
      // Always a document: jira.js sends a plain string to version 2 without the properties, and an internal note
      // would become public.
      const created = voice.explain(
        await voice.client.write(CreatedComment, ({ cloud }) =>
          cloud.issueComments.addComment({
            issueIdOrKey: draft.ticket,
            body: toAdf(commentDoc(draft, voice.isOwn)),
            properties: [
              { key: OP_PROPERTY, value: { marker } },
              ...(internal ? [{ key: INTERNAL_PROPERTY, value: { internal: true } }] : []),
            ],
          }),
        ),
      );
      return created.kind === 'ok' ? ok({ id: CommentId.parse(created.value.id) }) : created;
    },
    async find(draft, { marker, startedAt }) {
      const foreign = foreignId(draft.ticket);
      if (foreign !== null) return foreign;
      const since = new Date(startedAt.getTime() - SKEW_MS);
      const comments = await listComments(clients.bridge, draft.ticket, since);
      if (comments.kind !== 'ok') return comments;
      const marks = await readMarks(clients.bridge, comments.value);
      if (marks.kind !== 'ok') return marks;
      const own = comments.value.find((comment) => marks.value.get(comment.id)?.marker === marker);
      return ok(own === undefined ? null : { id: CommentId.parse(own.id) });
    },
  };
}

/** The comment as it is, and whether it is the bridge's own. */
async function current(
  clients: JiraClients,
  { ticket, comment }: CommentRevision,
): Promise<Outcome<{ readonly body: unknown; readonly byBridge: boolean }>> {
  const foreign = foreignId(ticket, comment);
  if (foreign !== null) return foreign;
  const found = await clients.bridge.read(Comment, ({ cloud }) =>
    cloud.issueComments.getComment({ issueIdOrKey: ticket, id: comment }),
  );
  if (found.kind !== 'ok') return found;
  const us = await clients.accountOf(clients.bridge);
  if (us.kind !== 'ok') return us;
  return ok({ body: found.value.body, byBridge: found.value.author?.accountId === us.value });
}

const NO_NAMES = new Map<string, string>();
/** The words of a body, however the editor cut them. */
const wordsOf = (body: unknown) => JSON.stringify(readBody(body, NO_NAMES));

/**
 * Changing a comment. What the bridge wrote it changes itself, with the author's name as before; what a person wrote
 * under his own name is changed with his sign-in. Only the body is sent, so that a comment stays as internal as it was.
 */
export function reviseComment(clients: JiraClients): Effect<CommentRevision, Written> {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: REVISE_SETTLE_MS,
    async send(revision) {
      if (isBlankDoc(revision.body)) return nothingToSay();
      const now = await current(clients, revision);
      if (now.kind !== 'ok') return now;
      const { byBridge } = now.value;
      const voice = clients.voiceOf(byBridge ? null : revision.author);
      const body = toAdf(commentDoc(revision, !byBridge));
      return voice.explain(await put(voice.client, revision, body));
    },
    async find(revision) {
      const now = await current(clients, revision);
      if (now.kind !== 'ok') return now;
      const wanted = toAdf(commentDoc(revision, !now.value.byBridge));
      return ok(wordsOf(now.value.body) === wordsOf(wanted) ? { id: revision.comment } : null);
    },
  };
}

async function put(
  client: JiraClient,
  { ticket, comment }: CommentRevision,
  body: ReturnType<typeof toAdf>,
): Promise<Outcome<Written>> {
  const changed = await client.write(CreatedComment, ({ cloud }) =>
    cloud.issueComments.updateComment({ issueIdOrKey: ticket, id: comment, body: { body } }),
  );
  return changed.kind === 'ok' ? ok({ id: comment }) : changed;
}
