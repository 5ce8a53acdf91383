import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SHARDS } from '../../src/model/delivery.ts';
import type { NewOperation } from '../../src/model/link.ts';
import type { Lease } from '../../src/store/leases.ts';
import { until } from '../support/until.ts';
import { dropCopies, openLink, openStore } from './open-store.ts';
import { acquireAll, acquireOne, LONG_MS } from './take-leases.ts';

after(dropCopies);

const NOTICE: NewOperation = {
  lane: 'slack',
  itemId: null,
  body: { kind: 'post', text: 'hello', where: 'conversation' },
};
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
