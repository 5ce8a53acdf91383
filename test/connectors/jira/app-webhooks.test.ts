/** The webhook that the app registers itself: made, corrected, prolonged, and what our door believes of its calls. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, type TestContext, test } from 'node:test';
import { Command } from 'commander';
import { jiraCommands } from '../../../src/cli/jira-commands.ts';
import type { HookRequest } from '../../../src/connectors/connector.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createAppWebhooks, Expiry } from '../../../src/connectors/jira/app-webhooks.ts';
import { createJiraClient } from '../../../src/connectors/jira/client.ts';
import { createJiraCredential, type JiraAuth } from '../../../src/connectors/jira/credentials.ts';
import { readJiraHook } from '../../../src/connectors/jira/hook.ts';
import { wantedWebhook, webhookFaults } from '../../../src/connectors/jira/webhooks.ts';
import { ConnectorId } from '../../../src/model/ids.ts';
import { noLog } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { type Outcome, ok } from '../../../src/model/outcome.ts';
import { createEnvelope } from '../../../src/store/envelope.ts';
import { createStore, installNamed } from '../../../src/store/store.ts';
import { configFile, SECRET_MARK, VARIABLES } from '../../config/installation.ts';
import { APP, DAY_MS, startAppSite } from '../../sandbox/jira/app-site.ts';
import { API_TOKEN, EMAIL } from '../../sandbox/jira/site.ts';
import { dropCopies, openStore } from '../../store/open-store.ts';

after(dropCopies);

const URL_OF_US = 'https://desk.example.com/hooks/jira-it';
const WANTED = wantedWebhook('jira-it', { url: URL_OF_US, projects: ['SEC', 'IAM'] });
const DESK = ConnectorId.parse('jira-it');

async function open(t: TestContext) {
  const site = await startAppSite();
  t.after(() => site.close());
  const io = createIo({ metrics: noMetrics });
  const run = <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.read', { timeoutMs: 60_000 }, work);
  /** Webhooks of the app, with a sign-in that is new. */
  async function webhooks(auth?: JiraAuth) {
    const { access: secret, resource } = await site.consent();
    const token = { current: async () => ok({ secret, resource }), instead: async () => null };
    const address = { site: site.baseUrl, gateway: site.gateway };
    const credential = createJiraCredential(auth ?? { kind: 'oauth', token }, address);
    const real = createAppWebhooks(createJiraClient({ credential, io, log: noLog }), WANTED.name);
    return {
      install: (wanted = WANTED) => run(() => real.install(wanted)),
      renew: () => run(() => real.renew()),
      async list() {
        const found = await run(() => real.list());
        if (found.kind !== 'ok') assert.fail(found.reason);
        return found.value;
      },
    };
  }
  return { site, webhooks };
}

test('it is made once, stays when it is right, and is made anew when it differs', async (t) => {
  const { site, webhooks } = await open(t);
  const ours = await webhooks();
  assert.deepEqual(await ours.install(), { kind: 'ok', value: 'made' });
  const [made, ...more] = await ours.list();
  assert.deepEqual(more, []);
  assert.deepEqual(webhookFaults(await ours.list(), WANTED, site.clock.now()), []);
  const days = ((made?.expiresAt?.getTime() ?? 0) - site.clock.now().getTime()) / DAY_MS;
  assert.ok(days > 29.9 && days <= 30, String(days));
  assert.equal((await ours.install()).kind, 'ok');
  assert.equal((await ours.list())[0]?.id, made?.id, 'it was right, so it is still the same');
  const moved = { ...WANTED, url: 'https://moved.example.com/hooks/jira-it' };
  assert.deepEqual(await ours.install(moved), { kind: 'ok', value: 'corrected' });
  assert.deepEqual(webhookFaults(await ours.list(), moved, site.clock.now()), []);
  assert.equal((await ours.list()).length, 1);
});

test('a refusal of the registration is told, and no token of a person registers one', async (t) => {
  const { webhooks } = await open(t);
  const refused = await (await webhooks()).install({ ...WANTED, jql: 'summary ~ door' });
  assert.ok(refused.kind === 'rejected' && refused.code === 'invalid');
  assert.match(refused.reason, /clause summary is unsupported/);
  const asPerson = await webhooks({ kind: 'api-token', email: EMAIL, apiToken: API_TOKEN });
  const forbidden = await asPerson.install();
  assert.ok(forbidden.kind === 'rejected' && forbidden.code === 'forbidden');
});

test('the end is read as milliseconds, which the schema says, and as the text of the examples', () => {
  const when = new Date('2027-06-01T12:42:30.000Z');
  assert.deepEqual(Expiry.parse(when.getTime()), when);
  assert.deepEqual(Expiry.parse('2027-06-01T12:42:30.000+0000'), when);
});

const NOW = new Date('2026-11-21T12:00:00Z');
const now = NOW.getTime() / 1000;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const RIGHT = { iss: APP.clientId, exp: now + 180 };

function hookWith(
  claims: object,
  { secret = APP.clientSecret, header = { alg: 'HS256', typ: 'JWT' } as object } = {},
): HookRequest {
  const signed = `${part(header)}.${part(claims)}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64url');
  return {
    headers: { authorization: `Bearer ${signed}.${signature}`, 'x-atlassian-webhook-identifier': 'an-id' },
    body: Buffer.from(JSON.stringify({ webhookEvent: 'comment_created', issue: { id: '10001' } })),
    now: NOW,
  };
}

test('a token that the client secret signed opens the door; forged, expired and foreign ones do not', () => {
  const app = { clientId: APP.clientId, clientSecret: APP.clientSecret };
  const read = (hook: HookRequest, secret: string | null = null) => readJiraHook(secret, hook, app);
  assert.equal(read(hookWith(RIGHT)).kind, 'accepted');
  assert.equal(read(hookWith({ exp: now + 180 })).kind, 'accepted', 'the issuer is not documented');
  assert.equal(read(hookWith({ ...RIGHT, exp: now - 60 })).kind, 'accepted', 'clocks differ');
  const good = hookWith(RIGHT);
  const [head, , signature] = String(good.headers['authorization']).split('.');
  const swapped = `${head}.${part({ ...RIGHT, exp: now + 1e9 })}.${signature}`;
  const CASES: readonly (readonly [HookRequest, RegExp])[] = [
    [hookWith(RIGHT, { secret: 'another secret' }), /missing or wrong/],
    [hookWith(RIGHT, { header: { alg: 'none' } }), /missing or wrong/],
    [hookWith(RIGHT, { header: { alg: 'HS512' } }), /missing or wrong/],
    [{ ...good, headers: { ...good.headers, authorization: swapped } }, /missing or wrong/],
    [{ ...good, headers: { ...good.headers, authorization: `${head}.${part(RIGHT)}.` } }, /missing or wrong/],
    [{ ...good, headers: { ...good.headers, authorization: 'Basic YTpi' } }, /missing or wrong/],
    [{ ...good, headers: {} }, /missing or wrong/],
    [hookWith({ ...RIGHT, exp: now - 121 }), /not valid at this time/],
    [hookWith({ ...RIGHT, nbf: now + 600 }), /not valid at this time/],
    [hookWith({ iss: APP.clientId }), /no end/],
    [hookWith({ ...RIGHT, iss: 'another-app' }), /another app/],
  ];
  for (const [hook, reason] of CASES) {
    const reading = read(hook);
    assert.ok(reading.kind === 'refused' && reading.status === 401, String(reason));
    assert.match(reading.reason, reason);
  }
  assert.equal(readJiraHook('a secret', good).kind, 'refused', 'without webhooks of the app no token counts');
  const unsigned = { ...good, headers: { ...good.headers, 'x-hub-signature': 'sha256=00' } };
  assert.equal(read(unsigned, 'a secret').kind, 'refused', 'a token does not mend a wrong signature');
});

const CLIENT_SECRET = `${APP.clientSecret}-${SECRET_MARK}`;

async function openCommands(t: TestContext) {
  const site = await startAppSite();
  t.after(() => site.close());
  const stored = await openStore(t);
  const envelope = createEnvelope([Buffer.from(VARIABLES.DESKBRIDGE_ENCRYPTION_KEY, 'base64')]);
  const store = createStore(stored.db, await installNamed(stored.db, 'acme'), envelope);
  const text = (webhook: boolean) =>
    JSON.stringify({
      version: 1,
      install: { name: 'acme' },
      slack: { mode: 'socket' },
      connectors: {
        'jira-it': {
          system: 'jira',
          base_url: site.baseUrl,
          gateway_url: site.gateway,
          auth: { kind: 'oauth' },
          oauth_app: {
            client_id: APP.clientId,
            client_secret_env: 'CLIENT',
            auth_url: site.gateway,
            ...(webhook ? { webhook } : {}),
          },
        },
      },
      queues: { iam: { title: 'IAM', connector: 'jira-it', target: { project: 'IAM', issue_type: 'Task' } } },
      routing: { default: { queue: 'iam' } },
      server: { public_url: 'https://desk.example.com' },
    });

  async function type(args: readonly string[], webhook = true) {
    const [out, err]: [string[], string[]] = [[], []];
    let code = 0;
    const program = new Command('deskbridge').exitOverride();
    jiraCommands(program, {
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      exit: (to) => {
        code = to;
      },
      env: { ...VARIABLES, LOG_LEVEL: 'silent', CLIENT: CLIENT_SECRET, DATABASE_URL: stored.url },
    });
    const file = configFile(t, text(webhook));
    await program.parseAsync(['jira', 'webhook', ...args, '-c', file], { from: 'user' });
    assert.ok(![...out, ...err].some((line) => line.includes(SECRET_MARK)));
    return { out: out.join('\n'), err: err.join('\n'), code };
  }

  return {
    site,
    type,
    async connect(webhook = true) {
      const app = { ...APP, clientSecret: CLIENT_SECRET };
      const { account, resource, ...given } = await site.consent({ app, webhook });
      await store.tokens.save({ connector: DESK, holder: 'bridge' }, { account, resource }, given);
    },
  };
}

test('the commands with the sign-in of the app: check, install, renew, and when it ends', async (t) => {
  const { type, connect, site } = await openCommands(t);
  const nobody = await type(['check']);
  assert.match(nobody.err, /Nobody is connected.*deskbridge connect jira-it/);
  await connect(false);
  const without = await type(['install']);
  assert.equal(without.code, 1);
  assert.match(without.err, /scope manage:jira-webhook in the developer console/);
  await connect();
  assert.match((await type(['check'])).out, /There is no webhook for https:\/\/desk\.example\.com/);
  assert.match((await type(['renew'])).err, /no webhook to renew/);
  const installed = await type(['install']);
  assert.equal(installed.code, 0, installed.err);
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const ends = (said: { readonly out: string }) => /\d{4}-\d\d-\d\d/.exec(said.out)?.[0];
  assert.equal(ends(installed), day(site.clock.now().getTime() + 30 * DAY_MS));
  const checked = await type(['check']);
  assert.match(checked.out, /is there and right\. It ends: \d{4}-\d\d-\d\d, unless it is renewed/);
  site.clock.advance(3 * DAY_MS);
  await connect();
  const renewed = await type(['renew']);
  assert.equal(renewed.code, 0, renewed.err);
  assert.equal(ends(renewed), day(site.clock.now().getTime() + 30 * DAY_MS));
});

test('where administrators make the webhook, renew says that nothing expires', async (t) => {
  const { type, site } = await openCommands(t);
  const said = await type(['renew'], false);
  assert.equal(said.code, 0);
  assert.match(said.out, /Nothing expires: the webhook of jira-it is an administrator's/);
  assert.equal(site.sandbox.calls().length, 0);
  assert.match((await type(['install'], false)).err, /hook_secret_env is not set/);
});
