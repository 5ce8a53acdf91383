import { type IQueueBackend, Queue } from 'bullmq';
import { type Backend, NO_CONNECTION, QUEUE_NAME } from './backends.ts';
import type { JobName, Payload } from './catalogue.ts';
import { answers, QueueUnavailable, START_LIMIT_MS, within } from './unavailable.ts';

type AnyPayload = Payload<JobName>;
export type JobQueue = Queue<
  AnyPayload,
  void,
  string,
  AnyPayload,
  void,
  string,
  IQueueBackend,
  typeof NO_CONNECTION
>;

/** The sending side of the queue, opened on first use. */
export interface Sender {
  /** Rejects when the backend does not answer within 5 s; `work` may then still take effect. */
  use<T>(work: (queue: JobQueue) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * BullMQ remembers for ever that its first connection failed, so a queue that did not get ready is thrown away and the
 * next use opens a new one: a process that started before its backend heals by itself.
 */
export function createSender(backend: Backend, onError: (error: unknown) => void): Sender {
  let opened: JobQueue | null = null;

  function open(): JobQueue {
    const queue: JobQueue = new Queue(
      QUEUE_NAME,
      { connection: NO_CONNECTION, streams: { events: { maxLen: 100 } } },
      backend.factory,
    );
    queue.on('error', onError);
    return queue;
  }

  function forget(queue: JobQueue): void {
    if (opened === queue) opened = null;
    // Force: a Redis connection that never got ready has nothing to say goodbye to.
    void queue.backend.close(true).catch(() => {});
  }

  return {
    async use(work) {
      const queue = opened ?? open();
      opened = queue;
      let ready = false;
      const attempt = queue.waitUntilReady().then(() => {
        ready = true;
        return work(queue);
      });
      let late = false;
      try {
        return await within(START_LIMIT_MS, attempt, () => {
          late = true;
          return new QueueUnavailable(`No answer within ${START_LIMIT_MS / 1_000} s from ${backend.where}.`);
        });
      } catch (error) {
        attempt.catch(() => {}); // What comes after the limit has nobody left to tell.
        if (!ready || late) forget(queue);
        throw error;
      }
    },
    async close() {
      const queue = opened;
      opened = null;
      if (queue === null) return;
      if (await answers(queue.backend)) await queue.close();
      else await queue.backend.close(true);
    },
  };
}
