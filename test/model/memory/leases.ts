import { APART } from '../../../src/store/deliveries.ts';
import type { Lease, LeaseBook } from '../../../src/store/leases.ts';
import type { Db, LinkRow } from './db.ts';
import { isFree, shardOfRow } from './links.ts';
import { isOpen } from './operations.ts';

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Throws when the lease has passed to somebody else. */
export type Fence = (db: Db, lease: Lease) => void;

export const fence: Fence = (db, lease) => {
  if (db.links.get(lease.link)?.leaseEpoch !== lease.epoch)
    throw new LeaseLost(`The lease of link ${lease.link} passed to another worker`);
};

/** Leases on paper; what the real ones compare with real time runs on the same clock here as everything else. */
export function createLeaseBook(db: Db, owner: string, ttlMs: number): LeaseBook {
  const held = new Map<string, { epoch: number; until: number }>();

  function take(which: (row: LinkRow) => boolean, limit: number): readonly Lease[] {
    const due = [...db.links.values()]
      .filter((row) => which(row) && row.wakeAt !== null && row.wakeAt <= db.clock.now && isFree(db, row))
      .sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))
      .slice(0, limit);
    return due.map((row) => {
      const entry = { epoch: row.leaseEpoch + 1, until: db.clock.now + ttlMs };
      db.change(row, { leaseOwner: owner, leaseEpoch: entry.epoch, leaseUntil: entry.until });
      held.set(row.id, entry);
      return { link: row.id, epoch: entry.epoch, until: () => entry.until };
    });
  }

  return {
    acquire: async (shard, limit) => take((row) => shardOfRow(row) === shard, limit),
    acquireAmong: async (links, limit) => take((row) => links.includes(row.id), limit),
    async renew() {
      for (const [id, entry] of held) {
        const row = db.links.get(id);
        if (row === undefined || row.leaseOwner !== owner) continue;
        if (row.leaseUntil === null || row.leaseUntil <= db.clock.now || row.leaseEpoch !== entry.epoch)
          continue;
        entry.until = db.clock.now + ttlMs;
        db.change(row, { leaseUntil: entry.until });
      }
    },
    forget(lease) {
      if (held.get(lease.link)?.epoch === lease.epoch) held.delete(lease.link);
    },
    held: () => held.size,
  };
}

/** When the link has to be looked at next, once nobody holds it. */
export function release(db: Db, lease: Lease): void {
  const row = db.links.get(lease.link);
  if (row === undefined || row.leaseEpoch !== lease.epoch) return;
  const wakes = [...headWakes(db, row), ...planWakes(db, row)];
  const wakeAt = wakes.length === 0 ? null : Math.min(...wakes);
  db.change(row, { leaseOwner: null, leaseUntil: null, wakeAt });
}

function headWakes(db: Db, row: LinkRow): readonly number[] {
  const open = [...db.operations.values()].filter((one) => one.link === row.id && isOpen(one));
  const heads = open.filter((one) => !open.some((other) => other.lane === one.lane && other.seq < one.seq));
  const stopped = heads.some((head) => head.lane === 'slack' && head.state === 'parked');
  const isFree = (kind: string) => kind === 'whisper' || (kind === 'card' && row.card !== null && stopped);
  const free = open.filter((one) => one.lane === 'slack' && one.state !== 'parked' && isFree(one.body.kind));
  const overtaking = free.map((one) => one.nextAt);
  const first = heads
    .filter((head) => head.state !== 'parked')
    .map((head) => Math.max(row.planAfter ?? Number.NEGATIVE_INFINITY, head.nextAt));
  return [...first, ...overtaking];
}

function planWakes(db: Db, row: LinkRow): readonly number[] {
  const sending = [...db.operations.values()].some((one) => one.link === row.id && one.state === 'sending');
  if (sending) return [];
  const unread = row.stale > row.seen && (row.ticket?.id ?? null) !== null;
  const sorted = [...db.deliveries.values()].some(
    (one) => one.link === row.id && one.state === 'sorted' && one.reason !== APART,
  );
  if (!unread && !sorted) return [];
  return [Math.max(row.planAfter ?? Number.NEGATIVE_INFINITY, db.clock.now)];
}
