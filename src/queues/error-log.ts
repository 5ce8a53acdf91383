/** The part of a structured logger that the queues need; pino fits. */
export interface QueueLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Milliseconds of silence after a line about the same subject. */
const QUIET_MS = 5_000;

/**
 * One line per subject and five seconds, with the number of those that were left out. A queue whose backend is away
 * repeats itself many times a second, and a full disk would be the second outage.
 */
export function createErrorLog(log: QueueLog) {
  const subjects = new Map<string, { until: number; left: number }>();

  return (subject: string, error: unknown): void => {
    const now = performance.now();
    const known = subjects.get(subject);
    if (known !== undefined && now < known.until) {
      known.left += 1;
      return;
    }
    subjects.set(subject, { until: now + QUIET_MS, left: 0 });
    log.error({ reason: reasonOf(error), leftOut: known?.left ?? 0 }, subject);
  };
}

/**
 * What an error says, without its other properties: ioredis hangs the failed command on its errors, and that may be
 * AUTH with the password. Connecting to "localhost" fails with an AggregateError whose own message is empty.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error.name;
}
