import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { hashOf, type NewDelivery, Partition, SHARDS, shardOf } from '../../src/model/delivery.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { delivery, dropTemplate, type OpenStore, openLink, openStore, rows } from './open-store.ts';

after(dropTemplate);

const DAY_MS = 86_400_000;
const SHARD = shardOf('install');

async function count(open: OpenStore, table: string): Promise<number> {
  const found = await sql<{ n: number }>`select count(*) as n from ${sql.id(table)}`.execute(open.db);
  return found.rows[0]?.n ?? -1;
}

async function claimAll(open: OpenStore) {
  return await open.store.transaction((tx) => tx.deliveries.claimNew(SHARD, 1_000));
}

async function onlyOne(open: OpenStore) {
  const [claimed, ...others] = await claimAll(open);
  if (claimed === undefined || others.length > 0) throw new Error(`${others.length} others were claimed`);
  return claimed;
}

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

/** Names of the day partitions, oldest first. */
async function days(open: OpenStore): Promise<readonly string[]> {
  const found = await sql<{ name: string }>`select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid where i.inhparent = 'delivery_body'::regclass order by 1`.execute(
    open.db,
  );
  return found.rows.map((row) => row.name.replace('delivery_body_', ''));
}

async function dayName(open: OpenStore, ahead: number): Promise<string> {
  const at = new Date((await open.store.now()).getTime() + ahead * DAY_MS);
  return at.toISOString().slice(0, 10).replaceAll('-', '');
}

const rotate = (open: OpenStore, keepDays: number) =>
  open.store.transaction((tx) => tx.deliveries.rotateBodies(keepDays));

async function storeAndFinish(open: OpenStore, key: string): Promise<void> {
  await open.store.deliveries.insert([delivery(key)]);
  const claimed = await onlyOne(open);
  await open.store.deliveries.close(claimed.id, 'done', 'test');
}

test('bodies of finished deliveries go by the day, their keys stay for ever', async (t) => {
  const open = await openStore(t);
  await rotate(open, 2);
  const firstDay = await dayName(open, 0);
  assert.deepEqual(await days(open), [firstDay, await dayName(open, 1), 'default']);
  await rotate(open, 2);
  assert.equal((await days(open)).length, 3);

  await storeAndFinish(open, 'first');
  for (let day = 1; day <= 2; day += 1) {
    await open.pass(DAY_MS);
    await rotate(open, 2);
    assert.equal(await count(open, 'delivery_body'), 1, `day ${day}`);
  }
  assert.ok((await days(open)).includes(firstDay));
  await open.pass(DAY_MS);
  await rotate(open, 2);
  assert.equal(await count(open, 'delivery_body'), 0);
  assert.ok(!(await days(open)).includes(firstDay));
  assert.deepEqual(await open.store.deliveries.insert([delivery('first')]), ['duplicate']);
});

test('a process that slept over many days loses no body to a missing day', async (t) => {
  const open = await openStore(t);
  await rotate(open, 5);
  await open.pass(4 * DAY_MS);
  await storeAndFinish(open, 'into the default partition');
  await rotate(open, 5);
  assert.equal(await count(open, 'delivery_body_default'), 1);
  assert.equal(await count(open, 'delivery_body'), 1);
  await open.pass(6 * DAY_MS);
  await rotate(open, 5);
  assert.equal(await count(open, 'delivery_body'), 0);
});

test('the body of a delivery that is not done yet outlives every retention', async (t) => {
  const open = await openStore(t);
  const { store } = open;
  await rotate(open, 1);
  const link = await openLink(store);
  await store.deliveries.insert([delivery('done')]);
  const done = await onlyOne(open);
  await store.deliveries.close(done.id, 'done', 'test');
  await store.deliveries.insert([delivery('sorted')]);
  await store.deliveries.attach((await onlyOne(open)).id, link);
  await store.deliveries.insert([delivery('waiting')]);
  await store.deliveries.close((await onlyOne(open)).id, 'waiting', 'root-not-seen-yet');
  await store.deliveries.insert([delivery('new')]);

  for (let day = 0; day < 10; day += 1) {
    await open.pass(DAY_MS);
    await rotate(open, 1);
  }
  assert.equal(Buffer.from((await onlyOne(open)).body).toString(), 'body of new');
  const [sorted] = await store.deliveries.sortedFor(link);
  assert.equal(Buffer.from(sorted?.body ?? '').toString(), 'body of sorted');
  await store.deliveries.attachWaiting('install', link);
  assert.deepEqual(
    (await store.deliveries.sortedFor(link)).map((one) => Buffer.from(one.body).toString()),
    ['body of sorted', 'body of waiting'],
  );
  // What is done beside them is gone all the same: retention is a promise too.
  assert.equal(await count(open, 'delivery_body'), 3);

  await store.deliveries.close((await onlyOne(open)).id, 'done', 'test');
  await store.deliveries.closeAll(
    (await store.deliveries.sortedFor(link)).map((one) => one.id),
    'planned',
  );
  await rotate(open, 1);
  assert.equal(await count(open, 'delivery_body'), 0);
  assert.deepEqual(await days(open), [
    await dayName(open, -1),
    await dayName(open, 0),
    await dayName(open, 1),
    'default',
  ]);
});

test('while days turn, deliveries come in and are read without blocking each other', async (t) => {
  const open = await openStore(t, { max: 12 });
  const { store } = open;
  let turning = true;
  const come = async (lane: number) => {
    for (let n = 0; turning; n += 1) {
      const batch: NewDelivery[] = [delivery(`${lane}-${n}`)];
      assert.deepEqual(await store.deliveries.insert(batch), ['stored']);
      await store.transaction(async (tx) => {
        for (const one of await tx.deliveries.claimNew(SHARD, 5)) {
          assert.match(Buffer.from(one.body).toString(), /^body of /);
          await tx.deliveries.close(one.id, 'done', 'test');
        }
      });
    }
  };
  const lanes = [0, 1, 2].map(come);
  for (let day = 0; day < 8; day += 1) {
    await rotate(open, 1);
    await open.pass(DAY_MS);
  }
  turning = false;
  await Promise.all(lanes);
  assert.ok((await count(open, 'delivery')) > 3);
});

test('replies whose root does not come are given up after a while, and then may lose their bodies', async (t) => {
  const open = await openStore(t);
  const { store } = open;
  await store.deliveries.insert([delivery('reply')]);
  await store.deliveries.close((await onlyOne(open)).id, 'waiting', 'root-not-seen-yet');
  await open.pass(23 * 3_600_000);
  assert.equal(await store.deliveries.giveUpWaiting(24), 0);
  await open.pass(2 * 3_600_000);
  assert.equal(await store.deliveries.giveUpWaiting(24), 1);
  assert.deepEqual(await rows(open.db, 'select state, reason from delivery'), [
    { state: 'ignored', reason: 'thread-without-request' },
  ]);
});
