import { type BackendFactory, createPostgresBackend, createRedisBackend, type IQueueBackend } from 'bullmq';
import {
  checkPostgres,
  letWorkOnPostgres,
  migratePostgres,
  type PostgresSettings,
  postgresConnection,
} from './postgres.ts';
import { checkRedis, type RedisSettings, redisConnection } from './redis.ts';

/** The name of our only queue, in every backend. */
export const QUEUE_NAME = 'deskbridge';

/** BullMQ wants a connection in the options of every queue; ours lies in the factory, so that it is never passed around. */
export const NO_CONNECTION = {};
type NoConnection = typeof NO_CONNECTION;

/** Where the bell hangs: Postgres by default, Redis for many workers. */
export interface Backend {
  readonly kind: 'postgres' | 'redis';
  /** Host, port and database for messages; never a user or password. */
  readonly where: string;
  readonly factory: BackendFactory<IQueueBackend, NoConnection>;
  /**
   * Connects once and looks at version, schema and settings. Resolves with warnings for the operator; rejects with
   * QueueUnavailable within 5 s. A process that shall ring or work calls it at start.
   */
  check(): Promise<readonly string[]>;
  /** Brings the backend's own schema up to date; BullMQ locks it per schema. Redis needs none. */
  migrate(): Promise<void>;
  /** After a migration: lets a role that owns nothing there ring and work. Redis knows no such roles. */
  letWork(role: string): Promise<void>;
}

export function postgresBackend(settings: PostgresSettings): Backend {
  const { where, config } = postgresConnection(settings);
  return {
    kind: 'postgres',
    where,
    factory: (name, opts, options) =>
      pausesAfterFailure(
        createPostgresBackend(name, { ...opts, connection: { ...config, max: 5 } }, options),
      ),
    check: () => checkPostgres(where, config),
    migrate: () => migratePostgres(where, config),
    letWork: (role) => letWorkOnPostgres(where, config, { role, queue: QUEUE_NAME }),
  };
}

/** `prefix` needs a hash tag, such as `{deskbridge}`: on Redis Cluster all keys of a queue must share a slot. */
export function redisBackend(settings: RedisSettings): Backend {
  const { where, url, prefix } = redisConnection(settings);
  return {
    kind: 'redis',
    where,
    factory(name, opts, options) {
      // A worker waits in a blocking command and must retry it for ever. Whoever rings must hear of a failure soon.
      const retries = options?.withBlockingConnection === true ? null : 1;
      const connection = {
        url,
        maxRetriesPerRequest: retries,
        connectTimeout: 5_000,
        retryStrategy: reconnectAfterMs,
      };
      const prefixed = { ...opts, prefix, connection };
      return pausesAfterFailure(createRedisBackend(name, prefixed, options));
    },
    check: () => checkRedis(where, url),
    migrate: async () => {},
    letWork: async () => {},
  };
}

/** For the one migration step that all processes share; workers refuse a schema that is missing or older. */
export function migrate(backend: Backend): Promise<void> {
  return backend.migrate();
}

function reconnectAfterMs(attempt: number): number {
  return Math.min(100 * attempt, 1_000);
}

/** How long a worker waits after a failed fetch, in milliseconds. */
const FETCH_PAUSE_MS = 500;

/**
 * BullMQ 6.7 asks for the next job again at once when a fetch fails with anything but "connection refused" (measured:
 * 245 errors a second after the schema was dropped under a running job; rotated credentials do the same). Its own
 * pause, `runRetryDelay`, covers refused connections only.
 */
function pausesAfterFailure<B extends IQueueBackend>(backend: B): B {
  const fetchNext = backend.moveToActive.bind(backend);
  backend.moveToActive = async (token, name) => {
    try {
      return await fetchNext(token, name);
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, FETCH_PAUSE_MS));
      throw error;
    }
  };
  return backend;
}
