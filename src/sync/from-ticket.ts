import type { LinkedTicket } from '../model/link.ts';
import type { TicketComment, TicketSnapshot } from '../model/ticket.ts';
import type { Known } from './observed.ts';
import { notice, type Step } from './steps.ts';

/** Vendors order comments by a clock that is not quite steady: look back this far beyond the newest one seen. */
const OVERLAP_MS = 120_000;

/** What a fresh reading of the ticket asks for. A re-read is the only source: hooks are hints. */
export function planTicket(known: Known, snapshot: TicketSnapshot | 'gone'): Step[] {
  const { link } = known;
  const ticket = link.ticket;
  if (ticket === null) return [];
  if (snapshot === 'gone') return planGone(known);
  // A reading that is older than what we know (a lagging replica) changes nothing: status never moves backwards.
  const older = ticket.updatedAt !== null && snapshot.updatedAt < ticket.updatedAt;
  // By id: pages that shift while they are read show a comment twice.
  const read = new Map(snapshot.comments.map((comment) => [comment.id, comment]));
  const comments = [...read.values()].flatMap((comment) => planComment(known, comment, snapshot.key));
  if (older) return comments;
  return [...comments, ...planState(known, ticket, snapshot)];
}

function planGone(known: Known): Step[] {
  if (known.link.status === 'parked') return [];
  const key = known.link.ticket?.key ?? 'The ticket';
  const reason = `${key} is gone, or Deskbridge may not see it any more. An administrator of the ticket system can tell.`;
  return [
    { do: 'status', status: 'parked', parkedReason: reason },
    { do: 'record', kind: 'link.parked', actor: 'deskbridge', data: { why: 'ticket-gone' } },
    notice(`${reason} Replies here are kept and go on when it is back.`),
  ];
}

function planComment(known: Known, comment: TicketComment, key: string): Step[] {
  if (known.items.some((item) => item.commentId === comment.id)) return [];
  if (known.ours.has(comment.id) || (comment.marker !== null && known.ours.has(comment.marker))) return [];
  const item = {
    origin: 'ticket' as const,
    slackChannel: null,
    slackTs: null,
    commentId: comment.id,
    atMicros: comment.createdAt.getTime() * 1000,
    late: false,
    visibility: comment.visibility,
  };
  // Only public crosses. Internal and unknown ones are remembered, so that nobody takes them for new later.
  if (comment.visibility !== 'public' || comment.text.trim() === '')
    return [{ do: 'item', item, mirror: null }];
  const body = {
    kind: 'post' as const,
    author: `${comment.author} on ${key}`,
    text: comment.text,
    comment: comment.id,
    where: 'conversation' as const,
  };
  return [{ do: 'item', item, mirror: { lane: 'slack', itemId: null, body } }];
}

function planState(known: Known, ticket: LinkedTicket, snapshot: TicketSnapshot): Step[] {
  const newest = Math.max(
    ticket.commentsSince?.getTime() ?? 0,
    ...snapshot.comments.map((comment) => comment.createdAt.getTime() - OVERLAP_MS),
  );
  const save: Step = {
    do: 'ticket',
    ticket: {
      ...ticket,
      id: snapshot.id,
      key: snapshot.key,
      url: snapshot.url,
      summary: snapshot.summary,
      status: snapshot.status,
      assignee: snapshot.assignee,
      priority: snapshot.priority,
      updatedAt: snapshot.updatedAt,
      commentsSince: newest === 0 ? null : new Date(newest),
    },
  };
  return [save, ...planTransition(known, snapshot)];
}

/** The card shows every state; the thread is told only when the request ends or begins again. */
function planTransition(known: Known, snapshot: TicketSnapshot): Step[] {
  const { link } = known;
  const before = link.ticket?.status ?? null;
  const done = snapshot.status.category === 'done';
  const wasDone = link.status === 'closed' || (link.status === 'parked' && before?.category === 'done');
  // What stopped a lane is not mended by a ticket that can be read: the link stays parked until that lane is free.
  const blocked = known.open.some((operation) => operation.state === 'parked' && operation.blocks);
  const status = blocked && link.status === 'parked' ? 'parked' : done ? 'closed' : 'live';

  const steps: Step[] = [];
  if (before !== null ? before.name !== snapshot.status.name : done) {
    const data = { from: before?.name ?? null, to: snapshot.status.name };
    steps.push({ do: 'record', kind: 'ticket.status', actor: 'ticket', data });
  }
  if (status !== link.status) steps.push({ do: 'status', status, parkedReason: null });
  if (done && !wasDone) {
    steps.push(
      notice(
        `${snapshot.key} is ${snapshot.status.name}. If it is not solved, reply here and it opens again.`,
      ),
    );
  }
  if (!done && wasDone) steps.push(notice(`${snapshot.key} is open again.`));
  return steps;
}
