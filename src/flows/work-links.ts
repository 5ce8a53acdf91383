import { shardOf } from '../model/delivery.ts';
import type { Lease, LeaseBook } from '../store/leases.ts';
import { createFloodWatch } from './slow-down.ts';
import { sort } from './sort.ts';
import { syncLink } from './sync-link.ts';
import type { World } from './world.ts';

export interface LinkWork {
  /** Handles one ring: sorts the shard's new deliveries, leases its ready links, starts them and returns. */
  serve(shard: number): Promise<void>;
  /** Takes nothing new and waits for the links in hand, `graceMs` at most. */
  drain(graceMs: number): Promise<void>;
  /** Links in hand. */
  busy(): number;
}

export interface LinkWorkOptions {
  readonly world: World;
  readonly leases: LeaseBook;
  /** Links that one process works on at a time. */
  readonly limit: number;
  /** How often leases are renewed, in milliseconds; well below their time to live. */
  readonly renewEveryMs: number;
  /** Called when sorting has brought up errands. */
  readonly onErrands: () => void;
}

/** The pool of one process: a slow vendor keeps a link busy here, never a shard job. */
export function createLinkWork({ world, leases, limit, renewEveryMs, onErrands }: LinkWorkOptions): LinkWork {
  const running = new Set<Promise<void>>();
  const hungry = new Set<number>();
  const watch = createFloodWatch();
  let reserved = 0;
  let draining = false;
  const renewal = setInterval(() => {
    leases
      .renew()
      .catch((error: unknown) => world.log.warn({ error: String(error) }, 'Leases could not be renewed'));
  }, renewEveryMs);

  async function work(lease: Lease): Promise<void> {
    try {
      await syncLink(world, lease);
    } catch (error) {
      noteFailure(lease, error);
      await postpone(lease);
    } finally {
      await world.store.release(lease).catch((error: unknown) => {
        world.log.warn(
          { link: lease.link, error: String(error) },
          'A lease could not be given back; it will run out',
        );
      });
      leases.forget(lease);
    }
  }

  function noteFailure(lease: Lease, error: unknown): void {
    if (error instanceof Error && (error.name === 'LeaseLost' || error.name === 'DeadlinePassed')) {
      world.metrics.count('deskbridge_leases_lost');
      return;
    }
    world.metrics.count('deskbridge_bugs', { where: 'link' });
    world.log.error(
      { link: lease.link, error: String(error) },
      'Work on a link failed; it is tried again in a while',
    );
  }

  /** A link that cannot be worked on must not spin: it is looked at again after a pause. */
  async function postpone(lease: Lease): Promise<void> {
    await world.store.fenced(lease, (tx) => tx.links.planLater(lease.link, 5_000)).catch(() => {});
  }

  function start(lease: Lease): void {
    const task = work(lease).then(() => {
      running.delete(task);
      // Somebody may wait for the place that came free, or for what came in while this link was in hand.
      const next = new Set([...hungry, shardOf(lease.link)]);
      hungry.clear();
      if (!draining) for (const shard of next) world.ring(shard);
    });
    running.add(task);
  }

  /** Leases what fits into the pool and starts it; `wanted` are the shards to ring again when something did not fit. */
  async function fill(
    take: (limit: number) => Promise<readonly Lease[]>,
    wanted: Iterable<number>,
  ): Promise<void> {
    // Reserved before the question, because other rings ask at the same time.
    const room = Math.max(0, limit - running.size - reserved);
    reserved += room;
    try {
      if (room > 0) for (const lease of await take(room)) start(lease);
    } finally {
      reserved -= room;
    }
    if (running.size + reserved >= limit) for (const shard of wanted) hungry.add(shard);
  }

  return {
    async serve(shard) {
      let more = !draining;
      while (more) {
        const { links, errands, more: unsorted } = await sort(world, shard, watch);
        if (errands > 0) onErrands();
        // Straight from the sorter into the pool: another ring would cost a way through the queue.
        if (links.length > 0 && !draining) {
          await fill((room) => leases.acquireAmong(links, room), links.map(shardOf));
        }
        more = unsorted && !draining;
      }
      if (!draining) await fill((room) => leases.acquire(shard, room), [shard]);
    },
    async drain(graceMs) {
      draining = true;
      const waited = AbortSignal.timeout(graceMs);
      const done = Promise.all(running);
      await Promise.race([
        done,
        new Promise((resolve) => waited.addEventListener('abort', resolve, { once: true })),
      ]);
      clearInterval(renewal);
    },
    busy: () => running.size,
  };
}
