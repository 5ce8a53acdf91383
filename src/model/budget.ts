/** How fast one destination may be used: a bucket of `burst` calls, refilled with `perSecond`. */
export interface Limit {
  readonly destination: string;
  readonly burst: number;
  readonly perSecond: number;
}

/** Buckets that all processes of an installation share, in front of a vendor's limits. */
export interface Budget {
  /** Takes one call out of every bucket, or none: milliseconds to wait, 0 when it may go now. */
  take(limits: readonly Limit[]): Promise<number>;
  /** Takes `cost` more out of a bucket afterwards, also below zero: what follows waits until it is filled again. */
  spend(limit: Limit, cost: number): Promise<void>;
  /** Nothing goes there for so many milliseconds. Answers the pause. */
  pause(destination: string, reason: string, askedMs: number): Promise<number>;
}

/** For whoever looks around by hand: nothing is counted. */
export const noBudget: Budget = {
  take: async () => 0,
  spend: async () => {},
  pause: async (_destination, _reason, askedMs) => askedMs,
};
