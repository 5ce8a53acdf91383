import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { SHARDS } from '../../../src/model/delivery.ts';
import type { QueueBench } from '../../queues/bench.ts';
import { until } from '../../support/until.ts';

const RINGS = 1_000;
const RINGS_A_ROUND = 40;

/**
 * Stands for the rows behind the bell: `write` adds work to a shard, `drain` is what a handler does. A ring is lost when
 * work lies there and nobody comes any more. No sweep runs here that could hide it.
 */
function createRows() {
  const written = new Array<number>(SHARDS).fill(0);
  const seen = new Array<number>(SHARDS).fill(0);
  const ran = new EventEmitter();
  let runs = 0;
  return {
    write(shard: number) {
      written[shard] = (written[shard] ?? 0) + 1;
    },
    drain(shard: number) {
      runs += 1;
      seen[shard] = written[shard] ?? 0;
      ran.emit('run');
    },
    nextRun: () => once(ran, 'run', { signal: AbortSignal.timeout(20_000) }),
    runs: () => runs,
    undone: () => written.map((count, shard) => count - (seen[shard] ?? 0)),
    allDone: () => written.every((count, shard) => count === seen[shard]),
  };
}

/** Rings in rounds; each waits for a run of the one before, so that rings keep coming while handlers run. */
async function ringThousand(
  rows: ReturnType<typeof createRows>,
  ring: (shard: number) => void,
  atRound: (round: number) => Promise<void>,
): Promise<void> {
  for (let count = 0; count < RINGS; count += RINGS_A_ROUND) {
    await atRound(count / RINGS_A_ROUND);
    const run = rows.nextRun();
    for (let index = 0; index < RINGS_A_ROUND; index += 1) {
      const shard = (count * 7 + index * 3) % SHARDS;
      rows.write(shard);
      ring(shard);
    }
    await run;
  }
}

async function noRingIsLost(bench: QueueBench): Promise<void> {
  const rows = createRows();
  const work = async ({ shard }: { shard: number }) => {
    rows.drain(shard);
    await new Promise((resolve) => setImmediate(resolve));
  };
  await bench.worker({ 'shard.ring': work });
  await bench.worker({ 'shard.ring': work });
  const bells = [bench.bell(), bench.bell()];
  let next = 0;
  await ringThousand(
    rows,
    (shard) => bells[next++ % bells.length]?.ring(shard),
    async () => {},
  );
  await until(`every shard is done, undone: ${rows.undone()}`, 10_000, rows.allDone);
  assert.ok(rows.runs() < RINGS / 2, `${RINGS} rings should have made far fewer runs than ${rows.runs()}`);
  assert.equal(bench.recorder.counted('deskbridge_rings_failed'), 0);
}

/** The work that is rung for here came after the handler had looked: only a run of its own can see it. */
async function ringDuringItsHandlerRunsAgain(bench: QueueBench): Promise<void> {
  const first = Promise.withResolvers<void>();
  let runs = 0;
  await bench.worker({
    async 'shard.ring'() {
      runs += 1;
      if (runs === 1) await first.promise;
    },
  });
  const bell = bench.bell();
  bell.ring(4);
  await until('the first run is busy', 5_000, () => runs === 1);
  for (let sent = 1; sent <= 3; sent += 1) {
    bell.ring(4);
    const reached = () => bench.recorder.counted('deskbridge_rings_sent') > sent;
    await until(`ring ${sent} during the run has reached the queue`, 5_000, reached);
  }
  first.resolve();
  await until('the shard runs again', 5_000, () => runs === 2);
  const queue = bench.raw();
  const idle = async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed')) === 0;
  await until('the queue is empty', 5_000, idle);
  assert.equal(runs, 2, 'three rings during one run make one more run');
}

async function noRingIsLostWithItsWorker(bench: QueueBench): Promise<void> {
  const rows = createRows();
  const held: string[] = [];
  let dying = false;
  const shardOf = (job: string) => Number(job.slice('shard-'.length));
  const victim = await bench.child({
    async onRun(job) {
      if (!dying) return rows.drain(shardOf(job));
      held.push(job);
      return new Promise(() => {}); // It dies in the middle of this run.
    },
  });
  const bell = bench.bell();
  let killedAt = Number.NaN;
  await ringThousand(rows, bell.ring, async (round) => {
    if (round !== 12) return;
    dying = true;
    bell.ring(0);
    await until('the worker that is to die has started a run', 10_000, () => held.length > 0);
    await bench.child({ onRun: async (job) => rows.drain(shardOf(job)) });
    await victim.kill();
    killedAt = performance.now();
  });
  const left = killedAt + 15_000 - performance.now();
  await until('every shard is done within 15 s after the kill', left, rows.allDone);
  // The run that died left its shard locked: its work was done by the other one, or it is among the undone above.
  assert.ok(held.length > 0);
}

async function slowShardKeepsNobodyWaiting(bench: QueueBench): Promise<void> {
  const handled = new Set<number>();
  const slow = Promise.withResolvers<void>();
  let slowStarted = false;
  await bench.worker({
    async 'shard.ring'({ shard }) {
      if (shard === 0) {
        slowStarted = true;
        await slow.promise;
      }
      handled.add(shard);
    },
  });
  const bell = bench.bell();
  try {
    bell.ring(0);
    await until('the slow handler runs', 5_000, () => slowStarted);
    for (let shard = 1; shard < SHARDS; shard += 1) bell.ring(shard);
    await until('the other shards are handled', 3_000, () => handled.size === SHARDS - 1);
    assert.ok(!handled.has(0));
  } finally {
    slow.resolve();
  }
}

export const ringRules = {
  'no ring is lost while handlers run, and many rings make few runs': noRingIsLost,
  'rings during a run of their shard make one more run': ringDuringItsHandlerRunsAgain,
  'no ring is lost when a worker is killed': noRingIsLostWithItsWorker,
  'a slow shard keeps no other waiting': slowShardKeepsNobodyWaiting,
};
