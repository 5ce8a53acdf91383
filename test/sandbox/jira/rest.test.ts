import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { z } from 'zod';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { createJiraSandbox } from '../../../src/sandbox/jira/jira-sandbox.ts';
import { ask, askWithFile, INDEX_LAG_MS, type Site, startSite } from './site.ts';

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

const doc = (text: string) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});
const Ref = z.object({ id: z.string(), key: z.string() });
const Errors = z.object({ errorMessages: z.array(z.string()), errors: z.record(z.string(), z.string()) });
const Hits = z.object({
  issues: z.array(z.object({ id: z.string(), key: z.string().optional(), fields: z.unknown().optional() })),
  isLast: z.boolean(),
  nextPageToken: z.string().optional(),
});

async function create(project: string, fields: Record<string, unknown> = {}) {
  const answer = await ask(site, 'POST /rest/api/3/issue', {
    fields: { project: { key: project }, issuetype: { name: 'Task' }, summary: 'A door', ...fields },
  });
  assert.equal(answer.status, 201, answer.text);
  return Ref.parse(answer.value);
}

async function complaint(call: string, body: unknown, status = 400) {
  const answer = await ask(site, call, body);
  assert.equal(answer.status, status, answer.text);
  return Errors.parse(answer.value);
}

const search = async (body: Record<string, unknown>) => {
  const answer = await ask(site, 'POST /rest/api/3/search/jql', body);
  assert.equal(answer.status, 200, answer.text);
  return Hits.parse(answer.value);
};

const firstAgent = '712020:a0000001';

test('a real token is refused at creation', () => {
  const options = { clock: site.clock, email: 'a@b.test', hookSecret: 'x' };
  assert.throws(() => createJiraSandbox({ ...options, apiToken: 'ATATT3xFfGF0' }), /sandbox-/);
});

test('without the right credential every door is closed', async () => {
  const headers = { authorization: `Basic ${Buffer.from('a@b.test:wrong').toString('base64')}` };
  const platform = await ask(site, 'GET /rest/api/3/myself', undefined, headers);
  assert.equal(platform.status, 401);
  const desk = await ask(site, 'GET /rest/servicedeskapi/servicedesk', undefined, headers);
  assert.equal(desk.status, 401);
  assert.equal((await ask(site, 'GET /rest/api/3/nothing')).status, 404);
});

test('a project that we may not browse looks as if it were not there', async () => {
  assert.equal((await ask(site, 'GET /rest/api/3/project/HID')).status, 404);
  const { errors } = await complaint('POST /rest/api/3/issue', { fields: { project: { key: 'HID' } } });
  assert.ok(errors['project']);
  await complaint('POST /rest/api/3/search/jql', { jql: 'project = HID' });
});

test('fields that Jira refuses are refused, each by its name', async () => {
  const fields = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'A door' };
  const refusedFields = async (more: Record<string, unknown>) =>
    Object.keys((await complaint('POST /rest/api/3/issue', { fields: { ...fields, ...more } })).errors);
  assert.deepEqual(await refusedFields({ summary: 'Two\nlines' }), ['summary']);
  assert.deepEqual(await refusedFields({ summary: 'x'.repeat(256) }), ['summary']);
  assert.deepEqual(await refusedFields({ summary: ' ' }), ['summary']);
  assert.deepEqual(await refusedFields({ labels: ['two words'] }), ['labels']);
  assert.deepEqual(await refusedFields({ priority: { name: 'High' } }), ['priority']);
  assert.deepEqual(await refusedFields({ customfield_1: 'x', nonsense: 1 }), ['customfield_1', 'nonsense']);
  assert.deepEqual(await refusedFields({ issuetype: { name: 'Epic' } }), ['issuetype']);
  assert.deepEqual(await refusedFields({ description: 'plain' }), ['description']);
});

test('only documents are bodies: version 1, no empty text, no text outside a paragraph', async () => {
  const { key } = await create('IAM');
  for (const body of [
    'plain',
    '',
    null,
    { type: 'doc', version: 2, content: [] },
    { type: 'doc', content: [] },
    { type: 'paragraph', version: 1, content: [] },
    { type: 'doc', version: 1, content: [{ type: 'text', text: 'x' }] },
    { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] },
    doc('x'.repeat(32_768)),
  ]) {
    await complaint(`POST /rest/api/3/issue/${key}/comment`, { body });
  }
  assert.deepEqual(site.sandbox.people.tickets()[0]?.comments, []);
});

test('an internal comment is marked by its property or by the service desk, and people see it as internal', async () => {
  const request = await ask(site, 'POST /rest/servicedeskapi/request', {
    serviceDeskId: '1',
    requestTypeId: '10',
    requestFieldValues: { summary: 'Help', description: 'A \\*star\\* and \\[brackets\\]' },
  });
  const { issueKey } = z.object({ issueKey: z.string() }).parse(request.value);
  const properties = [{ key: 'sd.public.comment', value: { internal: true } }];
  await ask(site, `POST /rest/api/3/issue/${issueKey}/comment`, { body: doc('one'), properties });
  await ask(site, `POST /rest/servicedeskapi/request/${issueKey}/comment`, { body: 'two', public: false });
  await ask(site, `POST /rest/servicedeskapi/request/${issueKey}/comment`, { body: 'three', public: true });
  const seen = site.sandbox.people.tickets()[0];
  assert.deepEqual(
    seen?.comments.map(({ text, internal }) => [text, internal]),
    [
      ['one', true],
      ['two', true],
      ['three', false],
    ],
  );
  assert.equal(seen?.description, 'A *star* and [brackets]');
  assert.equal(seen?.product, 'Jira Service Management');
});

test('only documents that the schema of the format allows are bodies', async () => {
  const { id } = await create('SEC');
  const refused = async (...content: unknown[]) => {
    const body = { type: 'doc', version: 1, content };
    await complaint(`POST /rest/api/3/issue/${id}/comment`, { body });
  };
  const paragraph = { type: 'paragraph', content: [{ type: 'text', text: 'x' }] };
  const item = { type: 'listItem', content: [paragraph] };
  await refused({ type: 'bulletList', content: [] });
  await refused({ type: 'bulletList', content: [paragraph] });
  await refused(item);
  await refused({ type: 'blockquote', content: [{ type: 'blockquote', content: [paragraph] }] });
  await refused({ type: 'heading', content: [] });
  await refused({ type: 'codeBlock', content: [{ type: 'hardBreak' }] });
  const marked = (...types: string[]) => ({
    type: 'paragraph',
    content: [{ type: 'text', text: 'x', marks: types.map((type) => ({ type })) }],
  });
  await refused(marked('code', 'strong'));
  await refused(marked('strong', 'strong'));
  await refused(marked('blink'));
});

test('whoever is no agent changes only his own comments and files', async () => {
  const { id } = await create('SEC');
  const alma = {
    accountId: '712020:c0000001',
    displayName: 'Alma Ruiz',
    email: 'alma@example.test',
    apiToken: 'sandbox-alma',
  };
  assert.throws(() => site.sandbox.signIn({ ...alma, apiToken: 'ATATT3x' }), /sandbox-/);
  site.sandbox.signIn(alma);
  const authorization = `Basic ${Buffer.from(`${alma.email}:${alma.apiToken}`).toString('base64')}`;
  const theirs = site.sandbox.people.comment(firstAgent, id, 'Ours');
  const body = doc('Changed');
  const path = `/rest/api/3/issue/${id}/comment`;
  assert.equal((await ask(site, `PUT ${path}/${theirs}`, { body }, { authorization })).status, 400);
  assert.equal((await ask(site, `DELETE ${path}/${theirs}`, undefined, { authorization })).status, 400);
  const mine = Ref.pick({ id: true }).parse(
    (await ask(site, `POST ${path}`, { body }, { authorization })).value,
  );
  assert.equal((await ask(site, `PUT ${path}/${mine.id}`, { body }, { authorization })).status, 200);
  const bytes = new TextEncoder().encode('abc');
  const file = site.sandbox.people.attach(firstAgent, id, { name: 'a.txt', mime: 'text/plain', bytes });
  const remove = `DELETE /rest/api/3/attachment/${file}`;
  assert.equal((await ask(site, remove, undefined, { authorization })).status, 403);
  assert.equal((await ask(site, remove)).status, 204);
  site.sandbox.signOut(alma.email);
  assert.equal((await ask(site, 'GET /rest/api/3/myself', undefined, { authorization })).status, 401);
});

test('an upload needs its header, a limit holds, and agents see what the file is', async () => {
  await site.close();
  site = await startSite({ uploadLimit: 5 });
  const { id } = await create('ITSD', { issuetype: { id: '10301' } });
  const upload = `POST /rest/api/3/issue/${id}/attachments`;
  assert.equal((await askWithFile(site, upload, { name: 'a', bytes: 'abc' }, {})).status, 403);
  assert.equal((await askWithFile(site, upload, { name: 'a', bytes: 'abcdef' })).status, 413);
  assert.equal((await askWithFile(site, upload, { name: 'a', bytes: 'abc' })).status, 200);
  const saved = site.sandbox.snapshot();
  site.sandbox.restore(JSON.parse(JSON.stringify(saved)));
  const [file] = site.sandbox.people.tickets()[0]?.files ?? [];
  assert.deepEqual([file?.name, file?.size, file?.internal], ['a', 3, true]);
  assert.equal(file?.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('workflows differ: other ids, ordered steps, a resolution that Resolve demands', async () => {
  const { people } = site.sandbox;
  const { id } = await create('SEC');
  const next = () => people.tickets().find((ticket) => ticket.id === id)?.nextStatuses;
  assert.deepEqual(next(), ['Investigating', 'Rejected']);
  const transitions = `POST /rest/api/3/issue/${id}/transitions`;
  await complaint(transitions, { transition: { id: '31' } });
  assert.equal((await ask(site, transitions, { transition: { id: '411' } })).status, 204);
  const { errors } = await complaint(transitions, { transition: { id: '431' } });
  assert.ok(errors['resolution']);
  const fields = { resolution: { name: 'Done' } };
  assert.equal((await ask(site, transitions, { transition: { id: '431' }, fields })).status, 204);
  assert.equal(people.tickets()[0]?.statusCategory, 'done');
  assert.throws(() => people.setStatus(firstAgent, id, 'Investigating'), /only to Open/);
});

test('the search index is behind, unless an issue is named to be reconciled', async () => {
  const { id } = await create('IAM', { labels: ['findme'] });
  assert.deepEqual((await search({ jql: 'labels = findme' })).issues, []);
  assert.equal((await search({ jql: 'labels = findme', reconcileIssues: [Number(id)] })).issues[0]?.id, id);
  site.clock.advance(INDEX_LAG_MS);
  assert.deepEqual(await search({ jql: 'labels = "findme"' }), { issues: [{ id }], isLast: true });
});

test('searches are bounded, paged by tokens of the same query, and know no words beyond a subset', async () => {
  for (let n = 0; n < 5; n += 1) await create('IAM');
  site.clock.advance(INDEX_LAG_MS);
  const jql = 'project in (IAM, SEC) AND created >= -5m ORDER BY key ASC';
  const keys: (string | undefined)[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = await search({ jql, fields: ['key', 'status'], maxResults: 2, nextPageToken });
    keys.push(...page.issues.map((issue) => issue.key));
    nextPageToken = page.nextPageToken;
    assert.equal(page.isLast, nextPageToken === undefined);
  } while (nextPageToken !== undefined);
  assert.deepEqual(keys, ['IAM-1', 'IAM-2', 'IAM-3', 'IAM-4', 'IAM-5']);
  const { nextPageToken: other } = await search({ jql, maxResults: 1 });
  for (const body of [
    { jql: '' },
    { jql: 'ORDER BY key' },
    { jql: 'project = NOPE' },
    { jql: 'assignee = me()' },
    { jql: 'summary ~ door' },
    { jql: 'project = IAM AND (labels = x' },
    { jql: 'created >= "2026-11-20 10:00"' },
    { jql: 'project = IAM', nextPageToken: other },
    { jql: 'project = IAM', nextPageToken: 'garbage' },
    { jql: 'project = IAM', startAt: 0 },
  ]) {
    await complaint('POST /rest/api/3/search/jql', body);
  }
  const now = site.clock.now().getTime();
  assert.equal((await search({ jql: `updated >= ${now - 60_000} AND project = IAM` })).issues.length, 5);
  assert.equal((await search({ jql: `updated >= ${now + 60_000}` })).issues.length, 0);
});

test('the twenty-first write to one issue within two seconds is refused, reads are not', async () => {
  const { id } = await create('IAM');
  const write = () => ask(site, `POST /rest/api/3/issue/${id}/comment`, { body: doc('x') });
  for (let n = 0; n < 20; n += 1) assert.equal((await write()).status, 201);
  const refused = await write();
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('ratelimit-reason'), 'jira-per-issue-on-write');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal((await ask(site, `GET /rest/api/3/issue/${id}`)).status, 200);
  site.clock.advance(2000);
  assert.equal((await write()).status, 201);
  assert.equal(site.sandbox.people.tickets()[0]?.comments.length, 21);
});

test('people are found by name or address, and some hide their address', async () => {
  const found = async (query: string) =>
    z
      .array(z.object({ displayName: z.string(), emailAddress: z.string().optional() }))
      .parse((await ask(site, `GET /rest/api/3/user/search?query=${encodeURIComponent(query)}`)).value);
  assert.deepEqual(
    (await found('grace@')).map((user) => user.displayName),
    ['Grace Hopper'],
  );
  assert.deepEqual(await found('katherine@example.test'), []);
  assert.equal((await found('Johnson'))[0]?.emailAddress, undefined);
});

test('the state survives a save, and numbers go on where they were', async () => {
  const { id, key } = await create('SEC', { labels: ['kept'] });
  site.sandbox.people.comment(firstAgent, id, 'Line one\nLine two\n\nLine four', { internal: true });
  site.sandbox.people.assign(firstAgent, id, firstAgent);
  const saved: unknown = JSON.parse(JSON.stringify(site.sandbox.snapshot()));
  const before = site.sandbox.people.tickets();
  assert.equal(before[0]?.comments[0]?.text, 'Line one\nLine two\n\nLine four');
  assert.equal(before[0]?.assignee, 'Grace Hopper');
  const other = await startSite();
  try {
    let changes = 0;
    const stop = other.sandbox.onChange(() => {
      changes += 1;
    });
    other.sandbox.restore(saved);
    assert.equal(changes, 1);
    stop();
    assert.deepEqual(other.sandbox.people.tickets(), before);
    assert.throws(() => other.sandbox.restore({ v: 2 }));
  } finally {
    await other.close();
  }
  assert.equal(key, 'SEC-1');
  assert.equal((await create('SEC')).key, 'SEC-2');
});

const call = 'POST /rest/api/3/issue';
const fields = { project: { key: 'IAM' }, issuetype: { name: 'Task' }, summary: 'A door' };

for (const [fault, made, status] of [
  [{ kind: 'fail-before', status: 503 }, 0, 503],
  [{ kind: 'fail-after', status: 500 }, 1, 500],
  [{ kind: 'html' }, 0, 200],
  [{ kind: 'limit', retryAfterS: 9 }, 0, 429],
  [{ kind: 'reset-before' }, 0, null],
  [{ kind: 'reset-after' }, 1, null],
  [{ kind: 'hang' }, 0, 'hangs'],
  [{ kind: 'hang-after' }, 1, 'hangs'],
] satisfies (readonly [Fault, number, number | null | 'hangs'])[]) {
  test(`the fault ${fault.kind} leaves ${made} tickets behind`, async () => {
    site.sandbox.faults.add(call, fault);
    const sent = ask(site, call, { fields }).then(
      (answer) => answer.status,
      () => null,
    );
    if (status === 'hangs') {
      const deadline = Date.now() + 5000;
      while (site.sandbox.faults.pending() > 0 && Date.now() < deadline) await new Promise(setImmediate);
      site.sandbox.stop();
      assert.equal(await sent, 503, 'stopping the sandbox ends a call that hangs');
    } else {
      assert.equal(await sent, status);
    }
    assert.equal(site.sandbox.faults.pending(), 0);
    assert.equal(site.sandbox.people.tickets().length, made);
  });
}

test('a stale read shows the past', async () => {
  const { id } = await create('IAM');
  site.clock.advance(60_000);
  site.sandbox.people.setStatus(firstAgent, id, 'Done');
  const statusName = async () => {
    const { value } = await ask(site, `GET /rest/api/3/issue/${id}`);
    return z.object({ fields: z.object({ status: z.object({ name: z.string() }) }) }).parse(value).fields
      .status.name;
  };
  site.sandbox.faults.add('GET /rest/api/3/issue/{issueIdOrKey}', { kind: 'stale', staleMs: 30_000 });
  assert.equal(await statusName(), 'To Do');
  assert.equal(await statusName(), 'Done');
});
