import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SHARDS } from '../../src/model/delivery.ts';
import { ConnectorId, type DeliveryId, type LinkId, TicketId } from '../../src/model/ids.ts';
import type { NewOperation } from '../../src/model/link.ts';
import type { Db } from '../../src/store/database.ts';
import type { Lease, LeaseBook } from '../../src/store/leases.ts';
import { until } from '../support/until.ts';
import { delivery, dropTemplate, type OpenStore, openLink, openStore } from './open-store.ts';

after(dropTemplate);

const LONG_MS = 60_000;
const NOTICE: NewOperation = {
  lane: 'slack',
  itemId: null,
  body: { kind: 'post', author: null, text: 'hello', comment: null, where: 'conversation' },
};
const WRITE: NewOperation = {
  lane: 'ticket',
  itemId: null,
  body: { kind: 'write', status: 'done', actor: 'Alma' },
};

/** Takes what is due, whatever shard it is in. */
async function acquireAll(book: LeaseBook, limit = 1_000): Promise<readonly Lease[]> {
  const taken: Lease[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) taken.push(...(await book.acquire(shard, limit)));
  return taken;
}

/** The lease of the only link that is due. */
async function acquireOne(open: OpenStore, ttlMs = LONG_MS, book = open.store.leases(randomUUID(), ttlMs)) {
  const [lease, ...others] = await acquireAll(book);
  if (lease === undefined || others.length > 0) throw new Error(`${others.length} others were due`);
  return lease;
}

/** Milliseconds until somebody should look at the link; null when nobody has to. */
async function wakesInMs(db: Db, link: LinkId): Promise<number | null> {
  const found = await sql<{ ms: number | null }>`
    select (extract(epoch from wake_at - deskbridge_now()) * 1000)::float8 as ms from link where id = ${link}`.execute(
    db,
  );
  return found.rows[0]?.ms ?? null;
}

async function sortedDelivery(open: OpenStore, link: LinkId): Promise<void> {
  await open.store.deliveries.insert([delivery(randomUUID())]);
  const id = await newDelivery(open);
  await open.store.deliveries.attach(id, link);
}

async function newDelivery(open: OpenStore): Promise<DeliveryId> {
  const found = await open.store.transaction(async (tx) => {
    const claims = [];
    for (let shard = 0; shard < SHARDS; shard += 1) claims.push(...(await tx.deliveries.claimNew(shard, 10)));
    return claims;
  });
  const [one] = found;
  if (one === undefined) throw new Error('There is no new delivery');
  return one.id;
}

test('ten workers never hold the same link', async (t) => {
  const { store } = await openStore(t, { max: 12 });
  const links = await Promise.all(Array.from({ length: 60 }, () => openLink(store)));
  for (const link of links) await store.links.wake(link, false);
  const books = Array.from({ length: 10 }, () => store.leases(randomUUID(), LONG_MS));
  const taken = (await Promise.all(books.map((book) => acquireAll(book, 3)))).flat();
  const rest: Lease[] = [];
  for (const book of books) rest.push(...(await acquireAll(book)));
  const all = [...taken, ...rest].map((lease) => lease.link);
  assert.equal(all.length, links.length);
  assert.deepEqual([...all].sort(), [...links].sort());
  assert.equal(
    books.reduce((sum, book) => sum + book.held(), 0),
    links.length,
  );
});

test('a worker takes no more than it asked for, the longest due first, and nothing that is not due', async (t) => {
  const { store, db } = await openStore(t);
  for (let n = 0; n < 12; n += 1) await openLink(store);
  await sql`update link set shard_hash = 0`.execute(db);
  const made = await sql<{ id: string }>`select id from link order by id`.execute(db);
  for (const [n, { id }] of [...made.rows].reverse().entries()) {
    await sql`update link set wake_at = deskbridge_now() - make_interval(mins => ${10 - n}) where id = ${id}`.execute(
      db,
    );
  }
  // Ten were due in the order of their minutes, the eleventh is due just now, the twelfth in a minute.
  const expected = [...made.rows].reverse().map((row) => row.id);
  const book = store.leases(randomUUID(), LONG_MS);
  for (const want of [expected.slice(0, 3), expected.slice(3, 7), expected.slice(7, 11), []]) {
    const taken = await book.acquire(0, want.length === 3 ? 3 : 4);
    assert.deepEqual(taken.map((lease) => lease.link).sort(), [...want].sort());
  }
});

test('the epoch rises with every owner, and what the old one still writes leaves nothing', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  const link = await openLink(store);
  await store.links.wake(link, false);
  const old = await acquireOne(open);
  assert.equal(old.epoch, 1);
  await sql`update link set lease_until = clock_timestamp() - interval '1 second'`.execute(db);
  const successor = await acquireOne(open);
  assert.equal(successor.epoch, 2);

  let ran = false;
  await assert.rejects(
    store.fenced(old, async (tx) => {
      ran = true;
      await tx.operations.append(link, [NOTICE]);
    }),
    (error) => error instanceof Error && error.name === 'LeaseLost' && error.message.includes(link),
  );
  assert.equal(ran, false);
  assert.deepEqual(await store.operations.open(link), []);
  await store.release(old);
  await store.fenced(successor, (tx) => tx.operations.append(link, [NOTICE]));
  assert.equal((await store.operations.open(link)).length, 1);
  await assert.rejects(
    store.fenced(successor, async (tx) => {
      await tx.operations.append(link, [NOTICE]);
      throw new Error('in the middle');
    }),
    /in the middle/,
  );
  assert.equal((await store.operations.open(link)).length, 1);
});

test('a successor waits for a fenced transaction that is under way, and nothing of it is lost', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  const link = await openLink(store);
  await store.links.wake(link, false);
  const old = await acquireOne(open);
  await sql`update link set lease_until = clock_timestamp() - interval '1 second'`.execute(db);
  await store.fenced(old, async (tx) => {
    // The row is held: others pass it by, whatever its lease says.
    assert.deepEqual(await acquireAll(store.leases(randomUUID(), LONG_MS)), []);
    await tx.operations.append(link, [NOTICE]);
  });
  assert.equal((await acquireOne(open)).epoch, 2);
  assert.equal((await store.operations.open(link)).length, 1);
});

test('renewing moves the end of what is ours, and of nothing else', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  const [mine, lost] = [await openLink(store), await openLink(store)];
  for (const link of [mine, lost]) await store.links.wake(link, false);
  const book = store.leases(randomUUID(), LONG_MS);
  const leases = await acquireAll(book);
  const before = new Map(leases.map((lease) => [lease.link, lease.until()]));
  for (const end of before.values()) assert.ok(end > performance.now() && end <= performance.now() + LONG_MS);
  await sql`update link set lease_until = clock_timestamp() - interval '1 second' where id = ${lost}`.execute(
    db,
  );
  await acquireOne(open);
  const begin = performance.now();
  await until('the clock has moved', 1_000, () => performance.now() > begin + 2);
  await book.renew();
  for (const lease of leases) {
    const end = lease.until();
    if (lease.link === mine) assert.ok(end > (before.get(lease.link) ?? Number.POSITIVE_INFINITY));
    else assert.equal(end, before.get(lease.link));
  }
  const ends = await sql<{ ms: number }>`
    select (extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as ms from link where id = ${mine}`.execute(
    db,
  );
  assert.ok((ends.rows[0]?.ms ?? 0) > LONG_MS - 5_000);
  for (const lease of leases) book.forget(lease);
  assert.equal(book.held(), 0);
});

test('a lease that ran out is not renewed any more, even when nobody has taken it', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  await store.links.wake(await openLink(store), false);
  const book = store.leases(randomUUID(), LONG_MS);
  const lease = await acquireOne(open, LONG_MS, book);
  await sql`update link set lease_until = clock_timestamp() - interval '1 second'`.execute(db);
  const end = lease.until();
  await book.renew();
  assert.equal(lease.until(), end);
});

test('a lease ends in real time, whatever time the deadlines have', async (t) => {
  const open = await openStore(t);
  const { store } = open;
  const link = await openLink(store);
  await store.links.wake(link, false);
  const first = await acquireOne(open, 300);
  await open.pass(86_400_000);
  const other = store.leases(randomUUID(), 300);
  assert.deepEqual(await acquireAll(other), []);
  assert.deepEqual(await store.links.dueShards(0, SHARDS), []);
  let taken: readonly Lease[] = [];
  await until('the lease ran out', 5_000, async () => {
    taken = await acquireAll(other);
    return taken.length > 0;
  });
  assert.ok(performance.now() >= first.until(), 'taken before its owner knew that it had ended');
  assert.equal(taken[0]?.epoch, 2);
});

test('what is due next decides when a link wakes', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  const link = await openLink(store);
  const near = async (wanted: number | null) => {
    await store.links.wake(link, false);
    await store.release(await acquireOne(open));
    const actual = await wakesInMs(db, link);
    if (wanted === null || actual === null) return assert.equal(actual, wanted);
    assert.ok(actual <= wanted && actual > wanted - 2_000, `${actual} is not near ${wanted}`);
  };
  await near(null);

  await store.operations.append(link, [NOTICE, WRITE, NOTICE]);
  const [post, later, write] = await store.operations.open(link);
  if (post === undefined || later === undefined || write === undefined)
    throw new Error('three were appended');
  await near(0);
  await store.operations.backToReady(post.id, 30_000, 0);
  await store.operations.backToReady(write.id, 20_000, 0);
  // The second notice is due, but it stands behind the first.
  await near(20_000);
  await store.operations.backToReady(write.id, 0, 0);
  await store.operations.startSending(write.id, 1_000);
  await store.operations.lookAgain(write.id, 40_000);
  await near(30_000);
  // What somebody wrote waits while an operation waits for its proof.
  await sortedDelivery(open, link);
  await near(30_000);
  await store.operations.finish(write.id, null);
  await near(0);
  await store.links.planLater(link, 50_000);
  await near(50_000);
  await store.links.setSeen(link, 0);
  await store.deliveries.closeAll(
    (await store.deliveries.sortedFor(link)).map((one) => one.id),
    'planned',
  );
  await near(30_000);
  await store.operations.park(post.id, { reason: 'a test', blocks: true, doubtful: false });
  await near(null);
  await store.operations.skipParked(post.id, 'a test');
  await near(0);
});

test('a hint wakes a link only when there is a ticket to read', async (t) => {
  const open = await openStore(t);
  const { store, db } = open;
  const link = await openLink(store);
  await store.links.wake(link, true);
  await store.release(await acquireOne(open));
  assert.equal(await wakesInMs(db, link), null);
  const connector = ConnectorId.parse('desk');
  await sql`insert into ticket (install_id, link_id, generation, connector, site, ticket_id)
    values (${open.install}, ${link}, 1, ${connector}, 's', '7')`.execute(db);
  assert.deepEqual(await store.links.markStale(connector, [TicketId.parse('7'), TicketId.parse('8')]), [
    link,
  ]);
  const lease = await acquireOne(open);
  await store.release(lease);
  assert.notEqual(await wakesInMs(db, link), null);
  await store.links.setSeen(link, 2);
  await store.links.wake(link, false);
  await store.release(await acquireOne(open));
  assert.equal(await wakesInMs(db, link), null);
});

type Release = (lease: Lease) => Promise<unknown>;
type Order =
  | 'sorter first'
  | 'release first'
  | 'attached, released, woken'
  | 'attached and woken, released meanwhile';
const ORDERS: readonly Order[] = [
  'sorter first',
  'release first',
  'attached, released, woken',
  'attached and woken, released meanwhile',
];

/** A delivery is sorted while its link is given back, in the given order of commits. Is the link awake afterwards? */
async function race(open: OpenStore, order: Order, release: Release): Promise<boolean> {
  const { store, db } = open;
  const link = await openLink(store);
  await store.links.wake(link, false);
  const lease = await acquireOne(open);
  await store.deliveries.insert([delivery(randomUUID())]);
  const fresh = await newDelivery(open);
  let released: Promise<unknown> = Promise.resolve();
  if (order === 'release first') await release(lease);
  await store.transaction(async (tx) => {
    await tx.deliveries.attach(fresh, link);
    if (order === 'attached, released, woken') await release(lease);
    await tx.links.wake(link, false);
    if (order !== 'attached and woken, released meanwhile') return;
    released = release(lease);
    await until('the release waits for the row', 5_000, async () => {
      const waiting = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return waiting.rows.length > 0;
    });
  });
  await released;
  if (order === 'sorter first') await release(lease);
  const wakes = await wakesInMs(db, link);
  await store.deliveries.close(fresh, 'done', 'test');
  await sql`update link set wake_at = null where id = ${link}`.execute(db);
  return wakes !== null && wakes <= 0;
}

test('a link that is given back while a delivery is sorted stays awake, in every order', async (t) => {
  const open = await openStore(t);
  for (const order of ORDERS) assert.equal(await race(open, order, open.store.release), true, order);
});

test('a release in one statement would sleep over a delivery, and this race shows it', async (t) => {
  const open = await openStore(t);
  const careless: Release = (lease) =>
    sql`update link l set lease_owner = null, lease_until = null, wake_at = (
        select deskbridge_now() where exists (select from delivery d
          where d.install_id = l.install_id and d.link_id = l.id and d.state = 'sorted'))
      where l.id = ${lease.link} and l.lease_epoch = ${lease.epoch}`.execute(open.db);
  const awake = [];
  for (const order of ORDERS) awake.push(await race(open, order, careless));
  assert.deepEqual(awake, [true, true, true, false]);
});
