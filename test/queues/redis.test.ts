import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { redisBackend } from '../../src/queues/backends.ts';
import { survives } from '../conformance/queue-rules/outages.ts';
import { queuesConformance, withBench } from '../conformance/queues.ts';
import { startRedis } from '../support/redis.ts';
import type { BackendAddress } from './backend-address.ts';

const redis = await startRedis();

if (redis === null) {
  test('queues on Redis', { skip: 'NOT RUN: redis-server is not installed' }, () => {});
} else {
  after(() => redis.stop());
  let benches = 0;
  const fresh = async (): Promise<BackendAddress> => {
    benches += 1;
    return { kind: 'redis', url: redis.url, prefix: `{deskbridge-${benches}}` };
  };
  queuesConformance('Redis', fresh);

  test('Redis emptied under a running worker: rings and ticks come back', { timeout: 60_000 }, () =>
    withBench(fresh, (bench) => survives(bench, async () => void (await redis.command('FLUSHALL')))),
  );

  test('an eviction policy that throws entries away is a warning', async () => {
    const backend = redisBackend({ url: redis.url, prefix: '{deskbridge}' });
    assert.deepEqual(await backend.check(), []);
    await redis.command('CONFIG SET maxmemory-policy allkeys-lru');
    const warnings = await backend.check();
    await redis.command('CONFIG SET maxmemory-policy noeviction');
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]), /set maxmemory-policy to noeviction/);
  });

  test('a wrong password is named without being shown', async () => {
    await redis.command('CONFIG SET requirepass right-secret');
    const url = new URL(redis.url);
    url.password = 'wrong-secret';
    const check = redisBackend({ url: url.href, prefix: '{deskbridge}' }).check();
    await assert.rejects(check, (error: Error) => {
      assert.equal(error.name, 'QueueUnavailable');
      assert.match(error.message, /WRONGPASS/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}

test('a Redis address or prefix that cannot work is refused at once', () => {
  assert.throws(
    () => redisBackend({ url: 'not a url with secret', prefix: '{a}' }),
    /^QueueUnavailable: REDIS_URL is not/,
  );
  assert.throws(() => redisBackend({ url: 'redis://127.0.0.1', prefix: 'deskbridge' }), /has no hash tag/);
});
