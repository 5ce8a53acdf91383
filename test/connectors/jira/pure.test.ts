import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { readBody } from '../../../src/connectors/jira/adf-read.ts';
import type { JiraClient } from '../../../src/connectors/jira/client.ts';
import {
  categoryOf,
  chooseStep,
  describeChoices,
  priorityValue,
  visibilityOf,
} from '../../../src/connectors/jira/fields.ts';
import { readJiraHook } from '../../../src/connectors/jira/hook.ts';
import { createRequesters } from '../../../src/connectors/jira/requester.ts';
import { JiraTime, type Transition } from '../../../src/connectors/jira/schema.ts';
import { JiraSettings } from '../../../src/connectors/jira/settings.ts';
import { JiraTarget } from '../../../src/connectors/jira/targets.ts';
import { escapeWiki, MAX_BODY, shorten } from '../../../src/connectors/jira/text.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { ok, type Retry, retryLater } from '../../../src/model/outcome.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';

test('only what is certainly public is public', () => {
  const desk = { markedInternal: false, onServiceDesk: true, secured: false };
  const plain = { markedInternal: false, onServiceDesk: false, secured: false };
  const restricted = { type: 'role' };
  assert.equal(visibilityOf({ jsdPublic: true, visibility: null }, desk), 'public');
  assert.equal(visibilityOf({ jsdPublic: false, visibility: null }, desk), 'internal');
  assert.equal(visibilityOf({ jsdPublic: undefined, visibility: undefined }, desk), 'unknown');
  assert.equal(visibilityOf({ jsdPublic: undefined, visibility: undefined }, plain), 'public');
  assert.equal(visibilityOf({ jsdPublic: false, visibility: null }, plain), 'internal');
  assert.equal(visibilityOf({ jsdPublic: true, visibility: restricted }, plain), 'internal');
  assert.equal(visibilityOf({ jsdPublic: true, visibility: restricted }, desk), 'internal');
  assert.equal(
    visibilityOf({ jsdPublic: true, visibility: null }, { ...plain, markedInternal: true }),
    'internal',
  );
  assert.equal(visibilityOf({ jsdPublic: true, visibility: null }, { ...desk, secured: true }), 'internal');
});

const step = (id: string, to: string, key: string, more: Partial<Transition> = {}): Transition => ({
  id,
  name: to,
  to: { name: to, statusCategory: { key } },
  isAvailable: true,
  fields: {},
  ...more,
});
const resolution = (...names: string[]): Transition['fields'] => ({
  resolution: {
    required: true,
    name: 'Resolution',
    allowedValues: names.map((name, index) => ({ id: String(index), name })),
  },
});

test('a transition is chosen by where it leads, never one that refuses somebody', () => {
  const chosen = (all: Transition[], wanted: 'new' | 'active' | 'done') =>
    chooseStep(all, wanted)?.transition.id;
  const steps = [
    step('1', 'Waiting for customer', 'indeterminate'),
    step('2', 'In progress', 'indeterminate'),
    step('3', 'Rejected', 'done'),
    step('4', "Won't do", 'done'),
    step('5', 'Closed', 'done', { isAvailable: false }),
  ];
  assert.equal(chosen(steps, 'active'), '2');
  assert.equal(chosen(steps, 'done'), undefined);
  assert.equal(chosen([...steps, step('6', 'Erledigt', 'done')], 'done'), '6');
  assert.equal(chosen(steps.slice(0, 1), 'active'), '1');
  assert.match(describeChoices(steps), /Waiting for customer; In progress; Rejected/);
  assert.match(describeChoices([]), /permission/);
});

test('a resolution that the screen demands is filled with a good one, other demands are not invented', () => {
  const done = step('1', 'Resolved', 'done', {
    fields: resolution("Won't Do", 'Duplicate', 'Fixed', 'Done'),
  });
  assert.deepEqual(chooseStep([done], 'done')?.fields, { resolution: { id: '3' } });
  const onlyBad = step('2', 'Resolved', 'done', { fields: resolution("Won't Do") });
  assert.equal(chooseStep([onlyBad], 'done'), null);
  const cause = { cause: { required: true, name: 'Root cause' } };
  const demanding = step('3', 'Resolved', 'done', { fields: cause });
  assert.equal(chooseStep([demanding], 'done'), null);
  assert.match(describeChoices([demanding]), /Resolved \(asks for Root cause\)/);
  const filled = step('4', 'Resolved', 'done', {
    fields: { x: { required: true, name: 'X', hasDefaultValue: true } },
  });
  assert.deepEqual(chooseStep([filled], 'done')?.fields, {});
});

test('priorities and states are mapped by meaning', () => {
  const allowed = ['Blocker', 'Major', 'Normal', 'Minor'].map((name, index) => ({ id: String(index), name }));
  assert.equal(priorityValue('critical', allowed)?.id, '0');
  assert.equal(priorityValue('high', allowed)?.id, '1');
  assert.equal(priorityValue('medium', allowed)?.id, '2');
  assert.equal(priorityValue('low', allowed)?.id, '3');
  assert.equal(priorityValue('low', allowed, 'major')?.id, '1');
  assert.equal(priorityValue('low', allowed, 'P4'), null, 'a configured name is not replaced by a usual one');
  assert.equal(priorityValue('low', []), null);
  assert.equal(categoryOf({ name: 'Fertig', statusCategory: { key: 'done' } }), 'done');
  assert.equal(categoryOf({ name: 'Done', statusCategory: { key: 'indeterminate' } }), 'active');
  assert.equal(categoryOf({ name: '?', statusCategory: { key: 'undefined' } }), 'new');
  assert.equal(JiraTime.parse('2026-11-20T10:00:00.123+0530').toISOString(), '2026-11-20T04:30:00.123Z');
});

test('a configured state and resolution decide, also where the screen only offers one', () => {
  const names = { status: 'rejected', resolution: "Won't Do" };
  const screen = {
    resolution: { ...resolution("Won't Do", 'Done')?.['resolution'], required: false, name: 'R' },
  };
  const steps = [step('1', 'Resolved', 'done'), step('2', 'Rejected', 'done', { fields: screen })];
  assert.deepEqual(chooseStep(steps, 'done', names), {
    transition: steps[1],
    fields: { resolution: { id: '0' } },
  });
  assert.equal(chooseStep(steps.slice(0, 1), 'done', names), null, 'no other state is taken for it');
  assert.deepEqual(chooseStep(steps, 'done')?.transition.id, '1');
});

test('wiki marks are taken away their meaning, addresses stay whole', () => {
  const url = 'https://acme.slack.com/archives/C1/p2?thread_ts=1.2&cid=C_1';
  const quoted = escapeWiki(`[~accountid:5b] {code}!x.png! see ${url} *now*`);
  assert.ok(quoted.includes('\\[\\~accountid:5b\\] \\{code\\}\\!x.png\\!'));
  assert.ok(quoted.includes(url));
  for (const line of ['h1. a', 'bq. a', '# a', '- a', '----', '\\{code:x\\}', '-a-', 'a\n  h2. b'])
    assert.deepEqual(
      readBody(escapeWiki(line), new Map()).children.map(({ type }) => type),
      ['paragraph'],
      line,
    );
  assert.equal(escapeWiki('a well-known \\{x\\}'), 'a well-known \\\u200b\\{x\\\u200b\\}');
});

test('a cut fits, says so, and splits no character', () => {
  const cut = shorten('😀'.repeat(MAX_BODY), MAX_BODY);
  assert.ok(cut.length <= MAX_BODY && cut.isWellFormed() && cut.endsWith('stands in Slack)'));
  assert.equal(shorten('short', 10), 'short');
});

const NOW = new Date('2026-11-20T10:00:00Z');
const SECRET = "It's a Secret to Everybody";
const hook = (body: string, headers: Record<string, string> = {}) => {
  const bytes = new TextEncoder().encode(body);
  const signature = `sha256=${createHmac('sha256', SECRET).update(bytes).digest('hex')}`;
  return { headers: { 'x-hub-signature': signature, ...headers }, body: bytes, now: NOW };
};
const ID = { 'x-atlassian-webhook-identifier': 'b1a2' };

test('the published test vector of the signature verifies', () => {
  const signature = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
  const { body } = hook('Hello World!');
  const verified = readJiraHook(SECRET, { headers: { 'x-hub-signature': signature }, body, now: NOW });
  // Past the signature: what is left to complain about is that this is no webhook.
  assert.deepEqual([verified.kind, verified.kind === 'refused' && verified.status], ['refused', 400]);
  const other = readJiraHook('another secret', { headers: { 'x-hub-signature': signature }, body, now: NOW });
  assert.deepEqual([other.kind, other.kind === 'refused' && other.status], ['refused', 401]);
});

test('a hook names its ticket by id; one without a ticket is accepted and names none', () => {
  const about = (issue: unknown) =>
    readJiraHook(SECRET, hook(JSON.stringify({ webhookEvent: 'comment_created', issue }), ID));
  assert.deepEqual(about({ id: '10001' }), {
    kind: 'accepted',
    key: 'b1a2',
    ticket: '10001',
    event: 'comment_created',
  });
  assert.equal(Reflect.get(about({ id: 10001 }), 'ticket'), '10001');
  assert.equal(Reflect.get(about(undefined), 'ticket'), null);
  assert.equal(about({ id: '../x' }).kind, 'refused');
});

test('without an identifier the body is the key, if it says when it happened', () => {
  const body = JSON.stringify({ webhookEvent: 'jira:issue_updated', timestamp: 1, issue: { id: '1' } });
  const reading = readJiraHook(SECRET, hook(body));
  assert.match(String(Reflect.get(reading, 'key')), /^sha256-[0-9a-f]{64}$/);
  assert.deepEqual(readJiraHook(SECRET, hook(body)), reading);
  assert.equal(readJiraHook(SECRET, hook('{"webhookEvent":"x"}')).kind, 'refused');
});

test('no secret means no hooks, and no other method is accepted', () => {
  const good = hook('{"webhookEvent":"x","timestamp":1}', ID);
  assert.equal(readJiraHook(SECRET, good).kind, 'accepted');
  assert.equal(readJiraHook(null, good).kind, 'refused');
  const sha1 = `sha1=${createHmac('sha1', SECRET).update(good.body).digest('hex')}`;
  assert.equal(
    readJiraHook(SECRET, { ...good, headers: { ...ID, 'x-hub-signature': sha1 } }).kind,
    'refused',
  );
});

test('targets and settings are checked', () => {
  assert.ok(JiraTarget.safeParse({ project: 'IAM', issue_type: 'Task', labels: ['slack'] }).success);
  assert.ok(JiraTarget.safeParse({ service_desk: '1', request_type: '10', project: 'ITSD' }).success);
  for (const wrong of [
    { project: 'iam', issue_type: 'Task' },
    { project: 'IAM' },
    { project: 'IAM', issue_type: 'Task', labels: ['two words'] },
    { project: 'IAM', issue_type: 'Task', service_desk: '1' },
    { service_desk: 'x/../1', request_type: '10', project: 'ITSD' },
  ]) {
    assert.equal(JiraTarget.safeParse(wrong).success, false, JSON.stringify(wrong));
  }
  const token = { email: 'a@b.test', api_token_env: 'JIRA_TOKEN' };
  const settings = { system: 'jira', auth: { kind: 'api-token', ...token } };
  const accepts = (more: object) => JiraSettings.safeParse({ ...settings, ...more }).success;
  assert.ok(accepts({ base_url: 'https://acme.atlassian.net' }));
  assert.ok(accepts({ base_url: 'http://127.0.0.1:8080' }));
  assert.ok(!accepts({ base_url: 'http://acme.atlassian.net' }));
  assert.ok(!accepts({ base_url: 'https://user:pass@acme.atlassian.net' }));
  const maps = (value: unknown) => accepts({ base_url: 'https://acme.atlassian.net', maps: value });
  assert.ok(maps({ IAM: { statuses: { done: 'Closed' }, fields: { impact: 'customfield_10004' } } }));
  assert.ok(
    maps({ IAM: { priorities: { high: 'P2' }, fields: { group: 'components' }, urgencies: { low: 'Low' } } }),
  );
  for (const wrong of [
    { iam: {} },
    { IAM: { statuses: { gone: 'x' } } },
    { IAM: { fields: { impact: '../x' } } },
  ]) {
    assert.ok(!maps(wrong), JSON.stringify(wrong));
  }
  assert.ok(!accepts({ base_url: 'https://api.atlassian.com/ex/jira/0a1b' }));
  const scoped = { base_url: 'https://acme.atlassian.net', auth: { kind: 'scoped-token', ...token } };
  assert.ok(!accepts(scoped));
  assert.ok(accepts({ ...scoped, cloud_id: '0a1b-2c' }));
  assert.ok(!accepts({ ...scoped, cloud_id: '../x' }));
  const reading = { auth_for: { reading: { kind: 'service-account', api_token_env: 'READER' } } };
  assert.ok(!accepts({ base_url: 'https://acme.atlassian.net', ...reading }));
  assert.ok(accepts({ base_url: 'https://acme.atlassian.net', ...reading, cloud_id: '0a1b-2c' }));
});

/** Customers are looked up in vain. */
function requestersBehind(answer: Retry) {
  const no = () => assert.fail('nothing else is asked');
  const client: JiraClient = {
    read: async () => answer,
    write: no,
    examine: no,
    upload: no,
    download: no,
  };
  const people = { byAddress: async () => ok([]), namesIn: no, assignable: no, humans: no };
  return createRequesters(client, people);
}
const FOR_ALMA: TicketDraft = {
  ...{ target: {}, summary: 's', description: plainDoc('d'), kind: 'iam', priority: 'low', reason: 'r' },
  ...{ requester: { name: 'Alma', email: 'alma@example.test' }, permalink: null },
};

test('customers who cannot be looked up cost a ticket no attempt, and after a few tries it goes without them', async () => {
  const requesters = requestersBehind(retryLater('Jira failed (502)', 'destination'));
  for (const _ of [1, 2]) {
    const waits = await requesters.of(FOR_ALMA, '1');
    assert.ok(waits.kind === 'retry' && waits.scope === 'turn', JSON.stringify(waits));
  }
  assert.deepEqual(await requesters.of(FOR_ALMA, '1'), ok(null));
  const look = await requesters.certainlyOf(FOR_ALMA, '1');
  assert.equal(look.kind, 'retry', 'whoever looks for what he may have made takes nothing for nobody');
});

test('our own limit on the look-up of customers is waited for, however long', async () => {
  const full = retryLater('We keep below a limit', 'turn', 400);
  const requesters = requestersBehind(full);
  for (const _ of Array.from({ length: 9 })) assert.deepEqual(await requesters.of(FOR_ALMA, '1'), full);
});
