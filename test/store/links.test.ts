import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SHARDS } from '../../src/model/delivery.ts';
import { plainDoc } from '../../src/model/doc.ts';
import { ConnectorId, SlackTs, TicketId } from '../../src/model/ids.ts';
import type { Route } from '../../src/model/link.ts';
import type { RoutingFacts } from '../../src/model/route.ts';
import type { NewLink } from '../../src/store/links.ts';
import { until } from '../support/until.ts';
import { ALMA, conversation, dropCopies, openLink, openStore, rows, TEAM } from './open-store.ts';

after(dropCopies);

const DESK = ConnectorId.parse('desk');

const ROUTE: Route = {
  kind: 'iam',
  queue: 'access',
  connector: DESK,
  priority: 'high',
  privacy: 'thread',
  rule: 'access',
  reason: 'It names a password.',
  flow: 'hand-off',
  risk: 'high',
  policies: ['access'],
  responders: [ALMA],
  tags: { area: 'VPN', department: 'Finance' },
  group: 'Identity',
};
const FACTS: RoutingFacts = {
  door: 'form',
  channel: null,
  form: { area: 'vpn' },
  requester: ALMA,
  person: { department: 'Finance', groups: ['staff'], tier: null },
  urgent: true,
  at: new Date(1_800_000_000_000),
  kind: null,
};
const AT = { site: 'desk.example', configHash: 'a'.repeat(64), facts: FACTS };

function newLink(changes: Partial<NewLink> = {}): NewLink {
  return {
    origin: 'thread:T1:C1:1.000000',
    team: TEAM,
    requester: ALMA,
    home: 'thread',
    place: conversation('1.000000', 'C9'),
    ...changes,
  };
}

test('a hundred who open the same request at once make one link with one place', async (t) => {
  const { store, db } = await openStore(t, { max: 16 });
  const opened = await Promise.all(
    Array.from({ length: 100 }, () => store.transaction((tx) => tx.links.open(newLink()))),
  );
  const [link, ...others] = opened.filter((id) => id !== null);
  assert.ok(link !== undefined && others.length === 0);
  assert.deepEqual(await rows(db, 'select link_id, role from place'), [{ link_id: link, role: 'primary' }]);
  assert.equal(await store.links.byPlace(conversation('1.000000', 'C9')), link);
});

test('a place belongs to one link, also when two ways lead to it at once', async (t) => {
  const { store, db } = await openStore(t);
  let late: Promise<unknown> = Promise.resolve();
  await store.transaction(async (tx) => {
    assert.notEqual(await tx.links.open(newLink()), null);
    late = store.transaction((other) => other.links.open(newLink({ origin: 'another way' })));
    await until('the late one waits for the early one', 5_000, async () => {
      const waiting = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      return waiting.rows.length > 0;
    });
  });
  assert.equal(await late, null);
  assert.equal((await rows(db, 'select from link')).length, 1);
  assert.equal(await store.links.open(newLink({ origin: 'later' })), null);
});

test('the same form opens one link, and places of other teams and channels are others', async (t) => {
  const { store } = await openStore(t);
  const form = newLink({ origin: 'form:T1:abc', home: 'dm', place: null });
  const link = await store.links.open(form);
  assert.ok(link !== null);
  assert.equal(await store.links.open(form), null);
  assert.equal((await store.links.get(link))?.conversation, null);
  assert.notEqual(
    await store.links.open(newLink({ origin: 'b', place: conversation('1.000000', 'C2') })),
    null,
  );
  assert.equal(await store.links.hasPlaceIn(TEAM, conversation('1.000000', 'C2').channel), true);
  assert.equal(await store.links.hasPlaceIn(TEAM, conversation('1.000000', 'C3').channel), false);
});

test('the database itself refuses a second link of a place, a second primary place, a second link of a ticket', async (t) => {
  const { store, db, install } = await openStore(t);
  const [one, two] = [await openLink(store), await openLink(store)];
  const place = (link: string, root: string) =>
    sql`insert into place (install_id, link_id, role, team, channel, root_ts)
      values (${install}, ${link}, 'primary', 'T1', 'C5', ${root})`.execute(db);
  await assert.rejects(place(one, '5.000000'), { constraint: 'place_primary' });
  await sql`update place set role = 'origin'`.execute(db);
  await place(one, '5.000000');
  await assert.rejects(place(two, '5.000000'), { constraint: 'place_pkey' });
  for (const link of [one, two])
    await store.links.route(link, ROUTE, { summary: 's', details: plainDoc('d') }, AT);
  const bind = (link: string) => sql`update ticket set ticket_id = '77' where link_id = ${link}`.execute(db);
  await bind(one);
  await assert.rejects(bind(two), { code: '23505' });
});

test('a request that was written down is read back as it was, and sealed in the database', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  const before = await store.links.get(link);
  assert.deepEqual(
    [before?.status, before?.route, before?.request, before?.ticket],
    ['provisional', null, null, null],
  );
  const request = { summary: 'Locked out, password hunter2', details: plainDoc('two\nlines') };
  await store.links.route(link, ROUTE, request, AT);
  await store.links.route(link, ROUTE, request, AT);
  const after = await store.links.get(link);
  assert.deepEqual(after?.route, ROUTE);
  assert.deepEqual(after?.request, request);
  assert.equal(after?.ticket?.id, null);
  assert.equal(after?.ticket?.generation, 1);
  const dump = JSON.stringify(await rows(db, `select l::text, encode(request, 'escape') from link l`));
  assert.ok(!dump.includes('hunter2'));

  const ticket = after?.ticket;
  if (ticket === null || ticket === undefined) throw new Error('no ticket was reserved');
  const saved = {
    ...ticket,
    id: TicketId.parse('10001'),
    key: 'IAM-7',
    url: 'https://desk.example/IAM-7',
    fields: {
      summary: 'x',
      status: { name: 'In Progress', category: 'active' as const },
      resolution: null,
      assignee: 'Ben',
      group: 'Identity & Access',
      priority: 'High',
      impact: '2 - Medium',
      urgency: '1 - High',
    },
    updatedAt: new Date('2026-01-02T03:04:05.678Z'),
  };
  await store.links.saveTicket(link, saved);
  assert.deepEqual((await store.links.get(link))?.ticket, saved);
  assert.equal(await store.links.byTicket(DESK, saved.id), link);
  assert.equal(await store.links.byTicket(ConnectorId.parse('other'), saved.id), null);

  await store.links.setStatus(link, 'closed');
  await store.links.setStatus(link, 'parked', { why: 'operation', reason: 'a lane is stopped' });
  await store.links.saveTicket(link, saved);
  const opened = (await store.links.get(link))?.closedAt;
  assert.equal(opened, null, 'it was opened again while it was parked');
});

test('a conversation that moves to a direct message keeps the thread where it began', async (t) => {
  const { store } = await openStore(t);
  const link = await openLink(store);
  const thread = (await store.links.get(link))?.conversation;
  if (thread === null || thread === undefined) throw new Error('the link has no thread');
  assert.equal(await store.links.originOf(link), null);
  await store.links.moveToDirectMessage(link);
  const moved = await store.links.get(link);
  assert.deepEqual([moved?.home, moved?.conversation], ['dm', null]);
  assert.deepEqual(await store.links.originOf(link), thread);
  assert.equal(await store.links.byPlace(thread), link);
  const direct = conversation('900.000000', 'D1');
  await store.links.addPlace(link, 'primary', direct);
  await store.links.addPlace(link, 'primary', direct);
  assert.deepEqual((await store.links.get(link))?.conversation, direct);
  assert.equal(await store.links.byPlace(direct), link);
  assert.deepEqual(await store.links.originOf(link), thread);
});

test('who solved tickets is found by person, by product area and by queue', async (t) => {
  const { store, db } = await openStore(t);
  for (const [n, area] of ['VPN', 'VPN', 'Mail', null].entries()) {
    const link = await openLink(store);
    const route = { ...ROUTE, tags: area === null ? {} : { area } };
    await store.links.route(link, route, { summary: 's', details: plainDoc('d') }, AT);
    await sql`update ticket set assignee = ${area === 'VPN' ? 'Vera' : 'Max'}, status_category = ${n === 1 ? 'active' : 'done'}
      where link_id = ${link}`.execute(db);
  }
  assert.deepEqual(await store.routing.solvers({ area: 'VPN' }), [{ name: 'Vera', tickets: 1 }]);
  assert.deepEqual(await store.routing.solvers({ area: 'Mail' }), [{ name: 'Max', tickets: 1 }]);
  assert.deepEqual(await store.routing.solvers({ area: 'Printing' }), []);
  assert.deepEqual(await store.routing.solvers({ queue: 'access' }), [
    { name: 'Max', tickets: 2 },
    { name: 'Vera', tickets: 1 },
  ]);
});

test('the thread of a request that turned out to be another one is read again with that one', async (t) => {
  const { store, db } = await openStore(t);
  const link = await openLink(store);
  const thread = (await store.links.get(link))?.conversation ?? conversation('0.0');
  const again = conversation('9000000.000000', 'C7');
  assert.ok(await store.links.addPlace(link, 'origin', again));
  await sql`update place set role = 'follower' where root_ts = ${again.root}`.execute(db);
  assert.deepEqual(await store.links.placesOf(link), [
    { ...thread, role: 'primary' },
    { ...again, role: 'follower' },
  ]);
  await store.threads.ask(link);
  const [due] = await store.threads.toRead(10, 10);
  assert.deepEqual(
    due?.places.map(({ channel, root }) => `${channel} ${root}`).sort(),
    [thread, again].map(({ channel, root }) => `${channel} ${root}`).sort(),
  );
  const open = await store.threads.openIn(again, { from: SlackTs.parse('1.000000'), above: null });
  assert.deepEqual(
    open.map(({ root }) => root),
    [again.root],
  );
  const channels = (await store.readings.due(TEAM, [])).map(({ channel }) => channel);
  assert.ok(channels.includes(again.channel), 'its channel is read, too');
});

test('a hint marks the links of these tickets and no others; what was seen stays seen', async (t) => {
  const { store, db } = await openStore(t);
  const links = [await openLink(store), await openLink(store), await openLink(store)];
  for (const [n, link] of links.entries()) {
    await store.links.route(link, ROUTE, { summary: 's', details: plainDoc('d') }, AT);
    await sql`update ticket set ticket_id = ${String(n)} where link_id = ${link}`.execute(db);
  }
  const [first, second, third] = links;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('three were opened');
  const ids = ['0', '2', '99'].map((id) => TicketId.parse(id));
  assert.deepEqual([...(await store.links.markStale(DESK, ids))].sort(), [first, third].sort());
  assert.deepEqual(await store.links.markStale(ConnectorId.parse('other'), ids), []);
  assert.deepEqual(await store.links.markStale(DESK, []), []);
  await store.links.markStale(DESK, [TicketId.parse('0'), TicketId.parse('0')]);
  const stale = async (link: typeof first) => {
    const found = await store.links.get(link);
    return [found?.stale, found?.seen];
  };
  assert.deepEqual(
    [await stale(first), await stale(second), await stale(third)],
    [
      [2, 0],
      [0, 0],
      [1, 0],
    ],
  );
  await store.links.setSeen(first, 2);
  await store.links.setSeen(first, 1);
  assert.deepEqual(await stale(first), [2, 2]);
  assert.deepEqual((await store.links.dueShards(0, SHARDS)).length > 0, true);
  assert.deepEqual(await store.links.dueShards(60_000, SHARDS), []);
});

test('many who mark the same links in different orders do not block each other', async (t) => {
  const { store, db } = await openStore(t, { max: 12 });
  const links = [];
  for (let n = 0; n < 30; n += 1) links.push(await openLink(store));
  for (const [n, link] of links.entries()) {
    await store.links.route(link, ROUTE, { summary: 's', details: plainDoc('d') }, AT);
    await sql`update ticket set ticket_id = ${String(n)} where link_id = ${link}`.execute(db);
  }
  const there = links.map((_, n) => TicketId.parse(String(n)));
  const back = [...there].reverse();
  await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      store.transaction(async (tx) => {
        const woken = await tx.links.markStale(DESK, n % 2 === 0 ? there : back);
        assert.equal(woken.length, links.length);
      }),
    ),
  );
  assert.deepEqual(await rows(db, 'select distinct ticket_stale as n from link'), [{ n: 30 }]);
});

test('a link remembers when it was closed, and forgets it when it lives again', async (t) => {
  const open = await openStore(t);
  const link = await openLink(open.store);
  const { links } = open.store;
  await links.setStatus(link, 'closed');
  const closed = (await links.get(link))?.closedAt;
  assert.ok(closed instanceof Date);
  await open.pass(60_000);
  await links.setStatus(link, 'closed');
  assert.deepEqual((await links.get(link))?.closedAt, closed);
  await links.setStatus(link, 'parked', { why: 'gone', reason: 'the ticket is gone' });
  assert.equal((await links.get(link))?.parkedReason, 'the ticket is gone');
  assert.deepEqual((await links.get(link))?.closedAt, closed, 'what stops it does not close it anew');
  await links.setStatus(link, 'closed');
  assert.deepEqual((await links.get(link))?.closedAt, closed);
  await links.setStatus(link, 'live');
  const live = await links.get(link);
  assert.deepEqual([live?.status, live?.closedAt, live?.parkedReason], ['live', null, null]);
  const card = { channel: 'C1', ts: SlackTs.parse('5.000001') };
  await links.setCard(link, card, 'hash');
  const shown = await links.get(link);
  assert.deepEqual([shown?.card, shown?.cardShown], [card, 'hash']);
});
