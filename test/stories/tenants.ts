/** One bridge, one app, several workspaces of Slack: two that stand alone and an organisation with two more. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Bridge, startBridge } from '../../src/bridge.ts';
import { loadConfig } from '../../src/config.ts';
import { createIo } from '../../src/connectors/io.ts';
import { createInstalling } from '../../src/flows/install-slack.ts';
import { noLog } from '../../src/model/log.ts';
import { noMetrics } from '../../src/model/metrics.ts';
import { createSecret } from '../../src/model/secret.ts';
import { createClock } from '../../src/sandbox/clock.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { createAppPlatform } from '../../src/sandbox/slack/app-platform.ts';
import type { SlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import { createSlackApp } from '../../src/slack/out/slack-app.ts';
import { featuresOf, needsOf } from '../../src/slack/scopes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { createGrants } from '../../src/store/grants.ts';
import { createStore, installNamed } from '../../src/store/store.ts';
import { migratedDatabase } from '../support/migrated-database.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, memoryDesk, memoryKind } from './desks.ts';

export const [NORTH, SOUTH, GRID] = ['T0NORTH', 'T0SOUTH', 'E0GRID'];
/** The two that stand alone have a channel of the same id; the ids of an organisation are its own. */
export const PLACES = [
  { team: NORTH, place: NORTH, channel: 'C0HELPIT', user: 'U0NORA' },
  { team: SOUTH, place: SOUTH, channel: 'C0HELPIT', user: 'U0SAM' },
  { team: 'T0GRIDA', place: GRID, channel: 'C0GRIDA', user: 'W0GINA' },
  { team: 'T0GRIDB', place: GRID, channel: 'C0GRIDB', user: 'W0GREG' },
] as const;
export type Place = (typeof PLACES)[number];

const SIGNING = 'story-signing-secret-0123456789';
const CLIENT = { clientId: '1.2', clientSecret: 'sandbox-client-secret' };

interface Scope {
  after(work: () => Promise<void>): void;
}

/** An address that is free a moment before it is used: the app has to know its own before it listens. */
async function spareUrl() {
  const spare = await listen({ fetch: () => new Response(null) });
  await spare.close();
  return spare;
}

function configOf(slackUrl: string, publicUrl: string, port: number) {
  return {
    version: 1,
    install: { name: 'several' },
    slack: {
      mode: 'http',
      api_url: `${slackUrl}/api/`,
      oauth: {
        client_id: CLIENT.clientId,
        organisation: true,
        authorize_url: `${slackUrl}/oauth/v2/authorize`,
      },
      channels: PLACES.map(({ channel, place, team }) => ({ id: channel, name: team, workspace: place })),
    },
    connectors: { desk: { system: 'memory', hook_secret_env: 'DESK_HOOK_SECRET' } },
    queues: { general: { title: 'General help', connector: 'desk', target: memoryKind.targets.general } },
    routing: { rules: [], default: { queue: 'general', kind: 'general', priority: 'medium' } },
    server: { host: '127.0.0.1', port, public_url: publicUrl },
  };
}

export async function startTenants(
  t: Scope,
  options: { readonly rotates?: boolean; readonly lacking?: string } = {},
) {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const clock = createClock();
  ends.push(() => clock.stop());
  const own = await spareUrl();
  const { scopes } = needsOf(new Set(['requests', 'emoji', 'mentions', 'files', 'addresses']));
  const platform = createAppPlatform({
    clock,
    app: {
      ...CLIENT,
      signingSecret: SIGNING,
      redirectUris: [`${own.url}/slack/oauth_redirect`],
      scopes: scopes.filter((scope) => scope !== options.lacking),
      rotates: options.rotates === true,
    },
    workspaces: PLACES.map(({ team, place, channel, user }) => ({
      id: team,
      name: `The ${team}`,
      organisation: place === team ? null : { id: place, name: 'The Grid' },
      people: [{ id: user, name: `Person of ${team}`, email: `${user.toLowerCase()}@example.com` }],
      channels: [{ id: channel, name: 'help-it' }],
    })),
  });
  const slackServer = await listen(platform.routes);
  ends.push(
    () => slackServer.close(),
    () => platform.stop(),
  );
  platform.setBaseUrl(slackServer.url);
  const desk = await memoryDesk(clock);
  ends.push(() => desk.stop());
  const database = await migratedDatabase();
  ends.push(() => database.drop());
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-tenants-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  writeFileSync(file, JSON.stringify(configOf(slackServer.url, own.url, own.port)));
  const key = randomBytes(32);
  const env = {
    SLACK_SIGNING_SECRET: SIGNING,
    SLACK_CLIENT_SECRET: CLIENT.clientSecret,
    DESK_SECRET,
    DESK_HOOK_SECRET,
    DESKBRIDGE_ENCRYPTION_KEY: key.toString('base64'),
    DATABASE_URL: database.url,
  };
  const config = loadConfig({ file, env });
  const bridge: Bridge = await startBridge({
    config,
    role: 'all',
    databaseUrl: database.url,
    log: noLog,
    connectors: desk.connectors,
    now: () => clock.now(),
    pollEveryMs: 1_000,
  });
  ends.push(() => bridge.stop());
  await platform.setEventsUrl(`${own.url}/slack/events`);
  desk.setHookUrl(`${own.url}/hooks/desk`);

  const db = openDatabase(database.url, { max: 2 });
  ends.push(() => db.destroy());
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => {});
  ends.push(() => pool.end());
  const envelope = createEnvelope([key]);
  const home = await installNamed(db, 'several');
  const grants = createGrants({ db, install: home, envelope });
  const io = createIo({ metrics: noMetrics });
  const slackApp = createSlackApp({
    clientId: CLIENT.clientId,
    clientSecret: createSecret(CLIENT.clientSecret),
    authorizeUrl: `${slackServer.url}/oauth/v2/authorize`,
    apiUrl: config.slack.apiUrl,
    io,
  });
  const installing = createInstalling({
    store: createStore(db, home, envelope),
    grants,
    app: slackApp,
    scopes: needsOf(featuresOf(config.source)).scopes,
    io,
    publicUrl: own.url,
  });

  /** What an administrator does with the link: opens it, presses the button, allows it, comes back. */
  async function begin(place: string | null) {
    platform.consentAs(place);
    const { url } = await installing.invite();
    const shown = await fetch(url);
    const invitation = new URL(url).searchParams.get('invitation') ?? '';
    const body = new URLSearchParams({ invitation });
    const begun = await fetch(`${own.url}/slack/begin`, { method: 'POST', redirect: 'manual', body });
    const cookie = (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const consented = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
    return { page: await shown.text(), invitation, cookie, back: consented.headers.get('location') ?? '' };
  }
  async function install(place: string): Promise<string> {
    const { cookie, back } = await begin(place);
    const done = await fetch(back, { headers: { cookie } });
    const text = await done.text();
    if (done.status !== 200) throw new Error(`It was not installed: ${text}`);
    return text;
  }

  return {
    platform,
    clock,
    desk,
    bridge,
    url: own.url,
    db,
    home,
    grants,
    envelope,
    slackApp,
    io,
    file,
    env,
    begin,
    install,
    sandbox: (team: string): SlackSandbox => platform.workspace(team),
    async query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
      return (await pool.query<T>(text, values)).rows;
    },
    async pass(ms: number): Promise<void> {
      await pool.query(
        `insert into clock_offset (offset_by) values (make_interval(secs => $1))
         on conflict (singleton) do update set offset_by = clock_offset.offset_by + excluded.offset_by`,
        [ms / 1000],
      );
      clock.advance(ms);
    },
  };
}
export type Tenants = Awaited<ReturnType<typeof startTenants>>;
