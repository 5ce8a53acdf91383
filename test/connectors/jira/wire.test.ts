import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, before, beforeEach, test } from 'node:test';
import { z } from 'zod';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { ConnectorId, Marker, SlackTs, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import {
  API_TOKEN,
  ask,
  EMAIL,
  HOOK_SECRET,
  INDEX_LAG_MS,
  type Site,
  startSite,
} from '../../sandbox/jira/site.ts';

const io = createIo({ metrics: noMetrics });
const connectorAt = (baseUrl: string) =>
  createJiraConnector({
    id: ConnectorId.parse('jira-it'),
    baseUrl,
    auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
    hookSecret: HOOK_SECRET,
    io,
  });

let site: Site;
let connector: ReturnType<typeof connectorAt>;
before(() => import('jira.js'));
beforeEach(async () => {
  site = await startSite();
  connector = connectorAt(site.baseUrl);
});
afterEach(() => site.close());

const run = <T>(work: () => Promise<T>, timeoutMs = 10_000) => io.run('ticket.read', { timeoutMs }, work);
let count = 0;
function attempt() {
  count += 1;
  return { marker: Marker.parse(`dsk-${String(count).padStart(20, '0')}`), startedAt: site.clock.now() };
}
const draft = (target: unknown, more: Partial<TicketDraft> = {}): TicketDraft => ({
  target,
  summary: 'A door is locked',
  description: plainDoc('Please open it'),
  kind: 'iam',
  priority: 'critical',
  requester: { name: 'Ada Lovelace', email: 'ada@example.test' },
  reason: 'The word "door"',
  permalink: 'https://acme.slack.com/archives/C1/p2?thread_ts=1.2&cid=C_1',
  ...more,
});
const project = (key: string) => ({ project: key, issue_type: 'Task' });

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'ok') assert.fail(JSON.stringify(outcome));
  return outcome.value;
}
const create = async (target: unknown, more: Partial<TicketDraft> = {}) =>
  value(await run(() => connector.create.send(draft(target, more), attempt())));
const seen = (id: string) => site.sandbox.people.tickets().find((ticket) => ticket.id === id);
const said = (ticket: TicketId, text: string) =>
  ({
    ticket,
    author: { name: 'Ada', grant: null },
    body: plainDoc(text),
    visibility: 'public',
    source: null,
    part: null,
  }) as const;
const move = (ticket: TicketId, status: 'new' | 'active' | 'done') => ({
  ticket,
  set: { status },
  before: null,
  actor: { name: 'Ada', grant: null },
});
const agent = '712020:a0000001';

test('an issue carries the marker as label and as property, set by the one request that creates it', async () => {
  const only = attempt();
  const target = { ...project('SEC'), labels: ['from-slack'] };
  const { id, url } = value(await run(() => connector.create.send(draft(target), only)));
  const posts = site.sandbox.calls().filter((call) => call.call === 'POST /rest/api/3/issue');
  assert.equal(posts.length, 1);
  assert.deepEqual(seen(id)?.labels, ['from-slack', only.marker]);
  assert.equal(seen(id)?.priority, 'Highest');
  assert.equal(url, `${site.baseUrl}/browse/SEC-1`);
  const property = await ask(site, `GET /rest/api/3/issue/${id}/properties/deskbridge.link`);
  const { marker } = z.object({ value: z.object({ marker: z.string() }) }).parse(property.value).value;
  assert.equal(marker, only.marker);
  assert.ok(seen(id)?.description.endsWith(`Reference: ${only.marker}`));
});

test('a priority that the create screen does not have is left out', async () => {
  const { id } = await create(project('OPS'));
  assert.equal(seen(id)?.priority, null);
});

test('a wrong issue type is refused with the names of the right ones, an invisible project too', async () => {
  const wrong = await run(() =>
    connector.create.send(draft({ project: 'SEC', issue_type: 'Epic' }), attempt()),
  );
  assert.equal(wrong.kind, 'rejected');
  assert.match(wrong.kind === 'rejected' ? wrong.reason : '', /Task, Security finding/);
  const hidden = await run(() => connector.create.send(draft(project('HID')), attempt()));
  assert.deepEqual([hidden.kind, hidden.kind === 'rejected' && hidden.code], ['rejected', 'invalid']);
});

test('a request keeps its text, is no wiki markup, and is found by its exact reference', async () => {
  const target = { service_desk: '1', request_type: '10', project: 'ITSD' };
  const description = 'See [~accountid:1] and *this* {code}\n\nwith_underscores';
  const input = draft(target, { description: plainDoc(description) });
  const [first, second] = [attempt(), attempt()];
  const { id } = value(await run(() => connector.create.send(input, first)));
  const shown = seen(id)?.description ?? '';
  assert.ok(shown.startsWith(description), shown);
  assert.ok(shown.includes(input.permalink ?? '-'), shown);
  const longer = Marker.parse(`${second.marker}0`);
  value(await run(() => connector.create.send(input, { ...second, marker: longer })));
  site.clock.advance(INDEX_LAG_MS);
  assert.equal(value(await run(() => connector.create.find(input, first)))?.id, id);
  assert.equal(
    value(await run(() => connector.create.find(input, second))),
    null,
    'a prefix is not the reference',
  );
});

test('a look-up that the index does not show yet is no proof of absence before the settle time', async () => {
  const only = attempt();
  const { id } = value(await run(() => connector.create.send(draft(project('IAM')), only)));
  assert.equal(value(await run(() => connector.create.find(draft(project('IAM')), only))), null);
  site.clock.advance(connector.create.settleMs);
  assert.equal(value(await run(() => connector.create.find(draft(project('IAM')), only)))?.id, id);
});

test('comments are documents with our property; internal ones say so in the same request', async () => {
  const { id } = await create({ service_desk: '1', request_type: '11', project: 'ITSD' });
  const source = { ts: SlackTs.parse('1.000001'), permalink: 'https://acme.slack.com/x' };
  const note = { ...said(id, 'only for us'), visibility: 'internal', source } as const;
  value(await run(() => connector.comments.add.send(note, attempt())));
  const sent = site.sandbox.calls().at(-1);
  assert.match(sent?.path ?? '', /^\/rest\/api\/3\/issue\/\d+\/comment$/);
  const { body, properties } = z
    .object({
      body: z.object({ type: z.literal('doc') }),
      properties: z.array(z.object({ key: z.string() })),
    })
    .parse(sent?.body);
  assert.equal(body.type, 'doc');
  assert.deepEqual(
    properties.map((property) => property.key),
    ['deskbridge.op', 'sd.public.comment'],
  );
  assert.deepEqual(
    seen(id)?.comments.map(({ text, internal }) => [text, internal]),
    [['Ada (Slack): only for us', true]],
  );
  assert.ok(JSON.stringify(sent?.body).includes('"href":"https://acme.slack.com/x"'));
});

test('a comment restricted to a role is internal, on any project', async () => {
  const { id } = await create(project('SEC'));
  site.sandbox.people.comment(agent, id, 'for administrators', { internal: true });
  site.sandbox.people.comment(agent, id, 'for everybody');
  const { comments } = value(await run(() => connector.read(id)));
  assert.deepEqual(
    comments.map((comment) => [comment.visibility, comment.author, comment.marker]),
    [
      ['internal', 'Grace Hopper', null],
      ['public', 'Grace Hopper', null],
    ],
  );
});

test('many comments are read over several pages, each once, oldest first', async () => {
  const { id } = await create(project('IAM'));
  for (let n = 0; n < 230; n += 1) site.sandbox.people.comment(agent, id, `number ${n}`);
  const { comments } = value(await run(() => connector.read(id)));
  assert.deepEqual(
    comments.map((comment) => docText(comment.body)),
    Array.from({ length: 230 }, (_, n) => `number ${n}`),
  );
});

test('a status goes through the workflow of the very ticket, or is left with the ways that exist', async () => {
  const { id } = await create(project('SEC'));
  const set = async (status: 'new' | 'active' | 'done') =>
    value(await run(() => connector.write.send(move(id, status), attempt()))).left;
  const [left] = await set('done');
  assert.equal(left?.field, 'status');
  assert.match(left?.reason ?? '', /Investigating; Rejected/);
  assert.equal(seen(id)?.status, 'Open');
  assert.deepEqual(await set('active'), []);
  assert.deepEqual(await set('done'), []);
  assert.equal(seen(id)?.status, 'Resolved');
  const before = site.sandbox.calls().filter((call) => call.call.startsWith('POST')).length;
  assert.deepEqual(await set('done'), []);
  assert.equal(site.sandbox.calls().filter((call) => call.call.startsWith('POST')).length, before);
});

test('a transition that meets a conflicting change is tried once more; a second one is left, and says so', async () => {
  const { id } = await create(project('IAM'));
  const call = 'POST /rest/api/3/issue/{issueIdOrKey}/transitions';
  site.sandbox.faults.add(call, { kind: 'fail-before', status: 409 }, 1);
  assert.deepEqual(value(await run(() => connector.write.send(move(id, 'active'), attempt()))).left, []);
  site.sandbox.faults.add(call, { kind: 'fail-before', status: 409 }, 2);
  const { left } = value(await run(() => connector.write.send(move(id, 'done'), attempt())));
  assert.match(left[0]?.reason ?? '', /changed at the same moment/);
});

test('too many writes to one ticket slow down that ticket only', async () => {
  const { id } = await create(project('IAM'));
  const outcomes: Outcome<unknown>[] = [];
  for (let n = 0; n < 21; n += 1)
    outcomes.push(await run(() => connector.comments.add.send(said(id, 'x'), attempt())));
  const last = outcomes.at(-1);
  assert.ok(last?.kind === 'retry', JSON.stringify(last));
  assert.deepEqual([last.scope, last.effect], ['operation', 'none']);
  assert.ok(last.afterMs !== undefined && last.afterMs >= 1000);
  site.sandbox.faults.add('*', { kind: 'limit', retryAfterS: 3 });
  const burst = await run(() => connector.read(id));
  assert.deepEqual(burst.kind === 'retry' && [burst.scope, burst.afterMs], ['destination', 3000]);
});

test('a wrong token is named, and the token is not', async () => {
  const wrong = createJiraConnector({
    id: ConnectorId.parse('jira-it'),
    baseUrl: site.baseUrl,
    auth: { kind: 'api-token', email: EMAIL, apiToken: 'sandbox-wrong-token' },
    hookSecret: null,
    io,
  });
  const outcome = await run(() => wrong.check());
  assert.deepEqual([outcome.kind, outcome.kind === 'rejected' && outcome.code], ['rejected', 'auth']);
  assert.ok(!JSON.stringify(outcome).includes('sandbox-wrong-token'));
  assert.equal(value(await run(() => connector.check())).account, `Deskbridge (${EMAIL})`);
  assert.equal(connector.site, '127.0.0.1');
});

test('a page token that has expired does not stop the poll', async () => {
  const { cursor } = value(await run(() => connector.changesSince(null)));
  const { id } = await create(project('IAM'));
  site.clock.advance(INDEX_LAG_MS);
  const stale = JSON.stringify({ ...z.looseObject({}).parse(JSON.parse(cursor)), token: 'expired' });
  const page = value(await run(() => connector.changesSince(stale)));
  assert.deepEqual(page.tickets, [id]);
  const again = value(await run(() => connector.changesSince(page.cursor)));
  assert.deepEqual(again.tickets, [], 'the overlap does not tell the same change twice');
  site.sandbox.people.comment(agent, id, 'Hello');
  site.clock.advance(INDEX_LAG_MS);
  assert.deepEqual(value(await run(() => connector.changesSince(again.cursor))).tickets, [id]);
});

test('a change that the index shows late, behind a newer one, is still found', async () => {
  const { cursor } = value(await run(() => connector.changesSince(null)));
  const { id } = await create(project('IAM'));
  site.clock.advance(INDEX_LAG_MS);
  // As if a change four minutes younger had been told already, while this one was not in the index.
  const since = site.clock.now().getTime() + 4 * 60_000;
  const ahead = { ...z.looseObject({}).parse(JSON.parse(cursor)), since, newest: since };
  const page = value(await run(() => connector.changesSince(JSON.stringify(ahead))));
  assert.deepEqual(page.tickets, [id]);
});

/** A server that answers everything the same way, for what no Jira does on purpose. */
async function against(answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void) {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const odd = connectorAt(`http://127.0.0.1:${address.port}`);
  const ticket = TicketId.parse('10001');
  try {
    const read = await run(() => odd.check(), 3000);
    const write = await run(() => odd.comments.add.send(said(ticket, 'Hello'), attempt()), 3000);
    return { read, write };
  } finally {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

const short = (outcome: Outcome<unknown>) =>
  outcome.kind === 'retry'
    ? `retry ${outcome.effect} ${outcome.scope}`
    : outcome.kind === 'rejected'
      ? `rejected ${outcome.code}`
      : 'ok';

test('a redirect is refused and named, and the credential does not follow it', async () => {
  let elsewhere = 0;
  const { read, write } = await against((incoming, outgoing) => {
    if (incoming.url === '/elsewhere') elsewhere += 1;
    outgoing.writeHead(302, { location: '/elsewhere' }).end();
  });
  assert.deepEqual([short(read), short(write)], ['rejected invalid', 'rejected invalid']);
  assert.equal(elsewhere, 0);
  const foreign = await against((_, outgoing) => {
    outgoing.writeHead(301, { location: 'https://login.example.test/x?token=1' }).end();
  });
  assert.match(foreign.read.kind === 'rejected' ? foreign.read.reason : '', /login\.example\.test,/);
});

for (const [what, headers, body, expected] of [
  [
    'a login page',
    { 'content-type': 'text/html' },
    '<html>',
    ['retry none destination', 'retry unknown destination'],
  ],
  ['no type at all', {}, '{"id":"1"}', ['retry none destination', 'retry unknown destination']],
  [
    'broken JSON',
    { 'content-type': 'application/json' },
    '{"id":',
    ['retry none destination', 'retry unknown destination'],
  ],
  [
    'another shape',
    { 'content-type': 'application/json' },
    '{"x":1}',
    ['retry none destination', 'retry unknown destination'],
  ],
  [
    'more than 8 MB',
    { 'content-type': 'application/json' },
    `"${'x'.repeat(9_000_000)}"`,
    ['rejected invalid', 'retry unknown destination'],
  ],
] as const) {
  test(`an answer with ${what} is no success`, async () => {
    const { read, write } = await against((_, outgoing) => {
      outgoing.on('error', () => {});
      outgoing.writeHead(200, headers).end(body);
    });
    assert.deepEqual([short(read), short(write)], expected);
  });
}

test('a body that ends in the middle is unknown after a write', async () => {
  const { read, write } = await against((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    outgoing.write('{"id":"1"', () => incoming.socket.destroy());
  });
  assert.deepEqual([short(read), short(write)], ['retry none destination', 'retry unknown destination']);
});

test('errors of either shape are told in one line, with a secret that comes back struck out', async () => {
  const token = Buffer.from(`${EMAIL}:${API_TOKEN}`).toString('base64');
  const bodies = [
    { errorMessages: ['No\nway'], errors: { summary: `contains ${API_TOKEN}` } },
    { errorMessage: `You sent ${token}`, i18nErrorMessage: { i18nKey: 'x', parameters: [] } },
  ];
  for (const body of bodies) {
    const { write } = await against((_, outgoing) => {
      outgoing.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    assert.equal(short(write), 'rejected invalid');
    const reason = write.kind === 'rejected' ? write.reason : '';
    assert.match(reason, /Jira says: /);
    assert.ok(!reason.includes(API_TOKEN) && !reason.includes(token) && !reason.includes('\n'), reason);
  }
});

for (const [status, read, write] of [
  [400, 'rejected invalid', 'rejected invalid'],
  [401, 'rejected auth', 'rejected auth'],
  [403, 'rejected forbidden', 'rejected forbidden'],
  [404, 'rejected not-found', 'rejected not-found'],
  [409, 'rejected conflict', 'rejected conflict'],
  [413, 'rejected invalid', 'rejected invalid'],
  [422, 'rejected invalid', 'rejected invalid'],
  [429, 'retry none destination', 'retry none destination'],
  [500, 'retry none destination', 'retry unknown destination'],
  [503, 'retry none destination', 'retry unknown destination'],
] as const) {
  test(`${status} without a body is ${read} for a read and ${write} for a write`, async () => {
    const outcomes = await against((_, outgoing) => void outgoing.writeHead(status).end());
    assert.deepEqual([short(outcomes.read), short(outcomes.write)], [read, write]);
  });
}
