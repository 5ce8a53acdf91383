import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector, type JiraConnectorOptions } from '../../../src/connectors/jira/connector.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { ConnectorId, Marker } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { TicketDraft } from '../../../src/model/ticket.ts';
import type { JiraTokenKind } from '../../../src/sandbox/jira/sign-ins.ts';
import { type Listening, listen } from '../../../src/sandbox/listen.ts';
import { API_TOKEN, EMAIL, type Site, startSite } from '../../sandbox/jira/site.ts';
import { value } from './desk.ts';

const BOT = { accountId: '712020:b0000002', displayName: 'Desk Bot', email: 'bot@example.test' };
const TOKEN = 'sandbox-token-of-the-bot-0123456789';
const io = createIo({ metrics: noMetrics });
const run = <T>(work: () => Promise<T>) => io.run('ticket.read', { timeoutMs: 10_000 }, work);

let site: Site;
let gateway: Listening;
beforeEach(async () => {
  site = await startSite();
  gateway = await listen(site.sandbox.gateway);
});
afterEach(async () => {
  await gateway.close();
  await site.close();
});

const classic = { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN } as const;
const connectorWith = (auth: JiraConnectorOptions['auth'], more: Partial<JiraConnectorOptions> = {}) =>
  createJiraConnector({
    id: ConnectorId.parse('jira-it'),
    baseUrl: site.baseUrl,
    gatewayUrl: gateway.url,
    auth,
    hookSecret: null,
    io,
    ...more,
  });
function authOf(kind: JiraTokenKind, cloudId = site.sandbox.cloudId): JiraConnectorOptions['auth'] {
  if (kind === 'service-account') return { kind, apiToken: TOKEN, cloudId };
  return kind === 'api-token'
    ? { kind, email: BOT.email, apiToken: TOKEN }
    : { kind, email: BOT.email, apiToken: TOKEN, cloudId };
}
const draft: TicketDraft = {
  target: { project: 'IAM', issue_type: 'Task' },
  summary: 'A door is locked',
  description: plainDoc('Please open it'),
  kind: 'iam',
  priority: 'medium',
  requester: { name: 'Ada Lovelace', email: 'ada@example.test' },
  reason: 'The word "door"',
  permalink: null,
};
const attempt = () => ({ marker: Marker.parse('dsk-00000000000000000001'), startedAt: site.clock.now() });

for (const kind of ['api-token', 'scoped-token', 'service-account'] as const) {
  test(`a ${kind} lets us in where Atlassian lets it in, and its tickets belong to the site`, async () => {
    site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind });
    const connector = connectorWith(authOf(kind));
    assert.equal(value(await run(() => connector.check())).account, `Desk Bot (${BOT.email})`);
    const made = value(await run(() => connector.create.send(draft, attempt())));
    assert.equal(made.url, `${site.baseUrl}/browse/${made.key}`);
    assert.equal(connector.site, '127.0.0.1');
    assert.equal(value(await run(() => connector.read(made.id))).summary, draft.summary);
  });
}

test('a token at the wrong door is refused with the way to the right one, and is never shown', async () => {
  site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind: 'scoped-token' });
  const onSite = await run(() => connectorWith(authOf('api-token')).check());
  assert.ok(onSite.kind === 'rejected' && onSite.code === 'auth');
  assert.match(onSite.reason, /scopes or of a service account never works on the site itself/);
  assert.match(onSite.reason, /api\.atlassian\.com\/ex\/jira\/\{cloudId\}/);
  site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind: 'api-token' });
  const behind = await run(() => connectorWith(authOf('scoped-token')).check());
  assert.ok(behind.kind === 'rejected' && behind.code === 'auth');
  assert.match(behind.reason, /without scopes works on the site's own address only/);
  for (const outcome of [onSite, behind]) assert.ok(!JSON.stringify(outcome).includes(TOKEN));
});

test('a scope that the token lacks is named as a possible cause, in Jira’s words too', async () => {
  const scopes = ['read:jira-user', 'read:jira-work'];
  site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind: 'service-account', scopes });
  const connector = connectorWith(authOf('service-account'));
  assert.equal((await run(() => connector.check())).kind, 'ok');
  const refused = await run(() => connector.create.send(draft, attempt()));
  assert.ok(refused.kind === 'rejected' && refused.code === 'auth', JSON.stringify(refused));
  assert.match(refused.reason, /without the scope for this/);
});

test('another site’s cloud id leads nowhere', async () => {
  site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind: 'service-account' });
  const connector = connectorWith(authOf('service-account', 'another-site'));
  assert.equal((await run(() => connector.check())).kind, 'rejected');
});

test('an account for reading reads, and writes nothing', async () => {
  const scopes = ['read:jira-user', 'read:jira-work', 'read:servicedesk-request'];
  site.sandbox.signIn({ ...BOT, apiToken: TOKEN, kind: 'service-account', scopes });
  const connector = connectorWith(classic, { readingAuth: authOf('service-account') });
  const { cursor } = value(await run(() => connector.changesSince(null)));
  const made = value(await run(() => connector.create.send(draft, attempt())));
  const before = site.sandbox.calls().length;
  value(await run(() => connector.read(made.id)));
  value(await run(() => connector.people('grace@example.test')));
  site.clock.advance(60_000);
  assert.deepEqual(value(await run(() => connector.changesSince(cursor))).tickets, [made.id]);
  const read = site.sandbox.calls().slice(before);
  assert.ok(read.length >= 3);
  assert.ok(read.every(({ path }) => path.startsWith(`/ex/jira/${site.sandbox.cloudId}/`)));
  site.sandbox.signOut(BOT.email);
  assert.equal((await run(() => connector.read(made.id))).kind, 'rejected');
  assert.equal((await run(() => connector.check())).kind, 'ok');
});

test('a credential goes to its own origin only: a redirect elsewhere is told and not followed', async (t) => {
  const heard: (string | undefined)[] = [];
  const canary = createServer((incoming, outgoing) => {
    heard.push(incoming.headers.authorization);
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"accountId":"1"}');
  });
  const astray = createServer((incoming, outgoing) => {
    const address = canary.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    outgoing.writeHead(307, { location: `http://127.0.0.1:${port}${incoming.url ?? ''}` }).end();
  });
  for (const server of [canary, astray]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => void server.close());
    t.after(() => server.closeAllConnections());
  }
  const address = astray.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}`;
  for (const kind of ['api-token', 'scoped-token', 'service-account'] as const) {
    const connector = connectorWith(authOf(kind), { baseUrl: url, gatewayUrl: url });
    const outcome = await run(() => connector.check());
    assert.ok(outcome.kind === 'rejected' && /redirected us to 127\.0\.0\.1/.test(outcome.reason), kind);
    assert.equal((await run(() => connector.create.send(draft, attempt()))).kind, 'rejected');
  }
  assert.deepEqual(heard, []);
});
