import type { Operation } from '../model/link.ts';
import type { Known } from './observed.ts';

/** Do both sides agree? Derived from what we know at this moment, never stored. */
export type Receipt =
  | { readonly state: 'in-sync'; readonly carried: number }
  | { readonly state: 'lagging'; readonly waiting: number; readonly why: readonly string[] }
  | { readonly state: 'apart'; readonly why: readonly string[] };

type Receivable = Pick<Known, 'link' | 'items' | 'open'>;

/** What one link can say of itself. Stopped is apart, waiting is lagging; else both sides agree. */
export function receiptOf({ link, items, open }: Receivable): Receipt {
  const stopped = open.filter((operation) => operation.state === 'parked');
  if (link.status === 'parked' || stopped.length > 0) {
    return { state: 'apart', why: [link.parkedReason ?? 'Something could not be carried over.'] };
  }
  const waiting = open.filter(
    (operation) => operation.body.kind !== 'whisper' && operation.body.kind !== 'card',
  );
  const unread = link.stale > link.seen;
  if (waiting.length === 0 && !unread && link.status !== 'provisional') {
    return { state: 'in-sync', carried: items.filter((item) => item.copies.length > 0).length };
  }
  const why = [
    ...new Set(waiting.map(whyWaiting)),
    ...(unread ? ['The ticket has changed and is being read.'] : []),
  ];
  return { state: 'lagging', waiting: waiting.length, why };
}

function whyWaiting({ lane, state }: Operation): string {
  const where = lane === 'slack' ? 'Slack' : 'the ticket';
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
      return `In sync: this thread and ${key} agree, with ${receipt.carried} messages and files carried over.`;
    case 'lagging':
      return `Lagging: ${receipt.waiting} still to carry over. ${receipt.why.join(' ')}`;
    case 'apart':
      return `Apart: ${receipt.why.join(' ')} An operator sees it with "deskbridge parked".`;
  }
}
