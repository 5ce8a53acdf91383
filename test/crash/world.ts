/**
 * The simulated vendors in the test's process, a real database, and one bridge after another in processes of their own
 * on the same port: as a machine that loses power and comes back.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { SlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import { openDatabase } from '../../src/store/database.ts';
import { freePort } from '../../src/store/embedded-postgres/free-port.ts';
import { createEnvelope } from '../../src/store/envelope.ts';
import { createStore, installNamed, type Store } from '../../src/store/store.ts';
import { type ChildBridge, forkBridge, type StartOrder } from './child-bridge.ts';
import { crashDatabase } from './crash-database.ts';
import type { SystemKind, TicketSystem } from './systems.ts';
import { CHANNELS, configText, SLACK_ENV, startVendors, type Wires } from './vendors.ts';

export type Query = <T extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<T[]>;

/** How often people asked for something in one thread. */
export interface Asked {
  readonly changes: number;
  readonly receipts: number;
  /** Forms to be opened; one that Slack did not open is answered with words. */
  readonly forms: number;
}

/** What only the world itself knows: what people asked for, which words were secret, and which were taken back. */
export interface Truth {
  readonly secrets: Set<string>;
  readonly retracted: Set<string>;
  /** By the root of the thread. */
  readonly asked: Map<string, Asked>;
}

export interface CrashWorld {
  readonly kind: SystemKind;
  readonly slack: SlackSandbox;
  readonly system: TicketSystem;
  readonly wires: Wires | null;
  readonly databaseUrl: string;
  readonly query: Query;
  /** The bridge's own queries, for looking. */
  readonly store: Store;
  readonly truth: Truth;
  /** A channel in which nothing happened yet. */
  newChannel(): string;
  /** Loads the next process in the background. */
  prepare(): void;
  /** Starts a bridge; it may have died at its crash point when this resolves. `databaseUrl`: its own way there. */
  startBridge(order?: Partial<StartOrder>, databaseUrl?: string): Promise<ChildBridge>;
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
  /** Cables to the vendors that can be pulled. */
  readonly wired?: boolean;
  /** A prepared database; a fresh one on the tests' server when left out. */
  readonly databaseUrl?: string;
}

const PROGRAM = path.join(import.meta.dirname, 'bridge-process.ts');

/**
 * A port that stays ours while no bridge listens: below those that Linux (from 32768) and macOS (from 49152) give to
 * outgoing connections, of which every test makes many.
 */
const keptPort = () => freePort(randomInt(20_000, 32_000));

/** One way to the rows for the test itself; broken connections are replaced. */
async function openRows(url: string, ends: (() => unknown)[]) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  ends.push(() => pool.end());
  const key = randomBytes(32);
  const db = openDatabase(url, { max: 2 });
  ends.push(() => db.destroy());
  const store = createStore(db, await installNamed(db, 'crash'), createEnvelope([key]));
  return { pool, store, key: key.toString('base64') };
}

/** A folder of its own with the configuration of all bridges of a world. */
function configure(text: string, ends: (() => unknown)[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deskbridge-crash-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'deskbridge.yaml');
  writeFileSync(file, text);
  return file;
}

/** The processes of a world; all of them are gone at its end. */
function createNursery(program: string, env: Readonly<Record<string, string>>, ends: (() => unknown)[]) {
  const children: ChildBridge[] = [];
  let standby: ChildBridge | null = null;
  const fork = (own: Readonly<Record<string, string>> = {}) => {
    const child = forkBridge(program, { ...env, ...own });
    children.push(child);
    return child;
  };
  const kill = async () => {
    standby = null;
    await Promise.all(children.map((child) => child.kill()));
  };
  ends.push(kill);
  return {
    kill,
    prepare() {
      standby ??= fork();
    },
    take(databaseUrl: string | undefined): ChildBridge {
      if (databaseUrl !== undefined) return fork({ DATABASE_URL: databaseUrl });
      const child = standby ?? fork();
      standby = null;
      return child;
    },
    living: () => children.filter((child) => child !== standby && !child.isGone()),
    logs: () =>
      children
        .map((child) => child.log())
        .join('\n')
        .slice(-4_000),
  };
}

/** A world in which a bridge has run once, so that Slack knows its address. */
export async function startWorld(t: Scope, options: WorldOptions): Promise<CrashWorld> {
  const { kind, redisUrl, program = PROGRAM, wired = false } = options;
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const { clock, slack, system, slackUrl, settings, wires } = await startVendors(kind, { ends, wired });
  const databaseUrl = options.databaseUrl ?? (await crashDatabase(ends));
  const { pool, store, key } = await openRows(databaseUrl, ends);
  const port = await keptPort();
  const file = configure(configText(kind, { slackUrl, port, settings }), ends);
  const env = {
    ...SLACK_ENV,
    ...system.env,
    DESKBRIDGE_ENCRYPTION_KEY: key,
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...(program === PROGRAM ? {} : { NODE_COMPILE_CACHE: path.dirname(program) }),
  };
  const nursery = createNursery(program, env, ends);
  let channels = 0;
  let offsetMs = 0;
  let isKnown = false;

  return {
    kind,
    slack,
    system,
    wires,
    databaseUrl,
    store,
    truth: { secrets: new Set(), retracted: new Set(), asked: new Map() },
    async query(text, values = []) {
      return (await pool.query(text, values)).rows;
    },
    newChannel() {
      const channel = CHANNELS[channels];
      if (channel === undefined) throw new Error('This world has no fresh channel left');
      channels += 1;
      return channel.id;
    },
    prepare: nursery.prepare,
    async startBridge(order = {}, ownDatabaseUrl) {
      const child = nursery.take(ownDatabaseUrl);
      const settled = {
        role: 'all',
        leaseMs: 1_500,
        jobLockMs: 2_000,
        pollEveryMs: 1_000,
        repairEveryMs: null,
      } as const;
      const isUp = await child.start({ file, ...settled, crashAt: null, ...order, offsetMs });
      if (isUp && !isKnown && order.role !== 'worker') {
        await slack.setEventsUrl(`http://127.0.0.1:${port}/slack/events`);
        system.setHookUrl(`http://127.0.0.1:${port}/hooks/desk`);
        isKnown = true;
      }
      return child;
    },
    killBridges: nursery.kill,
    async pass(ms) {
      offsetMs += ms;
      await pool.query(
        `insert into clock_offset (offset_by) values (make_interval(secs => $1))
         on conflict (singleton) do update set offset_by = excluded.offset_by`,
        [offsetMs / 1000],
      );
      await Promise.all(nursery.living().map((child) => child.setOffset(offsetMs)));
      clock.advance(ms);
    },
    logs: nursery.logs,
  };
}
