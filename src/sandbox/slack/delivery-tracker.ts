import type { SandboxClock } from '../clock.ts';

/** What is due within this time counts as still under way. */
const SOON_MS = 1_000;

/** Knows which deliveries are in flight or scheduled, so that a test can wait for quiet instead of sleeping. */
export interface DeliveryTracker {
  /** Marks a delivery as in flight until it settles, and hands its result through. */
  track<T>(delivery: Promise<T>): Promise<T>;
  /** Runs `work` after `afterMs` of sandbox time; it counts as under way once it is due within a second. */
  schedule(afterMs: number, work: () => void): () => void;
  /** Resolves when nothing is in flight and nothing is due within the next second. */
  settled(): Promise<void>;
  /** Cancels what is scheduled; nothing can be scheduled any more. */
  stop(): void;
}

export function createDeliveryTracker(clock: SandboxClock): DeliveryTracker {
  let inFlight = 0;
  const due = new Map<{ readonly at: number }, () => void>();
  let stopped = false;
  let waiting: (() => void)[] = [];

  function quiet(): boolean {
    const soon = clock.now().getTime() + SOON_MS;
    return inFlight === 0 && ![...due.keys()].some((entry) => entry.at <= soon);
  }

  function check(): void {
    if (waiting.length === 0 || !quiet()) return;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  return {
    async track(delivery) {
      inFlight += 1;
      try {
        return await delivery;
      } finally {
        inFlight -= 1;
        check();
      }
    },
    schedule(afterMs, work) {
      if (stopped) return () => {};
      const entry = { at: clock.now().getTime() + afterMs };
      const cancelTimer = clock.after(afterMs, () => {
        work();
        due.delete(entry);
        check();
      });
      due.set(entry, cancelTimer);
      return () => {
        cancelTimer();
        due.delete(entry);
        check();
      };
    },
    settled() {
      if (quiet()) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    stop() {
      stopped = true;
      for (const cancel of due.values()) cancel();
      due.clear();
      check();
    },
  };
}
