import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SHARDS } from '../../src/model/delivery.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { OperationId } from '../../src/model/ids.ts';
import type { NewOperation, OperationBody } from '../../src/model/link.ts';
import { OPERATION_VERSION } from '../../src/store/operations.ts';
import { ALMA, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

function say(text: string): NewOperation {
  const body: OperationBody = { kind: 'post', text, where: 'conversation' };
  return { lane: 'slack', itemId: null, body };
}

function write(status: 'active' | 'done'): NewOperation {
  const body: OperationBody = {
    kind: 'write',
    set: { status },
    before: null,
    actor: 'Alma',
    by: ALMA,
    implied: false,
  };
  return { lane: 'ticket', itemId: null, body };
}

test('operations of a lane are numbered in the order in which they were asked for', async (t) => {
  const { store } = await openStore(t);
  const [link, other] = [await openLink(store), await openLink(store)];
  await store.operations.append(link, [say('a'), write('active'), say('b')]);
  await store.operations.append(other, [say('x')]);
  await store.operations.append(link, [write('done'), say('c')]);
  const open = await store.operations.open(link);
  assert.deepEqual(
    open.map(({ lane, seq, body }) => [lane, seq, body.kind === 'post' ? body.text : body.kind]),
    [
      ['slack', 1, 'a'],
      ['slack', 2, 'b'],
      ['slack', 3, 'c'],
      ['ticket', 1, 'write'],
      ['ticket', 2, 'write'],
    ],
  );
  assert.equal(new Set(open.map((one) => one.marker)).size, 5);
  for (const one of open) {
    assert.deepEqual(
      [one.state, one.blocks, one.attempt, one.startedAt, one.overdueMs],
      ['ready', false, 0, null, null],
    );
    assert.ok(one.dueInMs === 0);
  }
});

test('an operation is sent once: who comes second is told so', async (t) => {
  const open = await openStore(t);
  const { store } = open;
  const link = await openLink(store);
  await store.operations.append(link, [write('done')]);
  const [operation] = await store.operations.open(link);
  if (operation === undefined) throw new Error('nothing was appended');
  const starts = await Promise.allSettled(
    Array.from({ length: 10 }, () => store.operations.startSending(operation.id, 8_000)),
  );
  assert.equal(starts.filter((start) => start.status === 'fulfilled').length, 1);
  const [sending] = await store.operations.open(link);
  assert.equal(sending?.state, 'sending');
  assert.ok(sending?.startedAt instanceof Date);
  assert.ok((sending.overdueMs ?? 0) < 0);
  await open.pass(9_000);
  const [overdue] = await store.operations.open(link);
  assert.ok((overdue?.overdueMs ?? -1) > 0);

  await store.operations.lookAgain(operation.id, 5_000, 1);
  const [looked] = await store.operations.open(link);
  assert.deepEqual([looked?.state, looked?.attempt], ['sending', 1]);
  assert.ok((looked?.dueInMs ?? 0) > 4_000);
  await store.operations.backToReady(operation.id, 3_000, 2);
  const [ready] = await store.operations.open(link);
  assert.deepEqual(
    [ready?.state, ready?.attempt, ready?.startedAt, ready?.overdueMs],
    ['ready', 3, null, null],
  );
  await store.operations.startSending(operation.id, 1_000);
  await store.operations.finish(operation.id, '42');
  assert.deepEqual(await store.operations.open(link), []);
  await assert.rejects(store.operations.startSending(operation.id, 1_000), /was not ready/);
});

test('a parked operation stops its lane only when it blocks, and an operator can free it', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('a'), say('b'), say('c')]);
  const [a, b, c] = await store.operations.open(link);
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were appended');
  const ids = async () => (await store.operations.open(link)).map((one) => one.id);
  await store.operations.park(a.id, { reason: 'too long', blocks: false, doubtful: false });
  assert.deepEqual(await ids(), [b.id, c.id]);
  await store.operations.park(b.id, { reason: 'no access', blocks: true, doubtful: false });
  assert.deepEqual(await ids(), [b.id, c.id]);
  assert.deepEqual(
    (await store.operations.parked()).map(({ id, kind, reason, key }) => ({ id, kind, reason, key })),
    [
      { id: a.id, kind: 'post', reason: 'too long', key: null },
      { id: b.id, kind: 'post', reason: 'no access', key: null },
    ],
  );
  assert.equal(await store.operations.retryParked(c.id), null);
  assert.equal(await store.operations.retryParked(OperationId.parse(randomUUID())), null);
  assert.equal(await store.operations.retryParked(b.id), link);
  assert.equal(await store.operations.skipParked(b.id, 'x'), null);
  assert.equal(await store.operations.skipParked(a.id, 'given up'), link);
  assert.deepEqual(await ids(), [b.id, c.id]);
  assert.deepEqual(await store.operations.parked(), []);
  await store.operations.skip(c.id, 'no longer public');
  assert.deepEqual(await ids(), [b.id]);
});

test('what may have happened is looked up again when an operator retries it', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('a')]);
  const [a] = await store.operations.open(link);
  if (a === undefined) throw new Error('one was appended');
  const started = await store.operations.startSending(a.id, 1_000);
  await store.operations.park(a.id, { reason: 'cannot tell', blocks: true, doubtful: true });
  assert.equal(await store.operations.retryParked(a.id), link);
  const [again] = await store.operations.open(link);
  assert.deepEqual([again?.state, again?.startedAt], ['sending', started]);
  await store.operations.park(a.id, { reason: 'did not happen', blocks: true, doubtful: false });
  await store.operations.retryParked(a.id);
  assert.equal((await store.operations.open(link))[0]?.state, 'ready');
});

test('only what is parked and surely did not happen gets other words, and whoever asks is told which', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('a'), say('b')]);
  const [a, b] = await store.operations.open(link);
  assert.ok(a !== undefined && b !== undefined);
  const words = say('other words').body;
  const textOf = async () =>
    (await store.operations.open(link)).flatMap(({ body }) => (body.kind === 'post' ? [body.text] : []));
  assert.equal(await store.parked.edit(a.id, words), false, 'it may be on its way');
  await store.operations.park(a.id, { reason: 'no', blocks: true, doubtful: false });
  assert.equal(await store.parked.edit(a.id, words), true);
  await store.operations.startSending(b.id, 8_000);
  await store.operations.park(b.id, { reason: 'perhaps', blocks: true, doubtful: true });
  assert.equal(await store.parked.edit(b.id, words), false, 'it may have happened');
  assert.deepEqual(await textOf(), ['other words', 'b']);
});

test('what belongs to the ticket side is known again by its marker or its id', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('a'), write('active'), write('done')]);
  const [post, first, second] = await store.operations.open(link);
  if (post === undefined || first === undefined || second === undefined)
    throw new Error('three were appended');
  await store.operations.finish(first.id, '10007');
  await store.operations.finish(post.id, '1.000000');
  assert.deepEqual(await store.operations.ours(link), new Set([first.marker, '10007', second.marker]));
  assert.deepEqual(await store.operations.ours(await openLink(store)), new Set());
});

test('an operation of a later version waits: it is not read, its lane stands still, and its link neither spins nor sleeps for ever', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  await store.operations.append(link, [say('known'), say('unknown'), say('behind it'), write('done')]);
  await sql`update operation set v = ${OPERATION_VERSION + 1}, payload = 'not ours to read'::bytea where lane = 'slack' and seq = 2`.execute(
    db,
  );
  const kinds = async () => (await store.operations.open(link)).map((one) => `${one.lane} ${one.seq}`);
  assert.deepEqual(await kinds(), ['slack 1', 'ticket 1']);
  for (const one of await store.operations.open(link)) await store.operations.finish(one.id, null);
  assert.deepEqual(await kinds(), []);
  assert.deepEqual(await store.operations.parked(), []);

  await store.links.wake(link, false);
  const book = store.leases(randomUUID(), 60_000);
  for (let shard = 0; shard < SHARDS; shard += 1)
    for (const lease of await book.acquire(shard, 10)) await store.release(lease);
  const soon = `select wake_at between deskbridge_now() + interval '1 second' and deskbridge_now() + interval '1 minute'
    as soon from link`;
  assert.deepEqual(await rows(db, soon), [{ soon: true }]);
  // The program that knows it goes on where this one stopped.
  assert.deepEqual(await rows(db, `select seq, state from operation where lane = 'slack' order by seq`), [
    { seq: 1, state: 'done' },
    { seq: 2, state: 'ready' },
    { seq: 3, state: 'ready' },
  ]);
});

test('a step that was refused is offered again until it was taken, or the request has another ticket', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const step = { id: '5', to: 'Resolved', category: 'done' as const, fields: [] };
  const stepAgain = { step, reason: 'It needs a resolution', refused: {} };
  const notice = (again: typeof stepAgain): NewOperation => ({
    ...{ lane: 'slack', itemId: null },
    body: { kind: 'post', text: 'Not taken', where: 'conversation', stepAgain: again },
  });
  const taking = (id: string): NewOperation => {
    const { body } = write('done');
    if (body.kind !== 'write') throw new Error('no write');
    return { ...write('done'), body: { ...body, step: { ...step, id } } };
  };
  /** What is sent finishes, and what is said of it follows in the same transaction. */
  async function done(operation: NewOperation, ...then: readonly NewOperation[]): Promise<void> {
    await store.operations.append(link, [operation]);
    const sent = (await store.operations.open(link)).find(({ lane }) => lane === 'ticket');
    assert.ok(sent);
    await store.transaction(async (tx) => {
      await tx.operations.finish(sent.id, null);
      await tx.operations.append(link, then);
    });
  }
  const offered = () => store.operations.refusedStep(link);
  assert.equal(await offered(), null);
  await done(taking('5'), notice(stepAgain));
  assert.deepEqual(await offered(), stepAgain, 'what was taken in part only is offered');
  await done(taking('7'));
  await done(write('active'));
  assert.deepEqual(await offered(), stepAgain, 'another step is another step');
  await done(taking('5'));
  assert.equal(await offered(), null);
  await done(taking('5'), notice({ ...stepAgain, reason: 'Again' }));
  assert.equal((await offered())?.reason, 'Again');
  const create: OperationBody = {
    ...{ kind: 'create', target: {}, summary: 'Printer', description: plainDoc('Printer') },
    requester: { name: 'Alma', email: null },
  };
  await done({ lane: 'ticket', itemId: null, body: create });
  assert.equal(await offered(), null, 'steps of the ticket that it left are none of the new one');
});
