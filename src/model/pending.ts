import { z } from 'zod';
import { RISK_CLASSES, type RiskClass } from './approval.ts';

/** One decision that waits for somebody, as a list shows it. */
export interface Pending {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly risk: RiskClass;
  /** The connector of its ticket. */
  readonly system: string;
  /** Somebody cannot work until it is decided. */
  readonly blocksPerson: boolean;
  readonly key: string;
  readonly url: string | null;
  readonly summary: string;
  readonly requester: string;
  /** Until when; null: for ever. Milliseconds since 1970. */
  readonly until: number | null;
  readonly askedAt: number;
}

/** What somebody wants to see; null: all. */
export interface PendingFilter {
  readonly domain: string | null;
  readonly risk: RiskClass | null;
  readonly system: string | null;
  readonly blocksPerson: boolean;
}
export const PendingFilter: z.ZodType<PendingFilter> = z.object({
  domain: z.string().max(160).nullable(),
  risk: z.enum(RISK_CLASSES).nullable(),
  system: z.string().max(160).nullable(),
  blocksPerson: z.boolean(),
});
export const NO_FILTER: PendingFilter = { domain: null, risk: null, system: null, blocksPerson: false };

const HOUR_MS = 3_600_000;

/** From 1 to 5: how soon, and one more where somebody waits. */
export function urgencyOf(
  { until, blocksPerson }: Pick<Pending, 'until' | 'blocksPerson'>,
  now: number,
): number {
  const left = until === null ? Number.POSITIVE_INFINITY : until - now;
  const soon = left < HOUR_MS ? 4 : left < 4 * HOUR_MS ? 3 : left < 24 * HOUR_MS ? 2 : 1;
  return soon + (blocksPerson ? 1 : 0);
}

const weightOf = (one: Pending, now: number): number =>
  (RISK_CLASSES.indexOf(one.risk) + 1) * urgencyOf(one, now);

/** By risk times urgency; of equal ones what ends first, then what was asked first. */
export function sortPending(all: readonly Pending[], now: number): readonly Pending[] {
  const end = ({ until }: Pending) => until ?? Number.MAX_SAFE_INTEGER;
  return [...all].sort(
    (a, b) =>
      weightOf(b, now) - weightOf(a, now) ||
      end(a) - end(b) ||
      a.askedAt - b.askedAt ||
      (a.id < b.id ? -1 : 1),
  );
}

export function filterPending(all: readonly Pending[], wanted: PendingFilter): readonly Pending[] {
  return all.filter(
    ({ domain, risk, system, blocksPerson }) =>
      (wanted.domain === null || domain === wanted.domain) &&
      (wanted.risk === null || risk === wanted.risk) &&
      (wanted.system === null || system === wanted.system) &&
      (!wanted.blocksPerson || blocksPerson),
  );
}
