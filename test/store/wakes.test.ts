import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SHARDS } from '../../src/model/delivery.ts';
import { ConnectorId, type DeliveryId, type LinkId, TicketId } from '../../src/model/ids.ts';
import type { NewOperation } from '../../src/model/link.ts';
import type { Db } from '../../src/store/database.ts';
import type { Lease } from '../../src/store/leases.ts';
import { until } from '../support/until.ts';
import { ALMA, delivery, dropCopies, type OpenStore, openLink, openStore } from './open-store.ts';
import { acquireOne } from './take-leases.ts';

after(dropCopies);

const NOTICE: NewOperation = {
  lane: 'slack',
  itemId: null,
  body: { kind: 'post', text: 'hello', where: 'conversation' },
};
const WRITE: NewOperation = {
  lane: 'ticket',
  itemId: null,
  body: { kind: 'write', set: { status: 'done' }, before: null, actor: 'Alma', by: ALMA, implied: false },
};

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
