import assert from 'node:assert/strict';
import { INSTALL, type QueueBench } from '../../queues/bench.ts';
import { until } from '../../support/until.ts';

async function unknownVersionWaits(bench: QueueBench): Promise<void> {
  const handled: number[] = [];
  const queue = bench.raw();
  // What a process of the next version would write, and a job that only it has.
  const deduplication = { id: 'shard-1-v3', keepLastIfActive: true };
  await queue.add('shard.ring', { v: 3, shard: 1, reason: 'new' }, { deduplication });
  await queue.add('shard.unheard', { v: 1 });
  await bench.worker(
    { 'shard.ring': async ({ shard }) => void handled.push(shard) },
    { unknownAgainMs: 100 },
  );

  const looks = () => bench.recorder.counted('deskbridge_jobs_unknown');
  await until('both were looked at and looked at again', 5_000, () => looks() >= 4);
  bench.bell().ring(1);
  await until('a ring of our version passes the one that waits', 3_000, () => handled.length === 1);
  const unfinished = async () => {
    const counts = await queue.getJobCounts('delayed', 'waiting', 'active');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };
  await until('only the two that wait are left', 3_000, async () => (await unfinished()) === 2);
  assert.equal(await queue.getFailedCount(), 0);
}

async function malformedIsParked(bench: QueueBench): Promise<void> {
  const handled: number[] = [];
  const queue = bench.raw();
  await queue.add('shard.ring', { v: 1, shard: 'private text' });
  await queue.add('shard.ring', { v: 1, shard: 99 });
  await queue.add('tick.poll', 'no object');
  await bench.worker({ 'shard.ring': async ({ shard }) => void handled.push(shard) });
  bench.bell().ring(5);

  await until('all are parked', 5_000, () => bench.recorder.counted('deskbridge_jobs_malformed') === 3);
  await until('the good one is handled', 5_000, () => handled.length === 1);
  await until('they lie in failed', 5_000, async () => (await queue.getFailedCount()) === 3);
  for (const job of await queue.getFailed()) assert.doesNotMatch(String(job.failedReason), /private text/);
  assert.doesNotMatch(bench.recorder.lines.join(), /private text/);
  assert.equal(await queue.getCompletedCount(), 0);
}

async function failedHandlerIsKeptWithoutContent(bench: QueueBench): Promise<void> {
  let runs = 0;
  await bench.worker({
    async 'shard.ring'() {
      runs += 1;
      if (runs === 1) throw new Error('private text');
    },
  });
  const bell = bench.bell();
  const queue = bench.raw();
  bell.ring(2);
  await until('the failed one lies in failed', 5_000, async () => (await queue.getFailedCount()) === 1);
  const [failed] = await queue.getFailed();
  assert.doesNotMatch(JSON.stringify(failed?.asJSON()), /private text/);
  bell.ring(2);
  await until('the next ring is handled', 5_000, () => runs === 2);
}

async function closeDrains(bench: QueueBench): Promise<void> {
  const work = Promise.withResolvers<void>();
  const order: string[] = [];
  let started = 0;
  const worker = await bench.worker({
    async 'shard.ring'() {
      started += 1;
      await work.promise;
      order.push('handler ended');
    },
  });
  const bell = bench.bell();
  bell.ring(0);
  await until('the handler runs', 5_000, () => started === 1);
  const closed = worker.close().then(() => order.push('closed'));
  await bell.enqueue('shard.ring', { v: 2, install: INSTALL, shard: 1 });
  work.resolve();
  await closed;
  assert.deepEqual(order, ['handler ended', 'closed']);
  const counts = await bench.raw().getJobCounts('active', 'waiting', 'delayed', 'failed');
  assert.deepEqual(counts, { active: 0, waiting: 1, delayed: 0, failed: 0 }, 'nothing new was taken or lost');
}

async function closeEndsAfterGrace(bench: QueueBench): Promise<void> {
  let started = 0;
  const worker = await bench.worker({
    async 'shard.ring'() {
      started += 1;
      await new Promise(() => {});
    },
  });
  bench.bell().ring(0);
  await until('the handler runs', 5_000, () => started === 1);
  const begin = performance.now();
  await worker.close(200);
  assert.ok(performance.now() - begin < 3_000, 'close() must not wait for a handler that never ends');
  assert.match(bench.recorder.lines.join(), /Stopped with 1 jobs? still running/);
}

async function nothingStaysOpen(bench: QueueBench): Promise<void> {
  const jobs: string[] = [];
  const child = await bench.child({ dueEveryMs: 100, onRun: async (job) => void jobs.push(job) });
  child.ring(3);
  await until(
    'it has rung, ticked and worked',
    10_000,
    () => jobs.includes('shard-3') && jobs.includes('due'),
  );
  const begin = performance.now();
  assert.equal(await child.close(), 0);
  assert.ok(performance.now() - begin < 5_000, 'the process must end by itself');
}

export const jobRules = {
  'a job of an unknown version waits and keeps nobody waiting': unknownVersionWaits,
  'a job that cannot be read is parked, without its content': malformedIsParked,
  'a job whose handler failed is kept without content, and the next ring works':
    failedHandlerIsKeptWithoutContent,
  'close() takes nothing new and waits for what runs': closeDrains,
  'close() ends after its grace time': closeEndsAfterGrace,
  'after close() nothing keeps the process alive': nothingStaysOpen,
};
