import { hashOf, type NewDelivery, SHARDS } from '../../../src/model/delivery.ts';
import type { DeliveryId, LinkId } from '../../../src/model/ids.ts';
import { APART, type StoredDelivery } from '../../../src/store/deliveries.ts';
import type { Store } from '../../../src/store/store.ts';
import { type Db, type DeliveryRow, deliveryIdOf } from './db.ts';
import { toldOf } from './told.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_SORTED = 200;
const dayOf = (ms: number) => Math.floor(ms / DAY_MS);

/** The inbox on paper. */
export function createDeliveries(db: Db): Store['deliveries'] {
  const opened = ({ id, source, key, type, partition, body }: DeliveryRow): StoredDelivery => ({
    id,
    source,
    type,
    partition,
    repaired: key.startsWith('repair:'),
    sealedBecause: null,
    body: body ?? new Uint8Array(),
  });
  const where = (test: (row: DeliveryRow) => boolean) => [...db.deliveries.values()].filter(test);
  const set = (id: DeliveryId, to: Partial<DeliveryRow>) => {
    const row = db.deliveries.get(id);
    if (row !== undefined) db.change(row, to);
  };
  const isLost = (row: DeliveryRow) =>
    row.state === 'waiting' && row.reason !== 'unreadable' && row.reason !== 'slowed';
  const isSlowed = (row: DeliveryRow) => row.state === 'waiting' && row.reason === 'slowed';
  /** How long what came before in its thread still waits. */
  function behind({ partition }: DeliveryRow): number | null {
    const dues = where((row) => isSlowed(row) && row.partition === partition && row.type === 'event');
    const last = Math.max(...dues.map(({ dueAt }) => dueAt ?? Number.NEGATIVE_INFINITY));
    return Number.isFinite(last) ? Math.max(0, last - db.clock.now) : null;
  }
  const isGivenUpDeletion = ({ state, reason, identity, body }: DeliveryRow) =>
    state === 'ignored' &&
    reason === 'thread-without-request' &&
    identity?.split(':')[2] === 'message_deleted' &&
    body !== null;

  const namesOf = ({ source, key, identity }: NewDelivery) => [
    `key:${source}:${key}`,
    ...(identity === null ? [] : [`identity:${source}:${identity}`]),
  ];
  /** Of two in one batch that are the same, the first in this order is the one that is stored. */
  function freshIn(batch: readonly NewDelivery[]): ReadonlySet<NewDelivery> {
    const nameOf = ({ source, identity, key }: NewDelivery) => [source, identity ?? key, key].join('\n');
    const taken = new Set<string>();
    const order = batch.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
    const fresh = order.filter((delivery) => {
      const names = namesOf(delivery);
      if (names.some((name) => db.known.has(name) || taken.has(name))) return false;
      for (const name of names) taken.add(name);
      return true;
    });
    return new Set(fresh);
  }

  function store(delivery: NewDelivery): void {
    const { source, key, identity, type, partition, body } = delivery;
    const row: DeliveryRow = {
      id: deliveryIdOf(db),
      source,
      key,
      identity,
      type,
      partition,
      hash: hashOf(partition),
      receivedAt: db.clock.now,
      told: toldOf(delivery),
      body,
      state: 'new',
      reason: null,
      dueAt: null,
      link: null,
    };
    db.put(db.deliveries, row.id, row);
    for (const name of namesOf(delivery)) db.put(db.known, name, row.id);
  }

  return {
    async insert(batch) {
      const fresh = freshIn(batch);
      const seen = new Set<NewDelivery>();
      const isFirst = (delivery: NewDelivery) => seen.size < seen.add(delivery).size;
      const stored = batch.map((delivery) => isFirst(delivery) && fresh.has(delivery));
      for (const [index, delivery] of batch.entries()) if (stored[index] === true) store(delivery);
      return stored.map((isStored) => (isStored ? 'stored' : 'duplicate'));
    },
    async claimNew(shard, limit) {
      return where((row) => row.state === 'new' && row.hash % SHARDS === shard)
        .slice(0, limit)
        .map((row) => ({ ...opened(row), fresh: row.reason === null, behindMs: behind(row) }));
    },
    async lockPartitions() {},
    async close(id, state, reason) {
      set(id, { state, reason });
    },
    async closeAll(ids, reason) {
      for (const id of ids) set(id, { state: 'done', reason });
    },
    async attach(id: DeliveryId, link: LinkId, opens = false) {
      if (!db.links.has(link)) return false;
      set(id, { state: 'sorted', link, reason: opens ? 'opens' : null });
      return true;
    },
    async slow(waits) {
      for (const [id, ms] of waits) set(id, { state: 'waiting', reason: 'slowed', dueAt: db.clock.now + ms });
    },
    async releaseSlowed() {
      const due = where((row) => isSlowed(row) && row.dueAt !== null && row.dueAt <= db.clock.now);
      for (const row of due) db.change(row, { state: 'new' });
      return [...new Set(due.map((row) => row.hash % SHARDS))];
    },
    async isBypassed({ channel, ts }) {
      return db.known.has(`identity:slack:${channel}:${ts}:bypass`);
    },
    async releaseHeld(afterMs) {
      const held = where(
        (row) => row.state === 'waiting' && row.reason === 'held' && row.receivedAt <= db.clock.now - afterMs,
      );
      for (const row of held) db.change(row, { state: 'new' });
      return [...new Set(held.map((row) => row.hash % SHARDS))];
    },
    async setApart(ids) {
      for (const id of ids) if (db.deliveries.get(id)?.state === 'sorted') set(id, { reason: APART });
    },
    async attachWaiting(partition, link) {
      for (const row of where(
        (one) => (isLost(one) || isGivenUpDeletion(one)) && one.partition === partition,
      ))
        db.change(row, { state: 'sorted', link });
    },
    async sortedFor(link) {
      const rows = where((row) => row.state === 'sorted' && row.link === link && row.reason !== APART);
      const opens = (row: DeliveryRow) => (row.reason === 'opens' ? 0 : 1);
      return rows
        .sort((a, b) => opens(a) - opens(b))
        .slice(0, MOST_SORTED)
        .map(opened);
    },
    async reconsiderWaiting() {
      for (const row of where(isLost)) {
        const [, team, channel, root] = row.partition.split(':');
        if (db.places.has(`${team}:${channel}:${root}`)) db.change(row, { state: 'new' });
      }
    },
    async reconsiderUnreadable() {
      const isUnreadable = ({ state, reason }: DeliveryRow) =>
        (state === 'waiting' && reason === 'unreadable') || (state === 'sorted' && reason === APART);
      for (const row of where(isUnreadable)) db.change(row, { state: 'new' });
    },
    async staleShards(olderThanMs) {
      const stale = where((row) => row.state === 'new' && row.receivedAt < db.clock.now - olderThanMs);
      return [...new Set(stale.map((row) => row.hash % SHARDS))];
    },
    async giveUpWaiting(hours) {
      const old = where((row) => isLost(row) && row.receivedAt < db.clock.now - hours * HOUR_MS);
      for (const row of old) db.change(row, { state: 'ignored', reason: 'thread-without-request' });
      return old.length;
    },
    async rotateBodies(keepDays) {
      const done = where((row) => row.state === 'done' || row.state === 'ignored');
      for (const row of done)
        if (dayOf(row.receivedAt) < dayOf(db.clock.now) - keepDays) db.change(row, { body: null });
    },
  };
}
