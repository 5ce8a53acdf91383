import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { ConnectorId } from '../../../src/model/ids.ts';
import { JOBS } from '../../../src/queues/catalogue.ts';
import { INSTALL, type QueueBench } from '../../queues/bench.ts';
import { until } from '../../support/until.ts';

async function twoProcessesMakeOneTick(bench: QueueBench): Promise<void> {
  const times: number[] = [];
  const onRun = async (job: string) => {
    if (job === 'due') times.push(performance.now());
  };
  await bench.child({ dueEveryMs: 200, onRun });
  await bench.child({ dueEveryMs: 200, onRun });
  const before = times.length;
  await until('fifteen ticks arrive', 10_000, () => times.length >= before + 15);
  const took = (times[before + 14] ?? 0) - (times[before] ?? 0);
  assert.ok(took > 14 * 200 * 0.75, `15 ticks of 200 ms took only ${Math.round(took)} ms: they are doubled`);
}

async function pollsFollowTheConnectors(bench: QueueBench): Promise<void> {
  const polled = new Set<string>();
  const swept = { count: 0 };
  await bench.worker({
    'tick.poll': async ({ connector }) => void polled.add(connector),
    'tick.sweep': async () => {
      swept.count += 1;
    },
  });
  const jira = ConnectorId.parse('jira-it');
  const snow = ConnectorId.parse('snow');
  await bench.schedules({ connectors: [jira, snow], every: { 'tick.poll': 100 } });
  await until('both are polled', 5_000, () => polled.size === 2);
  await until('the sweep ticks', 5_000, () => swept.count > 0);

  await bench.schedules({ connectors: [jira], every: { 'tick.poll': 150 } });
  const found = new Map<string, number | undefined>();
  for (const { key, every } of await bench.raw().getJobSchedulers()) found.set(key, every);
  const polls = [...found].filter(([key]) => key.startsWith('tick-poll-'));
  assert.deepEqual(polls, [[`tick-poll-${INSTALL}-jira-it`, 150]]);
}

async function everyTickIsScheduled(bench: QueueBench): Promise<void> {
  await bench.schedules({ connectors: [ConnectorId.parse('snow')] });
  const found = new Map<string, number | undefined>();
  for (const { name, every } of await bench.raw().getJobSchedulers()) found.set(name, every);
  const wanted = Object.entries(JOBS).flatMap(([name, { every }]) =>
    every === undefined ? [] : [[name, every] as const],
  );
  assert.ok(wanted.length > 0);
  assert.deepEqual(found, new Map(wanted));
}

async function slowTickDoesNotPileUp(bench: QueueBench): Promise<void> {
  const slow = Promise.withResolvers<void>();
  let running = 0;
  let rung = false;
  await bench.worker(
    {
      async 'tick.due'() {
        running += 1;
        await slow.promise;
      },
      async 'shard.ring'() {
        rung = true;
      },
    },
    { concurrency: 3 },
  );
  try {
    await bench.schedules({ every: { 'tick.due': 50 } });
    await until(
      'later ticks are skipped',
      5_000,
      () => bench.recorder.counted('deskbridge_ticks_skipped') >= 5,
    );
    bench.bell().ring(0);
    await until('a ring still finds a free slot', 3_000, () => rung);
    assert.equal(running, 1);
  } finally {
    slow.resolve();
  }
}

async function ticksOfUnknownVersionsDoNotPileUp(bench: QueueBench): Promise<void> {
  const queue = bench.raw();
  await queue.upsertJobScheduler('tick-unheard', { every: 50 }, { name: 'tick.unheard', data: { v: 1 } });
  await bench.worker({});
  await until('it ticked', 5_000, () => bench.recorder.counted('deskbridge_jobs_unknown') >= 10);
  const counts = await queue.getJobCounts('delayed', 'waiting', 'failed');
  assert.ok((counts['delayed'] ?? 0) + (counts['waiting'] ?? 0) <= 2, JSON.stringify(counts));
  assert.equal(counts['failed'], 0);
}

export const tickRules = {
  'the schedulers of two processes make one tick': twoProcessesMakeOneTick,
  'every connector is polled, and one that left is not': pollsFollowTheConnectors,
  'every tick of the catalogue is scheduled': everyTickIsScheduled,
  'ticks do not pile up behind a slow one': slowTickDoesNotPileUp,
  'ticks of an unknown version do not pile up': ticksOfUnknownVersionsDoNotPileUp,
};
