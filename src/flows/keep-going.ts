import { SHARDS, shardOf } from '../model/delivery.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { World } from './world.ts';

/** Older than this, an undone row has lost its ring. */
const LOST_RING_MS = 2_000;
/** A reply whose root has not come for this long belongs to a thread that is no request. */
const WAIT_FOR_ROOT_HOURS = 24;
/** Every bucket is full again long before. */
const FORGET_BUDGET_HOURS = 24;
/** Nothing brings a piece of news up again that was told so long ago. */
const FORGET_TOLD_DAYS = 7;
/** A token that has ended so long ago says nothing to anybody. */
const FORGET_TOKEN_DAYS = 30;
const POLL_TIMEOUT_MS = 60_000;
const MOST_PAGES = 20;
/** A ticket of an open request that nobody read for this long is read again, whatever hooks and polls said. */
const READ_AGAIN_MINUTES = 60;
/** So many of a connector every half minute: 1,200 an hour. */
const READ_AGAIN = 10;

/** Rings the shards whose links fell due, and those of what was held or slowed long enough. Runs every second. */
export async function ringDue(world: World): Promise<void> {
  for (const shard of await world.store.links.dueShards(0, SHARDS)) world.ring(shard);
  for (const shard of await world.store.deliveries.releaseSlowed()) world.ring(shard);
  const { holdMs } = world.rules;
  if (holdMs === 0) return;
  for (const shard of await world.store.deliveries.releaseHeld(holdMs)) world.ring(shard);
}

/** Rings again for what stayed undone: heals every lost ring. */
export async function sweep(world: World): Promise<void> {
  await world.store.deliveries.reconsiderWaiting();
  const shards = new Set([
    ...(await world.store.deliveries.staleShards(LOST_RING_MS)),
    ...(await world.store.links.dueShards(LOST_RING_MS, SHARDS)),
  ]);
  if (shards.size > 0) world.metrics.count('deskbridge_sweep_rings', {}, shards.size);
  for (const shard of shards) world.ring(shard);
}

/** Drops what is older than the retention allows. */
export async function retain(world: World): Promise<void> {
  await world.store.transaction((tx) => tx.deliveries.rotateBodies(world.rules.inboxDays));
  await world.store.deliveries.reconsiderUnreadable();
  await world.store.budgets.forgetUnused(FORGET_BUDGET_HOURS);
  await world.store.digests.forgetTold(FORGET_TOLD_DAYS);
  await world.store.approvals.tokens.forget(FORGET_TOKEN_DAYS);
  const closed = await world.store.deliveries.giveUpWaiting(WAIT_FOR_ROOT_HOURS);
  if (closed > 0) world.metrics.count('deskbridge_deliveries_given_up', {}, closed);
}

/** Asks one ticket system what changed: finds what a lost hook would have told. */
export async function pollTickets(world: World, id: ConnectorId): Promise<void> {
  const connector = world.connectors.get(id);
  if (connector === undefined) return;
  if ((await world.store.budgets.pausedForMs(id)) > 0) return;
  await readAgain(world, id);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const cursor = await world.store.configurations.pollCursor(id);
    const changes = await world.io.run('ticket.changes', { timeoutMs: POLL_TIMEOUT_MS }, () =>
      connector.changesSince(cursor),
    );
    if (changes.kind !== 'ok') {
      world.metrics.count('deskbridge_polls_failed', { connector: id });
      if (changes.kind === 'retry' && changes.scope === 'turn') return;
      if (changes.kind === 'retry')
        await world.store.budgets.pause(id, changes.reason, changes.afterMs ?? null);
      else
        world.log.error(
          { connector: id, reason: changes.reason },
          'A ticket system refuses to say what changed',
        );
      // A cursor that is refused would be refused for ever: begin again now, as on the first day.
      if (changes.kind === 'rejected' && changes.code === 'invalid' && cursor !== null) {
        await world.store.configurations.forgetPollCursor(id);
      }
      return;
    }
    const { tickets, cursor: next, more } = changes.value;
    const woken = await world.store.transaction(async (tx) => {
      const links = await tx.links.markStale(id, tickets);
      await tx.configurations.savePollCursor(id, next);
      return links;
    });
    for (const link of woken) world.ring(shardOf(link));
    if (!more) return;
  }
}

/** A change that both a hook and the poll have lost is found in the end. */
async function readAgain(world: World, id: ConnectorId): Promise<void> {
  const limit = { destination: `${id}:read-again`, burst: 1, perSecond: 1 / 30 };
  if ((await world.store.budgets.take([limit])) > 0) return;
  const wanted = { minutes: READ_AGAIN_MINUTES, limit: READ_AGAIN };
  const woken = await world.store.links.markUnread(id, wanted);
  if (woken.length > 0) world.metrics.count('deskbridge_tickets_read_again', { connector: id }, woken.length);
  for (const link of woken) world.ring(shardOf(link));
}
