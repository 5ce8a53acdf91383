import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  PostgresConnection,
  type PostgresPoolConfig,
  SchemaMigrationRequiredError,
} from 'bullmq';
import { cannotUse, QueueUnavailable, START_LIMIT_MS, within } from './unavailable.ts';

export interface PostgresSettings {
  /** A direct or session-pooled URL: the worker waits with LISTEN, which a transaction pooler does not carry. */
  readonly connectionString: string;
  /** The schema of BullMQ's own tables. */
  readonly schema: string;
}

type Config = PostgresPoolConfig & { readonly schema: string };

const ADVICE = 'Start Postgres or correct DATABASE_URL, then start again.';

/** Splits the address for messages from the settings for the driver. Throws QueueUnavailable for what is no URL. */
export function postgresConnection(settings: PostgresSettings): { where: string; config: Config } {
  if (!URL.canParse(settings.connectionString)) {
    throw new QueueUnavailable(
      'DATABASE_URL is not a URL. Write it as postgres://user:password@host:5432/database.',
    );
  }
  const url = new URL(settings.connectionString);
  // BullMQ selects its schema through the `options` setting, and one in the URL would silently replace that.
  const options = url.searchParams.get('options');
  url.searchParams.delete('options');
  const config = {
    connectionString: url.href,
    schema: settings.schema,
    connectionTimeoutMillis: START_LIMIT_MS,
    query_timeout: 10_000,
    keepAlive: true,
    ...(options === null ? {} : { options }),
  };
  return { where: `${url.host || 'the local socket'}${url.pathname}`, config };
}

export async function checkPostgres(where: string, config: Config): Promise<readonly string[]> {
  const found = await once(where, config, async (connection) => {
    await connection.waitUntilReady();
    return assertSchemaCompatibility(connection.pool, config.schema);
  });
  if (found < LATEST_SCHEMA_VERSION) throw notMigrated(where, config.schema);
  return [];
}

export async function migratePostgres(where: string, config: Config): Promise<void> {
  await once(where, { ...config, migrate: true, query_timeout: 120_000 }, (connection) =>
    connection.waitUntilReady(),
  );
}

const BELL_GRANTS = [
  'revoke create on schema %I from %I',
  'grant usage on schema %I to %I',
  'grant select, insert, update, delete on all tables in schema %I to %I',
  'grant usage, select, update on all sequences in schema %I to %I',
];

/**
 * BullMQ makes one thing while it works: the sequence of a queue's job ids, with its first job. It is made here, so that
 * nobody who works has to be allowed to make anything.
 */
export async function letWorkOnPostgres(
  where: string,
  config: Config,
  { role, queue }: { readonly role: string; readonly queue: string },
): Promise<void> {
  await once(where, config, async (connection) => {
    await connection.waitUntilReady();
    await connection.pool.query('select next_job_id($1)', [queue]);
    for (const grant of BELL_GRANTS) {
      const made = await connection.pool.query<{ statement: string }>(
        'select format($1, $2::text, $3::text) as statement',
        [grant, config.schema, role],
      );
      await connection.pool.query(made.rows[0]?.statement ?? '');
    }
  });
}

/** Opens a connection for one piece of work. Only reaching Postgres is limited in time; a migration may take longer. */
async function once<T>(
  where: string,
  config: Config,
  work: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  const connection = new PostgresConnection({ ...config, max: 1 });
  connection.on('error', () => {}); // The same failure rejects the work below.
  const limitMs = config['migrate'] === true ? 120_000 : START_LIMIT_MS;
  try {
    const result = await within(
      limitMs,
      work(connection),
      () => new Error(`no answer within ${limitMs / 1_000} s`),
    );
    await connection.close();
    return result;
  } catch (error) {
    // Ends by itself within connectionTimeoutMillis even when Postgres never answers; nobody has to wait for that.
    void connection.close().catch(() => {});
    if (error instanceof SchemaMigrationRequiredError) throw notMigrated(where, config.schema);
    throw cannotUse(`The queue (BullMQ on Postgres at ${where})`, error, ADVICE);
  }
}

function notMigrated(where: string, schema: string): QueueUnavailable {
  return new QueueUnavailable(
    `The queue's tables (schema "${schema}" on Postgres at ${where}) are missing or older than this version needs. ` +
      'Nothing was started. Run the migrations of this version, then start again.',
  );
}
