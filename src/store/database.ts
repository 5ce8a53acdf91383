import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';

/** SQL is written out in full in the files of this folder; Kysely brings parameters, transactions and migrations. */
export type Db = Kysely<unknown>;
export type Tx = Transaction<unknown>;

const INT8 = 20;

/** Opens a pool. bigint columns hold counters and microseconds, all below 2^53, and arrive as numbers. */
export function openDatabase(url: string, options: { readonly max?: number } = {}): Db {
  const types = {
    getTypeParser(oid: number, format?: 'text' | 'binary') {
      if (oid === INT8) return (text: string) => Number(text);
      return pg.types.getTypeParser(oid, format);
    },
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    application_name: 'deskbridge',
    types,
  });
  // An idle connection that breaks (Postgres restarted) is replaced by the pool; without a listener it would end us.
  pool.on('error', () => {});
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
