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
  const comments = snapshot.comments.flatMap((comment) => planComment(known, comment, snapshot.key));
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
  const { link } = known;
  const newest = Math.max(
    ticket.commentsSince?.getTime() ?? 0,
    ...snapshot.comments.map((comment) => comment.createdAt.getTime() - OVERLAP_MS),
  );
  const steps: Step[] = [
    {
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
    },
  ];
  if (link.status === 'parked' || link.status === 'provisional') {
    steps.push({ do: 'status', status: 'live', parkedReason: null });
  }
  return [...steps, ...planTransition(known, snapshot)];
}

/** The card shows every state; the thread is told only when the request ends or begins again. */
function planTransition(known: Known, snapshot: TicketSnapshot): Step[] {
  const { link } = known;
  const done = snapshot.status.category === 'done';
  const before = link.ticket?.status ?? null;
  const change: Step = {
    do: 'record',
    kind: 'ticket.status',
    actor: 'ticket',
    data: { from: before?.name ?? null, to: snapshot.status.name },
  };
  if (before?.name === snapshot.status.name && done === (link.status === 'closed')) return [];
  if (done && link.status !== 'closed') {
    return [
      change,
      { do: 'status', status: 'closed', parkedReason: null },
      notice(
        `${snapshot.key} is ${snapshot.status.name}. If it is not solved, reply here and it opens again.`,
      ),
    ];
  }
  if (!done && link.status === 'closed') {
    return [
      change,
      { do: 'status', status: 'live', parkedReason: null },
      notice(`${snapshot.key} is open again.`),
    ];
  }
  return before === null ? [] : [change];
}
