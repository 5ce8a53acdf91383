/**
 * The simulated vendors in the test's process, a real database, and one bridge after another in processes of their own
 * on the same port: as a machine that loses power and comes back.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { postgresBackend } from '../../src/queues/backends.ts';
import { createClock } from '../../src/sandbox/clock.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { createSlackSandbox, type SlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import { openDatabase } from '../../src/store/database.ts';
import { freePort } from '../../src/store/embedded-postgres/free-port.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type ChildBridge, forkBridge, type StartOrder } from './child-bridge.ts';
import type { SystemKind, TicketSystem } from './systems.ts';

const SLACK_ENV = {
  SLACK_BOT_TOKEN: 'xoxb-sandbox-crash',
  SLACK_SIGNING_SECRET: 'crash-signing-secret-0123456789',
  SLACK_APP_TOKEN: 'xapp-sandbox-crash',
};
/** Every request has a channel of its own, so that Slack's pace in one does not slow the next. */
const CHANNELS = Array.from({ length: 60 }, (_, n) => ({ id: `C0CRASH${n}`, name: `crash-${n}` }));

export type Query = <T extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<T[]>;

export interface CrashWorld {
  readonly kind: SystemKind;
  readonly slack: SlackSandbox;
  readonly system: TicketSystem;
  readonly query: Query;
  /** A channel in which nothing happened yet. */
  newChannel(): string;
  /** Loads the next process in the background. */
  prepare(): void;
  /** Starts a bridge; it may have died at its crash point when this resolves. */
  startBridge(order?: Partial<StartOrder>): Promise<ChildBridge>;
  /** SIGKILL for all of them. */
  killBridges(): Promise<void>;
  /** Moves the time of the vendors, the database and the living bridges. */
  pass(ms: number): Promise<void>;
  /** What the bridges of this world logged, newest last. */
  logs(): string;
}

interface Scope {
  after(work: () => Promise<void>): void;
}

export interface WorldOptions {
  readonly kind: SystemKind;
  /** The file of the child program, in one piece or as it is written. */
  readonly program?: string;
  readonly redisUrl?: string | undefined;
}

const PROGRAM = path.join(import.meta.dirname, 'bridge-process.ts');

function configText(kind: SystemKind, at: { slackUrl: string; port: number; settings: unknown }): string {
  return JSON.stringify({
    version: 1,
    install: { name: 'crash' },
    slack: { mode: 'http', api_url: `${at.slackUrl}/api/`, channels: CHANNELS, responders: [] },
    connectors: { desk: at.settings },
    queues: { general: { title: 'General help', connector: 'desk', target: kind.target } },
    routing: {
      rules: [],
      default: { queue: 'general', kind: 'general', priority: 'medium', privacy: 'thread' },
    },
    server: { host: '127.0.0.1', port: at.port },
  });
}

async function startVendors(kind: SystemKind, ends: (() => unknown)[]) {
  const clock = createClock();
  ends.push(() => clock.stop());
  const slack = createSlackSandbox({
    clock,
    signingSecret: SLACK_ENV.SLACK_SIGNING_SECRET,
    botToken: SLACK_ENV.SLACK_BOT_TOKEN,
    appToken: SLACK_ENV.SLACK_APP_TOKEN,
    channels: CHANNELS,
    limits: false,
  });
  const slackServer = await listen(slack.routes);
  ends.push(() => slackServer.close());
  slack.attach(slackServer.server);
  ends.push(() => slack.stop());
  const system = await kind.start(clock);
  ends.push(() => system.close());
  return { clock, slack, system, slackUrl: slackServer.url };
}

/**
 * A port that stays ours while no bridge listens: below those that Linux (from 32768) and macOS (from 49152) give to
 * outgoing connections, of which every test makes many.
 */
const keptPort = () => freePort(randomInt(20_000, 32_000));

let template: Promise<TestDatabase> | null = null;

/** An empty database as the first start of a bridge leaves it; migrated once for all worlds of this process. */
async function migratedDatabase(ends: (() => unknown)[]): Promise<TestDatabase> {
  template ??= testDatabase().then(async (made) => {
    const db = openDatabase(made.url, { max: 1 });
    await migrate(db, () => postgresBackend({ connectionString: made.url, schema: 'bullmq' }).migrate());
    await db.destroy();
    return made;
  });
  const database = await testDatabase(undefined, { template: (await template).name });
  ends.push(() => database.drop());
  return database;
}

/** Removes what all worlds were copied from. */
export async function dropTemplate(): Promise<void> {
  await (await template)?.drop();
}

/** A world in which a bridge has run once, so that Slack knows its address. */
export async function startWorld(t: Scope, options: WorldOptions): Promise<CrashWorld> {
  const { kind, redisUrl, program = PROGRAM } = options;
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const { clock, slack, system, slackUrl } = await startVendors(kind, ends);
  const database = await migratedDatabase(ends);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => {});
  ends.push(() => pool.end());
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-crash-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  const port = await keptPort();
  writeFileSync(file, configText(kind, { slackUrl, port, settings: system.settings }));
  const env = {
    ...SLACK_ENV,
    ...system.env,
    DESKBRIDGE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: database.url,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...(program === PROGRAM ? {} : { NODE_COMPILE_CACHE: path.dirname(program) }),
  };
  const children: ChildBridge[] = [];
  let standby: ChildBridge | null = null;
  const forked = () => {
    const child = forkBridge(program, env);
    children.push(child);
    return child;
  };
  const killBridges = async () => {
    standby = null;
    await Promise.all(children.map((child) => child.kill()));
  };
  ends.push(killBridges);
  let channels = 0;
  let offsetMs = 0;
  let isKnown = false;

  return {
    kind,
    slack,
    system,
    async query(text, values = []) {
      return (await pool.query(text, values)).rows;
    },
    newChannel() {
      const channel = CHANNELS[channels];
      if (channel === undefined) throw new Error('This world has no fresh channel left');
      channels += 1;
      return channel.id;
    },
    prepare() {
      standby ??= forked();
    },
    async startBridge(order = {}) {
      const child = standby ?? forked();
      standby = null;
      const isUp = await child.start({
        file,
        role: 'all',
        leaseMs: 1_500,
        jobLockMs: 2_000,
        pollEveryMs: 1_000,
        crashAt: null,
        ...order,
        offsetMs,
      });
      if (isUp && !isKnown && order.role !== 'worker') {
        await slack.setEventsUrl(`http://127.0.0.1:${port}/slack/events`);
        system.setHookUrl(`http://127.0.0.1:${port}/hooks/desk`);
        isKnown = true;
      }
      return child;
    },
    killBridges,
    async pass(ms) {
      offsetMs += ms;
      await pool.query(
        `insert into clock_offset (offset_by) values (make_interval(secs => $1))
         on conflict (singleton) do update set offset_by = excluded.offset_by`,
        [offsetMs / 1000],
      );
      await Promise.all(
        children
          .filter((child) => child !== standby && !child.isGone())
          .map((child) => child.setOffset(offsetMs)),
      );
      clock.advance(ms);
    },
    logs: () =>
      children
        .map((child) => child.log())
        .join('\n')
        .slice(-4_000),
  };
}
