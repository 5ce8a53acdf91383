import { Worker } from 'bullmq';
import type { Metrics } from '../model/metrics.ts';
import { type Backend, NO_CONNECTION, QUEUE_NAME } from './backends.ts';
import type { Handlers } from './catalogue.ts';
import { createErrorLog, type QueueLog } from './error-log.ts';
import { createJobRunner, type StoredJob } from './job-runner.ts';
import { answers, cannotUse, START_LIMIT_MS, within } from './unavailable.ts';

export interface WorkerOptions {
  readonly backend: Backend;
  readonly handlers: Handlers;
  /** How many jobs run at once in this process: more than there are shards and ticks, or a slow one keeps others waiting. */
  readonly concurrency: number;
  readonly metrics: Metrics;
  readonly log: QueueLog;
  /** Milliseconds after which the jobs of a dead worker are free; 10 s unless told. */
  readonly lockMs?: number;
  /** Milliseconds until a job of an unknown version is looked at again; 5 s unless told. */
  readonly unknownAgainMs?: number;
}

export interface RunningWorker {
  /**
   * Takes nothing new, waits up to `graceMs` (10 s unless told) for what runs, then closes the connections. A job that
   * runs longer is left to another worker; its handler is not stopped, so its lease has to.
   */
  close(graceMs?: number): Promise<void>;
}

const LOCK_MS = 10_000;

/**
 * A lock ends 10 s after its owner died. Two stalled checks may pass before a job counts as stalled, so checking every
 * 2 s finds it within 14 s; BullMQ's own 30 s and 30 s would take up to 90. A job that outlives its worker many times is
 * not at fault here: rings and ticks are wake-ups, and what is wrong with the work stands in its row.
 */
const locks = (lockMs: number) => ({
  lockDuration: lockMs,
  stalledInterval: lockMs / 5,
  maxStalledCount: 1_000_000,
  runRetryDelay: 1_000,
});

/** Done jobs go at once. Failed ones stay a week, at most 500, so that an operator can look at them. */
const KEEP = { removeOnComplete: { count: 0 }, removeOnFail: { count: 500, age: 7 * 86_400 } };

const ADVICE = 'Start the backend or correct its address, then start again.';

/** Resolves when the worker takes jobs. Rejects with QueueUnavailable within about 5 s when the backend cannot be used. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { backend, log, metrics } = options;
  const report = createErrorLog(log);
  for (const warning of await backend.check()) log.warn({ backend: backend.kind }, warning);

  const runner = createJobRunner({ unknownAgainMs: 5_000, ...options, report });
  const onError = (error: unknown) => {
    metrics.count('deskbridge_queue_errors', { backend: backend.kind });
    report(`The worker's queue on ${backend.where} reports an error; it keeps trying.`, error);
  };
  const worker = await openWorker(backend, runner.process, { ...options, onError });
  const stopped = keepRunning(worker, onError);

  return {
    async close(graceMs = 10_000) {
      runner.stop();
      await worker.pause(true);
      const idle = await runner.idle(graceMs);
      if (!idle) {
        const left = runner.active();
        log.warn({ jobs: left }, `Stopped with ${left} jobs still running; another worker takes them.`);
      }
      if (idle && (await answers(worker.backend))) {
        await worker.close();
        await stopped;
        return;
      }
      // Whoever waits for a job would hold the process until its wait is over.
      await worker.backend.disconnectBlocking(false);
      await worker.close(true);
    },
  };
}

async function openWorker(
  backend: Backend,
  process: (job: StoredJob, token?: string) => Promise<void>,
  options: Pick<WorkerOptions, 'concurrency' | 'lockMs'> & { onError: (error: unknown) => void },
) {
  const worker = new Worker(
    QUEUE_NAME,
    process,
    {
      connection: NO_CONNECTION,
      autorun: false,
      concurrency: options.concurrency,
      ...locks(options.lockMs ?? LOCK_MS),
      ...KEEP,
    },
    backend.factory,
  );
  worker.on('error', options.onError);
  try {
    await within(
      START_LIMIT_MS,
      worker.waitUntilReady(),
      () => new Error(`no answer within ${START_LIMIT_MS} ms`),
    );
  } catch (error) {
    await worker.close(true);
    throw cannotUse(`The queue on ${backend.where}`, error, ADVICE);
  }
  return worker;
}

/** BullMQ's loop ends for good when something throws inside it; only close() may end it. */
async function keepRunning(
  worker: { run(): Promise<void>; closing: unknown; isPaused(): boolean },
  onError: (error: unknown) => void,
) {
  while (worker.closing === undefined && !worker.isPaused()) {
    try {
      await worker.run();
    } catch (error) {
      onError(error);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
