import type { Operation } from '../model/link.ts';
import {
  apart,
  doesNotAnswer,
  hasItsTurn,
  inSync,
  isChecked,
  lagging,
  NOT_CARRIED,
  notReached,
  skipped,
  THREAD_IS_READ,
  TICKET_IS_READ,
  waits,
  wasStopped,
} from '../texts/in-sync.ts';
import { theTicket } from '../texts/names.ts';
import type { Known, Outlook } from './observed.ts';

/** Do both sides agree? Derived from what we know at this moment, never stored. */
export type Receipt =
  | { readonly state: 'in-sync'; readonly carried: number; readonly readAt: Date | null }
  | { readonly state: 'lagging'; readonly waiting: number; readonly why: readonly string[] }
  | { readonly state: 'apart'; readonly why: readonly string[] };

export type Receivable = Pick<Known, 'link' | 'items' | 'open' | 'outlook'>;

/** What shows what is true when it runs, or concerns one person: nobody waits for these. */
const SILENT = new Set<string>(['whisper', 'tell', 'card', 'backlink', 'approval-card']);

/** What one link can say of itself. Stopped is apart, waiting is lagging; else both sides agree. */
export function receiptOf({ link, items, open, outlook }: Receivable): Receipt {
  if (outlook !== undefined) return receiptFrom({ link, items, outlook });
  const stopped = open.filter((operation) => operation.state === 'parked');
  if (link.status === 'parked' || stopped.length > 0) {
    return { state: 'apart', why: [link.parkedReason ?? NOT_CARRIED] };
  }
  const waiting = open.filter(({ body }) => !SILENT.has(body.kind));
  const unread = link.stale > link.seen;
  if (waiting.length === 0 && !unread && link.status !== 'provisional') {
    return { state: 'in-sync', carried: carriedOf(items), readAt: null };
  }
  const why = [...new Set(waiting.map(whyWaiting)), ...(unread ? [TICKET_IS_READ] : [])];
  return { state: 'lagging', waiting: waiting.length, why };
}

/** The same, with what the outbox knows: since when, why, and when it goes on. */
function receiptFrom({
  link,
  items,
  outlook,
}: Pick<Receivable, 'link' | 'items'> & { outlook: Outlook }): Receipt {
  const { waiting, parkedSince, givenUp } = outlook;
  const stopped = waiting.filter(({ state }) => state === 'parked');
  if (link.status === 'parked' || stopped.length > 0 || givenUp > 0) {
    const whole = link.status === 'parked' ? [wasStopped(link.parkedReason, parkedSince)] : [];
    const single = stopped
      .filter(({ blocks }) => !blocks || link.status !== 'parked')
      .map(({ lane, reason, since }) => notReached(lane, since, reason));
    return { state: 'apart', why: [...whole, ...single, ...(givenUp === 0 ? [] : [skipped(givenUp)])] };
  }
  const unknown = unknownOf(link, outlook);
  if (waiting.length === 0 && unknown.length === 0 && link.status !== 'provisional')
    return { state: 'in-sync', carried: carriedOf(items), readAt: outlook.readAt };
  const why = (['ticket', 'slack'] as const).flatMap((lane) => {
    const [oldest, ...more] = waiting.filter((one) => one.lane === lane);
    if (oldest === undefined) return [];
    const { since, reason, state } = oldest;
    const nextAt = state === 'sending' ? null : oldest.nextAt;
    return [waits({ side: lane, things: more.length + 1, since, reason, nextAt })];
  });
  return {
    state: 'lagging',
    waiting: waiting.length,
    why: [...why, ...unknown],
  };
}

const carriedOf = (items: Receivable['items']) => items.filter((item) => item.copies.length > 0).length;

/** What may be new without our having seen it. */
function unknownOf(link: Receivable['link'], { away, threadDue }: Outlook): readonly string[] {
  return [
    ...away.map(({ lane, reason }) => doesNotAnswer(lane, reason)),
    ...(link.stale > link.seen ? [TICKET_IS_READ] : []),
    ...(threadDue ? [THREAD_IS_READ] : []),
  ];
}

const whyWaiting = ({ lane, state }: Operation) => (state === 'sending' ? isChecked(lane) : hasItsTurn(lane));

/** The receipt for the person who asked. */
export function receiptText(known: Receivable): string {
  const receipt = receiptOf(known);
  switch (receipt.state) {
    case 'in-sync':
      return inSync(theTicket(known.link.ticket?.key), receipt.carried, receipt.readAt);
    case 'lagging':
      return lagging(receipt.waiting, receipt.why);
    case 'apart':
      return apart(receipt.why);
  }
}
