import type { Clock } from '../memory/db.ts';

/** A value with its past: a reading that lags shows what was. Values are never changed in place. */
export interface Versions<T> {
  now(): T;
  set(value: T): void;
  /** As it was `lagMs` ago. */
  seen(lagMs: number): T;
}

export function createVersions<T>(clock: Clock, first: T): Versions<T> {
  const past: { readonly at: number; readonly value: T }[] = [{ at: Number.NEGATIVE_INFINITY, value: first }];
  let current = first;
  return {
    now: () => current,
    set(value) {
      current = value;
      past.push({ at: clock.now, value });
    },
    seen(lagMs) {
      if (lagMs <= 0) return current;
      return past.findLast(({ at }) => at <= clock.now - lagMs)?.value ?? first;
    },
  };
}
