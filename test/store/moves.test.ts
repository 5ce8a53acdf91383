import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import { ConnectorId, SlackUser, TicketId } from '../../src/model/ids.ts';
import type { NewItem } from '../../src/model/item.ts';
import type { Route } from '../../src/model/link.ts';
import { PLAIN_YIELDS } from '../../src/model/route.ts';
import { ALMA, conversation, dropCopies, openLink, openStore } from './open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('desk');
const OTHER = ConnectorId.parse('other');
const SAID: NewItem = {
  ...{ kind: 'message', origin: 'ticket', nativeId: 'c1', channel: null, parent: null, opens: false },
  ...{ atMicros: 1, late: false, visibility: 'public', stamp: null, gone: false },
};

test('a moved link has a new ticket; of the old one it knows no comment and no copy, and its hooks still find it', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const facts = {
    ...{ door: null, channel: null, form: {}, requester: ALMA, person: null, urgent: false },
    ...{ at: new Date(1_800_000_000_000), kind: null },
  };
  const route: Route = {
    ...{ ...PLAIN_YIELDS, group: 'Printers', kind: 'it', queue: 'general', connector: DESK },
    ...{ priority: 'high', privacy: 'thread', rule: 'default', reason: 'No rule matched.' },
  };
  await store.links.route(
    link,
    route,
    { summary: 'Printer', details: plainDoc('Printer') },
    { site: 'desk.example', configHash: 'a'.repeat(64), facts },
  );
  const id = TicketId.parse('t1');
  const old = { key: 'MEM-1', url: 'https://desk.example/1', fields: null, updatedAt: null };
  await store.links.saveTicket(link, { ...old, generation: 1, connector: DESK, id });
  await store.items.add(link, SAID);
  const { channel, root } = conversation('5.000000');
  const slack = { ...SAID, origin: 'slack' as const, nativeId: root, channel };
  const message = await store.items.add(link, slack);
  await store.items.setCopy(link, message, { part: 1, nativeId: 'c2', channel: null });

  const to: Route = {
    ...{
      ...route,
      group: null,
      queue: 'network',
      connector: OTHER,
      priority: 'critical',
      reason: 'Moved here.',
    },
    ...{ privacy: 'private', flow: 'approval', risk: 'high', policies: ['cables'] },
  };
  await store.moves.move(link, to, 'other.example');
  const moved = await store.links.get(link);
  assert.equal(moved?.status, 'provisional');
  assert.deepEqual(moved?.route, to);
  assert.deepEqual(
    [moved?.ticket?.generation, moved?.ticket?.id, moved?.ticket?.connector],
    [2, null, OTHER],
  );
  const seen = await store.items.of(link);
  assert.deepEqual(
    seen.map(({ origin, copies }) => [origin, copies.length]),
    [['slack', 0]],
  );
  await store.items.add(link, SAID);
  assert.equal((await store.items.of(link)).length, 2, 'the same id on another ticket is another comment');
  await assert.rejects(store.items.add(link, SAID), /item_ticket/);
  assert.equal(await store.links.byTicket(DESK, id), link);
  assert.ok((await store.moves.openedAt(link)) instanceof Date);
});

test('agents of another channel are left with their thread, and those of the same one keep it', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const thread = conversation('7.000000', 'C9');
  await store.links.addPlace(link, 'internal', thread);
  await store.moves.leaveAgents(link, thread.channel);
  assert.deepEqual((await store.links.get(link))?.internal, thread);
  await store.moves.leaveAgents(link, null);
  const left = await store.links.get(link);
  assert.equal(left?.internal, null);
  assert.notEqual(left?.conversation, null, 'the conversation stays');
  assert.equal(await store.links.byPlace(thread), null);
});

test('watching twice is watching once, and it ends', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const ben = SlackUser.parse('U2');
  await store.watchers.set(link, ben, true);
  await store.watchers.set(link, ben, true);
  await store.watchers.set(link, ALMA, true);
  assert.deepEqual([...(await store.watchers.of(link))], [ALMA, ben]);
  await store.watchers.set(link, ben, false);
  assert.deepEqual([...(await store.watchers.of(link))], [ALMA]);
});
