import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { NewDelivery } from '../../src/model/delivery.ts';
import { count, onlyOne, SHARD } from './claim-inbox.ts';
import { delivery, dropCopies, type OpenStore, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

const DAY_MS = 86_400_000;

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
