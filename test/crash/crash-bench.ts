import assert from 'node:assert/strict';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { assertWorld } from './assert-world.ts';
import type { ChildBridge } from './child-bridge.ts';
import { agree, type CrashPlan, playThrough } from './crash-run.ts';
import type { SystemKind } from './systems.ts';
import { type CrashWorld, startWorld } from './world.ts';

export interface CrashBenchOptions {
  readonly kind: SystemKind;
  /** The child program; asked for when the first plan is played. */
  readonly program: () => string;
  /** The bell hangs in a Redis of its own, which is emptied while the bridge is dead, or when it has just returned. */
  readonly redis?: { readonly flush: 'meanwhile' | 'at return' };
}

/** One world in which bridges die at one point after the other; each plan has a request of its own. */
export interface CrashBench {
  /** False when this machine has no Redis and the plan needs one. */
  canPlay(): Promise<boolean>;
  play(points: readonly string[]): Promise<void>;
  /** Hours pass: every repetition comes, and nothing of all this may happen twice. */
  letHoursPass(): Promise<void>;
  close(): Promise<void>;
}

export function createCrashBench(options: CrashBenchOptions): CrashBench {
  const ends: (() => Promise<void>)[] = [];
  let world: CrashWorld | null = null;
  let child: ChildBridge | null = null;
  let redis: TestRedis | null = null;

  async function canPlay(): Promise<boolean> {
    if (options.redis !== undefined && redis === null) {
      redis = await startRedis();
      if (redis !== null) ends.push(redis.stop);
    }
    return options.redis === undefined || redis !== null;
  }

  async function living(): Promise<{ world: CrashWorld; child: ChildBridge }> {
    if (world === null) {
      const { kind, program } = options;
      const scope = { after: (end: () => Promise<void>) => void ends.unshift(end) };
      world = await startWorld(scope, { kind, program: program(), redisUrl: redis?.url });
    }
    // Whatever a failed plan left running is not to disturb the next one.
    if (child === null) await world.killBridges();
    return { world, child: child ?? (await world.startBridge()) };
  }

  return {
    canPlay,
    async play(points) {
      assert.ok(await canPlay(), 'a Redis is here');
      const now = await living();
      child = null;
      const flush = async () => assert.match((await redis?.command('FLUSHALL')) ?? '', /OK/);
      const plan: CrashPlan = {
        points,
        ...(options.redis?.flush === 'meanwhile' ? { meanwhile: flush } : {}),
        ...(options.redis?.flush === 'at return' ? { atReturn: flush } : {}),
      };
      child = await playThrough(now.world, now.child, plan);
    },
    async letHoursPass() {
      const now = await living();
      child = now.child;
      for (let n = 0; n < 3; n += 1) {
        await now.world.pass(3_600_000);
        await agree(now.world, { isOver: now.child.isGone });
      }
      await assertWorld(now.world);
    },
    async close() {
      for (const end of ends.splice(0)) await end();
    },
  };
}
