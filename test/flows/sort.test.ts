import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { sql } from 'kysely';
import { sort } from '../../src/flows/sort.ts';
import { installPartition, SHARDS, ticketPartition } from '../../src/model/delivery.ts';
import { ConnectorId, LinkId, SlackChannel, TicketId } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import { dropCopies, rows } from '../store/open-store.ts';
import {
  ALMA,
  DANA,
  HELP,
  OTHER,
  openSortingRoom,
  partitionOf,
  type SortingRoom,
  said,
  shardOfThread,
  shortcut,
  TEAM,
} from './sorting-room.ts';

after(dropCopies);

/** The only link there is. */
async function onlyLink(room: SortingRoom): Promise<LinkId> {
  const found = await sql<{ id: string }>`select id from link`.execute(room.db);
  assert.equal(found.rows.length, 1, `${found.rows.length} links`);
  return LinkId.parse(found.rows[0]?.id);
}

const texts = (intakes: readonly Intake[]) =>
  intakes.map((intake) => ('message' in intake ? `${intake.kind} ${intake.message.ts}` : intake.kind));

test('a message in a channel for requests opens one, and its replies belong to it', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const links = await room.sortAll();
  const link = await onlyLink(room);
  assert.deepEqual(links, [link]);
  await room.arrives(said('11.000000', { root: '10.000000', user: DANA }));
  assert.deepEqual(await room.sortAll(), [link]);
  assert.deepEqual(await room.states(), ['sorted opens', 'sorted']);
  assert.deepEqual(texts(await room.inHand(link)), ['message 10.000000', 'message 11.000000']);
  const opened = await room.store.links.get(link);
  assert.deepEqual(
    [opened?.status, opened?.requester, opened?.home, opened?.conversation?.root],
    ['provisional', ALMA, 'thread', '10.000000'],
  );
  assert.deepEqual(await rows(room.db, 'select wake_at <= deskbridge_now() as awake from link'), [
    { awake: true },
  ]);
});

test('replies that come before their root wait for it, and then stand behind it', async (t) => {
  const room = await openSortingRoom(t);
  for (const ts of ['12.000000', '11.000000']) await room.arrives(said(ts, { root: '10.000000' }));
  assert.deepEqual(await room.sortAll(), []);
  assert.deepEqual(await room.states(), ['waiting root-not-seen-yet', 'waiting root-not-seen-yet']);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  assert.deepEqual(texts(await room.inHand(link)), [
    'message 10.000000',
    'message 12.000000',
    'message 11.000000',
  ]);
});

test('root and replies of one batch are sorted whatever their order', async (t) => {
  const room = await openSortingRoom(t);
  for (const ts of ['11.000000', '12.000000', '10.000000', '13.000000'])
    await room.arrives(said(ts, { root: '10.000000' }));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  assert.equal((await room.inHand(link)).length, 4);
});

test('threads of other channels are nobody’s request: the root is closed, its replies wait in vain', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000', { channel: OTHER }));
  await room.arrives(said('11.000000', { root: '10.000000', channel: OTHER }));
  assert.deepEqual(await room.sortAll(), []);
  assert.deepEqual(await room.states(), ['ignored channel-without-requests', 'waiting root-not-seen-yet']);
  await room.pass(25 * 3_600_000);
  assert.equal(await room.store.deliveries.giveUpWaiting(24), 1);
  assert.deepEqual(await room.states(), [
    'ignored channel-without-requests',
    'ignored thread-without-request',
  ]);
});

test('somebody opens a request from a thread of another channel: what was said there lately comes along', async (t) => {
  const room = await openSortingRoom(t);
  const reply = said('11.000000', { root: '10.000000', channel: OTHER });
  await room.arrives(said('10.000000', { channel: OTHER }));
  await room.arrives(reply);
  await room.sortAll();
  await room.arrives(shortcut(reply), { type: 'interactive' });
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  assert.deepEqual(texts(await room.inHand(link)), ['open-from-message 11.000000', 'message 11.000000']);
  assert.equal((await room.store.links.get(link))?.conversation?.root, '10.000000');
});

test('the help desk talks among itself: its own messages open nothing, its replies do belong', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000', { user: DANA }));
  assert.deepEqual(await room.sortAll(), []);
  assert.deepEqual(await room.states(), ['ignored responder']);
  await room.arrives(shortcut(said('10.000000', { user: DANA })), { type: 'interactive' });
  assert.equal((await room.sortAll()).length, 1);
});

test('what is said to the bot directly asks for something, unless the help desk says it; answers belong to it', async (t) => {
  const room = await openSortingRoom(t);
  const direct = { channel: SlackChannel.parse('D1'), direct: true };
  await room.arrives(said('10.000000', { ...direct, user: DANA }));
  assert.deepEqual(await room.sortAll(), []);
  assert.deepEqual(await room.states(), ['ignored responder']);
  await room.arrives(said('20.000000', direct));
  const links = await room.sortAll();
  assert.equal(links.length, 1);
  await room.arrives(said('21.000000', { ...direct, root: '20.000000' }));
  assert.deepEqual(await room.sortAll(), links);
});

test('a reply in a conversation that has moved belongs to its link, in the old place and in the new one', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  await room.store.links.moveToDirectMessage(link);
  const direct = { channel: SlackChannel.parse('D1'), direct: true };
  await room.store.links.addPlace(link, 'primary', said('20.000000', direct).message);
  for (const reply of [
    said('11.000000', { root: '10.000000' }),
    said('21.000000', { ...direct, root: '20.000000' }),
  ]) {
    await room.arrives(reply);
    assert.deepEqual(await room.sortAll(), [link]);
  }
});

test('the same request opened twice from its message is one request', async (t) => {
  const room = await openSortingRoom(t);
  const message = said('10.000000', { channel: OTHER });
  for (const on of [message, message, said('11.000000', { root: '10.000000', channel: OTHER })])
    await room.arrives(shortcut(on), { type: 'interactive' });
  assert.equal((await room.sortAll()).length, 1);
  await room.arrives(shortcut(message), { type: 'interactive' });
  await room.sortAll();
  const link = await onlyLink(room);
  assert.equal((await room.inHand(link)).length, 4);
  assert.deepEqual(await room.states(), ['sorted opens', 'sorted', 'sorted', 'sorted']);
});

test('a form that is sent twice opens one request; another form opens another', async (t) => {
  const room = await openSortingRoom(t);
  const form = (submission: string): Intake => ({
    kind: 'open-from-form',
    team: TEAM,
    by: ALMA,
    submission,
    summary: 's',
    details: 'd',
    fields: {},
    channel: HELP,
    answers: {},
    onBehalfOf: null,
    participants: [],
    urgent: false,
    files: [],
  });
  for (const submission of ['a', 'a', 'b'])
    await room.arrives(form(submission), { type: 'interactive', partition: installPartition });
  assert.equal((await room.sortAll()).length, 2);
  assert.deepEqual(await room.states(), ['sorted opens', 'ignored opened-before', 'sorted opens']);
  const [made] = await rows(room.db, 'select home, requester, team from link limit 1');
  assert.deepEqual(made, { home: 'dm', requester: ALMA, team: TEAM });
});

test('a hook marks its own link as stale, and a hook for anything else is closed with its reason', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  const desk = ConnectorId.parse('desk');
  await sql`insert into ticket (install_id, link_id, generation, connector, site, ticket_id)
    values (${room.install}, ${link}, 1, ${desk}, 's', '7')`.execute(room.db);
  const before = (await room.store.links.get(link))?.stale ?? -1;
  await room.hook(ticketPartition(desk, TicketId.parse('7')));
  await room.hook(ticketPartition(desk, TicketId.parse('8')));
  await room.hook(ticketPartition(ConnectorId.parse('other'), TicketId.parse('7')));
  await room.hook(installPartition);
  assert.deepEqual(await room.sortAll(), [link]);
  assert.equal((await room.store.links.get(link))?.stale, before + 1);
  assert.deepEqual((await room.states()).slice(1), [
    'done hint',
    'ignored ticket-without-link',
    'ignored ticket-without-link',
    'ignored hook-without-ticket',
  ]);
});

test('a click belongs to the link that its card names, when there is one', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  const click = (on: LinkId): Intake => ({
    kind: 'change',
    team: TEAM,
    by: ALMA,
    link: on,
    set: { status: 'done' },
    channel: HELP,
  });
  const at = { type: 'interactive' as const, partition: installPartition };
  await room.arrives(click(link), at);
  await room.arrives(click(LinkId.parse('00000000-0000-7000-8000-000000000000')), at);
  await room.arrives(
    { kind: 'own-message', channel: HELP, ts: said('5.000000').message.ts, marker: null },
    at,
  );
  await room.arrives({ kind: 'ignored', reason: 'channel_topic' }, at);
  await room.sortAll();
  assert.deepEqual((await room.states()).slice(1), [
    'sorted',
    'ignored unknown-link',
    'done own-message',
    'ignored channel_topic',
  ]);
});

test('an edit and a deletion belong to the link of their thread, and wait for it when they come first', async (t) => {
  const room = await openSortingRoom(t);
  const { message } = said('11.000000', { root: '10.000000' });
  const edit: Intake = { kind: 'edited', message: { ...message, edited: '20.000000' } };
  const removal: Intake = { kind: 'deleted', team: TEAM, channel: HELP, ts: message.ts, root: message.root };
  const thread = { partition: partitionOf(message) };
  for (const intake of [removal, edit]) await room.arrives(intake, thread);
  await room.sortAll();
  assert.deepEqual(await room.states(), ['waiting root-not-seen-yet', 'waiting root-not-seen-yet']);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  assert.equal((await room.inHand(link)).length, 3);
  await room.arrives(edit, thread);
  assert.deepEqual(await room.sortAll(), [link]);
  const elsewhere = { ...message, channel: OTHER };
  await room.arrives({ kind: 'edited', message: elsewhere }, { partition: partitionOf(elsewhere) });
  assert.deepEqual(await room.sortAll(), []);
});

test('a bot opens no request, and its replies in one do belong', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('9.000000', { bot: 'CI' }));
  assert.deepEqual(await room.sortAll(), []);
  assert.deepEqual(await room.states(), ['ignored bot-message']);
  await room.arrives(said('10.000000'));
  const links = await room.sortAll();
  await room.arrives(said('11.000000', { root: '10.000000', bot: 'CI' }));
  assert.deepEqual(await room.sortAll(), links);
});

test('whoever asks for a receipt asks the link that the card names', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  const at = { type: 'interactive' as const, partition: installPartition };
  const ask: Intake = { kind: 'ask-receipt', team: TEAM, by: ALMA, link, channel: HELP };
  await room.arrives(ask, at);
  assert.deepEqual(await room.sortAll(), [link]);
});

test('what cannot be read waits, stops nobody, joins nothing, and is read when it can be', async (t) => {
  const room = await openSortingRoom(t);
  const thread = { partition: partitionOf(said('10.000000').message) };
  await room.arrives('broken', thread);
  await room.arrives(said('11.000000', { root: '10.000000' }));
  await room.sortAll();
  await room.arrives(said('10.000000'));
  const [link] = await room.sortAll();
  if (link === undefined) throw new Error('no link was opened');
  assert.deepEqual(texts(await room.inHand(link)), ['message 10.000000', 'message 11.000000']);
  assert.deepEqual((await room.states())[0], 'waiting unreadable');
  await room.pass(48 * 3_600_000);
  assert.equal(await room.store.deliveries.giveUpWaiting(24), 0);
  room.mend(said('12.000000', { root: '10.000000' }));
  await room.store.deliveries.reconsiderUnreadable();
  assert.deepEqual(await room.sortAll(), [link]);
  assert.equal((await room.inHand(link)).length, 3);
});

test('a failure in the middle of a batch leaves everything as it was', async (t) => {
  const room = await openSortingRoom(t);
  await room.arrives(said('10.000000'));
  const { metrics } = room.world;
  const failing = { ...metrics, count: () => assert.fail('in the middle') };
  for (let shard = 0; shard < SHARDS; shard += 1)
    if (shard === shardOfThread(said('10.000000')))
      await assert.rejects(
        sort({ ...room.world, metrics: failing }, shard, () => false),
        /in the middle/,
      );
  assert.deepEqual(await room.states(), ['new']);
  assert.deepEqual(await rows(room.db, 'select from link'), []);
  assert.equal((await room.sortAll()).length, 1);
});

test('two sorters at once make one link of a thread, and nothing of it is left over: 100 threads', async (t) => {
  const room = await openSortingRoom(t);
  const rounds = fc.sample(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }), fc.infiniteStream(fc.nat())),
    { seed: 4_711, numRuns: 100 },
  );
  for (const [n, [replies, shortcuts, order]] of rounds.entries()) {
    const at = 1_000 * (n + 1);
    const root = said(`${at}.000000`);
    const asked = [
      { intake: root, order: order.next().value },
      ...Array.from({ length: replies }, (_, i) => ({
        intake: said(`${at + i + 1}.000000`, { root: `${at}.000000` }),
        order: order.next().value,
      })),
      ...Array.from({ length: shortcuts }, () => ({ intake: shortcut(root), order: order.next().value })),
    ].sort((a, b) => a.order - b.order);
    const shard = shardOfThread(root);
    const half = Math.ceil(asked.length / 2);
    for (const { intake } of asked.slice(0, half)) await room.arrives(intake);
    const first = room.sortShard(shard);
    for (const { intake } of asked.slice(half)) await room.arrives(intake);
    await Promise.all([first, room.sortShard(shard), room.sortShard(shard)]);
    await room.sortShard(shard);
    const link = await room.store.links.byPlace(root.message);
    if (link === null) throw new Error(`Thread ${n} has no link`);
    assert.equal((await room.inHand(link)).length, asked.length, `thread ${n}`);
  }
  assert.deepEqual(await rows(room.db, 'select count(*) as n from link'), [{ n: 100 }]);
  assert.deepEqual(await rows(room.db, `select distinct state from delivery`), [{ state: 'sorted' }]);
});
