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
}

export function createDeliveryTracker(clock: SandboxClock): DeliveryTracker {
  let inFlight = 0;
  const due = new Set<{ readonly at: number }>();
  let waiting: (() => void)[] = [];

  function quiet(): boolean {
    const soon = clock.now().getTime() + SOON_MS;
    return inFlight === 0 && ![...due].some((entry) => entry.at <= soon);
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
      const entry = { at: clock.now().getTime() + afterMs };
      due.add(entry);
      const cancel = clock.after(afterMs, () => {
        work();
        due.delete(entry);
        check();
      });
      return () => {
        cancel();
        due.delete(entry);
        check();
      };
    },
    settled() {
      if (quiet()) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
