/** A link that can make no progress is left alone for a while; it is never taken again at once, and never forgotten. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { shardOf } from '../../src/model/delivery.ts';
import { LinkId } from '../../src/model/ids.ts';
import type { NewOperation } from '../../src/model/link.ts';
import { OPERATION_VERSION } from '../../src/store/operations.ts';
import { ALMA, delivery, dropCopies, openLink, openStore, rows } from '../store/open-store.ts';
import { memoryDesk, memoryKind } from '../stories/desks.ts';
import { startStory } from '../stories/rig.ts';
import { opened, quiet } from '../stories/story-suite.ts';
import { until } from '../support/until.ts';

after(dropCopies);

const write: NewOperation = {
  lane: 'ticket',
  itemId: null,
  body: { kind: 'write', set: { status: 'done' }, before: null, actor: 'Alma', by: ALMA, implied: false },
};

test('a hint for a ticket whose connector left the configuration', async (t) => {
  const map = new Map();
  const story = await startStory(t, {
    kind: memoryKind,
    async desk(clock) {
      const desk = await memoryDesk(clock);
      return {
        ...desk,
        connectors(io) {
          for (const [id, connector] of desk.connectors(io)) map.set(id, connector);
          return map;
        },
      };
    },
  });
  await opened(story, 'The printer is jammed');
  await quiet(story);
  map.clear();
  const [link] = await story.query<{ id: string }>('select id from link');
  assert.ok(link);
  const { store, ring } = story.bridge.world;
  await store.links.wake(LinkId.parse(link.id), true);
  ring(shardOf(link.id));
  await until('it waits', 10_000, async () => {
    const waiting = await story.query(
      "select 1 from link where lease_owner is null and wake_at > deskbridge_now() + interval '10 seconds'",
    );
    return waiting.length === 1;
  });
});

test('something new while an operation behind the head of its lane is in doubt', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [write, write]);
  const [first, second] = await store.operations.open(link);
  assert.ok(first && second);
  await store.operations.startSending(second.id, 1_000);
  await store.operations.lookAgain(first.id, 60_000);
  await store.operations.lookAgain(second.id, 60_000);
  await store.deliveries.insert([delivery('new')]);
  await sql`update delivery set state = 'sorted', link_id = ${link}`.execute(db);
  await store.links.wake(link, false);
  const [lease] = await store.leases('0193e7a0-0000-7000-8000-000000000001', 9_000).acquire(shardOf(link), 1);
  assert.ok(lease);
  await store.release(lease);
  const [found] = await rows(
    db,
    "select wake_at > deskbridge_now() + interval '30 seconds' as later from link",
  );
  assert.deepEqual(found, { later: true });
});

test('an operation of a later version is not forgotten when an older program gives its link back', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [write]);
  await sql`update operation set v = ${OPERATION_VERSION + 1}`.execute(db);
  await store.links.wake(link, false);
  const [lease] = await store.leases('0193e7a0-0000-7000-8000-000000000001', 9_000).acquire(shardOf(link), 1);
  assert.ok(lease);
  await store.release(lease);
  const [found] = await rows(
    db,
    "select wake_at > deskbridge_now() and wake_at < deskbridge_now() + interval '2 minutes' as soon from link",
  );
  assert.deepEqual(found, { soon: true });
});

test('leases are renewed while a transaction holds one of the links', async (t) => {
  const { store, db } = await openStore(t);
  const owner = '0193e7a0-0000-7000-8000-000000000001';
  const book = store.leases(owner, 60_000);
  const links = [await openLink(store), await openLink(store)];
  for (const link of links) await store.links.wake(link, false);
  const leases = await book.acquireAmong(links, 2);
  const [held, other] = leases;
  assert.ok(held && other);
  const before = other.until();
  const holding = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const transaction = db.transaction().execute(async (tx) => {
    await sql`select 1 from link where id = ${held.link} for update`.execute(tx);
    holding.resolve();
    await done.promise;
  });
  await holding.promise;
  const renewal = book.renew();
  try {
    await until('the other lease is renewed', 5_000, () => other.until() > before);
  } finally {
    done.resolve();
    await transaction;
    await renewal;
  }
  assert.ok(held.until() > before, 'and this one once it is free');
});
