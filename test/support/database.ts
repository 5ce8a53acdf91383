/**
 * Databases for tests. All test processes of this checkout share one embedded server: the first that needs it starts
 * it, the others adopt it, and the runner stops it at the end (stop-database.ts). Its fsync is off: a test of
 * durability starts a server of its own. DESKBRIDGE_TEST_DATABASE_URL (a superuser's) replaces the server.
 */
import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import {
  type EmbeddedPostgresOptions,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/store/embedded-postgres/start-embedded-postgres.ts';

export interface TestDatabase {
  readonly url: string;
  /** Usable as `template` of another one, once nobody is connected to it. */
  readonly name: string;
  /** Cuts all connections to it and removes it; harmless when repeated. */
  drop(): Promise<void>;
}

/** A test's or suite's context: what it holds is dropped at its end. */
interface Scope {
  after(work: () => Promise<void>): void;
}

/** Users of the shared server hold this advisory lock shared; who stops it needs it alone. */
const IN_USE = 7_265_001;
/** Whoever prepares a template holds this one. */
const TEMPLATE = 7_265_002;
const PREFIX = 't_';
const CONNECT_DEADLINE_MS = 30_000;

const shared: EmbeddedPostgresOptions = {
  dataDir: path.resolve(import.meta.dirname, '../../node_modules/.cache/deskbridge-test-postgres'),
  sharedDir: path.join(tmpdir(), 'deskbridge-test'),
  settings: { fsync: 'off', full_page_writes: 'off', max_connections: '300' },
  log() {},
};

interface Keeper {
  readonly url: string;
  /** Runs statements one after the other; keeps the process alive only while one runs. */
  run(statement: string): Promise<void>;
  end(): Promise<void>;
}

let keeper: Promise<Keeper> | null = null;

/** A fresh, empty database, or a copy of `template`. With a test context it is dropped when that test ends. */
export async function testDatabase(
  t?: Scope,
  options: { readonly template?: string } = {},
): Promise<TestDatabase> {
  keeper ??= openKeeper();
  const { url: serverUrl, run } = await keeper;
  const name = `${PREFIX}${randomBytes(8).toString('hex')}`;
  // Files are copied as they are: through the write-ahead log it costs three times as much.
  const template =
    options.template === undefined
      ? ''
      : ` template ${pg.escapeIdentifier(options.template)} strategy file_copy`;
  await run(`create database ${name}${template}`);
  const drop = () => run(`drop database if exists ${name} with (force)`);
  t?.after(drop);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop };
}

/**
 * A database that the first who needs it prepares and all test processes copy; answers its name. `key` says what is in it:
 * what would be prepared otherwise has another key. It goes with the server.
 */
export async function testTemplate(key: string, prepare: (url: string) => Promise<void>): Promise<string> {
  keeper ??= openKeeper();
  const { url: serverUrl } = await keeper;
  const name = `${PREFIX}template_${key}`;
  const client = new pg.Client({ connectionString: serverUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${TEMPLATE})`);
    const there = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (there.rows.length > 0) return name;
    // It has its name only when it is ready.
    const made = await testDatabase();
    await prepare(made.url);
    await client.query(`alter database ${made.name} rename to ${pg.escapeIdentifier(name)}`);
    return name;
  } finally {
    await client.end();
  }
}

/** Stops the shared server, unless other test processes are using it at the moment. Removes what crashed tests left. */
export async function stopTestDatabase(): Promise<'stopped' | 'not running' | 'in use' | 'not ours'> {
  if (process.env['DESKBRIDGE_TEST_DATABASE_URL']) return 'not ours';
  if (keeper !== null) await (await keeper).end();
  keeper = null;
  const server = await findEmbeddedPostgres(shared);
  if (server === null) return 'not running';
  const client = new pg.Client({ connectionString: server.url });
  client.on('error', () => {});
  await client.connect();
  try {
    const lock = await client.query<{ alone: boolean }>(`select pg_try_advisory_lock(${IN_USE}) as alone`);
    if (lock.rows[0]?.alone !== true) return 'in use';
    const left = await client.query<{ datname: string }>(
      `select datname from pg_database where starts_with(datname, '${PREFIX}')`,
    );
    for (const { datname } of left.rows) {
      await client.query(`drop database ${pg.escapeIdentifier(datname)} with (force)`);
    }
    // The lock is held until the server cuts this connection: whoever comes now waits, is cut too, and starts anew.
    await server.stop();
    return 'stopped';
  } finally {
    await client.end().catch(() => {});
  }
}

async function openKeeper(): Promise<Keeper> {
  const begin = performance.now();
  for (;;) {
    const url = process.env['DESKBRIDGE_TEST_DATABASE_URL'] ?? (await startEmbeddedPostgres(shared)).url;
    try {
      return await connectKeeper(url);
    } catch (error) {
      // Somebody stopped the server between our look and our lock.
      if (performance.now() - begin > CONNECT_DEADLINE_MS) throw error;
    }
  }
}

/** One idle connection per test process: it shows that the server is in use, and creates and drops databases. */
async function connectKeeper(url: string): Promise<Keeper> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  await client.query(`select pg_advisory_lock_shared(${IN_USE})`);
  socket.unref();
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    url,
    async run(statement) {
      waiting += 1;
      socket.ref();
      const turn = last.then(() => client.query(statement));
      last = turn.catch(() => {});
      try {
        await turn;
      } finally {
        waiting -= 1;
        if (waiting === 0) socket.unref();
      }
    },
    async end() {
      socket.ref();
      await client.end();
    },
  };
}
