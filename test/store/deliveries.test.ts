import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { hashOf, Partition, SHARDS, shardOf } from '../../src/model/delivery.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { claimAll, count, onlyOne, SHARD } from './claim-inbox.ts';
import { delivery, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

test('a batch answers in its own order, and knows duplicates within it, before it, by key and by identity', async (t) => {
  const { store, db } = await openStore(t);
  const first = await store.deliveries.insert([
    delivery('a', { identity: 'C1:1.0' }),
    delivery('a', { identity: 'C1:1.0', body: Buffer.from('again') }),
    delivery('b', { identity: 'C1:1.0' }),
    delivery('c'),
  ]);
  assert.deepEqual(first, ['stored', 'duplicate', 'duplicate', 'stored']);
  const second = await store.deliveries.insert([
    delivery('d', { identity: 'C1:1.0' }),
    delivery('c', { identity: 'C1:9.0' }),
    delivery('a', { source: 'jira-it' }),
    delivery('e'),
  ]);
  assert.deepEqual(second, ['duplicate', 'duplicate', 'stored', 'stored']);
  assert.deepEqual(await rows(db, 'select source, key from delivery order by source, key'), [
    { source: 'jira-it', key: 'a' },
    { source: 'slack', key: 'a' },
    { source: 'slack', key: 'c' },
    { source: 'slack', key: 'e' },
  ]);
  assert.equal((await rows(db, 'select from delivery_body')).length, 4);
});

test('an empty batch stores nothing', async (t) => {
  const { store } = await openStore(t);
  assert.deepEqual(await store.deliveries.insert([]), []);
});

test('another install has keys of its own', async (t) => {
  const { store, db, envelope } = await openStore(t);
  const other = createStore(db, await installNamed(db, 'other'), envelope);
  assert.deepEqual(await store.deliveries.insert([delivery('a')]), ['stored']);
  assert.deepEqual(await other.deliveries.insert([delivery('a')]), ['stored']);
  const seen = await other.transaction((tx) => tx.deliveries.claimNew(SHARD, 10));
  assert.equal(seen.length, 1);
});

test('one delivery that comes a hundred times at once is stored once', async (t) => {
  const open = await openStore(t, { max: 20 });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      open.store.deliveries.insert([delivery(n % 2 === 0 ? 'same' : `other-${n}`, { identity: 'C1:1.0' })]),
    ),
  );
  assert.equal(answers.flat().filter((answer) => answer === 'stored').length, 1);
  assert.equal(await count(open, 'delivery'), 1);
  assert.equal(await count(open, 'delivery_body'), 1);
});

test('batches that hold the same deliveries in opposite orders do not block each other', async (t) => {
  const open = await openStore(t, { max: 12 });
  const there = Array.from({ length: 200 }, (_, n) => n);
  const back = [...there].reverse();
  for (let round = 0; round < 3; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, batch) =>
        open.store.deliveries.insert(
          // Half of them are Slack's repetitions under other keys: the same messages, sorted the other way round.
          (batch % 2 === 0 ? there : back).map((n) =>
            delivery(batch % 3 === 0 ? `${round}-${n}` : `${round}-again-${999 - n}`, {
              identity: `${round}:${n}`,
            }),
          ),
        ),
      ),
    );
    assert.equal(answers.flat().filter((answer) => answer === 'stored').length, there.length);
  }
  assert.equal(await count(open, 'delivery_body'), 600);
});

test('what is said is sealed: the plain text is in no row', async (t) => {
  const { store, db } = await openStore(t);
  const secret = 'my password is hunter2';
  await store.deliveries.insert([delivery('a', { body: Buffer.from(`{"text":"${secret}"}`) })]);
  const dump = JSON.stringify(
    await rows(
      db,
      `select d::text, b::text as sealed, encode(b.sealed, 'escape') as raw from delivery d
       join delivery_body b on b.delivery_id = d.id`,
    ),
  );
  assert.match(dump, /install/);
  for (const form of [secret, Buffer.from(secret).toString('hex'), 'hunter2'])
    assert.ok(!dump.includes(form), form);
});

test('a body that was moved to another row or another install does not open, and says why', async (t) => {
  const open = await openStore(t);
  const { store, db, envelope } = open;
  const closed = (claims: Awaited<ReturnType<typeof claimAll>>, n: number) => {
    assert.equal(claims.length, n);
    for (const { body, sealedBecause } of claims) {
      assert.equal(body.length, 0);
      assert.match(sealedBecause ?? '', /authenticate/);
    }
  };
  await store.deliveries.insert([delivery('a'), delivery('b')]);
  assert.deepEqual(
    (await claimAll(open)).map((one) => one.sealedBecause),
    [null, null],
  );
  await sql`update delivery_body x set sealed = y.sealed from delivery_body y
    where x.delivery_id <> y.delivery_id`.execute(db);
  closed(await claimAll(open), 2);
  await sql`delete from delivery`.execute(db);
  await sql`delete from delivery_body`.execute(db);

  await store.deliveries.insert([delivery('c')]);
  const other = await installNamed(db, 'other');
  await sql`update delivery set install_id = ${other}`.execute(db);
  await sql`update delivery_body set install_id = ${other}`.execute(db);
  const thief = createStore(db, other, envelope);
  closed(await thief.transaction((tx) => tx.deliveries.claimNew(SHARD, 10)), 1);
});

test('two claimers never hold the same row, and a claimer that gives up leaves it to the next', async (t) => {
  const open = await openStore(t, { max: 12 });
  const { store } = open;
  await store.deliveries.insert(Array.from({ length: 90 }, (_, n) => delivery(`k${n}`)));
  let arrived = 0;
  let open10 = () => {};
  const everybody = new Promise<void>((resolve) => {
    open10 = resolve;
  });
  const claims = await Promise.all(
    Array.from({ length: 10 }, () =>
      store.transaction(async (tx) => {
        const mine = await tx.deliveries.claimNew(SHARD, 9);
        arrived += 1;
        if (arrived === 10) open10();
        // All ten transactions are open at this moment.
        await everybody;
        return mine.map((one) => one.id);
      }),
    ),
  );
  assert.deepEqual(
    claims.map((claim) => claim.length),
    Array(10).fill(9),
  );
  assert.equal(new Set(claims.flat()).size, 90);
  assert.equal((await claimAll(open)).length, 90);
});

test('a claimer takes its own shard only, oldest first, new ones only', async (t) => {
  const { store, pass } = await openStore(t);
  const partitions = Array.from({ length: 40 }, (_, n) => Partition.parse(`slack:T1:C1:${n}.000000`));
  const inShard = partitions.filter((partition) => shardOf(partition) === 3);
  assert.ok(inShard.length >= 2 && inShard.length < partitions.length);
  for (const partition of [...partitions].reverse()) {
    await store.deliveries.insert([delivery(partition, { partition })]);
    await pass(10);
  }
  await store.transaction(async (tx) => {
    const claimed = await tx.deliveries.claimNew(3, 100);
    assert.deepEqual(
      claimed.map((one) => one.partition),
      [...inShard].reverse(),
    );
    for (const one of claimed.slice(1)) await tx.deliveries.close(one.id, 'ignored', 'test');
  });
  const left = await store.transaction((tx) => tx.deliveries.claimNew(3, 100));
  assert.deepEqual(
    left.map((one) => one.partition),
    [inShard.at(-1)],
  );
  assert.deepEqual(await store.deliveries.staleShards(60_000), []);
  await pass(120_000);
  assert.deepEqual(
    [...(await store.deliveries.staleShards(60_000))].sort(),
    [...new Set(partitions.map(shardOf))].sort(),
  );
  assert.equal(hashOf('install') % SHARDS, SHARD);
});

test('deliveries of a later version wait for a program that knows them', async (t) => {
  const open = await openStore(t);
  const link = await openLink(open.store);
  await open.store.deliveries.insert([delivery('later')]);
  const later = await onlyOne(open);
  await sql`update delivery set v = 2`.execute(open.db);
  assert.deepEqual(await claimAll(open), []);
  await open.store.deliveries.attach(later.id, link);
  assert.deepEqual(await open.store.deliveries.sortedFor(link), []);
  await open.store.links.wake(link, false);
  const [lease] = await open.store.leases(randomUUID(), 60_000).acquire(shardOf(link), 1);
  if (lease === undefined) throw new Error('the link was not due');
  await open.store.release(lease);
  assert.deepEqual(await rows(open.db, 'select wake_at from link'), [{ wake_at: null }]);
});

test('a delivery that is attached while its link is taken back is not lost', async (t) => {
  const open = await openStore(t);
  const link = await openLink(open.store);
  await open.store.deliveries.insert([delivery('first'), delivery('second')]);
  const [first, second] = await claimAll(open);
  if (first === undefined || second === undefined) throw new Error('there are two');
  await open.store.deliveries.attach(first.id, link, true);
  // Whoever takes it back waits for whoever attaches, and sees what he attached.
  const taking = await open.store.transaction(async (tx) => {
    assert.equal(await tx.deliveries.attach(second.id, link), true);
    return { done: open.store.links.withdraw(link, 'not-asked') };
  });
  assert.equal(await taking.done, true);
  assert.deepEqual(await rows(open.db, "select 1 from delivery where state = 'sorted'"), []);
  assert.equal(await open.store.deliveries.attach(second.id, link), false, 'there is no such link any more');
});
