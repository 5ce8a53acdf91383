import { createHash } from 'node:crypto';
import type { Link } from '../model/link.ts';
import type { Card } from '../slack/out/card.ts';
import type { StoreTx } from '../store/store.ts';
import { notShownHere, onItsWay, THIS_THREAD } from '../texts/carrying.ts';
import { ticketName } from '../texts/names.ts';
import { queueTitle } from './queue-title.ts';
import type { World } from './world.ts';

/** What the card of a link shows now; null before the request is routed. */
export function cardOf(world: World, link: Link): Card | null {
  const { route, request, ticket } = link;
  if (route === null || request === null) return null;
  return {
    link: link.id,
    summary: ticket?.fields?.summary ?? request.summary,
    key: ticket?.key ?? null,
    url: ticket?.url ?? null,
    kind: route.kind,
    queue: queueTitle(world.rules, route.queue),
    fields: ticket?.fields ?? null,
    priority: route.priority,
    reason: route.reason,
    stopped: link.parkedReason,
    lagging: laggingOf(link),
    requester: link.requester,
    ...(ticket?.fields?.restricted === true ? { onlyLink: true } : {}),
  };
}

/** Said in words that stay the same while it lasts: a card is not edited every minute. */
function laggingOf({ waits, missing, ticket }: Link): string | null {
  const key = ticketName(ticket?.key);
  if (missing !== null) return notShownHere(key, missing);
  if (waits === null) return null;
  return onItsWay(waits.lane === 'slack' ? THIS_THREAD : key, waits.since);
}

export function cardHash(card: Card): string {
  return createHash('sha256').update(JSON.stringify(card)).digest('hex');
}

/**
 * Asks for the card to be posted or edited when it no longer shows what is true. One such operation waits at most: it
 * renders what is true when it runs, so a hundred changes in a row cost one edit.
 */
export async function keepCardTrue(world: World, tx: StoreTx, id: Link['id']): Promise<void> {
  const link = await tx.links.get(id);
  const card = link === null ? null : cardOf(world, link);
  if (link === null || card === null || cardHash(card) === link.cardShown) return;
  const open = await tx.operations.open(id);
  if (open.some((operation) => operation.body.kind === 'card' && operation.state === 'ready')) return;
  await tx.operations.append(id, [{ lane: 'slack', itemId: null, body: { kind: 'card' } }]);
}
