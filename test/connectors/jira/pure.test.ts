import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { fromAdf, toAdf } from '../../../src/connectors/jira/adf.ts';
import {
  categoryOf,
  chooseStep,
  describeChoices,
  priorityValue,
  visibilityOf,
} from '../../../src/connectors/jira/fields.ts';
import { readJiraHook } from '../../../src/connectors/jira/hook.ts';
import { JiraSettings, JiraTarget, JiraTime, type Transition } from '../../../src/connectors/jira/schema.ts';
import { escapeWiki, MAX_BODY, shorten, storable } from '../../../src/connectors/jira/text.ts';

test('plain text goes through a document and comes back the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('\n', '\n\n', '\n\n\n', ''),
      (a, gap) => {
        const text = storable(`${a}${gap}${a}`);
        assert.equal(fromAdf(JSON.parse(JSON.stringify(toAdf(text)))), text);
      },
    ),
  );
});

test('no document that we write holds an empty text, which Jira refuses', () => {
  for (const text of ['', '\n', 'a\n\n\nb', '\n\n']) {
    assert.ok(!JSON.stringify(toAdf(text)).includes('"text":""'), JSON.stringify(text));
  }
});

test('a link leads only to https', () => {
  const marks = (href: string) =>
    JSON.stringify(toAdf(': hi', { text: 'Ada (Slack)', href })).includes('"marks"');
  assert.equal(marks('https://acme.slack.com/archives/C1/p2'), true);
  assert.equal(marks('javascript:alert(1)'), false);
  assert.equal(fromAdf(toAdf(': hi', { text: 'Ada', href: null })), 'Ada: hi');
});

test('what people write in Jira is read as text: lists, mentions, links, code, tables', () => {
  const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
  const text = (words: string) => ({ type: 'text', text: words });
  const cell = (words: string) => ({ type: 'tableCell', content: [paragraph(text(words))] });
  const item = (...content: unknown[]) => ({ type: 'listItem', content });
  const document = {
    type: 'doc',
    version: 1,
    content: [
      { type: 'heading', attrs: { level: 1 }, content: [text('Title')] },
      paragraph(
        { type: 'mention', attrs: { id: '5b', text: '@Grace' } },
        text(' see '),
        { type: 'text', text: 'here', marks: [{ type: 'link', attrs: { href: 'https://x.test' } }] },
        { type: 'emoji', attrs: { shortName: ':ok:', text: '🆗' } },
        { type: 'inlineCard', attrs: { url: 'https://y.test' } },
        { type: 'date', attrs: { timestamp: '1763596800000' } },
      ),
      { type: 'bulletList', content: [item(paragraph(text('one'))), item(paragraph(text('two')))] },
      { type: 'orderedList', content: [item(paragraph(text('first')))] },
      { type: 'codeBlock', content: [text('a = 1\nb = 2')] },
      { type: 'blockquote', content: [paragraph(text('said'))] },
      { type: 'table', content: [{ type: 'tableRow', content: [cell('a'), cell('b')] }] },
      { type: 'mediaSingle', content: [{ type: 'media', attrs: { id: 'x', alt: 'photo.png' } }] },
      { type: 'somethingNew', content: [text('still read')] },
    ],
  };
  assert.equal(
    fromAdf(document),
    [
      'Title',
      '@Grace see here (https://x.test)🆗https://y.test2025-11-20',
      '- one\n- two',
      '1. first',
      'a = 1\nb = 2',
      '> said',
      'a | b',
      '[file: photo.png]',
      'still read',
    ].join('\n\n'),
  );
  assert.equal(fromAdf('plain'), 'plain');
  for (const odd of [null, undefined, 7, [], {}, { type: 'doc', content: 'x' }])
    assert.equal(fromAdf(odd), '');
});

test('a document nested without end is cut off, not followed', () => {
  let deep: unknown = { type: 'text', text: 'bottom' };
  for (let n = 0; n < 5000; n += 1) deep = { type: 'panel', content: [deep] };
  assert.equal(fromAdf(deep), '');
});

test('only what is certainly public is public', () => {
  const desk = { markedInternal: false, onServiceDesk: true };
  const plain = { markedInternal: false, onServiceDesk: false };
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
  assert.deepEqual(priorityValue('critical', allowed), { id: '0' });
  assert.deepEqual(priorityValue('high', allowed), { id: '1' });
  assert.deepEqual(priorityValue('medium', allowed), { id: '2' });
  assert.deepEqual(priorityValue('low', allowed), { id: '3' });
  assert.equal(priorityValue('low', []), null);
  assert.equal(categoryOf({ name: 'Fertig', statusCategory: { key: 'done' } }), 'done');
  assert.equal(categoryOf({ name: 'Done', statusCategory: { key: 'indeterminate' } }), 'active');
  assert.equal(categoryOf({ name: '?', statusCategory: { key: 'undefined' } }), 'new');
  assert.equal(JiraTime.parse('2026-11-20T10:00:00.123+0530').toISOString(), '2026-11-20T04:30:00.123Z');
});

test('wiki marks are taken away their meaning, addresses stay whole', () => {
  const url = 'https://acme.slack.com/archives/C1/p2?thread_ts=1.2&cid=C_1';
  const quoted = escapeWiki(`[~accountid:5b] {code}!x.png! see ${url} *now*`);
  assert.ok(quoted.includes('\\[\\~accountid:5b\\] \\{code\\}\\!x.png\\!'));
  assert.ok(quoted.includes(url));
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
  const settings = { system: 'jira', email: 'a@b.test', api_token_env: 'JIRA_TOKEN' };
  const accepts = (more: object) => JiraSettings.safeParse({ ...settings, ...more }).success;
  assert.ok(accepts({ base_url: 'https://acme.atlassian.net' }));
  assert.ok(accepts({ base_url: 'http://127.0.0.1:8080' }));
  assert.ok(!accepts({ base_url: 'http://acme.atlassian.net' }));
  assert.ok(!accepts({ base_url: 'https://user:pass@acme.atlassian.net' }));
  const gateway = { base_url: 'https://api.atlassian.com/ex/jira/0a1b' };
  assert.ok(!accepts(gateway));
  assert.ok(accepts({ ...gateway, site_url: 'https://acme.atlassian.net' }));
});
