import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { JiraMaps } from '../../../src/connectors/jira/maps.ts';
import type { TicketId } from '../../../src/model/ids.ts';
import type { TicketFields, WantedFields } from '../../../src/model/ticket.ts';
import {
  ALAN,
  ALMA,
  almaHerself,
  type Desk,
  GRACE,
  IN_SEC,
  ON_DESK,
  openDesk,
  plainAuthor,
  told,
  value,
} from './desk.ts';

const MAPS: JiraMaps = {
  HRSD: { screens: { customfield_10090: 'hardware' } },
  ITSD: {
    statuses: { active: 'Waiting for customer', done: 'Resolved', open: 'In progress' },
    priorities: { critical: 'Highest', low: 'P5' },
    resolution: "Won't Do",
    impacts: { high: 'Extensive / Widespread', medium: 'Significant / Large' },
    fields: { impact: 'customfield_10004', urgency: 'customfield_10048', group: 'customfield_10060' },
  },
};

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk({}, MAPS);
});
afterEach(() => desk.close());

const write = (
  ticket: TicketId,
  set: WantedFields,
  before: TicketFields | null = null,
  actor = plainAuthor,
) => desk.run(() => desk.connector.write.send({ ticket, set, before, actor }, desk.attempt()));
const find = (ticket: TicketId, set: WantedFields, before: TicketFields | null = null) =>
  desk.run(() => desk.connector.write.find({ ticket, set, before, actor: plainAuthor }, desk.attempt()));
const grace = { name: 'Grace Hopper', email: 'grace@example.test', account: null };

const EVERYTHING = {
  status: 'done',
  priority: 'critical',
  impact: 'high',
  urgency: 'low',
  group: 'Network',
  assignee: grace,
  summary: 'Two  doors\nare locked',
} as const;

test('every field reaches the ticket by the maps of its project, and the reading shows it', async () => {
  const ticket = await desk.create(ON_DESK);
  const before = await desk.read(ticket);
  assert.equal(value(await find(ticket, EVERYTHING, before)), null);
  assert.deepEqual(value(await write(ticket, EVERYTHING, before)), { left: [] });
  const { status, resolution, priority, impact, urgency, group, assignee, summary } = await desk.read(ticket);
  assert.deepEqual(
    [status.name, resolution, priority, impact, urgency, group, assignee, summary],
    [
      'Resolved',
      "Won't Do",
      'Highest',
      'Extensive / Widespread',
      'Low',
      'Network',
      'Grace Hopper',
      'Two doors are locked',
    ],
  );
  assert.deepEqual(value(await find(ticket, EVERYTHING, before)), { left: [] });
  const puts = desk.sandbox.calls().filter((one) => one.call.startsWith('PUT')).length;
  assert.deepEqual(value(await write(ticket, EVERYTHING, before)), { left: [] });
  assert.equal(
    desk.sandbox.calls().filter((one) => one.call.startsWith('PUT')).length,
    puts,
    'nothing is written twice',
  );
});

test('names of priorities mean what the maps of the project say, then what the issue offers; others are not guessed at', async () => {
  const ticket = await desk.create(ON_DESK);
  const { priorities } = desk.connector.can;
  assert.ok(priorities);
  const names = ['Highest', 'P5', 'High', 'Medium', 'Low', 'High noon', 'Not critical'];
  const meant = value(await desk.run(() => priorities.meaning(ticket, names)));
  assert.deepEqual(
    [...meant],
    [
      ['Highest', 'critical'],
      ['P5', 'low'],
      ['High', 'high'],
      ['Medium', 'medium'],
      ['Low', 'low'],
    ],
  );
});

test('a state that the maps name is gone to, also among states of one category, and reopening has its own', async () => {
  const ticket = await desk.create(ON_DESK);
  assert.deepEqual(value(await write(ticket, { status: 'active' })), { left: [] });
  assert.equal(desk.seen(ticket).status, 'Waiting for customer');
  value(await write(ticket, { status: 'done' }));
  value(await write(ticket, { status: 'open' }));
  assert.equal(desk.seen(ticket).status, 'In progress');
});

test('what cannot be mapped is left with a sentence that names it, and the others are written', async () => {
  const ticket = await desk.create(ON_DESK);
  const set: WantedFields = {
    priority: 'low',
    impact: 'low',
    group: 'Nobody',
    urgency: 'high',
    summary: 'Other words',
  };
  const { left } = value(await write(ticket, set));
  assert.deepEqual(
    left.map(({ field }) => field),
    ['priority', 'impact', 'group'],
  );
  assert.match(left[0]?.reason ?? '', /"P5" is no choice of Priority.*Highest, High.*configuration/);
  assert.match(
    left[2]?.reason ?? '',
    /"Nobody" is no choice of Support team.*Service Desk, Network, Identity/,
  );
  assert.deepEqual([desk.seen(ticket).summary, desk.seen(ticket).urgency], ['Other words', 'High']);
  const plain = await desk.create(IN_SEC);
  const reasons = value(await write(plain, { impact: 'high', group: 'Network' })).left.map(
    ({ reason }) => reason,
  );
  assert.match(reasons[0] ?? '', /No field of project SEC is configured for the impact/);
  const bare = await desk.create({ project: 'OPS', issue_type: 'Task' });
  const [screen] = value(await write(bare, { priority: 'high' })).left;
  assert.match(screen?.reason ?? '', /edit screen/);
});

test('a value that Jira refuses stops no other', async () => {
  const ticket = await desk.create(ON_DESK);
  const edit = 'PUT /rest/api/3/issue/{issueIdOrKey}';
  desk.sandbox.faults.add(edit, { kind: 'fail-before', status: 400 }, 2);
  const { left } = value(await write(ticket, { summary: 'Refused', urgency: 'high' }));
  assert.deepEqual(
    left.map(({ field }) => field),
    ['summary'],
  );
  assert.equal(desk.seen(ticket).urgency, 'High');
});

test('a field that somebody changed meanwhile is left, unless it says what is wanted', async () => {
  const ticket = await desk.create(ON_DESK);
  const before = await desk.read(ticket);
  const { people } = desk.sandbox;
  people.setField(GRACE, ticket, 'urgency', 'Medium');
  people.setField(GRACE, ticket, 'summary', 'By Grace');
  people.setStatus(GRACE, ticket, 'In progress');
  people.assign(GRACE, ticket, ALAN);
  const set: WantedFields = {
    urgency: 'medium',
    summary: 'By Slack',
    status: 'done',
    assignee: grace,
    priority: 'critical',
  };
  for (const written of [await write(ticket, set, before), await find(ticket, set, before)]) {
    const left = value(written)?.left ?? [];
    assert.deepEqual(left.map(({ field }) => field).sort(), ['assignee', 'status', 'summary']);
    assert.match(
      left.find(({ field }) => field === 'summary')?.reason ?? '',
      /changed to By Grace in Jira meanwhile/,
    );
  }
  assert.deepEqual(
    [desk.seen(ticket).summary, desk.seen(ticket).assignee, desk.seen(ticket).priority],
    ['By Grace', 'Alan Turing', 'Highest'],
  );
});

test('an assignee is exactly one person, or it is left; nobody is a choice, too', async () => {
  const ticket = await desk.create();
  const left = async (assignee: WantedFields['assignee']) =>
    value(await write(ticket, { assignee: assignee ?? null })).left.map(({ reason }) => reason);
  assert.deepEqual(await left(grace), []);
  assert.deepEqual(await left({ name: 'Alan', email: null, account: ALAN }), []);
  assert.equal(desk.seen(ticket).assignee, 'Alan Turing');
  const linked = { name: 'Grace', email: 'in-slack@example.test', account: 'grace@example.test' };
  assert.deepEqual(await left(linked), [], 'an account may be linked by its address');
  assert.equal(desk.seen(ticket).assignee, 'Grace Hopper');
  const alan = { name: 'Alan', email: 'alan@example.test', account: 'Alan Turing (alan@example.test)' };
  assert.deepEqual(await left(alan), [], 'one that names nobody leaves the address of Slack');
  assert.equal(desk.seen(ticket).assignee, 'Alan Turing');
  assert.match((await left({ ...grace, email: 'gra@example.test' }))[0] ?? '', /no assignable person/);
  assert.match(
    (await left({ name: 'K', email: 'katherine@example.test', account: null }))[0] ?? '',
    /no assignable/,
  );
  assert.match((await left({ ...grace, email: null }))[0] ?? '', /Nobody knows the e-mail address/);
  assert.equal(desk.seen(ticket).assignee, 'Alan Turing');
  assert.deepEqual(await left(null), []);
  assert.equal(desk.seen(ticket).assignee, null);
  assert.deepEqual(value(await desk.run(() => desk.connector.people('GRACE@example.test'))), [
    { account: GRACE, name: 'Grace Hopper' },
  ]);
  assert.deepEqual(value(await desk.run(() => desk.connector.people('grac'))), []);
});

test('a person changes fields with his own sign-in, and a refused one is never replaced', async () => {
  const ticket = await desk.create();
  desk.sandbox.signIn(ALMA);
  assert.deepEqual(
    value(await write(ticket, { summary: 'By Alma', status: 'done' }, null, almaHerself)).left,
    [],
  );
  assert.equal(desk.seen(ticket).summary, 'By Alma');
  desk.sandbox.signOut(ALMA.email);
  assert.equal(told(await write(ticket, { summary: 'Again' }, null, almaHerself)), 'rejected auth');
  assert.equal(told(await write(ticket, { status: 'open' }, null, almaHerself)), 'rejected auth');
  assert.equal(desk.seen(ticket).summary, 'By Alma');
});

test('a lost answer is told apart from a change that never happened', async () => {
  const ticket = await desk.create();
  const set = { summary: 'Changed' };
  const edit = 'PUT /rest/api/3/issue/{issueIdOrKey}';
  desk.sandbox.faults.add(edit, { kind: 'reset-before' });
  assert.equal(told(await write(ticket, set)), 'retry unknown');
  assert.equal(value(await find(ticket, set)), null);
  desk.sandbox.faults.add(edit, { kind: 'reset-after' });
  assert.equal(told(await write(ticket, set)), 'retry unknown');
  assert.deepEqual(value(await find(ticket, set)), { left: [] });
});

const PEOPLE_DESK = { service_desk: '2', request_type: '40', project: 'HRSD' };
const MOVE = 'POST /rest/api/3/issue/{issueIdOrKey}/transitions';

test('what the screen of a transition demands is filled in where the maps say with what', async () => {
  const ticket = await desk.create({ ...IN_SEC, project: 'SEC' });
  assert.deepEqual(value(await write(ticket, { status: 'active' })), { left: [] });
  const request = await desk.create({ ...PEOPLE_DESK, fields: { customfield_10073: 'Home' } });
  assert.deepEqual(value(await write(request, { status: 'done' })), { left: [] });
  assert.equal(desk.seen(request).status, 'Resolved');
  const [sent] = desk.paths(MOVE).slice(-1);
  assert.match(JSON.stringify(sent?.body), /"customfield_10090":\{"id":"2"\}/);
  const bare = await openDesk();
  const other = await bare.create({ ...PEOPLE_DESK, fields: { customfield_10073: 'Home' } });
  const change = { ticket: other, set: { status: 'done' }, before: null, actor: plainAuthor } as const;
  const { left } = value(await bare.run(() => bare.connector.write.send(change, bare.attempt())));
  assert.match(left[0]?.reason ?? '', /Resolved \(asks for Resolution, Root cause\)/);
  await bare.close();
});

test('a transition that is not possible any more: the issue is read again and the way from there is taken', async () => {
  const ticket = await desk.create(IN_SEC);
  desk.sandbox.faults.add(MOVE, { kind: 'fail-before', status: 409 });
  assert.deepEqual(value(await write(ticket, { status: 'active' })), { left: [] });
  assert.deepEqual([desk.seen(ticket).status, desk.paths(MOVE).length], ['Investigating', 2]);
  desk.sandbox.faults.add(MOVE, { kind: 'fail-before', status: 409 }, 2);
  const { left } = value(await write(ticket, { status: 'done' }));
  assert.match(left[0]?.reason ?? '', /changed at the same moment/);
  assert.equal(desk.seen(ticket).status, 'Investigating');
});
