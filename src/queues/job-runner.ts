import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Metrics } from '../model/metrics.ts';
import { type Handlers, JOBS, type ReadJob, readJob } from './catalogue.ts';
import type { QueueLog } from './error-log.ts';
import { inTime } from './unavailable.ts';

export type StoredJob = Job<unknown, void>;
type Ready = Extract<ReadJob, { kind: 'ready' }>;
type Malformed = Extract<ReadJob, { kind: 'malformed' }>;

export interface JobRunnerOptions {
  readonly handlers: Handlers;
  readonly metrics: Metrics;
  readonly log: QueueLog;
  readonly report: (subject: string, error: unknown) => void;
  /** Milliseconds until a job of an unknown version is looked at again. */
  readonly unknownAgainMs: number;
}

/** What a worker does with one job. `process` throws what BullMQ reads as put back, waiting or failed. */
export interface JobRunner {
  process(job: StoredJob, token?: string): Promise<void>;
  /** From now on fetched jobs are given back. */
  stop(): void;
  /** How many handlers are running. */
  active(): number;
  /** Whether no handler runs any more, at the latest after `graceMs`. */
  idle(graceMs: number): Promise<boolean>;
}

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { metrics } = options;
  const running = new Map<symbol, string>();
  let stopping = false;
  let onIdle = () => {};

  async function run(read: Ready): Promise<void> {
    // A scheduler makes the next tick when this one starts. Ticks that pile up behind a slow one would take every slot.
    if (JOBS[read.name].every !== undefined && [...running.values()].includes(read.id)) {
      metrics.count('deskbridge_ticks_skipped', { job: read.name });
      return;
    }
    const key = Symbol(read.id);
    running.set(key, read.id);
    try {
      await measured(read, options);
    } finally {
      running.delete(key);
      if (running.size === 0) onIdle();
    }
  }

  return {
    async process(job, token) {
      if (stopping) {
        // Fetched while close() began: another worker can have it at once.
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const read = readJob(job.name, job.data);
      if (read.kind === 'ready') return run(read);
      if (read.kind === 'malformed') return park(read, options);
      countUnknown(read.what, options);
      // Its scheduler brings the next tick anyway; ticks of a version that was rolled back would pile up for ever.
      if (job.repeatJobKey !== undefined) return;
      await job.moveToDelayed(Date.now() + options.unknownAgainMs, token);
      throw new DelayedError();
    },
    stop() {
      stopping = true;
    },
    active: () => running.size,
    async idle(graceMs) {
      if (running.size === 0) return true;
      const { promise, resolve } = Promise.withResolvers<void>();
      onIdle = resolve;
      return inTime(graceMs, promise);
    },
  };
}

async function measured(read: Ready, { handlers, metrics, report }: JobRunnerOptions): Promise<void> {
  const started = performance.now();
  let result = 'failed';
  try {
    await read.run(handlers);
    result = 'done';
  } catch (error) {
    report(`The job ${read.name} failed; the next ring or tick tries again.`, error);
    // What the queue stores must be free of content, so the reason stays in the log.
    throw new UnrecoverableError(`The handler of ${read.name} failed; the log of that time says why.`);
  } finally {
    metrics.observe('deskbridge_job_ms', performance.now() - started, { job: read.name, result });
  }
}

function park({ name, why }: Malformed, { metrics, log }: JobRunnerOptions): never {
  metrics.count('deskbridge_jobs_malformed', { job: name });
  log.error({ job: name, why }, 'A job cannot be read. It is kept as failed; its sender has to be mended.');
  throw new UnrecoverableError(`The payload of ${name} cannot be read: ${why}.`);
}

function countUnknown(what: string, { metrics, report }: JobRunnerOptions): void {
  metrics.count('deskbridge_jobs_unknown');
  report(`This process does not know ${what}; it waits for a newer one.`, new Error('unknown version'));
}
