import type { Metrics } from '../../src/model/metrics.ts';
import type { QueueLog } from '../../src/queues/error-log.ts';

export interface Recorder {
  readonly metrics: Metrics;
  readonly log: QueueLog;
  /** The sum of one counter over all its labels. */
  counted(name: string): number;
  /** Every log line as text, fields and all. */
  readonly lines: string[];
}

/** Keeps what is counted and logged, for a test to look at. */
export function createRecorder(): Recorder {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  const write = (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return {
    metrics: {
      count(name, _labels, by = 1) {
        counts.set(name, (counts.get(name) ?? 0) + by);
      },
      observe() {},
    },
    log: { info: write, warn: write, error: write },
    counted: (name) => counts.get(name) ?? 0,
    lines,
  };
}
