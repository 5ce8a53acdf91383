import type { Lane, Operation } from '../model/link.ts';
import type { Known, Outlook } from './observed.ts';

/** Do both sides agree? Derived from what we know at this moment, never stored. */
export type Receipt =
  | { readonly state: 'in-sync'; readonly carried: number; readonly readAt: Date | null }
  | { readonly state: 'lagging'; readonly waiting: number; readonly why: readonly string[] }
  | { readonly state: 'apart'; readonly why: readonly string[] };

export type Receivable = Pick<Known, 'link' | 'items' | 'open' | 'outlook'>;

/** What shows what is true when it runs, or concerns one person: nobody waits for these. */
const SILENT = new Set<string>(['whisper', 'tell', 'card', 'backlink']);

/** What one link can say of itself. Stopped is apart, waiting is lagging; else both sides agree. */
export function receiptOf({ link, items, open, outlook }: Receivable): Receipt {
  if (outlook !== undefined) return receiptFrom({ link, items, outlook });
  const stopped = open.filter((operation) => operation.state === 'parked');
  if (link.status === 'parked' || stopped.length > 0) {
    return { state: 'apart', why: [link.parkedReason ?? 'Something could not be carried over.'] };
  }
  const waiting = open.filter(({ body }) => !SILENT.has(body.kind));
  const unread = link.stale > link.seen;
  if (waiting.length === 0 && !unread && link.status !== 'provisional') {
    return { state: 'in-sync', carried: carriedOf(items), readAt: null };
  }
  const why = [
    ...new Set(waiting.map(whyWaiting)),
    ...(unread ? ['The ticket has changed and is being read.'] : []),
  ];
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
    const whole =
      link.status === 'parked'
        ? [
            `${link.parkedReason ?? 'It was stopped.'}${parkedSince === null ? '' : ` Since ${clock(parkedSince)}.`}`,
          ]
        : [];
    const single = stopped
      .filter(({ blocks }) => !blocks || link.status !== 'parked')
      .map(
        ({ lane, reason, since }) =>
          `Something did not reach ${nameOf(lane)} (${clock(since)}): ${reason ?? 'it was stopped.'}`,
      );
    const skipped =
      givenUp === 0 ? [] : [`An operator has skipped ${givenUp === 1 ? 'one thing' : `${givenUp} things`}.`];
    return { state: 'apart', why: [...whole, ...single, ...skipped] };
  }
  const unknown = unknownOf(link, outlook);
  if (waiting.length === 0 && unknown.length === 0 && link.status !== 'provisional')
    return { state: 'in-sync', carried: carriedOf(items), readAt: outlook.readAt };
  const why = (['ticket', 'slack'] as const).flatMap((lane) => {
    const [oldest, ...more] = waiting.filter((one) => one.lane === lane);
    if (oldest === undefined) return [];
    const what = more.length === 0 ? 'One thing waits' : `${more.length + 1} things wait`;
    const because = oldest.reason === null ? '' : ` (${oldest.reason.replace(/\.$/, '')})`;
    const next =
      oldest.state === 'sending'
        ? 'It is being checked whether the first has arrived.'
        : `Next try ${clock(oldest.nextAt)}.`;
    return [`${what} to reach ${nameOf(lane)} since ${clock(oldest.since)}${because}. ${next}`];
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
    ...away.map(({ lane, reason }) => {
      const who = lane === 'slack' ? 'Slack' : 'The ticket system';
      return `${who} does not answer at the moment${reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`}, so nobody knows what is new there.`;
    }),
    ...(link.stale > link.seen ? ['The ticket has changed and is being read.'] : []),
    ...(threadDue ? ['The thread is being read again.'] : []),
  ];
}

const nameOf = (lane: Lane) => (lane === 'slack' ? 'Slack' : 'the ticket');
const clock = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function whyWaiting({ lane, state }: Operation): string {
  const where = nameOf(lane);
  return state === 'sending'
    ? `It is being checked whether something has reached ${where}.`
    : `Something waits for its turn to go to ${where}.`;
}

/** The receipt for the person who asked. */
export function receiptText(known: Receivable): string {
  const receipt = receiptOf(known);
  const key = known.link.ticket?.key ?? 'The ticket';
  switch (receipt.state) {
    case 'in-sync':
      return (
        `In sync: this thread and ${key} agree, with ${receipt.carried} messages and files carried over.` +
        (receipt.readAt === null ? '' : ` The ticket was read last ${clock(receipt.readAt)}.`)
      );
    case 'lagging':
      return `Lagging: ${receipt.waiting} still to carry over. ${receipt.why.join(' ')}`;
    case 'apart':
      return `Apart: ${receipt.why.join(' ')} An operator sees it with "deskbridge parked".`;
  }
}
