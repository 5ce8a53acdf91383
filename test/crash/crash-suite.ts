import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { assertWorld } from './assert-world.ts';
import type { ChildBridge } from './child-bridge.ts';
import { agree, type CrashPlan, playThrough } from './crash-run.ts';
import type { SystemKind } from './systems.ts';
import { type CrashWorld, startWorld } from './world.ts';

export interface CrashSuite {
  readonly label: string;
  readonly kind: SystemKind;
  /** The child program; asked for when the first test runs. */
  readonly program: () => string;
  readonly plans: readonly (readonly string[])[];
  /** The bell hangs in a Redis of its own, which is emptied while the bridge is dead, or when it has just returned. */
  readonly redis?: { readonly flush: 'meanwhile' | 'at return' };
}

/** One world in which bridges die at one point after the other; each plan has a request of its own. */
export function crashesOf(options: CrashSuite): void {
  suite(options.label, { concurrency: false }, () => {
    const ends: (() => Promise<void>)[] = [];
    let world: CrashWorld | null = null;
    let child: ChildBridge | null = null;
    let redis: TestRedis | null = null;

    async function living(): Promise<{ world: CrashWorld; child: ChildBridge }> {
      if (world === null) {
        const { kind, program } = options;
        if (redis !== null) ends.push(redis.stop);
        const scope = { after: (end: () => Promise<void>) => void ends.unshift(end) };
        world = await startWorld(scope, { kind, program: program(), redisUrl: redis?.url });
      }
      // Whatever a failed test left running is not to disturb the next one.
      if (child === null) await world.killBridges();
      return { world, child: child ?? (await world.startBridge()) };
    }

    async function playOne(points: readonly string[]): Promise<void> {
      const now = await living();
      child = null;
      const flush = async () => assert.match((await redis?.command('FLUSHALL')) ?? '', /OK/);
      const plan: CrashPlan = {
        points,
        ...(options.redis?.flush === 'meanwhile' ? { meanwhile: flush } : {}),
        ...(options.redis?.flush === 'at return' ? { atReturn: flush } : {}),
      };
      child = await playThrough(now.world, now.child, plan);
    }

    after(async () => {
      for (const end of ends) await end();
    });

    for (const points of options.plans) {
      test(`at ${points.join(', then ')}`, async (t) => {
        if (options.redis !== undefined) redis ??= await startRedis();
        if (options.redis !== undefined && redis === null) return t.skip('redis-server is not installed');
        await playOne(points);
      });
    }

    test('hours later every repetition has come, and nothing of all this happened twice', async (t) => {
      if (options.redis !== undefined && redis === null) return t.skip('redis-server is not installed');
      const now = await living();
      for (let n = 0; n < 3; n += 1) {
        await now.world.pass(3_600_000);
        await agree(now.world, { isOver: now.child.isGone });
      }
      await assertWorld(now.world);
    });
  });
}
