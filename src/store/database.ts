import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { preparingPool } from './prepared-statements.ts';

/** SQL is written out in full in the files of this folder; Kysely brings parameters, transactions and migrations. */
export type Db = Kysely<unknown>;
export type Tx = Transaction<unknown>;

const INT8 = 20;
/**
 * A process that is suspended or cut off in the middle of a transaction keeps its locks until Postgres hears from it
 * again, and whoever wants the same link waits for it. Ours never wait for anybody outside, so one that stands still for
 * this long, in milliseconds, has lost its process: shorter than a lease, so that a takeover finds the row free.
 */
export const STANDSTILL_MS = 5_000;

export interface PoolOptions {
  readonly max?: number;
  /** A query that takes longer fails; for callers who answer somebody in time. Never when left out. */
  readonly queryTimeoutMs?: number;
}

/** Opens a pool. bigint columns hold counters and microseconds, all below 2^53, and arrive as numbers. */
export function openDatabase(url: string, options: PoolOptions = {}): Db {
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary') {
      if (oid === INT8) return (text: string) => Number(text);
      return pg.types.getTypeParser(oid, format);
    },
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    connectionTimeoutMillis: Math.min(5_000, options.queryTimeoutMs ?? 5_000),
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
    application_name: 'deskbridge',
    idle_in_transaction_session_timeout: STANDSTILL_MS,
    types,
  });
  // An idle connection that breaks (Postgres restarted) is replaced by the pool; without a listener it would end us.
  pool.on('error', () => {});
  // The same for a connection that breaks between two statements of a transaction: the next statement fails and says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely({ dialect: new PostgresDialect({ pool: preparingPool(pool) }) });
}

/** The database cannot be used at a start. The message says where, why and what to do, and holds no password. */
class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/**
 * Asks once, within a few seconds, before anything is started.
 * @throws DatabaseUnavailable when nobody answers there, or it refuses us
 */
export async function requireDatabase(url: string, variable = 'DATABASE_URL'): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    application_name: 'deskbridge',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
  } catch (error) {
    const where = `${client.host}:${client.port}/${client.database ?? ''}`;
    throw new DatabaseUnavailable(
      `The database at ${where} cannot be used: ${whyAway(error)}. Nothing was started. Start Postgres or correct ${variable}.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** A host with several addresses fails with one error for each and no message of its own. */
function whyAway(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

/** Classes of SQLSTATE that blame the server's state, not the statement: connection, resources, operator, system. */
const SERVER_STATES = /^(08|53|57|58)/;

/** Did the database fail, rather than what we asked of it? Then the same statement may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('severity' in error && 'code' in error && typeof error.code === 'string')
    return SERVER_STATES.test(error.code);
  // pg gives lost connections and its own timeouts no SQLSTATE.
  return !('severity' in error) && (!('code' in error) || /^(E[A-Z]+|\d+)$/.test(String(error.code)));
}
