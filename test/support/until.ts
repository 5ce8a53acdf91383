import { performance } from 'node:perf_hooks';

/**
 * A machine with other work is slow, not wrong: a limit that is meant as "far too long" is stretched. Short ones are steps,
 * and stay what they are.
 */
const PATIENCE = 4;
const FAR_TOO_LONG_MS = 5_000;

/** Looks every few milliseconds (`everyMs`) whether something has become true; fails with `what` after `limitMs`. */
export async function until(
  what: string,
  limitMs: number,
  holds: () => boolean | Promise<boolean>,
  everyMs = 5,
): Promise<void> {
  const patience = limitMs >= FAR_TOO_LONG_MS ? limitMs * PATIENCE : limitMs;
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${patience} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
