import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type pg from 'pg';

/**
 * Statements of this folder are written out in full, so there are a few hundred texts. Should one be put together at run
 * time after all, it stays unprepared from here on, and no connection fills up with statements.
 */
const MOST = 1_000;
const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'] as const;

const names = new Map<string, string>();

/** The same text has the same name on every connection; undefined once there are too many. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const name = `deskbridge_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Prepares every statement with parameters once for each connection: planning one costs more than running it. */
function preparing(client: pg.PoolClient): PostgresPoolClient {
  const plain: PostgresPoolClient = client;
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(asked: string | PostgresCursor<R>, values: readonly unknown[] = []) {
    if (typeof asked !== 'string') return plain.query(asked);
    return values.length === 0 ? plain.query<R>(asked, values) : prepared<R>(client, asked, values);
  }
  return { query, release: (destroy?: boolean) => client.release(destroy) };
}

async function prepared<R>(
  client: pg.PoolClient,
  text: string,
  values: readonly unknown[],
): Promise<PostgresQueryResult<R>> {
  const name = nameOf(text);
  const asked = { text, values: [...values] };
  const { command, rowCount, rows } = await client.query(name === undefined ? asked : { name, ...asked });
  return { command: WRITES.find((one) => one === command) ?? 'SELECT', rowCount: rowCount ?? 0, rows };
}

/**
 * The pool with prepared statements. They live as long as their connection, so they pass a pooler in session mode, which
 * LISTEN needs anyway. A statement names its columns: one with `*` would fail once a migration adds a column.
 */
export function preparingPool(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparing(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}
