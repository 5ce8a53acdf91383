/**
 * An installation for the doctor: simulated vendors, a real Postgres, our own door, a configuration as an operator
 * writes it. Everything is well unless it was made otherwise.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Config, canonicalJson, configHash, loadConfig } from '../../src/config.ts';
import { wantedWebhook } from '../../src/connectors/jira/webhooks.ts';
import { installPartition } from '../../src/model/delivery.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { envelopeOf } from '../../src/open-doors.ts';
import { createClock } from '../../src/sandbox/clock.ts';
import { createJiraSandbox, type JiraSandboxOptions } from '../../src/sandbox/jira/jira-sandbox.ts';
import { type Listening, listen } from '../../src/sandbox/listen.ts';
import {
  createServiceNowSandbox,
  type ServiceNowSandbox,
  type ServiceNowSandboxOptions,
} from '../../src/sandbox/servicenow/sandbox.ts';
import { seededId } from '../../src/sandbox/servicenow/seed.ts';
import type { ChannelOption } from '../../src/sandbox/slack/default-workspace.ts';
import { createSlackSandbox, type SlackSandboxOptions } from '../../src/sandbox/slack/slack-sandbox.ts';
import { parseSlackBody } from '../../src/slack/in/body.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { createWebServer } from '../../src/web/server.ts';
import { createSlackDoor } from '../../src/web/slack-door.ts';

const SECRETS = {
  SLACK_BOT_TOKEN: 'xoxb-sandbox-0d7f3a91c4',
  SLACK_SIGNING_SECRET: '3c9e0a7bd2f14586a1b2c3d4e5f60718',
  SLACK_APP_TOKEN: 'xapp-sandbox-7b2e90f4d1',
  JIRA_API_TOKEN: 'sandbox-4f6a8c0e2b-jira-token',
  JIRA_HOOK_SECRET: 'a8d1e5f09b3c47627d8e9f0a1b2c3d4e',
  SNOW_PASSWORD: 'sandbox-9c1d3e5f7a-password',
  SNOW_HOOK_SECRET: 'c0ffee5f09b3c47627d8e9f0a1b2c3d5',
  DESKBRIDGE_ENCRYPTION_KEY: 'q1L5sYV0bq0m7m2o3Zt9w8xY4uNf6Rk1JcT0aHvGd5E=',
} as const;

const JIRA_EMAIL = 'deskbridge@example.test';
export const SNOW_USER = 'deskbridge.bot';
const INSTALL = 'patient';

/** The scopes that the features of the configuration below need, and those that let the doctor see kinds of channels. */
export const SCOPES = [
  'app_mentions:read',
  'reactions:read',
  'chat:write',
  'commands',
  'channels:history',
  'im:history',
  'im:write',
  'users:read',
  'groups:history',
  'files:read',
  'files:write',
  'users:read.email',
  'channels:read',
  'groups:read',
];

const CHANNELS = [
  { id: 'C0HELPIT', name: 'help-it' },
  { id: 'C0SECURITY', name: 'help-security' },
  { id: 'G0AGENTS', name: 'iam-agents', isPrivate: true },
];

/** Where a setting stands, with dots: "slack.channels", and its value; undefined takes it out. */
export type Settings = Readonly<Record<string, unknown>>;

/** The address of a server that sends everybody to another host. */
export const MOVED = Symbol('moved');

export interface Illness {
  readonly slack?: Partial<SlackSandboxOptions>;
  readonly jira?: Partial<JiraSandboxOptions>;
  readonly servicenow?: Partial<ServiceNowSandboxOptions>;
  readonly settings?: Settings;
  /** Channels that are otherwise, by id. */
  readonly channels?: Readonly<Record<string, Partial<ChannelOption>>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that changed after the installation had worked for a while. */
  readonly lateEnv?: Readonly<Record<string, string>>;
  /** Nothing stands between the public address and our server, which then shows what is for its operators. */
  readonly bare?: true;
  /** The door knows this signing secret instead. */
  readonly doorSecret?: string;
  /** How far our clock is off, in milliseconds. */
  readonly ourClockMs?: number;
  /** Where the doctor looks for the database, given where it is; `close` ends what stands in between. */
  readonly databaseUrl?: (
    url: string,
    asOwner: string,
  ) => string | Promise<{ readonly url: string; close(): void }>;
}

export type Patient = Awaited<ReturnType<typeof openPatient>>;

/** `ownRole`: the role that the installation itself uses; the owner's without it. */
export async function openPatient(
  databaseUrl: string,
  illness: Illness = {},
  ownRole?: { readonly name: string; readonly password: string },
) {
  const ends: (() => unknown)[] = [];
  const servers = await openVendors(illness, ends);
  const { slack, jira, servicenow } = servers;
  const now = () => new Date(Date.now() + (illness.ourClockMs ?? 0));
  const server = await openDoor(illness.doorSecret ?? SECRETS.SLACK_SIGNING_SECRET, now, ends);
  const door = illness.bare === true ? server : await openFront(server, ends);
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-patient-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  const envFile = path.join(folder, '.env');
  const settings = withSettings(
    configOf({
      slack: slack.url,
      jira: jira.url,
      gateway: servers.gateway,
      servicenow: servicenow.url,
      door,
    }),
    Object.fromEntries(
      Object.entries(illness.settings ?? {}).map(([place, value]) => [
        place,
        value === MOVED ? servers.moved : value,
      ]),
    ),
  );
  writeFileSync(file, JSON.stringify(settings), { mode: 0o640 });
  writeFileSync(envFile, '', { mode: 0o600 });
  const ours = new URL(databaseUrl);
  if (ownRole !== undefined) [ours.username, ours.password] = [ownRole.name, ownRole.password];
  const way = illness.databaseUrl?.(ours.href, databaseUrl) ?? ours.href;
  const { url, close } = typeof way === 'string' ? { url: way, close() {} } : await way;
  ends.push(close);
  const env = { ...SECRETS, DATABASE_URL: url, ...illness.env };
  await live(loadConfig({ file, env }), databaseUrl);
  return {
    slack: slack.sandbox,
    jira: jira.sandbox,
    servicenow: servicenow.sandbox,
    clocks: { slack: slack.clock, jira: jira.clock, servicenow: servicenow.clock },
    cut: { slack: slack.cut, jira: jira.cut, servicenow: servicenow.cut },
    file,
    envFile,
    env,
    now,
    /** As a process that starts now would read it. */
    config: () => loadConfig({ file, env: { ...env, ...illness.lateEnv } }),
    /** Makes the webhook of Jira as it should be, but for this; the account has to administer Jira. */
    makeWebhook: (but: object) => makeWebhook(jira.url, door, but),
    /** Lets everybody read and write a file. */
    open: (name: string) => chmodSync(name, 0o666),
    async query(text: string, values: readonly unknown[] = []) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        return await client.query(text, [...values]);
      } finally {
        await client.end();
      }
    },
    /** Looks around before everything is taken away. */
    atClose: (look: () => void) => void ends.push(look),
    async close() {
      for (const end of ends.reverse()) await end();
    },
  };
}

async function openVendors(illness: Illness, ends: (() => unknown)[]) {
  const clocks = { slack: createClock(), jira: createClock(), servicenow: createClock() };
  const slack = createSlackSandbox({
    clock: clocks.slack,
    signingSecret: SECRETS.SLACK_SIGNING_SECRET,
    botToken: SECRETS.SLACK_BOT_TOKEN,
    appToken: SECRETS.SLACK_APP_TOKEN,
    scopes: SCOPES,
    channels: CHANNELS.map((channel) => ({ ...channel, ...illness.channels?.[channel.id] })),
    ...illness.slack,
  });
  const jira = createJiraSandbox({
    clock: clocks.jira,
    email: JIRA_EMAIL,
    apiToken: SECRETS.JIRA_API_TOKEN,
    hookSecret: SECRETS.JIRA_HOOK_SECRET,
    ...illness.jira,
  });
  const servicenow = createServiceNowSandbox({
    clock: clocks.servicenow,
    user: SNOW_USER,
    password: SECRETS.SNOW_PASSWORD,
    hookSecret: SECRETS.SNOW_HOOK_SECRET,
    ...illness.servicenow,
  });
  const serve = async (app: Parameters<typeof listen>[0], clock: ReturnType<typeof createClock>) => {
    let server: Listening | null = await listen(app, 0, clock);
    const cut = async () => {
      await server?.close();
      server = null;
    };
    ends.push(() => clock.stop(), cut);
    return { url: server.url, server: server.server, clock, cut };
  };
  const slackServer = await serve(slack.routes, clocks.slack);
  slack.attach(slackServer.server);
  const jiraServer = await serve(jira.routes, clocks.jira);
  jira.setBaseUrl(jiraServer.url);
  const snowServer = await serve(servicenow.routes, clocks.servicenow);
  await writeOneComment(snowServer.url);
  // As its administrator should have set it up.
  servicenow.setProperty('glide.ui.security.allow_codetag', 'false');
  setInvalidQuery(servicenow, 'true');
  const gateway = await serve(jira.gateway, clocks.jira);
  const moved = await serve(
    {
      fetch: () =>
        new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/login' } }),
    },
    clocks.jira,
  );
  ends.push(
    () => slack.stop(),
    () => jira.stop(),
    () => servicenow.stop(),
  );
  return {
    gateway: gateway.url,
    moved: moved.url,
    slack: { ...slackServer, sandbox: slack },
    jira: { ...jiraServer, sandbox: jira },
    servicenow: { ...snowServer, sandbox: servicenow },
  };
}

/** The property that a new instance does not have. */
export function setInvalidQuery({ putRecord }: Pick<ServiceNowSandbox, 'putRecord'>, value: string): void {
  const name = 'glide.invalid_query.returns_no_rows';
  putRecord('sys_properties', { sys_id: seededId(`property:${name}`), name, value });
}

/** So that the journal holds something that can be shown or hidden. */
async function writeOneComment(url: string): Promise<void> {
  const credential = Buffer.from(`${SNOW_USER}:${SECRETS.SNOW_PASSWORD}`).toString('base64');
  await fetch(`${url}/api/now/table/incident`, {
    method: 'POST',
    headers: { authorization: `Basic ${credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ short_description: 'The printer hums', comments: 'It hums' }),
  });
}

async function makeWebhook(site: string, door: string, but: object): Promise<void> {
  const wanted = wantedWebhook('jira-it', { url: `${door}/hooks/jira-it`, projects: ['IAM', 'ITSD'] });
  const { name, url, events, jql } = wanted;
  const filters = { 'issue-related-events-section': jql };
  const credential = Buffer.from(`${JIRA_EMAIL}:${SECRETS.JIRA_API_TOKEN}`).toString('base64');
  const made = await fetch(`${site}/rest/webhooks/1.0/webhook`, {
    method: 'POST',
    headers: { authorization: `Basic ${credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, url, events, filters, secret: SECRETS.JIRA_HOOK_SECRET, ...but }),
  });
  if (!made.ok) throw new Error(`The simulated Jira made no webhook: ${await made.text()}`);
}

/** Our own door as Slack meets it, without anything behind it. */
async function openDoor(signingSecret: string, now: () => Date, ends: (() => unknown)[]): Promise<string> {
  const server = createWebServer({
    slack: createSlackDoor({
      signingSecret,
      now,
      metrics: noMetrics,
      calls: {
        parse: parseSlackBody,
        receive: () => Promise.reject(new Error('The doctor sent something to store')),
      },
    }),
    hooks: async () => ({ status: 404, body: '' }),
    readiness: async () => ({ ready: true, checks: {} }),
    metricsText: async () => '',
    metrics: noMetrics,
    log: noLog,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  ends.push(() => server.stop(0));
  return `http://127.0.0.1:${port}`;
}

/** What an owner puts before our server: it hands on all but what is for operators. */
async function openFront(server: string, ends: (() => unknown)[]): Promise<string> {
  const clock = createClock();
  const fetchBehind = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/metrics' || pathname === '/readyz') return new Response('', { status: 404 });
    const { method, headers } = request;
    const body = method === 'GET' ? null : await request.arrayBuffer();
    return fetch(`${server}${pathname}`, { method, headers, body });
  };
  const front = await listen({ fetch: fetchBehind }, 0, clock);
  ends.push(() => clock.stop(), front.close);
  return front.url;
}

function configOf(at: {
  readonly slack: string;
  readonly jira: string;
  readonly gateway: string;
  readonly servicenow: string;
  readonly door: string;
}) {
  return {
    version: 1,
    install: { name: INSTALL },
    slack: {
      mode: 'http',
      api_url: `${at.slack}/api/`,
      channels: [
        { id: 'C0HELPIT', name: 'help-it' },
        { id: 'C0SECURITY', name: 'help-security' },
      ],
      responders: ['U0DANA'],
    },
    connectors: {
      'jira-it': {
        system: 'jira',
        base_url: at.jira,
        gateway_url: at.gateway,
        auth: { kind: 'api-token', email: JIRA_EMAIL, api_token_env: 'JIRA_API_TOKEN' },
        hook_secret_env: 'JIRA_HOOK_SECRET',
      },
      snow: {
        system: 'servicenow',
        base_url: at.servicenow,
        auth: { kind: 'basic', user: SNOW_USER, password_env: 'SNOW_PASSWORD' },
        hook_secret_env: 'SNOW_HOOK_SECRET',
      },
    },
    queues: {
      iam: {
        title: 'Identity & Access',
        connector: 'jira-it',
        target: { project: 'IAM', issue_type: 'Access request' },
        internal_channel: 'G0AGENTS',
      },
      desk: {
        title: 'IT help',
        connector: 'jira-it',
        target: { service_desk: '1', request_type: '10', project: 'ITSD' },
      },
      major: {
        title: 'Major incidents',
        connector: 'snow',
        target: { table: 'incident', assignment_group: 'Major Incident' },
      },
    },
    routing: { rules: [], default: { queue: 'desk', priority: 'medium' } },
    server: { host: '127.0.0.1', port: 3000, public_url: at.door },
  };
}

function withSettings(config: unknown, settings: Settings): unknown {
  return Object.entries(settings).reduce(
    (done, [place, value]) => withSetting(done, place.split('.'), value),
    config,
  );
}

function withSetting(config: unknown, [first = '', ...rest]: readonly string[], value: unknown): unknown {
  const members = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  const inner = members.find(([name]) => name === first)?.[1];
  const changed = rest.length === 0 ? value : withSetting(inner, rest, value);
  const others = members.filter(([name]) => name !== first);
  return Object.fromEntries(changed === undefined ? others : [...others, [first, changed]]);
}

/** What a few days of work leave behind: an active configuration, and a delivery of every source. */
async function live(config: Config, url: string): Promise<void> {
  const db = openDatabase(url, { max: 2 });
  try {
    const store = createStore(db, await installNamed(db, INSTALL), envelopeOf(config));
    const hash = configHash(config);
    await store.configurations.propose(hash, canonicalJson(config.source));
    await store.configurations.activate(hash);
    await store.deliveries.insert(
      ['slack', ...config.connectors.keys()].map((source) => ({
        source,
        key: `key-${source}`,
        identity: null,
        type: source === 'slack' ? ('event' as const) : ('hook' as const),
        partition: installPartition,
        body: Buffer.from('{}'),
      })),
    );
  } finally {
    await db.destroy();
  }
}

/** A database with the schema and nothing in it. */
export async function migrated(url: string): Promise<void> {
  const db = openDatabase(url, { max: 1 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}
