import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import type { Limit } from '../../src/model/budget.ts';
import { dropCopies, type OpenStore, openStore, rows } from './open-store.ts';

after(dropCopies);

const slow = (destination: string, burst = 3): Limit => ({ destination, burst, perSecond: 0.01 });

async function tokens(open: OpenStore, destination: string): Promise<number> {
  const found = await sql<{
    tokens: number;
  }>`select tokens from budget where destination = ${destination}`.execute(open.db);
  return found.rows[0]?.tokens ?? Number.NaN;
}

/** The pause is about this long; it can only have become shorter since it was made. */
function about(actualMs: number, wantedMs: number): void {
  assert.ok(actualMs <= wantedMs + 1 && actualMs > wantedMs - 3_000, `${actualMs} is not about ${wantedMs}`);
}

test('fifty takers at once get exactly the burst', async (t) => {
  const { store } = await openStore(t, { max: 16 });
  const waits = await Promise.all(Array.from({ length: 50 }, () => store.budgets.take([slow('jira', 7)])));
  assert.equal(waits.filter((wait) => wait === 0).length, 7);
  for (const wait of waits.filter((each) => each > 0)) assert.ok(wait > 50_000 && wait <= 100_000, `${wait}`);
});

test('a call takes from every bucket or from none, in whatever order they are named', async (t) => {
  const open = await openStore(t, { max: 16 });
  const { take } = open.store.budgets;
  const [wide, narrow] = [slow('wide', 30), slow('narrow', 4)];
  const waits = await Promise.all(
    Array.from({ length: 24 }, (_, n) => take(n % 2 === 0 ? [wide, narrow] : [narrow, wide])),
  );
  assert.equal(waits.filter((wait) => wait === 0).length, 4);
  assert.ok(Math.abs((await tokens(open, 'wide')) - 26) < 0.5, `${await tokens(open, 'wide')}`);
  assert.ok((await tokens(open, 'narrow')) < 1);
  assert.equal(await take([wide]), 0);
  assert.equal(await take([]), 0);
});

test('buckets fill with time, up to their burst', async (t) => {
  const open = await openStore(t);
  const { take } = open.store.budgets;
  const limit: Limit = { destination: 'slack', burst: 3, perSecond: 0.1 };
  const taken = async () => {
    let n = 0;
    while ((await take([limit])) === 0) n += 1;
    return n;
  };
  assert.equal(await taken(), 3);
  await open.pass(9_000);
  assert.equal(await taken(), 0);
  const wait = await take([limit]);
  await open.pass(wait);
  assert.equal(await taken(), 1);
  await open.pass(3_600_000);
  assert.equal(await taken(), 3);
});

test('what is spent afterwards may leave less than nothing, and what follows waits for it', async (t) => {
  const open = await openStore(t);
  const { take, spend } = open.store.budgets;
  const limit: Limit = { destination: 'points', burst: 100, perSecond: 10 };
  await spend(limit, 30);
  assert.ok(Math.abs((await tokens(open, 'points')) - 70) < 0.5);
  await spend(limit, 120);
  const wait = await take([limit]);
  assert.ok(wait > 4_000 && wait <= 5_200, `${wait}`);
  await open.pass(wait);
  assert.equal(await take([limit]), 0);
});

test('a failing destination is paused ever longer, at most a minute, and not twice for one failure', async (t) => {
  const open = await openStore(t);
  const { budgets } = open.store;
  const pauses: number[] = [];
  for (let failure = 0; failure < 9; failure += 1) {
    const paused = await budgets.pause('jira', 'no answer', null);
    pauses.push(Math.round(paused / 1_000));
    assert.ok((await budgets.take([slow('jira')])) > 0);
    await open.pass(paused + 1);
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  assert.equal(await budgets.pausedForMs('jira'), 0);
  assert.deepEqual(await budgets.paused(), []);
});

test('what nobody used for a day is forgotten, and begins with a full bucket again; what fails or pauses stays', async (t) => {
  const open = await openStore(t);
  const { budgets } = open.store;
  assert.equal(await budgets.take([slow('old')]), 0);
  await budgets.pause('failing', 'no answer', null);
  await budgets.pause('paused', 'asked', 48 * 3_600_000);
  await open.pass(25 * 3_600_000);
  assert.equal(await budgets.take([slow('fresh')]), 0);
  await budgets.forgetUnused(24);
  const left = await rows(open.db, 'select destination from budget order by destination');
  assert.deepEqual(left, [{ destination: 'failing' }, { destination: 'fresh' }, { destination: 'paused' }]);
  assert.equal(await budgets.take([slow('old')]), 0);
});

test('failures at the same moment are one failure', async (t) => {
  const { store } = await openStore(t);
  await Promise.all(Array.from({ length: 20 }, () => store.budgets.pause('jira', 'no answer', null)));
  assert.ok((await store.budgets.pausedForMs('jira')) <= 1_000);
});

test('after a success the shortest pause comes first again', async (t) => {
  const open = await openStore(t);
  const { budgets } = open.store;
  for (let failure = 0; failure < 5; failure += 1)
    await open.pass(await budgets.pause('jira', 'no answer', null));
  await budgets.pause('jira', 'no answer', null);
  await budgets.succeeded('jira');
  assert.equal(await budgets.pausedForMs('jira'), 0);
  about(await budgets.pause('jira', 'no answer', null), 1_000);
  await budgets.succeeded('never heard of');
});

test('a pause that was asked for is kept, and never shortened', async (t) => {
  const open = await openStore(t);
  const { budgets } = open.store;
  about(await budgets.pause('slack', 'asked', 30_000), 30_000);
  about(await budgets.pause('slack', 'asked', 5_000), 30_000);
  about(await budgets.pause('slack', 'no answer', null), 30_000);
  about(await budgets.pause('slack', 'asked', 90_000), 90_000);
  const [paused, ...others] = await budgets.paused();
  assert.deepEqual(others, []);
  assert.equal(paused?.destination, 'slack');
  assert.equal(paused?.reason, 'asked');
  about((paused?.until.getTime() ?? 0) - (await open.store.now()).getTime(), 90_000);
  about(await budgets.take([slow('slack')]), 90_000);
  await open.pass(90_001);
  assert.equal(await budgets.take([slow('slack')]), 0);
});

test('an answer to an earlier call does not end the pause that a later one was asked for', async (t) => {
  const { store } = await openStore(t);
  await store.budgets.pause('desk', 'slow down', 30_000);
  await store.budgets.succeeded('desk');
  about(await store.budgets.pausedForMs('desk'), 30_000);
});

test('one paused destination stops what needs it, and nothing else', async (t) => {
  const { store } = await openStore(t);
  await store.budgets.pause('slack:post:C1', 'asked', 20_000);
  const wide = slow('slack', 9);
  about(await store.budgets.take([wide, slow('slack:post:C1')]), 20_000);
  assert.equal(await store.budgets.take([wide, slow('slack:post:C2')]), 0);
});
