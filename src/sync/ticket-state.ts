import type { LinkedTicket } from '../model/link.ts';
import { isReached, type TicketSnapshot } from '../model/ticket.ts';
import { statusNews } from '../texts/card-answers.ts';
import { REPLIES_ARE_KEPT, ticketGone } from '../texts/carrying.ts';
import { theTicket } from '../texts/names.ts';
import { isDone, openAgain } from '../texts/status.ts';
import type { Known } from './observed.ts';
import { nameOf } from './say-on-ticket.ts';
import { notice, type Step, tellWatchers } from './steps.ts';

/** A change that no reading has shown for so long was overtaken by another. */
const SHOWS_WITHIN_MS = 5 * 60_000;

/** The ticket cannot be seen any more. */
export function planGone(known: Known): Step[] {
  if (known.link.status === 'parked') return [];
  const reason = ticketGone(theTicket(known.link.ticket?.key));
  return [
    { do: 'status', status: 'parked', parkedReason: reason },
    { do: 'record', kind: 'link.parked', actor: 'deskbridge', data: { why: 'ticket-gone' } },
    notice(`${reason} ${REPLIES_ARE_KEPT}`),
  ];
}

/** All fields are for the card; only the end and a new beginning of the request are said in the thread. */
export function planState(known: Known, ticket: LinkedTicket, snapshot: TicketSnapshot): Step[] {
  const { id, key, url, comments: _comments, files: _files, updatedAt, ...fields } = snapshot;
  const save: Step = { do: 'ticket', ticket: { ...ticket, id, key, url, fields, updatedAt } };
  return [save, ...planTransition(known, snapshot)];
}

function planTransition(known: Known, snapshot: TicketSnapshot): Step[] {
  const { link } = known;
  const before = link.ticket?.fields?.status ?? null;
  const done = snapshot.status.category === 'done';
  const wasDone = link.status === 'closed' || (link.status === 'parked' && before?.category === 'done');
  // What stopped a lane is not mended by a ticket that can be read: the link stays parked until that lane is free.
  const blocked = known.open.some((operation) => operation.state === 'parked' && operation.blocks);
  const status = blocked && link.status === 'parked' ? 'parked' : done ? 'closed' : 'live';

  const steps: Step[] = [];
  if (before !== null ? before.name !== snapshot.status.name : done) {
    const data = { from: before?.name ?? null, to: snapshot.status.name };
    steps.push({ do: 'record', kind: 'ticket.status', actor: 'ticket', data });
    if (before !== null) steps.push(...tellOfStatus(known, snapshot));
  }
  if (status !== link.status) steps.push({ do: 'status', status, parkedReason: null });
  if (isOwnChangeOver(known, snapshot)) steps.push({ do: 'own-change-over' });
  if (done !== wasDone) steps.push(...sayTransition(known, snapshot, done), ...pointBack(known));
  return steps;
}

function tellOfStatus({ link, watchers }: Known, { key, status }: TicketSnapshot): Step[] {
  const { ownChange } = link;
  const own = ownChange !== null && isReached(status.category, ownChange.status);
  return tellWatchers(watchers, statusNews(key, status.name), own ? ownChange.by : null);
}

/** The link from the ticket to the thread says whether the request is open; one that waits says what is true by then. */
function pointBack({ pointsBack, open }: Known): Step[] {
  const waits = open.some(({ body, state }) => body.kind === 'backlink' && state === 'ready');
  if (!pointsBack || waits) return [];
  return [{ do: 'operate', operation: { lane: 'ticket', itemId: null, body: { kind: 'backlink' } } }];
}

/** A reading may lag behind what somebody did: it has shown when it shows, and never will when another came instead. */
function isOwnChangeOver({ link, now }: Known, { status }: TicketSnapshot): boolean {
  const { ownChange } = link;
  if (ownChange === null) return false;
  const before = link.ticket?.fields?.status ?? null;
  const isOther = before !== null && before.name !== status.name;
  const isLong = now.getTime() - ownChange.at.getTime() > SHOWS_WITHIN_MS;
  return isReached(status.category, ownChange.status) || isOther || isLong;
}

/** Nobody is told of what he did himself; the one who asked is told who did it. */
function sayTransition(known: Known, snapshot: TicketSnapshot, done: boolean): Step[] {
  const { ownChange, requester } = known.link;
  const confirmed = ownChange !== null && isReached(snapshot.status.category, ownChange.status);
  if (confirmed && ownChange.by === requester) return [];
  const by = confirmed ? nameOf(known, ownChange.by) : null;
  const { key, status } = snapshot;
  return [notice(done ? isDone(key, status.name, by) : openAgain(key, by))];
}
