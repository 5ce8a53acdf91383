import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createFloodWatch } from '../../src/flows/slow-down.ts';
import { shardOf } from '../../src/model/delivery.ts';
import { SlackUser } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import { dropCopies } from '../store/open-store.ts';
import {
  ALMA,
  DANA,
  HELP,
  openSortingRoom,
  partitionOf,
  type SortingRoom,
  said,
  TEAM,
} from './sorting-room.ts';

after(dropCopies);

const ROOT = '10.000000';
const LIMITS = {
  person: { burst: 4, perSecond: 0.1 },
  app: { burst: 2, perSecond: 0.1 },
  channel: { burst: 1000, perSecond: 10 },
};

async function roomWith(t: Parameters<typeof openSortingRoom>[0], limits = LIMITS): Promise<SortingRoom> {
  return openSortingRoom(t, { limits });
}

const words = (intakes: readonly Intake[]) =>
  intakes.map((intake) =>
    'message' in intake ? `${intake.message.user} ${intake.message.ts}` : intake.kind,
  );
const slowed = async (room: SortingRoom) =>
  (await room.states()).filter((state) => state === 'waiting slowed').length;

/** Sorts, lets time pass, releases, as the ticks do, until nothing waits. */
async function untilCalm(room: SortingRoom): Promise<number> {
  let seconds = 0;
  await room.sortAll();
  while ((await slowed(room)) > 0) {
    assert.ok(seconds < 600, 'it ends');
    await room.pass(10_000);
    seconds += 10;
    await room.store.deliveries.releaseSlowed();
    await room.sortAll();
  }
  return seconds;
}

test('what one person sends too fast waits for its turn, once, and in order; nobody else waits for it', async (t) => {
  const room = await roomWith(t);
  await room.arrives(said(ROOT));
  await room.sortAll();
  for (let n = 0; n < 30; n += 1) await room.arrives(said(`${20 + n}.000000`, { root: ROOT, user: DANA }));
  await room.arrives(said('90.000000'));
  await room.sortAll();
  // Two pass in memory, four fill the bucket.
  assert.equal(await slowed(room), 24);
  assert.equal((await room.states()).at(-1), 'sorted opens', 'a thread of somebody else opens at once');
  const seconds = await untilCalm(room);
  assert.ok(seconds >= 230 && seconds <= 260, `one in ten seconds: ${seconds}`);
  const [link] = await room.links();
  assert.ok(link);
  assert.deepEqual(words(await room.inHand(link)), [
    `${ALMA} ${ROOT}`,
    ...Array.from({ length: 30 }, (_, n) => `${DANA} ${20 + n}.000000`),
  ]);
});

test('words stay behind the words of the same thread that wait; a button does not', async (t) => {
  const room = await roomWith(t);
  await room.arrives(said(ROOT));
  await room.sortAll();
  const [link] = await room.links();
  assert.ok(link);
  for (let n = 0; n < 10; n += 1) await room.arrives(said(`${20 + n}.000000`, { root: ROOT, user: DANA }));
  await room.sortAll();
  assert.equal(await slowed(room), 4);
  await room.arrives(said('40.000000', { root: ROOT }));
  const press: Intake = {
    kind: 'change',
    team: TEAM,
    by: ALMA,
    link,
    set: { status: 'done' },
    channel: HELP,
  };
  await room.arrives(press, { type: 'interactive', partition: partitionOf(said(ROOT).message) });
  await room.sortAll();
  assert.deepEqual((await room.states()).slice(-2), ['waiting slowed', 'sorted']);
  await untilCalm(room);
  const order = words(await room.inHand(link)).filter((word) => word !== 'change');
  assert.equal(order.at(-1), `${ALMA} 40.000000`);
  assert.deepEqual(
    order,
    order.toSorted((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])),
  );
});

test('a bot has a bucket of its own, and a channel one that a slowed person does not empty', async (t) => {
  const room = await roomWith(t, { ...LIMITS, channel: { burst: 10, perSecond: 0.1 } });
  await room.arrives(said(ROOT));
  for (let n = 0; n < 10; n += 1)
    await room.arrives(said(`${20 + n}.000000`, { root: ROOT, user: DANA, bot: 'alerts' }));
  await room.sortAll();
  assert.equal(await slowed(room), 7, 'one in memory, two in the bucket');
  // Eight people, one message each: the channel has room for five in memory, of which four are used, and ten beyond.
  for (let n = 0; n < 16; n += 1)
    await room.arrives(said(`${60 + n}.000000`, { user: SlackUser.parse(`U7${n}`) }));
  await room.sortAll();
  assert.equal(await slowed(room), 7 + 5);
  await untilCalm(room);
  assert.equal((await room.states()).filter((state) => state.startsWith('sorted')).length, 27);
});

test('whoever goes away for hours while his words wait loses none of them', async (t) => {
  const room = await roomWith(t);
  for (let n = 0; n < 10; n += 1) await room.arrives(said(`${20 + n}.000000`, { root: ROOT }));
  await room.sortAll();
  assert.equal(await slowed(room), 4);
  await room.pass(25 * 3_600_000);
  assert.equal(await room.store.deliveries.giveUpWaiting(24), 6, 'of those that found no root');
  await room.store.deliveries.reconsiderWaiting();
  assert.equal(await slowed(room), 4);
  assert.deepEqual(await room.store.deliveries.releaseSlowed(), [shardOf(partitionOf(said(ROOT).message))]);
});

test('the watch forgets the quiet and notices a sender above half of his burst', () => {
  let now = 0;
  const watch = createFloodWatch(() => now);
  const limit = { destination: 'a', burst: 10, perSecond: 2 };
  assert.deepEqual(
    Array.from({ length: 7 }, () => watch(limit)),
    [false, false, false, false, false, true, true],
  );
  now += 2_000;
  assert.equal(watch(limit), false, 'seven less four is three');
  for (let n = 0; n < 500; n += 1) watch(limit);
  now += 2_000;
  assert.equal(watch(limit), true, 'the level ends at the burst');
  now += 2_000;
  assert.equal(watch(limit), false);
});
