import type { Lane } from '../model/link.ts';

/** People do not write that fast on both sides; two programs that answer each other do. */
const MOST_A_MINUTE = 20;
/** How long a link rests that looks like a loop, in milliseconds; nothing is lost meanwhile. */
export const REST_MS = 10 * 60_000;

/** Do things cross in both directions faster than people write? A flood from one side alone is no loop. */
export function isPingPong(lastMinute: Readonly<Record<Lane, number>>): boolean {
  return Math.min(lastMinute.slack, lastMinute.ticket) >= MOST_A_MINUTE;
}
