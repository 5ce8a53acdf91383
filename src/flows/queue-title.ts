import type { Rules } from './world.ts';

/** What people call a queue; its own name where the configuration no longer knows it. */
export const queueTitle = ({ queues }: Pick<Rules, 'queues'>, queue: string): string =>
  queues.get(queue)?.title ?? queue;
