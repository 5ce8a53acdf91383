import { createHash } from 'node:crypto';
import { syncLink } from '../../src/flows/sync-link.ts';
import type { World } from '../../src/flows/world.ts';
import type { Lease, LeaseBook } from '../../src/store/leases.ts';
import type { Mishap } from './life.ts';
import { createLife, type Life, ProcessDied } from './life.ts';
import type { Db } from './memory/db.ts';
import { type Fence, fence } from './memory/leases.ts';
import { createMemoryStore } from './memory-store.ts';
import { inChunks } from './paper/bytes.ts';
import type { DeskState } from './paper/desk-state.ts';
import { createInterpret, look, rules } from './paper/rules.ts';
import { type SlackState, TEAM } from './paper/slack-state.ts';
import { createPaperDesk } from './paper-desk.ts';
import { createPaperSlack } from './paper-slack.ts';
import { createPaperIo, type Weather } from './weather.ts';

/** How long a lease lasts, in virtual milliseconds. */
const LEASE_MS = 30_000;

/** A bug that is put in on purpose: wraps what a process is made of. */
export interface Sabotage {
  readonly fence?: Fence;
  readonly world?: (world: World, at: { readonly db: Db; readonly weather: Weather }) => World;
}

export interface Surroundings {
  readonly db: Db;
  readonly weather: Weather;
  readonly slack: SlackState;
  readonly desks: readonly DeskState[];
  readonly mishaps: Mishap[];
  readonly passed: Map<string, number>;
  /** What should never be: errors that are bugs, in words. */
  readonly bugs: string[];
  readonly counts: Map<string, number>;
  readonly ring: (shard: number) => void;
  readonly wait: (ms: number) => void;
  readonly sabotage: Sabotage;
}

/** One worker process: its world, its leases, its life. */
export interface Process {
  readonly world: World;
  readonly book: LeaseBook;
  readonly life: Life;
  /** Works on a link as the pool of a process does; never throws. */
  serve(lease: Lease): Promise<void>;
}

const EXPECTED = new Set(['LeaseLost', 'DeadlinePassed', 'ProcessDied']);
const isExpected = (error: unknown) => error instanceof Error && EXPECTED.has(error.name);

let owners = 0;

export function createProcess(around: Surroundings): Process {
  const { db, weather, slack, desks, bugs, counts } = around;
  const life = createLife(around.mishaps, around.passed);
  owners += 1;
  const { io, exchange } = createPaperIo({ clock: db.clock, weather, life, wait: around.wait });
  const store = createMemoryStore(db, {
    step: (point) => life.step(point),
    fence: around.sabotage.fence ?? fence,
  });
  const paper: World = {
    team: TEAM,
    store,
    io,
    slack: createPaperSlack({ state: slack, exchange, weather }),
    look,
    withoutSecrets: (text) => text,
    interpret: createInterpret(slack),
    connectors: new Map(desks.map((state) => [state.id, createPaperDesk({ state, exchange, weather })])),
    tokenOf() {
      throw new Error('Nobody has consented on paper');
    },
    rules,
    ring: around.ring,
    async spool(file) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.bytes) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const value = { size: bytes.length, sha256, open: () => inChunks(bytes), dispose: async () => {} };
      return { kind: 'ok', value };
    },
    metrics: {
      count: (name, labels, by = 1) => {
        const key = `${name}${labels?.['kind'] === undefined ? '' : `.${labels['kind']}`}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
      observe() {},
    },
    log: {
      info() {},
      warn() {},
      error({ error }, message) {
        if (error !== undefined && !life.isDead()) bugs.push(`${message} ${String(error)}`);
      },
    },
  };
  const world = around.sabotage.world?.(paper, { db, weather }) ?? paper;
  const book = store.leases(`owner-${owners}`, LEASE_MS);

  return {
    world,
    book,
    life,
    async serve(lease) {
      try {
        await syncLink(world, lease);
      } catch (error) {
        if (!isExpected(error)) bugs.push(`Work on a link failed: ${stackOf(error)}`);
        if (life.isDead()) return;
        await world.store.fenced(lease, (tx) => tx.links.planLater(lease.link, 5_000)).catch(() => {});
      } finally {
        if (!life.isDead()) await world.store.release(lease).catch(() => {});
        book.forget(lease);
      }
    },
  };
}

export const stackOf = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

export { ProcessDied };
