import type { InstallId } from '../model/ids.ts';
import type { Metrics } from '../model/metrics.ts';
import type { Backend } from './backends.ts';
import { type JobName, jobFor, type Payload } from './catalogue.ts';
import { createErrorLog, type QueueLog } from './error-log.ts';
import { createSender, type Sender } from './sender.ts';

/** Rings are collected for this long, in milliseconds, and leave together (measured: 6 times cheaper). */
const COALESCE_MS = 5;

export interface Bell {
  /**
   * Says that a shard of an install has work. Never throws and never waits: a ring that cannot be delivered is counted and logged,
   * and the sweep rings again while there are undone rows.
   */
  ring(install: InstallId, shard: number): void;
  /** Adds one job. Rejects when the backend does not take it. */
  enqueue<N extends JobName>(name: N, payload: Payload<N>): Promise<void>;
  /** Sends what was rung, then closes the connection. Later rings are counted as failed. */
  close(): Promise<void>;
}

export interface BellOptions {
  readonly backend: Backend;
  readonly metrics: Metrics;
  readonly log: QueueLog;
}

/** Connects on the first ring. To fail at start instead, call `backend.check()` before. */
export function createBell({ backend, metrics, log }: BellOptions): Bell {
  const report = createErrorLog(log);
  const sender = createSender(backend, (error) =>
    report(`The queue on ${backend.where} reports an error.`, error),
  );
  const rung = new Map<string, Ring>();
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> | null = null;
  let closed = false;

  async function send(): Promise<void> {
    const rings = [...rung.values()];
    rung.clear();
    const failure = await addRings(sender, rings);
    metrics.count(failure === null ? 'deskbridge_rings_sent' : 'deskbridge_rings_failed', {}, rings.length);
    if (failure === null) return;
    report(`Rings did not reach the queue on ${backend.where}; the sweep will ring again.`, failure.error);
  }

  /** One batch at a time: what is rung meanwhile leaves with the next, so a slow backend makes batches, not a pile. */
  function schedule(): void {
    if (timer !== null || sending !== null || rung.size === 0) return;
    timer = setTimeout(flush, COALESCE_MS);
  }

  function flush(): void {
    timer = null;
    sending = send().finally(() => {
      sending = null;
      if (!closed) schedule();
    });
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer !== null) clearTimeout(timer);
    await sending;
    if (rung.size > 0) await send();
    await sender.close();
  }

  function ring(install: InstallId, shard: number): void {
    if (closed) {
      metrics.count('deskbridge_rings_failed');
      return;
    }
    rung.set(`${install}:${shard}`, { v: 2, install, shard });
    schedule();
  }

  return { ring, enqueue: (name, payload) => add(sender, name, payload), close };
}

type Ring = Payload<'shard.ring'>;

async function addRings(sender: Sender, rings: readonly Ring[]): Promise<{ error: unknown } | null> {
  try {
    await sender.use((queue) => queue.addBulk(rings.map((ring) => jobFor('shard.ring', ring))));
    return null;
  } catch (error) {
    return { error };
  }
}

async function add<N extends JobName>(sender: Sender, name: N, payload: Payload<N>): Promise<void> {
  const job = jobFor(name, payload);
  await sender.use((queue) => queue.add(job.name, job.data, job.opts));
}
