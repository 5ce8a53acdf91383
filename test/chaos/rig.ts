/** One install as it runs in production: a web process, two workers, a database and cables that can be pulled. */
import assert from 'node:assert/strict';
import { assertWorld, worldProblems } from '../crash/assert-world.ts';
import type { ChildBridge } from '../crash/child-bridge.ts';
import { agree } from '../crash/crash-run.ts';
import type { SystemKind } from '../crash/systems.ts';
import { beginTalk, type Talk } from '../crash/talk.ts';
import { type Wires, wire } from '../crash/vendors.ts';
import { type CrashWorld, startWorld } from '../crash/world.ts';
import type { Lot } from '../support/lot.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import type { Relay } from '../support/relay.ts';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts';

export interface Rig {
  readonly world: CrashWorld;
  readonly wires: Wires;
  /** Between the first worker and the database. */
  readonly toDatabase: Relay;
  readonly postgres: OwnPostgres;
  readonly redis: TestRedis | null;
  readonly lot: Lot;
  /** Newest last; the first two are workers. */
  readonly workers: ChildBridge[];
  /** A worker behind the cable, or with a way of its own. */
  startWorker(how?: 'behind the cable'): Promise<ChildBridge>;
  startWeb(): Promise<ChildBridge>;
  /** Requests that have their tickets. */
  talks(count: number): Promise<Talk[]>;
  /** Both sides agree about these, or about everything. */
  agree(talks?: readonly Talk[]): Promise<void>;
  /** Everything in this world, with what only a sandbox can know. */
  problems(): Promise<string[]>;
  assertAll(): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly kind: SystemKind;
  readonly program: string;
  readonly lot: Lot;
  /** The bell hangs in a Redis of its own. */
  readonly redis: boolean;
}

const PACE = { repairEveryMs: 1_000 } as const;

export async function startRig({ kind, program, lot, redis: withRedis }: RigOptions): Promise<Rig> {
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startOwnPostgres();
    ends.push(() => postgres.stop());
    const redis = withRedis ? await startRedis() : null;
    if (redis !== null) ends.push(redis.stop);
    const databaseUrl = await postgres.database();
    const scope = { after: (end: () => Promise<void>) => void ends.push(end) };
    const world = await startWorld(scope, { kind, program, redisUrl: redis?.url, wired: true, databaseUrl });
    const { wires } = world;
    assert.ok(wires, 'there are cables');
    const toDatabase = await wire(Number(new URL(databaseUrl).port), ends);
    const behind = new URL(databaseUrl);
    behind.port = String(toDatabase.port);

    const startWorker = (how?: 'behind the cable') =>
      world.startBridge({ ...PACE, role: 'worker' }, how === undefined ? undefined : behind.href);
    const startWeb = () => world.startBridge({ ...PACE, role: 'web' });
    await startWeb();
    const workers = [await startWorker('behind the cable'), await startWorker()];
    return {
      world,
      wires,
      toDatabase,
      postgres,
      redis,
      lot,
      workers,
      startWorker,
      startWeb,
      async talks(count) {
        const made = Array.from({ length: count }, () => beginTalk(world));
        await agree(world, { roots: new Set(made.map(({ root }) => root)) });
        return made;
      },
      agree: (talks) =>
        agree(world, talks === undefined ? {} : { roots: new Set(talks.map(({ root }) => root)) }),
      problems: () => worldProblems(world, { truth: true }),
      assertAll: () => assertWorld(world),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
