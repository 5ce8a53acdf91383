/** The webhook that the app registered is renewed in time, and somebody is told, once, when it cannot be. */
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { createAppWebhooks } from '../../src/connectors/jira/app-webhooks.ts';
import { createJiraClient } from '../../src/connectors/jira/client.ts';
import { createJiraConnector } from '../../src/connectors/jira/connector.ts';
import { createJiraCredential } from '../../src/connectors/jira/credentials.ts';
import { createAtlassianApp } from '../../src/connectors/jira/oauth.ts';
import { wantedWebhook } from '../../src/connectors/jira/webhooks.ts';
import { keepHooks } from '../../src/flows/keep-hooks.ts';
import { createTokenKeeper } from '../../src/flows/keep-tokens.ts';
import type { World } from '../../src/flows/world.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { APP, DAY_MS, GRACE, startAppSite } from '../sandbox/jira/app-site.ts';
import { ask, startReceiver } from '../sandbox/jira/site.ts';
import { dropCopies, rows } from '../store/open-store.ts';
import { openSortingRoom } from './sorting-room.ts';

after(dropCopies);

const DESK = ConnectorId.parse('jira-it');
const PUT = 'PUT /rest/api/3/webhook/refresh';

async function openWatch(t: TestContext) {
  const room = await openSortingRoom(t);
  const site = await startAppSite();
  t.after(() => site.close());
  const receiver = await startReceiver(site.clock.now);
  t.after(() => receiver.close());
  const { io } = room.world;
  const address = { siteUrl: site.baseUrl, authUrl: site.gateway, gatewayUrl: site.gateway };
  const apps = new Map([[DESK, createAtlassianApp({ ...APP, ...address, io, webhook: true })]]);
  const tokenOf = createTokenKeeper({ store: room.store, apps, io, metrics: noMetrics, log: noLog });
  const key = { connector: DESK, holder: 'bridge' } as const;
  const { account, resource, ...given } = await site.consent();
  await room.store.tokens.save(key, { account, resource }, given);

  const wanted = wantedWebhook(DESK, { url: receiver.url, projects: ['IAM'] });
  const auth = { kind: 'oauth', token: tokenOf(DESK, 'bridge') } as const;
  const connector = createJiraConnector({
    id: DESK,
    baseUrl: site.baseUrl,
    gatewayUrl: site.gateway,
    auth,
    hookSecret: null,
    appWebhook: { app: APP, wanted },
    io,
  });
  const said: string[] = [];
  const counted: string[] = [];
  const world: World = {
    ...room.world,
    connectors: new Map([[DESK, connector]]),
    log: {
      ...noLog,
      error: (fields) => void said.push(`${fields['kind']}: ${fields['reason']}`),
    },
    metrics: {
      ...noMetrics,
      count: (name, labels = {}) => void counted.push([name, labels['kind']].filter(Boolean).join(' ')),
    },
  };
  const credential = createJiraCredential(auth, { site: site.baseUrl, gateway: site.gateway });
  const webhooks = createAppWebhooks(createJiraClient({ credential, io, log: noLog }), wanted.name);
  const run = { timeoutMs: 60_000 };
  return {
    ...room,
    site,
    said,
    counted,
    keep: () => keepHooks(world),
    async install(more: Partial<typeof wanted> = {}) {
      const done = await io.run('hooks.keep', run, () => webhooks.install({ ...wanted, ...more }));
      assert.equal(done.kind, 'ok');
    },
    async days(days: number) {
      site.clock.advance(days * DAY_MS);
      await room.pass(days * DAY_MS);
    },
    /** Somebody comments; answers how many of the calls that follow pass our door. */
    async hooksCome() {
      const before = receiver.hooks.length;
      const fields = { project: { key: 'IAM' }, issuetype: { name: 'Task' }, summary: 'a door' };
      const { value } = await ask(site, 'POST /rest/api/3/issue', { fields });
      site.sandbox.people.comment(GRACE, String(Reflect.get(Object(value), 'id')), 'hello');
      await site.sandbox.settled();
      const readings = receiver.hooks.slice(before).map((hook) => connector.readHook(hook).kind);
      assert.ok(readings.every((kind) => kind === 'accepted'));
      return readings.length;
    },
    audited: async () =>
      (await rows(room.db, "select kind from audit_event where kind like 'hooks.%' order by id")).map((row) =>
        String(Reflect.get(Object(row), 'kind')),
      ),
  };
}

test('months pass: it is renewed ten days before its end, and hooks keep coming', async (t) => {
  const watch = await openWatch(t);
  await watch.install();
  await watch.keep();
  assert.deepEqual(watch.counted, [], 'with thirty days left there is nothing to do');
  for (let month = 0; month < 3; month += 1) {
    await watch.days(21);
    await watch.keep();
    assert.equal(await watch.hooksCome(), 1);
  }
  assert.deepEqual(watch.counted, Array(3).fill('deskbridge_hooks_renewed'));
  assert.deepEqual(watch.said, []);
  assert.deepEqual(await watch.audited(), []);
});

test('without renewal hooks end on day thirty; that it is missing is said once, and anew after it was right', async (t) => {
  const watch = await openWatch(t);
  await watch.install();
  assert.equal(await watch.hooksCome(), 1);
  await watch.days(31);
  assert.equal(await watch.hooksCome(), 0);
  for (let hour = 0; hour < 3; hour += 1) await watch.keep();
  assert.equal(watch.said.length, 1);
  assert.match(watch.said[0] ?? '', /^missing: There is no webhook for .*jira webhook install/);
  assert.deepEqual(watch.counted, ['deskbridge_hooks_in_trouble missing']);
  await watch.install();
  await watch.keep();
  assert.deepEqual(await watch.audited(), ['hooks.trouble', 'hooks.well']);
  await watch.days(31);
  await watch.keep();
  assert.equal(watch.said.length, 2);
});

test('a filter that somebody changed, and a sign-in that may not look, are troubles of their own', async (t) => {
  const watch = await openWatch(t);
  await watch.install({ jql: 'project in ("SEC")' });
  await watch.keep();
  await watch.keep();
  assert.deepEqual(watch.said.length, 1);
  assert.match(watch.said[0] ?? '', /^wrong: Its filter is/);
  watch.site.sandbox.atlassian.withdraw(GRACE);
  await watch.days(1);
  await watch.keep();
  await watch.keep();
  assert.equal(watch.said.length, 2);
  assert.match(watch.said[1] ?? '', /^unseen: .*deskbridge connect jira-it/);
});

test('Jira that is away is asked again; only when the end is near somebody is told', async (t) => {
  const watch = await openWatch(t);
  await watch.install();
  await watch.days(22);
  const { faults } = watch.site.sandbox;
  faults.add(PUT, { kind: 'fail-before', status: 503 });
  await watch.keep();
  assert.deepEqual([watch.said.length, watch.counted], [0, ['deskbridge_hooks_unseen']]);
  await watch.days(4);
  faults.add(PUT, { kind: 'fail-before', status: 503 });
  await watch.keep();
  assert.match(
    watch.said[0] ?? '',
    /^ending: It ends on \d{4}-\d\d-\d\d and could not be prolonged: Jira failed/,
  );
  await watch.keep();
  assert.equal(watch.said.length, 1);
  assert.equal(watch.counted.at(-1), 'deskbridge_hooks_renewed');
  assert.deepEqual(await watch.audited(), ['hooks.trouble', 'hooks.well']);
});

test('two processes at once renew it without harm', async (t) => {
  const watch = await openWatch(t);
  await watch.install();
  await watch.days(25);
  await Promise.all([watch.keep(), watch.keep()]);
  assert.deepEqual(watch.said, []);
  await watch.days(10);
  assert.equal(await watch.hooksCome(), 1);
});
