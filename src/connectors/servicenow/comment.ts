import type { Attempt, Effect } from '../../model/effect.ts';
import { CommentId } from '../../model/ids.ts';
import { type Outcome, ok, rejected, unknownEffect } from '../../model/outcome.ts';
import type { CommentDraft } from '../../model/ticket.ts';
import { DeadlinePassed } from '../io.ts';
import { isBlank } from '../storable-text.ts';
import type { ServiceNowClient } from './client.ts';
import type { Directory } from './directory.ts';
import { comparable, journalText } from './fields.ts';
import { elementOf, type Journal } from './journal.ts';
import { SETTLE_MS, WRITE_TIMEOUT_MS } from './limits.ts';
import { RawRecord, SysId } from './schema.ts';
import type { Tickets } from './tickets.ts';

export interface CommentParts {
  readonly client: ServiceNowClient;
  readonly directory: Directory;
  readonly tickets: Tickets;
  readonly journal: Journal;
}

type Written = { readonly id: CommentId };

/** How far the instance's clock may be behind ours where the text itself names its Slack message. */
const CLOCK_SLACK_MS = 3_600_000;

/** A reference to the Slack message makes two equal sentences two different texts, and with them the proof exact. */
function referenceOf(draft: CommentDraft): string | null {
  return draft.source === null ? null : (draft.source.permalink ?? `message ${draft.source.ts}`);
}

const textOf = (draft: CommentDraft) => journalText(draft.author, draft.text, referenceOf(draft));

async function findWritten(
  parts: CommentParts,
  draft: CommentDraft,
  attempt: Attempt,
): Promise<Outcome<Written | null>> {
  const sysId = SysId.safeParse(draft.ticket);
  if (!sysId.success) return rejected('not-found', 'ServiceNow has no such ticket.');
  const user = await parts.directory.ourselves();
  if (user.kind !== 'ok') return user;
  const slackMs = draft.source === null ? 0 : CLOCK_SLACK_MS;
  const entries = await parts.journal.entries(sysId.data, new Date(attempt.startedAt.getTime() - slackMs));
  if (entries.kind !== 'ok') return entries;
  const [element, wanted] = [elementOf(draft.visibility), comparable(textOf(draft))];
  const us = user.value.user_name.toLowerCase();
  const own = entries.value.find((entry) => {
    const isOurs = entry.element === element && entry.sys_created_by.toLowerCase() === us;
    return isOurs && comparable(entry.value) === wanted;
  });
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
    const cause = found.kind === 'ok' ? 'It is not in the journal yet' : found.reason;
    return unknownEffect(`ServiceNow took a comment whose id we could not read. ${cause}`);
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    return unknownEffect('ServiceNow took a comment; the time to read its id was over.');
  }
}

async function sendComment(
  parts: CommentParts,
  draft: CommentDraft,
  attempt: Attempt,
): Promise<Outcome<Written>> {
  if (isBlank(draft.text)) return rejected('invalid', 'A comment without words is not sent to ServiceNow.');
  const located = await parts.tickets.locate(draft.ticket);
  if (located.kind !== 'ok') return located;
  // Asked before the write: without our name the entry could not be recognised afterwards.
  const user = await parts.directory.ourselves();
  if (user.kind !== 'ok') return user;
  const written = await parts.client.update(located.value.table, located.value.sysId, {
    values: { [elementOf(draft.visibility)]: textOf(draft) },
    row: RawRecord,
    fields: ['sys_id', 'number'],
    doing: 'to add a comment',
  });
  if (written.kind !== 'ok') return written;
  return nameWritten(parts, draft, attempt);
}

/**
 * Adds a comment or a work note. Proof: the journal entry with exactly this text, by our own user, since the attempt
 * began; the caller keeps one in flight per ticket. The journal cannot be edited, so an entry stays what it was.
 */
export function createCommentEffect(parts: CommentParts): Effect<CommentDraft, Written> {
  return {
    proof: 'content',
    timeoutMs: WRITE_TIMEOUT_MS,
    settleMs: SETTLE_MS,
    send: (draft, attempt) => sendComment(parts, draft, attempt),
    find: (draft, attempt) => findWritten(parts, draft, attempt),
  };
}
