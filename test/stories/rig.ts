/**
 * One whole bridge against the simulated vendors, as an operator would start it: a configuration file, an environment,
 * signed HTTP on loopback, a real Postgres. Stories act as people do and wait for what people would see.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Bridge, type BridgeOptions, type Role, startBridge } from '../../src/bridge.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { noLog } from '../../src/model/log.ts';
import { createClock, type SandboxClock } from '../../src/sandbox/clock.ts';
import { listen } from '../../src/sandbox/listen.ts';
import {
  createSlackSandbox,
  type SlackSandbox,
  type SlackSandboxOptions,
} from '../../src/sandbox/slack/slack-sandbox.ts';
import { migratedDatabase } from '../support/migrated-database.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, type Desk, type DeskKind } from './desks.ts';

export const SECRETS = {
  SLACK_BOT_TOKEN: 'xoxb-sandbox-story',
  SLACK_SIGNING_SECRET: 'story-signing-secret-0123456789',
  SLACK_APP_TOKEN: 'xapp-sandbox-story',
  SLACK_CLIENT_SECRET: 'sandbox-client-secret-0123456789',
  DESK_SECRET,
  DESK_HOOK_SECRET,
};

export const HELP = 'C0HELPIT';

export interface Story {
  readonly slack: SlackSandbox;
  readonly desk: Desk;
  readonly clock: SandboxClock;
  readonly config: Config;
  readonly databaseUrl: string;
  readonly botToken: string;
  readonly bridge: Bridge;
  /** Where the bridge listens. */
  readonly url: string;
  /**
   * One bridge with all roles, after the first was stopped; the vendors talk to it from then on. With other `approvals` their
   * configuration is the active one.
   */
  startAgain(approvals?: StoryOptions['approvals']): Promise<Bridge>;
  /** Moves the time of the vendors and of the bridge. */
  pass(ms: number): Promise<void>;
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
}

interface Scope {
  after(work: () => Promise<void>): void;
}

export interface StoryOptions {
  readonly desk: (clock: SandboxClock) => Promise<Desk>;
  readonly kind: DeskKind;
  readonly socketMode?: boolean;
  readonly responders?: readonly string[];
  /** Where the agents of the access queue talk among themselves. */
  readonly internalChannel?: string;
  /** More settings of every queue. */
  readonly queueSettings?: Readonly<Record<string, unknown>>;
  readonly maxMb?: number;
  /** Where browsers reach the bridge; nobody says so when left out. */
  readonly publicUrl?: string;
  /** Client id under which people sign in at the simulated Slack. */
  readonly signIn?: string;
  /** Where it listens; a free port when left out. */
  readonly port?: number;
  /** When digests leave. */
  readonly digest?: Readonly<Record<string, unknown>>;
  /** Rules of its own, before those that every story has; or anything else below `routing`. */
  readonly routing?: { readonly rules?: readonly unknown[]; readonly [setting: string]: unknown };
  /** Forms of the owner. */
  readonly forms?: Readonly<Record<string, unknown>>;
  /** More settings of `slack`. */
  readonly slackSettings?: Readonly<Record<string, unknown>>;
  readonly redisUrl?: string;
  readonly limits?: boolean;
  readonly repairEveryMs?: number;
  readonly formsEveryMs?: number;
  /** One bridge of each role on the same database; one with all roles when left out. */
  readonly roles?: readonly Role[];
  /** A database of its own, for stories that break it. */
  readonly databaseUrl?: string;
  readonly log?: BridgeOptions['log'];
  /** Who decides about what. */
  readonly approvals?: Readonly<Record<string, unknown>>;
  /** Puts other files beside the configuration, which was just written. */
  readonly beside?: (configuration: string) => void;
  /** What is particular about the workspace. */
  readonly workspace?: Pick<SlackSandboxOptions, 'manifest' | 'channels' | 'people' | 'openId'>;
}

function configText(
  kind: DeskKind,
  slackUrl: string,
  options: Pick<
    StoryOptions,
    | 'responders'
    | 'internalChannel'
    | 'queueSettings'
    | 'maxMb'
    | 'routing'
    | 'forms'
    | 'approvals'
    | 'slackSettings'
    | 'publicUrl'
    | 'port'
    | 'signIn'
    | 'digest'
  > & {
    connector: Desk['settings'];
    mode: 'http' | 'socket';
  },
): string {
  return JSON.stringify({
    version: 1,
    install: { name: 'story' },
    slack: {
      mode: options.mode,
      api_url: `${slackUrl}/api/`,
      channels: [{ id: HELP, name: 'help-it' }],
      responders: options.responders ?? [],
      ...(options.signIn === undefined
        ? {}
        : { sign_in: { client_id: options.signIn, authorize_url: `${slackUrl}/openid/connect/authorize` } }),
      ...options.slackSettings,
    },
    connectors: { desk: options.connector },
    queues: {
      general: {
        title: 'General help',
        connector: 'desk',
        target: kind.targets.general,
        ...options.queueSettings,
      },
      access: {
        title: 'Identity & Access',
        connector: 'desk',
        target: kind.targets.access,
        internal_channel: options.internalChannel ?? null,
        ...options.queueSettings,
      },
    },
    routing: {
      ...options.routing,
      rules: [
        ...(options.routing?.rules ?? []),
        {
          name: 'access',
          when: { words: ['password', 'locked out'] },
          queue: 'access',
          kind: 'iam',
          priority: 'high',
        },
        {
          name: 'secret',
          when: { words: ['phishing'] },
          queue: 'access',
          kind: 'security',
          priority: 'high',
          privacy: 'private',
        },
      ],
      default: { queue: 'general', kind: 'general', priority: 'medium', privacy: 'thread' },
    },
    forms: options.forms ?? {},
    approvals: options.approvals ?? {},
    files: options.maxMb === undefined ? {} : { max_mb: options.maxMb },
    digest: options.digest ?? {},
    server: { host: '127.0.0.1', port: options.port ?? 0, public_url: options.publicUrl ?? null },
  });
}

export async function startStory(t: Scope, options: StoryOptions): Promise<Story> {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const clock = createClock();
  ends.push(() => clock.stop());
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-story-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const slack = createSlackSandbox({
    clock,
    signingSecret: SECRETS.SLACK_SIGNING_SECRET,
    botToken: SECRETS.SLACK_BOT_TOKEN,
    appToken: SECRETS.SLACK_APP_TOKEN,
    limits: options.limits ?? false,
    ...options.workspace,
  });
  const slackServer = await listen(slack.routes);
  ends.push(() => slackServer.close());
  slack.attach(slackServer.server);
  ends.push(() => slack.stop());
  const desk = await options.desk(clock);
  ends.push(() => desk.stop());
  const database =
    options.databaseUrl === undefined
      ? await migratedDatabase()
      : { url: options.databaseUrl, drop: async () => {} };
  ends.push(() => database.drop());
  const file = path.join(folder, 'deskbridge.yaml');
  const mode = options.socketMode === true ? 'socket' : 'http';
  const env = {
    ...SECRETS,
    DESKBRIDGE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: database.url,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
  };
  function configured(approvals: StoryOptions['approvals']): Config {
    const connector = desk.settings;
    const changed = approvals === undefined ? options : { ...options, approvals };
    writeFileSync(file, configText(options.kind, slackServer.url, { ...changed, connector, mode }));
    options.beside?.(file);
    return loadConfig({ file, env });
  }
  const config = configured(options.approvals);
  const processes: Bridge[] = [];
  async function startOne(role: Role, changed?: Config): Promise<Bridge> {
    const started = await startBridge({
      config: changed ?? config,
      activate: changed !== undefined,
      role,
      databaseUrl: database.url,
      log: options.log ?? noLog,
      connectors: desk.connectors,
      ...desk.oauth,
      now: () => clock.now(),
      pollEveryMs: 1_000,
      ...(options.repairEveryMs === undefined ? {} : { repairEveryMs: options.repairEveryMs }),
      ...(options.formsEveryMs === undefined ? {} : { formsEveryMs: options.formsEveryMs }),
    });
    ends.push(() => started.stop());
    return started;
  }
  async function talkTo({ address }: Bridge): Promise<string> {
    if (address === null) throw new Error('It does not listen');
    const base = `http://127.0.0.1:${address.port}`;
    if (mode === 'http') await slack.setEventsUrl(`${base}/slack/events`);
    desk.setHookUrl(`${base}/hooks/desk`);
    return base;
  }
  for (const role of options.roles ?? ['all']) processes.push(await startOne(role));
  const bridge = processes.find((process) => process.address !== null);
  if (bridge === undefined) throw new Error('None of the roles listens');
  const url = await talkTo(bridge);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => {});
  ends.push(() => pool.end());

  return {
    slack,
    desk,
    clock,
    config,
    databaseUrl: database.url,
    botToken: SECRETS.SLACK_BOT_TOKEN,
    bridge,
    url,
    async startAgain(approvals) {
      const again = await startOne('all', approvals === undefined ? undefined : configured(approvals));
      await talkTo(again);
      return again;
    },
    async pass(ms) {
      await pool.query(
        `insert into clock_offset (offset_by) values (make_interval(secs => $1))
         on conflict (singleton) do update set offset_by = clock_offset.offset_by + excluded.offset_by`,
        [ms / 1000],
      );
      clock.advance(ms);
    },
    async query(text, values = []) {
      return (await pool.query(text, values)).rows;
    },
  };
}
