import { performance } from 'node:perf_hooks';
import { type Accept, type NewDelivery, StoreUnavailable } from '../model/delivery.ts';
import type { Metrics } from '../model/metrics.ts';

/** Largest number of deliveries that go into one insert: measured, more do not make it faster. */
const BATCH = 200;

export type Verdict = 'stored' | 'duplicate';

export interface AcceptDeps {
  /**
   * Commits a batch as one statement and answers in its order. It must settle by timeouts of its own, because the next
   * batch waits for it. `StoreUnavailable` says that nothing can be stored now; any other error blames the batch.
   */
  readonly insert: (batch: readonly NewDelivery[]) => Promise<readonly Verdict[]>;
  /** Wakes whoever works on the partition. It may fail: a sweep finds what was not rung for. */
  readonly ring: (delivery: NewDelivery) => void;
  /** How long a caller waits for the commit, in milliseconds. */
  readonly timeoutMs?: number;
  /** How many callers may wait at once, in the queue and for the insert in flight. */
  readonly maxWaiting?: number;
  readonly metrics: Metrics;
}

interface Waiting {
  readonly delivery: NewDelivery;
  readonly settle: (result: Verdict | Error) => void;
  /** The caller has his answer already; perhaps because he waited too long. */
  settled: boolean;
}

/**
 * Group commit: one insert is in flight, what arrives meanwhile goes into the next one. Many small commits would cost a
 * disk flush each (measured: 946/s one by one, 14,700/s grouped).
 */
export function createAccept(deps: AcceptDeps): Accept {
  const timeoutMs = deps.timeoutMs ?? 2000;
  const maxWaiting = deps.maxWaiting ?? 5000;
  let queue: Waiting[] = [];
  let waiting = 0;
  let inserting = false;

  async function pump(): Promise<void> {
    if (inserting) return;
    inserting = true;
    try {
      while (queue.length > 0) {
        const batch = queue.splice(0, BATCH).filter((entry) => !entry.settled);
        if (batch.length > 0) await commit(batch, deps);
      }
    } finally {
      inserting = false;
    }
  }

  return async (delivery) => {
    if (waiting >= maxWaiting) {
      deps.metrics.count('deskbridge_accept_total', { result: 'crowded' });
      throw new StoreUnavailable('Too many deliveries wait to be stored; send it again later');
    }
    waiting += 1;
    const { entry, verdict } = createEntry(delivery, deps.metrics);
    const timer = setTimeout(() => {
      // Leaves the queue at once, so that a dead store never makes it grow with deliveries nobody waits for.
      queue = queue.filter((other) => other !== entry);
      entry.settle(new StoreUnavailable(`The database did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    queue.push(entry);
    void pump();
    try {
      return await verdict;
    } finally {
      clearTimeout(timer);
      waiting -= 1;
    }
  };
}

function createEntry(delivery: NewDelivery, metrics: Metrics) {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  const entry: Waiting = {
    delivery,
    settled: false,
    settle(result) {
      if (entry.settled) return;
      entry.settled = true;
      metrics.observe('deskbridge_accept_ms', performance.now() - started);
      metrics.count('deskbridge_accept_total', { result: wordFor(result) });
      if (result instanceof Error) reject(result);
      else resolve(result);
    },
  };
  return { entry, verdict: promise };
}

function wordFor(result: Verdict | Error): string {
  if (result instanceof StoreUnavailable) return 'unavailable';
  return result instanceof Error ? 'failed' : result;
}

/** Stores one batch and answers everybody in it. Never rejects. */
async function commit(batch: readonly Waiting[], deps: AcceptDeps): Promise<void> {
  const { firsts, repeats } = withoutRepeats(batch);
  deps.metrics.observe('deskbridge_accept_batch_size', firsts.length);
  const results = await insertApart(firsts, deps);
  for (const [index, entry] of firsts.entries()) answer(entry, results[index] ?? noVerdict(), deps);
  for (const { entry, of } of repeats) {
    const result = results[of] ?? noVerdict();
    answer(entry, result instanceof Error ? result : 'duplicate', deps);
  }
}

function noVerdict(): Error {
  return new Error('The store answered with fewer verdicts than it got deliveries');
}

function answer(entry: Waiting, result: Verdict | Error, deps: AcceptDeps): void {
  if (!(result instanceof Error)) {
    try {
      deps.ring(entry.delivery);
    } catch {
      deps.metrics.count('deskbridge_ring_failed_total');
    }
  }
  entry.settle(result);
}

/** The same delivery can arrive twice at once; one statement should not meet its own rows. */
function withoutRepeats(batch: readonly Waiting[]) {
  const seen = new Map<string, number>();
  const firsts: Waiting[] = [];
  const repeats: { entry: Waiting; of: number }[] = [];
  for (const entry of batch) {
    const { source, key, identity } = entry.delivery;
    const names = [`key ${source} ${key}`, ...(identity === null ? [] : [`identity ${source} ${identity}`])];
    const known = names.map((name) => seen.get(name)).find((index) => index !== undefined);
    if (known !== undefined) {
      repeats.push({ entry, of: known });
      continue;
    }
    for (const name of names) seen.set(name, firsts.length);
    firsts.push(entry);
  }
  return { firsts, repeats };
}

/** When the batch is refused for a reason of its own, each delivery is tried alone: one bad one harms no other. */
async function insertApart(entries: readonly Waiting[], deps: AcceptDeps): Promise<(Verdict | Error)[]> {
  const whole = await tryInsert(entries, deps);
  if (!(whole instanceof Error)) return [...whole];
  if (whole instanceof StoreUnavailable || entries.length === 1) return entries.map(() => whole);
  const results: (Verdict | Error)[] = [];
  for (const entry of entries) {
    const one = await tryInsert([entry], deps);
    if (one instanceof StoreUnavailable) return [...results, ...entries.slice(results.length).map(() => one)];
    results.push(one instanceof Error ? one : (one[0] ?? noVerdict()));
  }
  return results;
}

async function tryInsert(entries: readonly Waiting[], deps: AcceptDeps): Promise<readonly Verdict[] | Error> {
  try {
    return await deps.insert(entries.map((entry) => entry.delivery));
  } catch (error) {
    return error instanceof Error ? error : new Error('The store refused a batch', { cause: error });
  }
}
