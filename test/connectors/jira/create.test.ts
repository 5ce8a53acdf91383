import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { plainDoc } from '../../../src/model/doc.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import { ask } from '../../sandbox/jira/site.ts';
import { ALAN, ALMA, type Desk, GRACE, IN_SEC, ON_DESK, openDesk, told, value } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const ISSUE = 'POST /rest/api/3/issue';
const REQUEST = 'POST /rest/servicedeskapi/request';
const REPLACE = { ...ON_DESK, request_type: '12' };
const PEOPLE_DESK = { service_desk: '2', request_type: '40', project: 'HRSD' };
const SITE = 'customfield_10073';
const ASSET = 'customfield_10071';

function draft(target: object, more: Partial<TicketDraft> = {}): TicketDraft {
  return {
    target,
    summary: 'The laptop is broken',
    description: plainDoc('It does not start'),
    kind: 'endpoint',
    priority: 'high',
    requester: { name: 'Alma Ruiz', email: null },
    reason: 'A rule',
    permalink: 'https://example.slack.com/archives/C1/p1',
    ...more,
  };
}

const send = (one: TicketDraft, attempt = desk.attempt()) =>
  desk.run(() => desk.connector.create.send(one, attempt));
const find = (one: TicketDraft, attempt = desk.attempt()) =>
  desk.run(() => desk.connector.create.find(one, attempt));

const Seen = z.looseObject({ fields: z.record(z.string(), z.unknown()) });
async function fieldsOf(id: string) {
  return Seen.parse((await ask(desk.site, `GET /rest/api/3/issue/${id}`)).value).fields;
}
const reasonOf = (outcome: Awaited<ReturnType<typeof send | typeof find>>) =>
  'reason' in outcome ? outcome.reason : '';

test('a request goes through the platform where its screen takes the request type: label and property travel along', async () => {
  const attempt = desk.attempt();
  const input = draft(ON_DESK);
  const { id, key } = value(await send(input, attempt));
  assert.equal(desk.paths(ISSUE).length, 1);
  assert.equal(desk.paths(REQUEST).length, 0);
  const seen = desk.seen(id);
  assert.deepEqual(seen.labels, [attempt.marker]);
  assert.equal(seen.queue, 'IT Service Desk / Get IT help');
  const marked = await ask(desk.site, `GET /rest/api/3/issue/${id}?properties=deskbridge.link`);
  assert.match(marked.text, new RegExp(attempt.marker));
  desk.clock.advance(10_000);
  assert.equal(value(await find(input, attempt))?.key, key);
});

test('where the screen has no request type the form is filled in, and the reference in its description is the proof', async () => {
  const attempt = desk.attempt();
  const input = draft(PEOPLE_DESK, { answers: { [SITE]: 'lisbon' } });
  const { id } = value(await send(input, attempt));
  assert.deepEqual([desk.paths(ISSUE).length, desk.paths(REQUEST).length], [0, 1]);
  assert.deepEqual((await fieldsOf(id))[SITE], { id: '1', value: 'Lisbon' });
  assert.ok(desk.seen(id).description.includes(`Reference: ${attempt.marker}`));
  assert.deepEqual(desk.seen(id).labels, []);
  desk.clock.advance(10_000);
  assert.equal(value(await find(input, attempt))?.id, id);
  assert.equal(value(await find(input)), null);
});

test('a lost answer of the form is unknown and found exactly once', async () => {
  const input = draft(PEOPLE_DESK, { answers: { [SITE]: 'Home' } });
  const attempt = desk.attempt();
  desk.sandbox.faults.add(REQUEST, { kind: 'reset-after' });
  assert.equal(told(await send(input, attempt)), 'retry unknown');
  desk.clock.advance(10_000);
  const found = value(await find(input, attempt));
  assert.deepEqual(
    desk.sandbox.people.tickets().map(({ id }) => id),
    [found?.id],
  );
});

test('answers of every kind arrive as Jira stores them', async () => {
  const answers = {
    [ASSET]: 'LT-0042',
    customfield_10072: 'Held *power*\nfor ten seconds',
    [SITE]: '2',
    customfield_10074: ['Courier', '1'],
    customfield_10075: '2026-11-19',
    customfield_10076: '12,5',
    customfield_10077: 'grace@example.test',
  };
  const target = { ...ON_DESK, components: ['laptops'], fields: { customfield_10076: '99' } };
  const { id } = value(await send(draft(target, { answers })));
  const fields = await fieldsOf(id);
  assert.equal(fields[ASSET], 'LT-0042');
  assert.match(JSON.stringify(fields['customfield_10072']), /Held \*power\*.*hardBreak.*ten seconds/);
  assert.deepEqual(fields[SITE], { id: '2', value: 'Madrid' });
  assert.deepEqual(fields['customfield_10074'], [
    { id: '2', value: 'Courier' },
    { id: '1', value: 'Loan device' },
  ]);
  assert.equal(fields['customfield_10075'], '2026-11-19');
  assert.equal(fields['customfield_10076'], 99, 'what the queue sets stands above an answer');
  assert.equal(z.looseObject({ accountId: z.string() }).parse(fields['customfield_10077']).accountId, GRACE);
  assert.deepEqual(fields['components'], [{ id: '1', name: 'Laptops' }]);
});

test('what is missing, unknown or no choice is refused in one sentence, before anything is sent', async () => {
  const calls = () => desk.sandbox.calls().filter(({ call }) => call === ISSUE || call === REQUEST).length;
  const cases: readonly (readonly [TicketDraft, RegExp])[] = [
    [draft(REPLACE), /it demands Asset tag, Office/],
    [
      draft(REPLACE, { answers: { [ASSET]: 'a', [SITE]: 'Paris' } }),
      /"Paris" is no choice of Office.*Lisbon, Madrid, Home/,
    ],
    [draft(PEOPLE_DESK, { answers: { [SITE]: 'Home', customfield_1: 'x' } }), /no field customfield_1/],
    [draft(ON_DESK, { answers: { customfield_10075: 'tomorrow' } }), /Broken since takes a day/],
    [draft(ON_DESK, { answers: { customfield_10076: 'much' } }), /Estimated cost takes a number/],
    [
      draft(ON_DESK, { answers: { customfield_10077: 'shared@example.test' } }),
      /not exactly one person for Manager/,
    ],
    [
      draft(ON_DESK, { answers: { customfield_10078: 'x' } }),
      /Building and floor cannot be filled in from here/,
    ],
    [draft({ ...PEOPLE_DESK, labels: ['a'] }, { answers: { [SITE]: 'Home' } }), /takes no labels/],
  ];
  for (const [one, reason] of cases) {
    const outcome = await send(one);
    assert.equal(told(outcome), 'rejected invalid', String(reason));
    assert.match(reasonOf(outcome), reason);
  }
  assert.equal(calls(), 0);
});

test('a form with something that its administrator has filled in goes its own way, so that this is kept', async () => {
  const answers = { [ASSET]: 'LT-1', [SITE]: 'Lisbon', customfield_10072: 'a [b] {c}' };
  const { id } = value(await send(draft(REPLACE, { answers })));
  assert.equal(desk.paths(REQUEST).length, 1);
  const fields = await fieldsOf(id);
  assert.deepEqual(fields['components'], [{ id: '1', name: 'Laptops' }]);
  assert.match(JSON.stringify(fields['customfield_10072']), /a \[b\] \{c\}/, 'marks of the wiki are quoted');
});

test('a ticket is raised for whom it is: by his account, or by an address that exactly one account shows', async () => {
  const raised = async (requester: TicketDraft['requester'], target: object = ON_DESK, more = {}) =>
    desk.seen(value(await send(draft(target, { requester, ...more }))).id).reporter;
  const name = 'Somebody';
  assert.equal(await raised({ name, email: null, account: ALAN }), 'Alan Turing');
  const linked = { name, email: 'in-slack@example.test', account: 'grace@example.test' };
  assert.equal(await raised(linked), 'Grace Hopper', 'an account that was linked by its address');
  assert.equal(
    await raised({ name, email: 'Alma.Ruiz@example.test' }),
    'Alma Ruiz',
    'a customer of the portal',
  );
  assert.equal(await raised({ name, email: 'grace@example.test' }), 'Grace Hopper');
  const answers = { [SITE]: 'Home' };
  assert.equal(
    await raised({ name, email: 'alma.ruiz@example.test' }, PEOPLE_DESK, { answers }),
    'Alma Ruiz',
  );
  assert.equal(
    await raised({ name, email: 'grace@example.test' }, { project: 'IAM', issue_type: 'Task' }),
    'Grace Hopper',
  );
  for (const email of ['shared@example.test', 'hidden@example.test', 'nobody@example.test', 'alma', null]) {
    desk.clock.advance(1_000);
    assert.equal(await raised({ name, email }), 'Deskbridge', `${email} names nobody for certain`);
  }
  assert.equal(await raised({ name, email: null, account: '../../x' }), 'Deskbridge');
});

test('a ticket with our reference by an unknown account is followed by no second one until somebody has looked', async () => {
  desk.sandbox.signIn(ALMA);
  const attempt = desk.attempt();
  const fields = {
    project: { key: 'SEC' },
    issuetype: { name: 'Task' },
    summary: 'x',
    labels: [attempt.marker],
  };
  const authorization = `Basic ${Buffer.from(`${ALMA.email}:${ALMA.apiToken}`).toString('base64')}`;
  const made = await ask(desk.site, ISSUE, { fields }, { authorization });
  assert.equal(made.status, 201, made.text);
  desk.clock.advance(10_000);
  const found = await find(draft(IN_SEC), attempt);
  assert.equal(told(found), 'retry none');
  assert.match(reasonOf(found), /SEC-\d+ carries our reference/);
});

test('somebody whom the desk does not serve stops no request: the description names him', async () => {
  const requester = { name: 'Bo Berg', email: null, account: 'qm:desk:bo' };
  const { id } = value(await send(draft(PEOPLE_DESK, { requester, answers: { [SITE]: 'Home' } })));
  assert.equal(desk.paths(REQUEST).length, 2);
  assert.equal(desk.seen(id).reporter, 'Deskbridge');
  assert.match(desk.seen(id).description, /Requested by Bo Berg/);
});

test('participants and organizations travel in the one request', async () => {
  const target = { ...ON_DESK, organizations: ['31'] };
  const who = (account: string) => ({ name: 'Somebody', email: null, account });
  const unknown = { name: 'Nobody', email: 'nobody@example.com', account: null };
  const participants = [who(ALAN), who('qm:desk:alma'), unknown, who(ALAN)];
  const { id } = value(await send(draft(target, { participants })));
  const fields = await fieldsOf(id);
  const People = z.array(z.looseObject({ accountId: z.string() }));
  assert.deepEqual(
    People.parse(fields['customfield_10026']).map(({ accountId }) => accountId),
    [ALAN, 'qm:desk:alma'],
  );
  assert.deepEqual(fields['customfield_10002'], [{ id: '31', name: 'Organization 31' }]);
  const asForm = draft(PEOPLE_DESK, { participants: [who('qm:desk:alma')], answers: { [SITE]: 'Home' } });
  value(await send(asForm));
  const [call] = desk.paths(REQUEST);
  assert.deepEqual(
    z.looseObject({ requestParticipants: z.unknown() }).parse(call?.body).requestParticipants,
    ['qm:desk:alma'],
  );
});

test('a clone is never taken for ours, whatever it copied', async () => {
  for (const [target, more] of [
    [IN_SEC, {}],
    [PEOPLE_DESK, { answers: { [SITE]: 'Home' } }],
  ] as const) {
    const attempt = desk.attempt();
    const input = draft(target, more);
    const { id } = value(await send(input, attempt));
    desk.clock.advance(5_000);
    const copy = desk.sandbox.clone(GRACE, id);
    assert.deepEqual(
      desk.seen(id).labels,
      desk.sandbox.people.tickets().find((one) => one.id === copy)?.labels,
    );
    desk.clock.advance(10_000);
    assert.equal(value(await find(input, attempt))?.id, id);
    desk.sandbox.remove(GRACE, id);
    desk.clock.advance(10_000);
    assert.equal(
      told(await find(input, attempt)),
      'retry none',
      'a copy is not ours, and tells that ours arrived',
    );
  }
});

test('a ticket that moved is read by its id under its new key; one that was deleted is not there', async () => {
  const ticket = await desk.create(IN_SEC);
  const before = await desk.read(ticket);
  const key = desk.sandbox.move(GRACE, ticket, 'IAM');
  const after = await desk.read(ticket);
  assert.deepEqual([after.id, after.key], [before.id, key]);
  assert.ok(after.url.endsWith(`/browse/${key}`));
  assert.notEqual(after.key, before.key);
  const left = value(
    await desk.run(() =>
      desk.connector.write.send(
        { ticket, set: { status: 'done' }, before: null, actor: { name: 'Alma', grant: null } },
        desk.attempt(),
      ),
    ),
  ).left;
  assert.deepEqual(left, [], 'the workflow of its new project is followed');
  desk.sandbox.remove(GRACE, ticket);
  assert.equal(told(await desk.run(() => desk.connector.read(ticket))), 'rejected not-found');
});
