/** The webhook of a site: made, corrected and checked by its administrator, told through, and read by our own door. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Command } from 'commander';
import { jiraCommands } from '../../../src/cli/jira-commands.ts';
import { createIo } from '../../../src/connectors/io.ts';
import { createAdminWebhooks } from '../../../src/connectors/jira/admin-webhooks.ts';
import { createJiraClient } from '../../../src/connectors/jira/client.ts';
import { createJiraCredential } from '../../../src/connectors/jira/credentials.ts';
import { readJiraHook } from '../../../src/connectors/jira/hook.ts';
import {
  addressFault,
  type JiraWebhook,
  wantedWebhook,
  webhookFaults,
} from '../../../src/connectors/jira/webhooks.ts';
import { noLog } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { configFile, SECRET_MARK, VARIABLES } from '../../config/installation.ts';
import { API_TOKEN, ask, EMAIL, type Site, startReceiver, startSite } from '../../sandbox/jira/site.ts';

const SECRET = 'a secret that only both sides know';
const ADMIN = {
  accountId: '712020:ad000001',
  displayName: 'Ada Admin',
  email: 'ada@example.test',
  apiToken: 'sandbox-token-of-the-administrator',
  admin: true,
};
const URL = 'https://desk.example.com/hooks/jira-it';
const WANTED = wantedWebhook('jira-it', { url: URL, projects: ['SEC', 'IAM', 'SEC'] });
const NOW = new Date('2026-11-21T12:00:00Z');
const RIGHT: JiraWebhook = { ...WANTED, id: '7', enabled: true, isSigned: true, expiresAt: null };

test('each thing that can be wrong with a webhook is said in its own sentence', () => {
  const faults = (...changes: Partial<JiraWebhook>[]) =>
    webhookFaults(
      changes.map((change) => ({ ...RIGHT, ...change })),
      WANTED,
      NOW,
    );
  assert.deepEqual(faults({}), []);
  assert.deepEqual(faults({ jql: 'project IN (IAM,SEC)' }), [], 'another spelling of the same filter');
  assert.deepEqual(faults(), [`There is no webhook for ${URL}.`]);
  assert.deepEqual(faults({ url: 'https://elsewhere.example/', name: 'another' }).length, 1);
  const CASES: readonly (readonly [Partial<JiraWebhook>, RegExp])[] = [
    [{ url: 'https://old.example.com/hooks/jira-it' }, /^It goes to https:\/\/old\.example\.com/],
    [{ enabled: false }, /^It is switched off\.$/],
    [{ events: WANTED.events.slice(1) }, /^It does not tell of jira:issue_updated\.$/],
    [{ events: [...WANTED.events, 'worklog_created'] }, /more than is read: worklog_created/],
    [{ jql: '' }, /^Its filter is empty instead of "project in \("IAM", "SEC"\)"/],
    [{ isSigned: false }, /no secret, so everything that it tells is refused/],
    [{ expiresAt: new Date('2026-11-20T12:00:00Z') }, /^It expired on 2026-11-20\.$/],
  ];
  for (const [change, sentence] of CASES) {
    const [only, ...more] = faults(change);
    assert.match(only ?? '', sentence);
    assert.deepEqual(more, []);
  }
  assert.match(faults({}, { id: '8' })[0] ?? '', /several webhooks/);
  assert.equal(faults({ enabled: false, isSigned: false }).length, 2);
});

test('Jira delivers to https addresses, and not to port 80', () => {
  assert.equal(addressFault(URL), null);
  assert.equal(addressFault('https://desk.example.com:8443/hooks/a'), null);
  for (const url of ['http://desk.example.com/', 'https://desk.example.com:80/', '/hooks/a'])
    assert.match(addressFault(url) ?? '', /port 80/, url);
});

let site: Site;
beforeEach(async () => {
  site = await startSite();
  site.sandbox.signIn(ADMIN);
});
afterEach(() => site.close());

function webhooksAs({ email, apiToken }: { email: string; apiToken: string }) {
  const io = createIo({ metrics: noMetrics });
  const address = { site: site.baseUrl, gateway: site.baseUrl };
  const credential = createJiraCredential({ kind: 'api-token', email, apiToken }, address);
  const webhooks = createAdminWebhooks(createJiraClient({ credential, io, log: noLog }), SECRET);
  const run = <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.read', { timeoutMs: 60_000 }, work);
  return {
    list: () => run(() => webhooks.list()),
    install: (wanted: typeof WANTED) => run(() => webhooks.install(wanted)),
  };
}

async function found(): Promise<readonly JiraWebhook[]> {
  const listed = await webhooksAs(ADMIN).list();
  assert.ok(listed.kind === 'ok');
  return listed.value;
}

test('it is made once and corrected afterwards, by address or by name, and others are left alone', async () => {
  const as = { authorization: `Basic ${Buffer.from(`${ADMIN.email}:${ADMIN.apiToken}`).toString('base64')}` };
  const other = { name: 'Another tool', url: 'https://other.example/', events: ['jira:issue_created'] };
  await ask(site, 'POST /rest/webhooks/1.0/webhook', other, as);
  const webhooks = webhooksAs(ADMIN);
  assert.deepEqual(await webhooks.install(WANTED), { kind: 'ok', value: 'made' });
  const [, made] = await found();
  assert.deepEqual(made, { ...RIGHT, id: '2' });
  const moved = { ...WANTED, url: 'https://moved.example.com/hooks/jira-it' };
  assert.deepEqual(await webhooks.install(moved), { kind: 'ok', value: 'corrected' });
  assert.deepEqual(
    (await found()).map(({ name, url }) => `${name} ${url}`),
    ['Another tool https://other.example/', `${moved.name} ${moved.url}`],
  );
  await ask(
    site,
    'PUT /rest/webhooks/1.0/webhook/2',
    { ...other, name: 'Renamed', url: moved.url, enabled: false },
    as,
  );
  assert.deepEqual(await webhooks.install(moved), { kind: 'ok', value: 'corrected' });
  assert.deepEqual(webhookFaults(await found(), moved, NOW), []);
  assert.ok(!JSON.stringify(await found()).includes(SECRET));
  assert.equal((await ask(site, 'DELETE /rest/webhooks/1.0/webhook/2', undefined, as)).status, 204);
  assert.equal((await found()).length, 1);
});

test('only administrators of the site make and see webhooks', async () => {
  for (const call of ['GET', 'POST'] as const) {
    const answer = await ask(site, `${call} /rest/webhooks/1.0/webhook`, call === 'GET' ? undefined : {});
    assert.equal(answer.status, 403);
  }
  const refused = await webhooksAs({ email: EMAIL, apiToken: API_TOKEN }).install(WANTED);
  assert.ok(refused.kind === 'rejected' && refused.code === 'forbidden');
});

test('what the made webhook tells passes our door, and it tells of our projects and events only', async () => {
  const receiver = await startReceiver(site.clock.now);
  try {
    const wanted = wantedWebhook('jira-it', { url: receiver.url, projects: ['SEC'] });
    assert.equal((await webhooksAs(ADMIN).install(wanted)).kind, 'ok');
    const create = async (project: string) => {
      const fields = { project: { key: project }, issuetype: { name: 'Task' }, summary: `of ${project}` };
      const { value } = await ask(site, 'POST /rest/api/3/issue', { fields });
      return String(Reflect.get(Object(value), 'id'));
    };
    const [ours, theirs] = [await create('SEC'), await create('IAM')];
    const agent = site.sandbox.people.agents()[0]?.id ?? '';
    for (const ticket of [theirs, ours]) site.sandbox.people.comment(agent, ticket, 'hello');
    await site.sandbox.settled();
    const readings = receiver.hooks.map((hook) => readJiraHook(SECRET, hook));
    assert.deepEqual(
      readings.map((reading) =>
        reading.kind === 'accepted' ? `${reading.event} ${reading.ticket}` : reading,
      ),
      [`comment_created ${ours}`],
      'no jira:issue_created: we made it; nothing of IAM',
    );
    const [hook] = receiver.hooks;
    assert.ok(hook);
    assert.equal(readJiraHook('another secret', hook).kind, 'refused');
  } finally {
    await receiver.close();
  }
});

async function run(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  const program = new Command('deskbridge').exitOverride();
  jiraCommands(program, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    exit: (to) => {
      code = to;
    },
    env: { ...VARIABLES, LOG_LEVEL: 'silent', TOKEN: API_TOKEN, HOOK: SECRET, ...env },
  });
  await program.parseAsync(['jira', 'webhook', ...args, '-c', file], { from: 'user' });
  return { out: out.join('\n'), err: err.join('\n'), code };
}

const fileText = (options: { hook?: string; url?: string | null } = {}) =>
  JSON.stringify({
    version: 1,
    install: { name: 'acme' },
    slack: { mode: 'socket' },
    connectors: {
      'jira-it': {
        system: 'jira',
        base_url: site.baseUrl,
        auth: { kind: 'api-token', email: EMAIL, api_token_env: 'TOKEN' },
        ...(options.hook === '' ? {} : { hook_secret_env: 'HOOK' }),
      },
    },
    queues: {
      iam: { title: 'Access', connector: 'jira-it', target: { project: 'IAM', issue_type: 'Task' } },
      desk: { title: 'Desk', connector: 'jira-it', target: { project: 'SEC', issue_type: 'Task' } },
    },
    routing: { default: { queue: 'desk' } },
    server: { public_url: options.url === undefined ? 'https://desk.example.com' : options.url },
  });

test('the commands: an administrator installs, check agrees, and says what somebody changed', async (t) => {
  const file = configFile(t, fileText());
  const as = ['--as', ADMIN.email, '--secret-env', 'ADMIN_TOKEN'];
  const env = { ADMIN_TOKEN: ADMIN.apiToken };
  const before = await run(file, ['check', ...as], env);
  assert.equal(before.code, 1);
  assert.match(before.out, /There is no webhook for https:\/\/desk\.example\.com\/hooks\/jira-it/);
  assert.match(before.err, /1 fault\. "deskbridge jira webhook install" corrects it/);

  const installed = await run(file, ['install', ...as], env);
  assert.equal(installed.code, 0, installed.err);
  assert.match(installed.out, /"Deskbridge \(jira-it\)" was made/);
  assert.match(installed.out, /project in \("IAM", "SEC"\)/);
  assert.deepEqual(webhookFaults(await found(), WANTED, NOW), []);

  const after = await run(file, ['check', ...as], env);
  assert.equal(after.code, 0, after.err);
  assert.match(after.out, /is there and right/);
  for (const said of [installed, after])
    for (const secret of [SECRET, ADMIN.apiToken, SECRET_MARK])
      assert.ok(!`${said.out}${said.err}`.includes(secret));
});

test('the commands say what is missing, and that an administrator is needed', async (t) => {
  const file = configFile(t, fileText());
  const own = await run(file, ['install']);
  assert.equal(own.code, 1);
  assert.match(own.err, /forbids this.*administrators of the site.*--as and --secret-env/s);
  assert.match((await run(file, ['check', '--as', ADMIN.email])).err, /belong together/);
  const unset = await run(file, ['check', '--as', ADMIN.email, '--secret-env', 'NOT_THERE']);
  assert.match(unset.err, /variable NOT_THERE is not set/);
  const open = configFile(t, fileText({ hook: '' }));
  assert.match((await run(open, ['check'])).err, /hook_secret_env is not set/);
  const nowhere = configFile(t, fileText({ url: null }));
  assert.match((await run(nowhere, ['check'])).err, /server\.public_url is not set/);
  assert.match((await run(file, ['check', '--connector', 'other'])).err, /choose with --connector: jira-it/);
});
