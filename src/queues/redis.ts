import { Redis } from 'ioredis';
import { cannotUse, QueueUnavailable, START_LIMIT_MS, within } from './unavailable.ts';

export interface RedisSettings {
  /** redis:// or rediss:// */
  readonly url: string;
  /** Put before every key, e.g. `{deskbridge}`. */
  readonly prefix: string;
}

const ADVICE = 'Start Redis or correct REDIS_URL; without REDIS_URL the queue runs on Postgres.';

/** Throws QueueUnavailable for what is no URL or has no hash tag. */
export function redisConnection(settings: RedisSettings): { where: string; url: string; prefix: string } {
  const url = URL.canParse(settings.url) ? new URL(settings.url) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol)) {
    throw new QueueUnavailable(
      'REDIS_URL is not a Redis URL. Write it as redis://user:password@host:6379/0.',
    );
  }
  if (!/\{[^{}]+\}/.test(settings.prefix)) {
    throw new QueueUnavailable(
      `The Redis prefix "${settings.prefix}" has no hash tag. Write it in braces, e.g. {deskbridge}.`,
    );
  }
  return { where: `${url.host}${url.pathname}`, url: url.href, prefix: settings.prefix };
}

export interface RedisInfo {
  readonly isCluster: boolean;
  /** What it does when its memory is full; null when it does not say. */
  readonly policy: string | null;
}

/** Asks a server about itself. @throws QueueUnavailable when it does not answer */
export async function readRedisInfo(where: string, url: string): Promise<RedisInfo> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: START_LIMIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let last: Error | null = null;
  client.on('error', (error: Error) => {
    last = error;
  });
  const info = async () => {
    await client.connect();
    return client.info();
  };
  try {
    const late = () => last ?? new Error(`no answer within ${START_LIMIT_MS / 1_000} s`);
    return parseInfo(await within(START_LIMIT_MS, info(), late));
  } catch (error) {
    // "Connection is closed" is all that connect() says; the event before it names the cause.
    throw cannotUse(`The queue (BullMQ on Redis at ${where})`, last ?? error, ADVICE);
  } finally {
    client.disconnect();
  }
}

function parseInfo(info: string): RedisInfo {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  return { isCluster: field('redis_mode') === 'cluster', policy: field('maxmemory_policy') || null };
}

/** What makes this Redis unusable, thrown, and what makes it risky, answered. */
export async function checkRedis(where: string, url: string): Promise<readonly string[]> {
  const { isCluster, policy } = await readRedisInfo(where, url);
  if (isCluster) {
    throw new QueueUnavailable(
      `Redis at ${where} is a member of a cluster, and this version connects to single servers only. ` +
        'Nothing was started. Give REDIS_URL the address of a server without cluster mode, or leave it out to use Postgres.',
    );
  }
  if (policy === null || policy === 'noeviction') return [];
  return [
    `Redis at ${where} may throw queue entries away when its memory is full (maxmemory-policy ${policy}). ` +
      'Nothing is lost by that, but wake-ups come late: set maxmemory-policy to noeviction.',
  ];
}
