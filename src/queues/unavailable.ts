import type { IQueueBackend } from 'bullmq';
import { reasonOf } from './error-log.ts';

/** The longest that a start waits for the backend, in milliseconds. */
export const START_LIMIT_MS = 5_000;

/** The queue's backend is away, refuses us or is not as it must be. The message says where, why and what to do. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** Rejects with `late` when `work` takes longer; `work` itself goes on, so its owner has to end it. */
export async function within<T>(limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The one sentence for a start that fails because the backend cannot be used. */
export function cannotUse(what: string, error: unknown, advice: string): QueueUnavailable {
  return error instanceof QueueUnavailable
    ? error
    : new QueueUnavailable(`${what} cannot be used: ${reasonOf(error)}. Nothing was started. ${advice}`);
}

/**
 * Whether a backend answers within a second. Closing politely waits for an answer, and ioredis would wait for it for
 * ever, so whoever closes asks first and cuts the connection of a backend that is away.
 */
export async function answers(backend: IQueueBackend): Promise<boolean> {
  return inTime(1_000, backend.hasQueueMetaField('version'));
}

/** Whether `work` succeeds within the limit. */
export function inTime(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  return within(limitMs, work, () => new Error('too late')).then(
    () => true,
    () => false,
  );
}
