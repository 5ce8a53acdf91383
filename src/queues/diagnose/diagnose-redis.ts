import {
  type CheckCatalogue,
  createNotes,
  type DiagnosisOptions,
  type Finding,
} from '../../model/finding.ts';
import { readRedisInfo, redisConnection } from '../redis.ts';
import { QueueUnavailable } from '../unavailable.ts';

/** What the doctor looks at in Redis, where the job bell runs on it. */
export const REDIS_CHECKS = {
  'redis.reach': {
    about: 'Redis answers at `REDIS_URL`',
    problems: {
      unreachable: {
        severity: 'failed',
        means: 'Deskbridge does not start; while it runs, work is found by the sweep instead, seconds later.',
        fix: 'Start Redis or correct REDIS_URL; without REDIS_URL the bell runs on Postgres.',
      },
    },
  },
  'redis.kind': {
    about: 'it is a single server',
    problems: {
      cluster: {
        severity: 'failed',
        means: 'Deskbridge does not start.',
        fix: 'Give REDIS_URL the address of a server without cluster mode, or leave it out.',
      },
    },
  },
  'redis.memory': {
    about: 'a full memory refuses instead of forgetting (`maxmemory-policy noeviction`)',
    problems: {
      evicts: {
        severity: 'warned',
        means: 'Wake-ups are thrown away when memory is full: nothing is lost, but work starts late.',
        fix: 'Run: redis-cli CONFIG SET maxmemory-policy noeviction; and put it into redis.conf. With a managed Redis it is in its parameter group.',
      },
    },
  },
} as const satisfies CheckCatalogue;

export async function diagnoseRedis(
  wanted: DiagnosisOptions & { readonly url: string; readonly prefix: string },
): Promise<readonly Finding[]> {
  const notes = createNotes(REDIS_CHECKS, wanted);
  try {
    const { where, url } = redisConnection(wanted);
    const info = await readRedisInfo(where, url);
    notes.passed('redis.reach', `${where} answers`);
    if (info.isCluster)
      notes.problem('redis.kind', 'cluster', { wrong: `${where} is a member of a cluster.` });
    else notes.passed('redis.kind', 'a single server');
    if (info.policy === null) notes.unseen('redis.memory', 'it does not tell its policy');
    else if (info.policy === 'noeviction') notes.passed('redis.memory', 'noeviction');
    else notes.problem('redis.memory', 'evicts', { wrong: `maxmemory-policy is ${info.policy}.` });
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    notes.problem('redis.reach', 'unreachable', { wrong: error.message });
  }
  return notes.findings('Redis did not answer');
}
