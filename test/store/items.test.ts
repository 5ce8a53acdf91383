import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { NewItem } from '../../src/model/item.ts';
import { conversation, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

const CHANNEL = conversation('1.000000').channel;

const fromSlack = (nativeId: string, changes: Partial<NewItem> = {}): NewItem => ({
  kind: 'message',
  origin: 'slack',
  nativeId,
  channel: CHANNEL,
  parent: null,
  opens: false,
  atMicros: 1_777_000_000_000_001,
  late: false,
  visibility: 'public',
  stamp: null,
  gone: false,
  ...changes,
});

const fromTicket = (nativeId: string, changes: Partial<NewItem> = {}): NewItem =>
  fromSlack(nativeId, { origin: 'ticket', channel: null, ...changes });

test('an item is read back as it was seen, with its copies in the order of their parts', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const seen = [
    fromSlack('1.000001', { opens: true, stamp: '2.000000', late: true }),
    fromSlack('F1', { kind: 'file', parent: '1.000001' }),
    fromTicket('7', { visibility: 'unknown', gone: true, stamp: '2026-01-02T03:04:05.678Z' }),
    fromTicket('7', { kind: 'file' }),
    fromSlack('F2', { kind: 'file', channel: null }),
  ];
  const ids: string[] = [];
  for (const item of seen) ids.push(await store.items.add(link, item));
  const [first] = ids;
  if (first === undefined) throw new Error('four were added');
  for (const part of [3, 1, 2])
    await store.items.setCopy(link, first, { part, nativeId: `c-${part}`, channel: null });
  const read = await store.items.of(link);
  assert.deepEqual(
    new Map(read.map((item) => [item.id, item])),
    new Map(
      seen.map((item, n) => {
        const id = ids[n] ?? '';
        const copies =
          n === 0 ? [1, 2, 3].map((part) => ({ part, nativeId: `c-${part}`, channel: null })) : [];
        return [id, { ...item, id, copies }];
      }),
    ),
  );
  assert.deepEqual(await store.items.of(await openLink(store)), []);
});

test('what became known later replaces what was known, and nothing else', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const id = await store.items.add(link, fromTicket('7'));
  const other = await store.items.add(link, fromTicket('8'));
  await store.items.change(id, { visibility: 'internal', stamp: 's', gone: true });
  const read = new Map((await store.items.of(link)).map((item) => [item.id, item]));
  assert.deepEqual(read.get(id), {
    ...fromTicket('7', { visibility: 'internal', stamp: 's', gone: true }),
    id,
    copies: [],
  });
  assert.deepEqual(read.get(other), { ...fromTicket('8'), id: other, copies: [] });
});

test('the database itself refuses a second item for one thing, and a channel where none belongs', async (t) => {
  const { store } = await openStore(t);
  const [link, elsewhere] = [await openLink(store), await openLink(store)];
  const twice = [
    fromSlack('1.000001'),
    fromSlack('F1', { kind: 'file', parent: '1.000001' }),
    fromTicket('7'),
    fromTicket('7', { kind: 'file' }),
    fromSlack('F2', { kind: 'file', channel: null }),
  ];
  for (const item of twice) {
    await store.items.add(link, item);
    await store.items.add(elsewhere, item);
    await assert.rejects(store.items.add(link, item), { code: '23505' }, item.nativeId);
  }
  await assert.rejects(store.items.add(link, fromSlack('F1', { kind: 'file', parent: '9.000000' })), {
    code: '23505',
  });
  await store.items.add(link, fromSlack('1.000001', { channel: conversation('1.000000', 'C2').channel }));
  await assert.rejects(store.items.add(link, fromSlack('2.000000', { channel: null })), { code: '23514' });
  await assert.rejects(store.items.add(link, fromTicket('9', { channel: CHANNEL })), { code: '23514' });
});

test('one thing of ours on the other side is the copy of one item; a part that moves keeps its place', async (t) => {
  const { store, db } = await openStore(t);
  const [link, elsewhere] = [await openLink(store), await openLink(store)];
  const [message, comment] = [
    await store.items.add(link, fromSlack('1.000001')),
    await store.items.add(link, fromTicket('7')),
  ];
  const foreign = await store.items.add(elsewhere, fromSlack('1.000001'));
  const onTicket = { part: 1, nativeId: '100', channel: null };
  await store.items.setCopy(link, message, onTicket);
  await store.items.setCopy(link, message, { ...onTicket, part: 2, nativeId: '101' });
  await store.items.setCopy(elsewhere, foreign, onTicket);
  await assert.rejects(store.items.setCopy(link, comment, onTicket), { code: '23505' });
  await assert.rejects(store.items.setCopy(link, message, { ...onTicket, part: 3 }), { code: '23505' });
  await assert.rejects(store.items.setCopy(link, message, { ...onTicket, part: 0, nativeId: '102' }), {
    code: '23514',
  });
  const inSlack = { part: 1, nativeId: '5.000000', channel: CHANNEL };
  await store.items.setCopy(link, comment, inSlack);
  await store.items.setCopy(link, comment, { ...inSlack, nativeId: '6.000000' });
  assert.deepEqual(await store.items.copyOf(comment, 1), { ...inSlack, nativeId: '6.000000' });
  assert.equal(await store.items.copyOf(comment, 2), null);
  await store.items.removeCopy(message, 1);
  await store.items.removeCopy(message, 1);
  assert.deepEqual(
    [await store.items.copyOf(message, 1), (await store.items.copyOf(message, 2))?.nativeId],
    [null, '101'],
  );
  assert.deepEqual(await rows(db, 'select count(*) as n from copy'), [{ n: 3 }]);
});
