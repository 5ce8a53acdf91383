import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { freePort } from '../../../src/store/embedded-postgres/free-port.ts';
import { atPort, backendAt, portOf } from '../../queues/backend-address.ts';
import { INSTALL, type QueueBench } from '../../queues/bench.ts';
import { createRelay, createSilence } from '../../support/relay.ts';
import { until } from '../../support/until.ts';

/** Starting against this port must fail soon, with one sentence that helps and no secret. */
async function failsFast(bench: QueueBench, port: number): Promise<void> {
  const backend = backendAt(atPort(bench.address, port));
  const begin = performance.now();
  await assert.rejects(bench.worker({}, { backend }), (error: Error) => {
    assert.equal(error.name, 'QueueUnavailable');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.match(error.message, /Nothing was started\. Start (Postgres|Redis) or correct/);
    const { password } = new URL(
      bench.address.kind === 'postgres' ? bench.address.connectionString : bench.address.url,
    );
    if (password !== '') assert.ok(!error.message.includes(password), 'a password must not be shown');
    return true;
  });
  const took = performance.now() - begin;
  assert.ok(took < 6_000, `failing took ${Math.round(took)} ms`);
  assert.deepEqual(bench.recorder.lines, [], 'the rejection says it all');
}

async function missingBackendFailsTheStart(bench: QueueBench): Promise<void> {
  await failsFast(bench, await freePort(null));
}

async function silentBackendFailsTheStart(bench: QueueBench): Promise<void> {
  const silence = await createSilence();
  try {
    await failsFast(bench, silence.port);
  } finally {
    await silence.close();
  }
}

async function bellNeverThrows(bench: QueueBench): Promise<void> {
  const handled: number[] = [];
  const relay = await createRelay(portOf(bench.address));
  bench.defer(() => relay.cut());
  const bell = bench.bell(backendAt(atPort(bench.address, relay.port)));
  await bench.worker({ 'shard.ring': async ({ shard }) => void handled.push(shard) });

  const refused = assert.rejects(bell.enqueue('tick.due', { v: 2, install: INSTALL }));
  for (let shard = 0; shard < 8; shard += 1) bell.ring(shard);
  const failed = () => bench.recorder.counted('deskbridge_rings_failed') === 8;
  await until('the failed rings are counted', 10_000, failed);
  await refused;
  const lines = bench.recorder.lines.length;
  assert.ok(lines >= 1 && lines <= 8, `${lines} log lines`);

  await relay.open();
  await ringUntilHandled(bell.ring, () => handled.includes(7));
}

/** As the sweep does: rings again until somebody comes. */
async function ringUntilHandled(ring: (shard: number) => void, handled: () => boolean, limitMs = 10_000) {
  await until('a ring is handled again', limitMs, () => {
    ring(7);
    return handled();
  });
}

async function cutConnectionsComeBack(bench: QueueBench): Promise<void> {
  const handled: number[] = [];
  const relay = await createRelay(portOf(bench.address));
  await relay.open();
  bench.defer(() => relay.cut());
  const backend = backendAt(atPort(bench.address, relay.port));
  const bell = bench.bell(backend);
  await bench.worker({ 'shard.ring': async ({ shard }) => void handled.push(shard) }, { backend });
  bell.ring(1);
  await until('it works at first', 5_000, () => handled.includes(1));

  await relay.cut();
  bell.ring(2);
  await until('a ring fails', 10_000, () => bench.recorder.counted('deskbridge_rings_failed') > 0);
  await relay.open();
  await ringUntilHandled(bell.ring, () => handled.includes(7));
}

async function closeEndsWithoutBackend(bench: QueueBench): Promise<void> {
  const jobs: string[] = [];
  const relay = await createRelay(portOf(bench.address));
  await relay.open();
  bench.defer(() => relay.cut());
  const child = await bench.child({
    address: atPort(bench.address, relay.port),
    dueEveryMs: 100,
    onRun: async (job) => void jobs.push(job),
  });
  child.ring(3);
  await until(
    'it has rung, ticked and worked',
    10_000,
    () => jobs.includes('shard-3') && jobs.includes('due'),
  );
  await relay.cut();
  const begin = performance.now();
  assert.equal(await child.close(), 0);
  const took = Math.round(performance.now() - begin);
  assert.ok(took < 10_000, `closing took ${took} ms`);
}

export const outageRules = {
  'close() ends while the backend is away': closeEndsWithoutBackend,
  'a missing backend fails the start with one sentence': missingBackendFailsTheStart,
  'a backend that never answers fails the start with one sentence': silentBackendFailsTheStart,
  'a bell without a backend counts, and works when the backend comes': bellNeverThrows,
  'after the connections were cut, rings work again': cutConnectionsComeBack,
};

/**
 * Interrupts the backend itself (Postgres restarted, Redis emptied) under a running worker: rings and ticks come back,
 * and the log stays short.
 */
export async function survives(bench: QueueBench, interrupt: () => Promise<void>): Promise<void> {
  const handled: number[] = [];
  let ticks = 0;
  await bench.worker({
    'shard.ring': async ({ shard }) => void handled.push(shard),
    'tick.due': async () => {
      ticks += 1;
    },
  });
  await bench.schedules({ every: { 'tick.due': 100 }, lookEveryMs: 300 });
  const bell = bench.bell();
  bell.ring(1);
  await until('rings and ticks work at first', 5_000, () => handled.includes(1) && ticks > 2);

  await interrupt();
  await ringUntilHandled(bell.ring, () => handled.includes(7));
  const before = ticks;
  await until('ticks come back', 10_000, () => ticks > before + 5);
  assert.ok(bench.recorder.lines.length <= 20, bench.recorder.lines.join('\n'));
}
