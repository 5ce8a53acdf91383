import { checkCrossing } from './check-crossing.ts';
import { checkLedger } from './check-ledger.ts';
import { checkTelling } from './check-telling.ts';
import type { LinkView, Violation, WorldView } from './view.ts';
import { quotes } from './words.ts';

export interface CheckOptions {
  /**
   * `rest`: nothing happens any more and nothing is at fault, so everything must have been done. `running`: what is
   * younger than `graceMs` may still be on its way.
   */
  readonly when: 'rest' | 'running';
  /** In milliseconds. */
  readonly graceMs: number;
}

/**
 * The one checker: which promises does this world break? Pure, and the same for random histories, for real processes
 * under faults and for live data. What the view does not show is not checked.
 */
export function checkWorld(world: WorldView, options: CheckOptions): readonly Violation[] {
  return [
    ...checkPairs(world),
    ...checkUndone(world, options),
    ...world.links.flatMap((link) => [
      ...checkLedger(link),
      ...checkTelling(link, { ...options, now: world.now }),
      ...checkCrossing(link, { settled: isSettled(world, link, options), now: world.now }),
    ]),
    ...checkTruth(world),
  ];
}

/** Nothing of this link is on its way, so both of its sides can be compared. */
function isSettled(world: WorldView, view: LinkView, { when }: CheckOptions): boolean {
  if (when === 'rest') return true;
  const waits = view.operations.some(({ state }) => state === 'ready' || state === 'sending');
  const undone = world.undone.some((delivery) => delivery.link === view.link.id);
  return !waits && !undone && view.link.stale <= view.link.seen;
}

/** One thread is one ticket. */
function checkPairs({ links, strayTickets }: WorldView): Violation[] {
  const found: Violation[] = strayTickets.map((ticket) => ({
    invariant: 'I4',
    link: null,
    what: `Ticket ${ticket} carries our marker, and no link knows it.`,
  }));
  const owners = new Map<string, string>();
  for (const { link } of links) {
    const { conversation, ticket } = link;
    const ends = [
      conversation === null ? null : `thread ${conversation.channel}:${conversation.root}`,
      ticket === null || ticket.id === null ? null : `ticket ${ticket.connector}:${ticket.id}`,
    ];
    for (const end of ends) {
      if (end === null) continue;
      const other = owners.get(end);
      if (other !== undefined) {
        found.push({ invariant: 'I4', link: link.id, what: `The ${end} belongs to link ${other}, too.` });
      }
      owners.set(end, link.id);
    }
  }
  return found;
}

/** What was acknowledged is being worked on. Only a message whose thread is no request may wait. */
function checkUndone({ undone, now, links }: WorldView, { when, graceMs }: CheckOptions): Violation[] {
  return undone.flatMap((delivery): Violation[] => {
    if (delivery.state === 'waiting') {
      const root = delivery.reason === 'root-not-seen-yet';
      const what = `Delivery ${delivery.id} waits because it is ${delivery.reason}.`;
      return root ? [] : [{ invariant: 'I9', link: null, what }];
    }
    const ageMs = now.getTime() - delivery.receivedAt.getTime();
    const view = links.find(({ link }) => link.id === delivery.link);
    const sending = view?.operations.some(({ state }) => state === 'sending') ?? false;
    // No plan is made while something of ours may be on its way; and a loop rests.
    if (when === 'running' && (ageMs < graceMs || sending || view?.link.parkedWhy === 'loop')) return [];
    const what = `Delivery ${delivery.id} was accepted at ${delivery.receivedAt.toISOString()} and is still ${delivery.state}.`;
    return [{ invariant: 'I1', link: delivery.link, what }];
  });
}

/** What only a sandbox can know: which words were secret, and which were taken back. */
function checkTruth({ truth, links }: WorldView): Violation[] {
  if (truth === null) return [];
  const found: Violation[] = [];
  for (const secret of truth.secrets) {
    const leak = truth.shown.find((text) => quotes(text, secret));
    if (leak !== undefined)
      found.push({ invariant: 'I8', link: null, what: `Never public, and shown in Slack: "${secret}"` });
  }
  for (const words of truth.retracted) {
    for (const { link, messages, ticket } of links) {
      const inSlack = messages?.some(({ by, gone, text }) => by === 'us' && !gone && quotes(text, words));
      const onTicket =
        ticket !== null &&
        ticket !== 'gone' &&
        ticket.comments.some((one) => one.ours && quotes(one.text, words));
      if (inSlack === true)
        found.push({
          invariant: 'I7',
          link: link.id,
          what: `Slack still shows words that were taken back: "${words}"`,
        });
      if (onTicket)
        found.push({
          invariant: 'I7',
          link: link.id,
          what: `The ticket still shows words that were taken back: "${words}"`,
        });
    }
  }
  return found;
}
