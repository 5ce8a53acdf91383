import type { SlackChannel } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Link } from '../model/link.ts';
import type { StoreTx } from '../store/store.ts';
import { leftAgents } from '../texts/move.ts';
import type { World } from './world.ts';

/** Where the agents of the queue in which a request lies talk among themselves; null: nowhere. */
export function agentsOf({ rules }: World, { route }: Pick<Link, 'route'>): SlackChannel | null {
  return route === null ? null : (rules.queues.get(route.queue)?.internalChannel ?? null);
}

/**
 * Gives a request to the agents of a queue. Those of the queue that it left have no part in it any more: their thread is told
 * so, and is no place of the request from here on.
 */
export async function giveToAgents(
  tx: StoreTx,
  { id, internal }: Pick<Link, 'id' | 'internal'>,
  channel: SlackChannel | null,
): Promise<void> {
  if (internal !== null && internal.channel !== channel) {
    const { channel: left, root } = internal;
    await tx.moves.leaveAgents(id, channel);
    await tx.errands.add({ kind: 'say', channel: left, user: null, root, text: leftAgents, button: null });
  }
  if (channel === null) return;
  // Where they have their thread already, or have another channel by then, it is skipped when it runs.
  await tx.operations.append(id, [{ lane: 'slack', itemId: null, body: { kind: 'open-internal', channel } }]);
}

/**
 * Was it said in a thread that is none of the request's places any more? It was sorted to the request in the moment before
 * that left the thread, and without its place nothing would say that it was meant for agents alone.
 */
export async function isOfLeftThread(
  { store }: World,
  { id, conversation, internal }: Link,
  intake: Intake,
): Promise<boolean> {
  const at =
    intake.kind === 'message' || intake.kind === 'edited'
      ? intake.message
      : intake.kind === 'deleted'
        ? intake
        : null;
  if (at === null) return false;
  const { team, channel, root } = at;
  if ([conversation, internal].some((place) => place?.channel === channel && place.root === root))
    return false;
  return (await store.links.byPlace({ team, channel, root })) !== id;
}
