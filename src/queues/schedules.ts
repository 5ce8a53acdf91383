import type { ConnectorId, InstallId } from '../model/ids.ts';
import type { Metrics } from '../model/metrics.ts';
import type { Backend } from './backends.ts';
import { JOBS, type JobName, type Payload } from './catalogue.ts';
import { createErrorLog, type QueueLog } from './error-log.ts';
import { createSender, type JobQueue } from './sender.ts';
import { cannotUse } from './unavailable.ts';

type TickName = Extract<JobName, `tick.${string}`>;

export interface SchedulesOptions {
  readonly backend: Backend;
  /** Whose configuration all processes run: what is done once for all installs is done there. */
  readonly home: InstallId;
  /** Those that are served now; `follow` changes them. */
  readonly installs: readonly InstallId[];
  /** Every connector gets a poll of its own in every install. */
  readonly connectors: readonly ConnectorId[];
  readonly metrics: Metrics;
  readonly log: QueueLog;
  /** Milliseconds between two polls of this connector; the catalogue's unless told. */
  readonly pollEveryMs?: (connector: ConnectorId) => number | undefined;
  /** Milliseconds between two ticks of a kind, instead of the catalogue's. */
  readonly every?: { readonly [N in TickName]?: number };
  /** Milliseconds between two looks whether the schedulers are still there; 10 s unless told. */
  readonly lookEveryMs?: number;
}

export interface Schedules {
  /** From now on these installs are served. Rejects when the backend does not take it; repeating it is harmless. */
  follow(installs: readonly InstallId[]): Promise<void>;
  close(): Promise<void>;
}

interface Schedule {
  readonly id: string;
  readonly name: JobName;
  readonly data: Payload<JobName>;
  readonly every: number;
}

/**
 * Starts the ticks. May run in every process: schedulers have fixed ids, so many processes make one tick. Resolves when
 * all of them stand; rejects with QueueUnavailable when the backend does not take them.
 */
export async function startSchedules(options: SchedulesOptions): Promise<Schedules> {
  const { backend, metrics, log } = options;
  const report = createErrorLog(log);
  const sender = createSender(backend, (error) =>
    report(`The schedules' queue on ${backend.where} reports an error.`, error),
  );
  let wanted = wantedSchedules(options, options.installs);

  const set = (added: readonly Schedule[]) =>
    sender.use(async (queue) => {
      await removeOld(queue, wanted);
      for (const schedule of added) await put(queue, schedule);
    });

  try {
    await set(wanted);
  } catch (error) {
    await sender.close();
    throw cannotUse(
      `The queue on ${backend.where}`,
      error,
      'Start the backend or correct its address, then start again.',
    );
  }

  async function look(): Promise<void> {
    try {
      const mended = await sender.use((queue) => putMissing(queue, wanted));
      if (mended === 0) return;
      metrics.count('deskbridge_schedules_mended', {}, mended);
      log.warn({ mended }, 'Schedules were gone or late (was the backend emptied?) and have been set again.');
    } catch (error) {
      report(`The schedules on ${backend.where} cannot be looked at; trying again.`, error);
    }
  }
  const stopLooking = repeat(options.lookEveryMs ?? 10_000, look);

  return {
    async follow(installs) {
      const known = new Set(wanted.map(({ id }) => id));
      wanted = wantedSchedules(options, installs);
      await set(wanted.filter(({ id }) => !known.has(id)));
    },
    async close() {
      await stopLooking();
      await sender.close();
    },
  };
}

/** Runs `work` again and again, never twice at once. Returns what ends it and waits for the run in progress. */
function repeat(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let current: Promise<void> = Promise.resolve();
  let timer = setTimeout(next, everyMs);
  function next(): void {
    current = work().then(() => {
      if (!stopped) timer = setTimeout(next, everyMs);
    });
  }
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await current;
  };
}

function wantedSchedules(
  { connectors, every, pollEveryMs, home }: SchedulesOptions,
  installs: readonly InstallId[],
): readonly Schedule[] {
  function schedule<N extends TickName>(name: N, data: Payload<N>, ownMs?: number): Schedule {
    const everyMs = every?.[name] ?? ownMs ?? JOBS[name].every;
    if (everyMs === undefined) throw new Error(`The job ${name} has no interval in the catalogue.`);
    return { id: JOBS[name].id(data), name, data, every: everyMs };
  }
  return [
    schedule('tick.hooks', { v: 2, install: home }),
    schedule('tick.grants', { v: 2, install: home }),
    schedule('tick.secrets', { v: 2, install: home }),
    ...installs.flatMap((install) => [
      schedule('tick.sweep', { v: 2, install }),
      schedule('tick.due', { v: 2, install }),
      schedule('tick.repair', { v: 2, install }),
      schedule('tick.retention', { v: 2, install }),
      ...connectors.map((connector) =>
        schedule('tick.poll', { v: 2, install, connector }, pollEveryMs?.(connector)),
      ),
    ]),
  ];
}

async function put(queue: JobQueue, { id, name, data, every }: Schedule): Promise<void> {
  await queue.upsertJobScheduler(id, { every }, { name, data });
}

/** A connector that left the configuration, or an install that ended, would otherwise be looked after for ever. */
async function removeOld(queue: JobQueue, wanted: readonly Schedule[]): Promise<void> {
  const ids = new Set(wanted.map(({ id }) => id));
  // Those of a newer version are none of our business.
  const ours = Object.keys(JOBS).map((name) => name.replace('.', '-'));
  for (const { key } of await queue.getJobSchedulers()) {
    const isOurs = ours.some((name) => key === name || key.startsWith(`${name}-`));
    if (isOurs && !ids.has(key)) await queue.removeJobScheduler(key);
  }
}

/**
 * Sets again what is gone (Redis was emptied) or late by more than three intervals and ten seconds: BullMQ makes the next
 * tick when a worker takes one, so a chain that broke there stays broken. Leaves the others alone.
 */
async function putMissing(queue: JobQueue, wanted: readonly Schedule[]): Promise<number> {
  let mended = 0;
  for (const schedule of wanted) {
    const found = await queue.getJobScheduler(schedule.id);
    const lateMs = found?.next === undefined ? Number.POSITIVE_INFINITY : Date.now() - found.next;
    if (lateMs <= 3 * schedule.every + 10_000) continue;
    await put(queue, schedule);
    mended += 1;
  }
  return mended;
}
