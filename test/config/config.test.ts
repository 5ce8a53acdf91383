import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Command } from 'commander';
import { z } from 'zod';
import { configCommands } from '../../src/cli/config-commands.ts';
import { routesCommands } from '../../src/cli/routes-commands.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { EXAMPLE_FILE, GUIDE_FILE, generatedFiles } from '../../src/config/generated-files.ts';
import { checkConfigText, readConfigFile } from '../../src/config/read-config-file.ts';
import { canonicalJson, configHash, loadConfig } from '../../src/config.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import { createSecret } from '../../src/model/secret.ts';
import { configFile, MINIMAL, SECRET_MARK, VARIABLES } from './installation.ts';

const root = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const example = root(EXAMPLE_FILE);

test('the shipped example is a configuration, with its variables and nothing else', () => {
  const config = loadConfig({ file: example, env: VARIABLES });
  assert.deepEqual([...config.connectors.keys()], ['jira-it', 'snow']);
  assert.ok(config.slack.grant.kind === 'token');
  assert.equal(config.slack.grant.botToken.reveal(), VARIABLES.SLACK_BOT_TOKEN);
  assert.equal(config.slack.transport.mode, 'http');
  const jira = config.connectors.get(ConnectorId.parse('jira-it'));
  assert.ok(jira?.system === 'jira');
  assert.equal(jira.auth.kind, 'api-token');
  assert.equal(jira.auth.apiToken.reveal(), VARIABLES.JIRA_API_TOKEN);
  assert.deepEqual([jira.readingAuth, jira.approvalsAuth], [null, null]);
  assert.equal(jira.hookSecret?.reveal(), VARIABLES.JIRA_HOOK_SECRET);
  const snow = config.connectors.get(ConnectorId.parse('snow'));
  assert.ok(snow?.system === 'servicenow' && snow.auth.kind === 'oauth');
  assert.equal(snow.auth.clientSecret.reveal(), VARIABLES.SNOW_CLIENT_SECRET);
  assert.ok([config.routing.default, ...config.routing.rules].every(({ queue }) => config.queues.has(queue)));
  assert.ok(config.routing.rules.length >= 5);
});

test('every way to sign in at ServiceNow brings its secrets from the variables that it names', (t) => {
  const ways = {
    basic: '{ kind: basic, user: bot, password_env: SNOW_A }',
    'oauth-password':
      '{ kind: oauth-password, client_id: id, client_secret_env: SNOW_A, user: bot, password_env: SNOW_B }',
    'oauth-jwt': '{ kind: oauth-jwt, client_id: id, user: bot@example.com, private_key_env: SNOW_A }',
    'api-key': '{ kind: api-key, key_env: SNOW_A }',
  };
  for (const [kind, auth] of Object.entries(ways)) {
    const snow = `  snow: { system: servicenow, base_url: https://acme.service-now.com, auth: ${auth} }`;
    const file = configFile(t, MINIMAL.replace('connectors:', `connectors:\n${snow}`));
    assert.throws(() => loadConfig({ file, env: VARIABLES }), /SNOW_A is not set/, kind);
    const env = { ...VARIABLES, SNOW_A: `${SECRET_MARK}-a`, SNOW_B: `${SECRET_MARK}-b` };
    const settings = loadConfig({ file, env }).connectors.get(ConnectorId.parse('snow'));
    assert.ok(settings?.system === 'servicenow');
    assert.equal(settings.auth.kind, kind);
    assert.ok(!inspect(settings, { depth: 9 }).includes(SECRET_MARK), kind);
  }
});

test('defaults fill in what the minimal file leaves out', (t) => {
  const config = loadConfig({
    file: configFile(t, MINIMAL),
    env: { ...VARIABLES, DATABASE_URL: '', REDIS_URL: undefined },
  });
  assert.equal(config.slack.apiUrl, 'https://slack.com/api/');
  assert.equal(config.slack.command, '/desk');
  assert.deepEqual(config.server, { host: '127.0.0.1', port: 3000, publicUrl: null });
  assert.equal(config.retention.inboxDays, 30);
  assert.equal(config.reopenDays, 7);
  assert.equal(config.databaseUrl, null);
  assert.equal(config.redisUrl, null);
  assert.equal(config.dataDir, '.deskbridge');
  assert.equal(config.logLevel, 'info');
  assert.equal(config.encryptionKeys.length, 1);
});

test('accounts for some purposes have secrets of their own, which are asked for wherever they are named', (t) => {
  const text = readFileSync(example, 'utf8').replace(
    'api_token_env: JIRA_API_TOKEN }',
    'api_token_env: JIRA_API_TOKEN }\n    cloud_id: 0a1b-2c\n    auth_for:\n      reading: { kind: service-account, api_token_env: JIRA_READING_TOKEN }',
  );
  const file = configFile(t, text);
  assert.throws(
    () => loadConfig({ file, env: VARIABLES }),
    /JIRA_READING_TOKEN is not set.*auth_for\.reading/,
  );
  const config = loadConfig({ file, env: { ...VARIABLES, JIRA_READING_TOKEN: 'token-of-the-reader' } });
  const jira = config.connectors.get(ConnectorId.parse('jira-it'));
  assert.ok(jira?.system === 'jira' && jira.readingAuth?.kind === 'service-account');
  assert.equal(jira.readingAuth.cloudId, '0a1b-2c');
  assert.equal(jira.readingAuth.apiToken.reveal(), 'token-of-the-reader');
  const lost = configFile(t, text.replace('    cloud_id: 0a1b-2c\n', ''));
  assert.throws(() => loadConfig({ file: lost, env: VARIABLES }), /jira-it\.cloud_id is needed by kind/);
});

test('so has ServiceNow: one account writes, one reads, one sees approvals', (t) => {
  const auth = 'auth: { kind: oauth, client_id: deskbridge, client_secret_env: SNOW_CLIENT_SECRET }';
  const text = readFileSync(example, 'utf8').replace(
    auth,
    `${auth}\n    auth_for:\n      reading: { kind: basic, user: reader, password_env: SNOW_READING_PASSWORD }\n      approvals: { kind: api-key, key_env: SNOW_APPROVALS_KEY }`,
  );
  const file = configFile(t, text);
  assert.throws(
    () => loadConfig({ file, env: VARIABLES }),
    /SNOW_READING_PASSWORD is not set.*auth_for\.reading/,
  );
  const env = { ...VARIABLES, SNOW_READING_PASSWORD: 'of-the-reader', SNOW_APPROVALS_KEY: 'of-approvals' };
  const snow = loadConfig({ file, env }).connectors.get(ConnectorId.parse('snow'));
  assert.ok(snow?.system === 'servicenow' && snow.auth.kind === 'oauth');
  assert.ok(snow.readingAuth?.kind === 'basic' && snow.approvalsAuth?.kind === 'api-key');
  assert.equal(snow.readingAuth.password.reveal(), 'of-the-reader');
  assert.equal(snow.approvalsAuth.key.reveal(), 'of-approvals');
});

test('Socket Mode needs the app token and no signing secret', (t) => {
  const file = configFile(t, MINIMAL.replace('mode: http', 'mode: socket'));
  const config = loadConfig({ file, env: { ...VARIABLES, SLACK_SIGNING_SECRET: undefined } });
  assert.ok(config.slack.transport.mode === 'socket');
  assert.equal(config.slack.transport.appToken.reveal(), VARIABLES.SLACK_APP_TOKEN);
  const env = { ...VARIABLES, SLACK_APP_TOKEN: undefined };
  assert.throws(() => loadConfig({ file, env }), /SLACK_APP_TOKEN is not set/);
});

test('several encryption keys: the first seals', (t) => {
  const [old, young] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].map((key) => key.toString('base64'));
  const env = { ...VARIABLES, DESKBRIDGE_ENCRYPTION_KEY: `${young},${old}` };
  const { encryptionKeys } = loadConfig({ file: configFile(t, MINIMAL), env });
  assert.deepEqual(
    encryptionKeys.map((key) => key.reveal()),
    [young, old],
  );
});

test('no form of the configuration shows a secret', () => {
  const config = loadConfig({
    file: example,
    env: { ...VARIABLES, REDIS_URL: `redis://:${SECRET_MARK}@127.0.0.1` },
  });
  const parts = [config, ...config.connectors.values(), config.slack, config.databaseUrl, config.redisUrl];
  let masked = 0;
  for (const part of parts) {
    for (const shown of [
      JSON.stringify(part),
      inspect(part, { depth: 20, showHidden: true, getters: true }),
      inspect(Object.entries(part ?? {}), { depth: 20 }),
      `${String(part)}`,
      JSON.stringify({ ...part }),
    ]) {
      assert.ok(!shown.includes(SECRET_MARK), shown);
      assert.ok(!shown.includes(VARIABLES.DESKBRIDGE_ENCRYPTION_KEY), shown);
      if (shown.includes('[secret]')) masked += 1;
    }
  }
  assert.ok(masked > 10, 'nothing was masked: the test looked at nothing');
});

test('a secret is a secret in every conversion', () => {
  const secret = createSecret('value');
  assert.equal(secret.reveal(), 'value');
  assert.equal(`${secret}`, '[secret]');
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  assert.equal(inspect({ secret }), '{ secret: [secret] }');
});

test('the hash follows the settings and the names of variables, not order, comments or secrets', (t) => {
  const hash = (text: string, env: Record<string, string> = VARIABLES) =>
    configHash(loadConfig({ file: configFile(t, text), env }));
  const base = hash(MINIMAL);
  assert.match(base, /^[0-9a-f]{64}$/);
  const [version = '', ...rest] = MINIMAL.split('\n');
  assert.equal(hash(`# comment\n${rest.join('\n')}${version}\n`), base);
  assert.equal(hash(`${MINIMAL}reopen_days: 7\n`), base, 'a default that is written out is the same setting');
  assert.equal(hash(MINIMAL, { ...VARIABLES, SLACK_BOT_TOKEN: 'xoxb-other' }), base);
  assert.notEqual(hash(`${MINIMAL}reopen_days: 8\n`), base);
  const renamed = MINIMAL.replace('mode: http', 'mode: http, bot_token_env: OTHER');
  assert.notEqual(hash(renamed, { ...VARIABLES, OTHER: 'xoxb-other' }), base);
});

test('canonical JSON keeps lists in order and sorts names at every depth', () => {
  assert.equal(canonicalJson({ b: [{ d: 1, c: null }, 2], a: 'x' }), '{"a":"x","b":[{"c":null,"d":1},2]}');
});

test('JSON Schema, .env.example and the tables of the guide are fresh', () => {
  const { settings } = readConfigFile(example);
  assert.ok(settings !== null);
  const files = generatedFiles(settings, readFileSync(root(GUIDE_FILE), 'utf8'));
  assert.equal(files.length, 3);
  for (const { path, content } of files) {
    const fresh = readFileSync(root(path), 'utf8') === content;
    assert.ok(fresh, `${path} is stale; run: deskbridge config docs --write`);
  }
});

test('the committed JSON Schema takes the example and refuses what the file check refuses', () => {
  const schema = z.fromJSONSchema(
    z
      .record(z.string(), z.json())
      .parse(JSON.parse(readFileSync(root('docs/deskbridge.schema.json'), 'utf8'))),
  );
  const { raw } = readConfigFile(example);
  assert.equal(schema.safeParse(raw).success, true);
  const broken = readFileSync(example, 'utf8').replace('words:', 'wordz:');
  assert.equal(schema.safeParse(checkConfigText('x', broken).raw).success, false);
  const target = readFileSync(example, 'utf8').replace('project: IAM', 'project: 5');
  assert.equal(schema.safeParse(checkConfigText('x', target).raw).success, false);
});

test('.env.example names every variable that the example configuration reads', () => {
  const text = readFileSync(root('.env.example'), 'utf8');
  const names = [...text.matchAll(/^#?([A-Z_]+)=$/gm)].map(([, name]) => name ?? '');
  const complete = Object.fromEntries(Object.entries(VARIABLES).filter(([name]) => names.includes(name)));
  assert.ok(names.length >= 11);
  assert.doesNotThrow(() => loadConfig({ file: example, env: complete }));
});

interface Printed extends Terminal {
  readonly lines: string[];
  readonly errors: string[];
  code: number;
}

async function run(args: readonly string[], env: Terminal['env'] = VARIABLES): Promise<Printed> {
  const printed: Printed = {
    lines: [],
    errors: [],
    code: 0,
    env,
    out: (text) => void printed.lines.push(text),
    err: (text) => void printed.errors.push(text),
    exit(code) {
      printed.code = code;
    },
  };
  const program = new Command('deskbridge').exitOverride().configureOutput({ writeErr: printed.err });
  configCommands(program, printed);
  routesCommands(program, printed);
  await program.parseAsync(['node', 'deskbridge', ...args]);
  return printed;
}

test('config check: valid, with the hash that will be active', async () => {
  const printed = await run(['config', 'check', '--config', example]);
  assert.equal(printed.code, 0);
  const hash = configHash(loadConfig({ file: example, env: VARIABLES }));
  assert.match(printed.lines.join('\n'), /is valid\.$/m);
  assert.match(printed.lines.join('\n'), new RegExp(`^hash +${hash}$`, 'm'));
});

test('config check: problems go to stderr with exit code 1; --file-only leaves the environment out', async () => {
  const printed = await run(['config', 'check', '--config', example], {});
  assert.equal(printed.code, 1);
  assert.deepEqual(printed.lines, []);
  assert.match(printed.errors.join('\n'), /environment SLACK_BOT_TOKEN is not set[\s\S]*7 problems found\./);
  const fileOnly = await run(['config', 'check', '--file-only', '--config', example], {});
  assert.equal(fileOnly.code, 0);
  assert.match(fileOnly.lines.join('\n'), /environment +not looked at/);
});

test('config schema, env-example and docs print what is committed', async () => {
  const committed = (path: string) => readFileSync(root(path), 'utf8').trimEnd();
  assert.ok((await run(['config', 'schema'])).lines.join() === committed('docs/deskbridge.schema.json'));
  assert.deepEqual((await run(['config', 'env-example', '-c', example])).lines, [committed('.env.example')]);
  const [tables = ''] = (await run(['config', 'docs'])).lines;
  assert.ok(committed(GUIDE_FILE).includes(tables) && tables.length > 1000);
});

test('routes explain shows the decision and every rule', async () => {
  const printed = await run(['routes', 'explain', 'I forgot my password', '-c', example]);
  const text = printed.lines.join('\n');
  assert.equal(printed.code, 0);
  assert.match(text, /^queue +iam$/m);
  assert.match(text, /^=> access-requests +it matched the word "password\*"/m);
  assert.match(text, /^ - outages +it holds none of its \d+ words/m);
});

test('routes explain takes the form and the channel into account', async () => {
  const printed = await run([
    'routes',
    'explain',
    'hello',
    '-c',
    example,
    '--form',
    'category=Outage',
    '--channel',
    'C0ITHELP01',
  ]);
  assert.match(
    printed.lines.join('\n'),
    /^reason +Rule "chosen-outage" matched form field category = outage\.$/m,
  );
  await assert.rejects(
    run(['routes', 'explain', 'hello', '-c', example, '--form', 'nonsense']),
    /field=value/,
  );
  await assert.rejects(
    run(['routes', 'explain', 'hello', '-c', example, '--channel', '#it-help']),
    /channel id/,
  );
});

test('routes explain refuses a broken table with its problems', async (t) => {
  const file = configFile(t, MINIMAL.replace('{ queue: desk }\n', '{ queue: gone }\n'));
  const printed = await run(['routes', 'explain', 'hello', '-c', file]);
  assert.equal(printed.code, 1);
  assert.match(
    printed.errors.join('\n'),
    /:9:21 routing.default.queue names the queue "gone"[\s\S]*1 problem found\./,
  );
});
