import type { Marker } from './ids.ts';
import type { Outcome } from './outcome.ts';

/**
 * How we find out whether an effect happened.
 * `marker`: it carries our marker and can be found by it. `content`: its content by our own user after `startedAt`
 * identifies it. `compare-and-set`: it sets a state, so doing it again is harmless.
 */
export type Proof = 'marker' | 'content' | 'compare-and-set';

/** One attempt at an effect. `startedAt` is the vendor-comparable wall time at which `sending` was made durable. */
export interface Attempt {
  readonly marker: Marker;
  readonly startedAt: Date;
}

/**
 * Something that changes the world outside, with its declared proof.
 * `send` is called at most once per durable `sending` record. `find` looks the proof up without changing anything and
 * answers null when it is not there (yet). Absence counts only after `timeoutMs` and then `settleMs` have passed.
 */
export interface Effect<Input, Result> {
  readonly proof: Proof;
  /** Longest time one `send` may take, in milliseconds; enforced by io(). */
  readonly timeoutMs: number;
  /** How long the vendor's read side may lag behind its write side, in milliseconds. */
  readonly settleMs: number;
  send(input: Input, attempt: Attempt): Promise<Outcome<Result>>;
  find(input: Input, attempt: Attempt): Promise<Outcome<Result | null>>;
}
