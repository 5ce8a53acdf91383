/**
 * The sandbox's time: real time plus an offset that tests move forward. Whatever waits for a moment is scheduled here,
 * so that a test can pass three days in a millisecond and the demo runs in real time.
 */
export interface SandboxClock {
  now(): Date;
  /** Runs `work` once `afterMs` of sandbox time have passed; returns a function that cancels it. */
  after(afterMs: number, work: () => void): () => void;
  /** Moves the time forward and runs what fell due, in order. */
  advance(ms: number): void;
  /** Cancels everything that is scheduled. */
  stop(): void;
}

interface Waiting {
  readonly at: number;
  readonly work: () => void;
  timer: NodeJS.Timeout;
}

export function createClock(): SandboxClock {
  let offset = 0;
  const waiting = new Set<Waiting>();
  const now = () => Date.now() + offset;

  function run(entry: Waiting): void {
    clearTimeout(entry.timer);
    if (waiting.delete(entry)) entry.work();
  }

  return {
    now: () => new Date(now()),
    after(afterMs, work) {
      const arm = (entry: { at: number }) =>
        setTimeout(() => run(waitingEntry), Math.max(0, entry.at - now()));
      const waitingEntry: Waiting = { at: now() + afterMs, work, timer: arm({ at: now() + afterMs }) };
      waiting.add(waitingEntry);
      return () => {
        clearTimeout(waitingEntry.timer);
        waiting.delete(waitingEntry);
      };
    },
    advance(ms) {
      offset += ms;
      for (const entry of [...waiting].sort((a, b) => a.at - b.at)) {
        if (entry.at <= now()) run(entry);
        else {
          clearTimeout(entry.timer);
          entry.timer = setTimeout(() => run(entry), entry.at - now());
        }
      }
    },
    stop() {
      for (const entry of waiting) clearTimeout(entry.timer);
      waiting.clear();
    },
  };
}
