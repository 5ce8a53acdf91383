import assert from 'node:assert/strict';
import test from 'node:test';
import { installPartition, type NewDelivery, StoreUnavailable } from '../../src/model/delivery.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { createAccept } from '../../src/web/accept.ts';
import { until } from '../support/until.ts';
import { gate, memoryInbox, recordedMetrics } from './rig.ts';

function delivery(key: string, identity: string | null = null): NewDelivery {
  return {
    source: 'slack',
    key,
    identity,
    partition: installPartition,
    type: 'event',
    body: new Uint8Array([1]),
  };
}

test('what arrives while an insert is in flight shares the next one', async () => {
  const inbox = memoryInbox();
  const first = gate();
  inbox.gate = first.opened;
  const accept = createAccept({ insert: inbox.insert, ring() {}, metrics: noMetrics });
  const all = Array.from({ length: 501 }, (_, index) => accept(delivery(`k${index}`)));
  first.open();
  assert.deepEqual(new Set(await Promise.all(all)), new Set(['stored']));
  assert.deepEqual(inbox.inserts, [1, 200, 200, 100]);
});

test('it rings after the commit, also for a duplicate, and a bell that fails harms nobody', async () => {
  const inbox = memoryInbox();
  const metrics = recordedMetrics();
  const rowsAtRing: number[] = [];
  const accept = createAccept({
    insert: inbox.insert,
    ring() {
      rowsAtRing.push(inbox.rows.length);
      throw new Error('the bell is broken');
    },
    metrics,
  });
  assert.equal(await accept(delivery('a')), 'stored');
  assert.equal(await accept(delivery('a')), 'duplicate');
  assert.deepEqual(rowsAtRing, [1, 1]);
  assert.equal(metrics.counted('deskbridge_ring_failed_total'), 2);
});

test('the same key or identity twice in one batch is one delivery', async () => {
  const inbox = memoryInbox();
  const held = gate();
  inbox.gate = held.opened;
  const accept = createAccept({ insert: inbox.insert, ring() {}, metrics: noMetrics });
  const before = accept(delivery('before'));
  const same = [
    accept(delivery('a', 'm1')),
    accept(delivery('a', 'm1')),
    accept(delivery('b', 'm1')),
    accept(delivery('c')),
  ];
  held.open();
  await before;
  assert.deepEqual(await Promise.all(same), ['stored', 'duplicate', 'duplicate', 'stored']);
  assert.deepEqual(inbox.inserts, [1, 2]);
  assert.deepEqual(
    inbox.rows.map((row) => row.key),
    ['before', 'a', 'c'],
  );
});

test('a store that does not answer is unavailable after the timeout; a late commit counts once', async () => {
  const inbox = memoryInbox();
  const held = gate();
  inbox.gate = held.opened;
  const accept = createAccept({ insert: inbox.insert, ring() {}, timeoutMs: 40, metrics: noMetrics });
  const [inFlight, queued] = [accept(delivery('a')), accept(delivery('b'))];
  await assert.rejects(inFlight, StoreUnavailable);
  await assert.rejects(queued, StoreUnavailable);
  inbox.gate = null;
  held.open();
  await until('the delivery in flight is stored', 2_000, () => inbox.rows.length > 0);
  assert.deepEqual(
    inbox.rows.map((row) => row.key),
    ['a'],
    'what left the queue unanswered is not stored later',
  );
  assert.equal(await accept(delivery('a')), 'duplicate');
  assert.equal(await accept(delivery('b')), 'stored');
});

test('when too many wait, the next one is refused at once and room comes back', async () => {
  const inbox = memoryInbox();
  const held = gate();
  inbox.gate = held.opened;
  const accept = createAccept({ insert: inbox.insert, ring() {}, maxWaiting: 3, metrics: noMetrics });
  const waiting = ['a', 'b', 'c'].map((key) => accept(delivery(key)));
  await assert.rejects(accept(delivery('d')), StoreUnavailable);
  held.open();
  await Promise.all(waiting);
  assert.equal(await accept(delivery('d')), 'stored');
});

test('one delivery that the store refuses does not take its neighbours along', async () => {
  const inbox = memoryInbox();
  const held = gate();
  inbox.gate = held.opened;
  const poison = new Error('value too long');
  const accept = createAccept({
    insert: async (batch) => {
      const verdicts = batch.some((one) => one.key === 'bad') ? poison : await inbox.insert(batch);
      if (verdicts instanceof Error) throw verdicts;
      return verdicts;
    },
    ring() {},
    metrics: noMetrics,
  });
  const results = ['first', 'a', 'bad', 'b'].map((key) => accept(delivery(key)));
  held.open();
  const settled = await Promise.allSettled(results);
  assert.deepEqual(
    settled.map((one) => one.status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.ok(settled[2]?.status === 'rejected' && settled[2].reason === poison);
});

test('an outage is answered to everybody in the batch, and the next batch is tried again', async () => {
  const inbox = memoryInbox();
  inbox.away = true;
  const accept = createAccept({ insert: inbox.insert, ring() {}, metrics: noMetrics });
  const refused = await Promise.allSettled(['a', 'b', 'c'].map((key) => accept(delivery(key))));
  assert.ok(refused.every((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailable));
  inbox.away = false;
  assert.equal(await accept(delivery('a')), 'stored');
});

test('a store that answers with too few verdicts is a bug that is said, never a silent success', async () => {
  const accept = createAccept({ insert: async () => [], ring() {}, metrics: noMetrics });
  await assert.rejects(accept(delivery('a')), /fewer verdicts/);
});
