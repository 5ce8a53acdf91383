import { docText } from '../../model/doc-text.ts';
import type { Attempt, Effect } from '../../model/effect.ts';
import { CommentId } from '../../model/ids.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { CommentDraft, CommentRevision } from '../../model/ticket.ts';
import {
  COMMENT_ID_LATE,
  COMMENT_WITHOUT_WORDS,
  commentIdUnread,
  NOT_IN_JOURNAL,
  TO_COMMENT,
} from '../../texts/servicenow-talk.ts';
import { DeadlinePassed } from '../io.ts';
import { isBlank } from '../storable-text.ts';
import type { Directory } from './directory.ts';
import { elementOf, type Journal } from './journal.ts';
import { commentText, markerIn, revisionText } from './journal-text.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import type { People } from './people.ts';
import { RawRecord } from './schema.ts';
import { type SignIns, toldOf } from './sign-ins.ts';
import type { Tickets } from './tickets.ts';

export interface CommentParts {
  readonly signIns: SignIns;
  /** As the account that writes sees it. */
  readonly directory: Directory;
  readonly people: People;
  readonly tickets: Tickets;
  readonly journal: Journal;
}

type Written = { readonly id: CommentId };

/** How far the instance's clock may be behind ours: the marker alone tells which entry it is, so this may be long. */
const CLOCK_SLACK_MS = 3_600_000;

/** The user name under which it stands in the journal, or will. */
export async function userNameOf(
  parts: Pick<CommentParts, 'directory' | 'people'>,
  { author, sentAs = author?.grant?.account ?? null }: Pick<CommentDraft, 'author' | 'sentAs'>,
): Promise<Outcome<string>> {
  if (sentAs !== null) return parts.people.userName(sentAs);
  const user = await parts.directory.ourselves();
  return user.kind === 'ok' ? ok(user.value.user_name) : user;
}

async function findWritten(
  parts: CommentParts,
  draft: CommentDraft,
  attempt: Attempt,
): Promise<Outcome<Written | null>> {
  const located = await parts.tickets.locate(draft.ticket);
  if (located.kind !== 'ok') return located;
  const user = await userNameOf(parts, draft);
  if (user.kind !== 'ok') return user;
  const since = new Date(attempt.startedAt.getTime() - CLOCK_SLACK_MS);
  const entries = await parts.journal.entries(located.value, since);
  if (entries.kind !== 'ok') return entries;
  const element = elementOf(draft.visibility);
  const own = entries.value.find(
    (entry) =>
      entry.element === element &&
      entry.sys_created_by.toLowerCase() === user.value.toLowerCase() &&
      markerIn(entry.value) === attempt.marker,
  );
  return ok(own === undefined ? null : { id: CommentId.parse(own.sys_id) });
}

/** After the write every way not to learn the entry's id leaves the effect unknown: the proof decides later. */
async function nameWritten(
  parts: CommentParts,
  draft: CommentDraft,
  attempt: Attempt,
): Promise<Outcome<Written>> {
  try {
    const found = await findWritten(parts, draft, attempt);
    if (found.kind === 'ok' && found.value !== null) return ok(found.value);
    const cause = found.kind === 'ok' ? NOT_IN_JOURNAL : found.reason;
    return unknownEffect(commentIdUnread(cause));
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    return unknownEffect(COMMENT_ID_LATE);
  }
}

async function sendComment(
  parts: CommentParts,
  draft: CommentDraft,
  { attempt, text }: { readonly attempt: Attempt; readonly text: string },
): Promise<Outcome<Written>> {
  const located = await parts.tickets.locate(draft.ticket);
  if (located.kind !== 'ok') return located;
  // Asked before the write: without the name the entry could not be recognised afterwards.
  const user = await userNameOf(parts, draft);
  if (user.kind !== 'ok') return user;
  const { client } = parts.signIns.of(draft.author);
  const written = await client.update(located.value.table, located.value.sysId, {
    values: { [elementOf(draft.visibility)]: text },
    row: RawRecord,
    fields: ['sys_id', 'number'],
    doing: TO_COMMENT,
  });
  if (written.kind !== 'ok') return toldOf(draft.author, written);
  return nameWritten(parts, draft, attempt);
}

function emptyDraft(draft: CommentDraft) {
  return isBlank(docText(draft.body)) ? rejected('invalid', COMMENT_WITHOUT_WORDS) : null;
}

const times = { proof: 'content', timeoutMs: WRITE_TIMEOUT_MS, settleMs: SETTLE_MS } as const;

/** Adds an entry to the journal. Proof: the entry with our marker, by the user who wrote it. */
export function createCommentEffect(parts: CommentParts): Effect<CommentDraft, Written> {
  return {
    ...times,
    async send(draft, attempt) {
      const text = commentText(draft, attempt.marker);
      return emptyDraft(draft) ?? sendComment(parts, draft, { attempt, text });
    },
    find: (draft, attempt) => findWritten(parts, draft, attempt),
  };
}

/** The journal cannot be edited: a correction is an entry of its own, and says which message it corrects. */
export function createRevisionEffect(parts: CommentParts): Effect<CommentRevision, Written> {
  return {
    ...times,
    async send(draft, attempt) {
      const corrected = await parts.journal.entry(draft.ticket, draft.comment);
      if (corrected.kind !== 'ok') return corrected;
      const text = revisionText(draft, attempt.marker);
      return emptyDraft(draft) ?? sendComment(parts, draft, { attempt, text });
    },
    find: (draft, attempt) => findWritten(parts, draft, attempt),
  };
}
