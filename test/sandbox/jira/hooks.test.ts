import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { ask, HOOK_SECRET, type Site, startReceiver, startSite } from './site.ts';

const RETRY_MS = 5 * 60_000;
const Body = z.looseObject({
  timestamp: z.number(),
  webhookEvent: z.string(),
  user: z.looseObject({ accountId: z.string() }).optional(),
  issue: z.looseObject({ id: z.string(), self: z.string(), fields: z.looseObject({}) }).optional(),
  comment: z.looseObject({ body: z.string(), jsdPublic: z.boolean() }).optional(),
  changelog: z.object({ items: z.array(z.looseObject({ field: z.string() })) }).optional(),
});

let site: Site;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
/** What the receiver answers; 0 cuts the connection. */
let status = 204;

beforeEach(async () => {
  status = 204;
  site = await startSite({ hookTimeoutMs: 2000 });
  receiver = await startReceiver(site.clock.now, () => status);
  site.sandbox.setHookUrl(receiver.url);
});
afterEach(async () => {
  await receiver.close();
  await site.close();
});

async function create(): Promise<string> {
  const fields = {
    project: { key: 'SEC' },
    issuetype: { name: 'Task' },
    summary: 'A door',
    description: {
      type: 'doc',
      version: 1,
      content: [{ type: 'paragraph', content: [{ type: 'text', text: 'It is locked' }] }],
    },
  };
  const { value } = await ask(site, 'POST /rest/api/3/issue', { fields });
  await site.sandbox.settled();
  return z.object({ id: z.string() }).parse(value).id;
}

const agent = '712020:a0000001';
const read = () => receiver.hooks.map((hook) => Body.parse(JSON.parse(Buffer.from(hook.body).toString())));
const header = (name: string) => receiver.hooks.map((hook) => hook.headers[name]);

test('a hook is signed over its raw bytes and looks like version 2', async () => {
  const id = await create();
  const [hook] = receiver.hooks;
  assert.ok(hook);
  const expected = createHmac('sha256', HOOK_SECRET).update(hook.body).digest('hex');
  assert.equal(hook.headers['x-hub-signature'], `sha256=${expected}`);
  assert.match(hook.headers['x-atlassian-webhook-identifier'] ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(hook.headers['x-atlassian-webhook-flow'], 'Primary');
  assert.equal(hook.headers['x-atlassian-webhook-retry'], undefined);
  const [body] = read();
  assert.equal(body?.webhookEvent, 'jira:issue_created');
  assert.equal(body?.issue?.id, id);
  assert.match(body?.issue?.self ?? '', /\/rest\/api\/2\/issue\//);
  assert.equal(body?.issue?.fields['description'], 'It is locked');
  assert.equal(body?.user?.['emailAddress'], undefined);
});

test('our own writes come back, comments carry no user, internal ones are delivered too', async () => {
  const id = await create();
  const properties = [{ key: 'sd.public.comment', value: { internal: true } }];
  const body = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [] }] };
  assert.equal((await ask(site, `POST /rest/api/3/issue/${id}/comment`, { body, properties })).status, 201);
  site.sandbox.people.comment(agent, id, 'Hello');
  site.sandbox.people.setStatus(agent, id, 'Rejected');
  await site.sandbox.settled();
  const hooks = read();
  const comments = hooks.filter((hook) => hook.webhookEvent === 'comment_created');
  assert.deepEqual(comments.map((hook) => hook.comment?.jsdPublic).sort(), [false, true]);
  assert.ok(comments.every((hook) => hook.user === undefined && hook.issue?.id === id));
  const updated = hooks.find((hook) => hook.webhookEvent === 'jira:issue_updated');
  assert.deepEqual(
    updated?.changelog?.items.map((item) => item.field),
    ['status', 'resolution'],
  );
});

test('edits, deletions and files are told: comments as wiki text, files without their issue beside the change of it', async () => {
  const id = await create();
  const { people } = site.sandbox;
  const comment = people.comment(agent, id, 'First');
  people.editComment(agent, id, comment, 'Second *star*');
  people.setInternal(agent, id, comment, true);
  people.deleteComment(agent, id, comment);
  const bytes = new TextEncoder().encode('abc');
  const file = people.attach(agent, id, { name: 'a.txt', mime: 'text/plain', bytes });
  people.removeFile(agent, id, file);
  people.setField(agent, id, 'priority', 'High');
  await site.sandbox.settled();
  const hooks = read().slice(1);
  const named = (event: string) => hooks.filter((hook) => hook.webhookEvent === event);
  assert.deepEqual(
    named('comment_updated').map((hook) => hook.comment?.body),
    ['Second \\*star\\*', 'Second \\*star\\*'],
  );
  assert.equal(named('comment_deleted')[0]?.issue?.id, id);
  assert.ok(hooks.filter((hook) => hook.comment).every((hook) => hook.user === undefined));
  for (const event of ['attachment_created', 'attachment_deleted']) {
    const [hook] = named(event);
    assert.equal(hook?.issue, undefined);
    assert.equal(z.object({ filename: z.string() }).parse(hook?.['attachment']).filename, 'a.txt');
  }
  const changes = named('jira:issue_updated').flatMap((hook) => hook.changelog?.items ?? []);
  assert.deepEqual(
    changes.map((item) => [item.field, item['fromString'], Reflect.get(item, 'toString')]),
    [
      ['Attachment', null, 'a.txt'],
      ['Attachment', 'a.txt', null],
      ['priority', 'Medium', 'High'],
    ],
  );
});

test('a hook that fails is sent five times more, under the same identifier, and then no longer', async () => {
  status = 503;
  await create();
  for (let retry = 1; retry <= 6; retry += 1) {
    if (retry === 3) status = 0;
    site.clock.advance(RETRY_MS);
    await site.sandbox.settled();
  }
  assert.deepEqual(header('x-atlassian-webhook-retry'), [undefined, '1', '2', '3', '4', '5']);
  assert.equal(new Set(header('x-atlassian-webhook-identifier')).size, 1);
  assert.equal(new Set(receiver.hooks.map((hook) => Buffer.from(hook.body).toString())).size, 1);
});

test('a refusal is final, and a success ends the retries', async () => {
  status = 404;
  const id = await create();
  site.clock.advance(RETRY_MS);
  await site.sandbox.settled();
  assert.equal(receiver.hooks.length, 1);
  status = 429;
  site.sandbox.people.comment(agent, id, 'Hello');
  await site.sandbox.settled();
  status = 204;
  site.clock.advance(RETRY_MS);
  await site.sandbox.settled();
  site.clock.advance(RETRY_MS);
  await site.sandbox.settled();
  assert.equal(receiver.hooks.length, 3);
});

test('hooks get lost, come twice and come late when they are told to', async () => {
  const id = await create();
  const { hookFaults, people } = site.sandbox;
  hookFaults.add('comment_created', { kind: 'drop' });
  hookFaults.add('comment_created', { kind: 'double' });
  hookFaults.add('comment_created', { kind: 'delay', delayMs: 20 * 60_000 });
  for (const text of ['lost', 'twice', 'late']) people.comment(agent, id, text);
  await site.sandbox.settled();
  const texts = () => read().flatMap((hook) => hook.comment?.body ?? []);
  assert.deepEqual(texts(), ['twice', 'twice']);
  assert.equal(new Set(header('x-atlassian-webhook-identifier')).size, 2);
  site.clock.advance(20 * 60_000);
  await site.sandbox.settled();
  assert.deepEqual(texts(), ['twice', 'twice', 'late']);
  assert.equal(hookFaults.pending(), 0);
});

test('nothing is sent without an address, and nothing after the stop', async () => {
  site.sandbox.setHookUrl(null);
  const id = await create();
  site.sandbox.setHookUrl(receiver.url);
  site.sandbox.stop();
  site.sandbox.people.comment(agent, id, 'Hello');
  await site.sandbox.settled();
  assert.deepEqual(receiver.hooks, []);
});
