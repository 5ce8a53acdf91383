/**
 * A worker in a process of its own, so that a test can kill it. Every run of a handler asks the parent and ends when the
 * parent answers: what the parent does on being asked stands for the handler's work.
 */
import { z } from 'zod';
import { noMetrics } from '../../src/model/metrics.ts';
import { createBell } from '../../src/queues/bell.ts';
import { startSchedules } from '../../src/queues/schedules.ts';
import { startWorker } from '../../src/queues/worker.ts';
import { BackendAddress, backendAt } from './backend-address.ts';
import { INSTALL } from './bench.ts';
import type { FromParent, ToParent } from './child-worker.ts';

const Settings = z.object({ address: BackendAddress, dueEveryMs: z.int().nullable() });
const settings = Settings.parse(JSON.parse(process.argv[2] ?? 'null'));

const backend = backendAt(settings.address);
const silent = { info() {}, warn() {}, error() {} };
const open = new Map<number, () => void>();
let runs = 0;

function say(message: ToParent): void {
  process.send?.(message);
}

async function ask(job: string): Promise<void> {
  runs += 1;
  const { promise, resolve } = Promise.withResolvers<void>();
  open.set(runs, resolve);
  say({ kind: 'run', run: runs, job });
  await promise;
}

const worker = await startWorker({
  backend,
  concurrency: 16,
  metrics: noMetrics,
  log: silent,
  handlers: {
    'shard.ring': ({ shard }) => ask(`shard-${shard}`),
    'tick.sweep': () => ask('sweep'),
    'tick.due': () => ask('due'),
    'tick.poll': ({ connector }) => ask(`poll-${connector}`),
    'tick.repair': () => ask('repair'),
    'tick.retention': () => ask('retention'),
    'tick.secrets': () => ask('secrets'),
    'tick.hooks': () => ask('hooks'),
    'tick.grants': () => ask('grants'),
  },
});
const bell = createBell({ backend, metrics: noMetrics, log: silent });
const schedules =
  settings.dueEveryMs === null
    ? null
    : await startSchedules({
        backend,
        home: INSTALL,
        installs: [INSTALL],
        connectors: [],
        metrics: noMetrics,
        log: silent,
        every: { 'tick.due': settings.dueEveryMs },
      });

process.on('message', async (message: FromParent) => {
  if (message.kind === 'answer') {
    open.get(message.run)?.();
    open.delete(message.run);
  } else if (message.kind === 'ring') {
    bell.ring(INSTALL, message.shard);
  } else {
    await schedules?.close();
    await bell.close();
    await worker.close();
    say({ kind: 'closed' });
    // With the channel to the parent gone, only a forgotten timer or socket keeps this process alive.
    process.disconnect();
  }
});
say({ kind: 'ready' });
