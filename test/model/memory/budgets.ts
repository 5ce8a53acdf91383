import type { Store } from '../../../src/store/store.ts';
import type { BudgetRow, Db } from './db.ts';

const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Token buckets and breakers on paper. */
export function createBudgets(db: Db): Store['budgets'] {
  const waitOf = (row: BudgetRow) => Math.max(0, (row.pausedUntil ?? 0) - db.clock.now);
  const isPaused = (row: BudgetRow) => row.pausedUntil !== null && row.pausedUntil > db.clock.now;

  function rowOf(destination: string, tokens: number): BudgetRow {
    const known = db.budgets.get(destination);
    if (known !== undefined) return known;
    const fresh = { tokens, refilledAt: db.clock.now, pausedUntil: null, failures: 0, reason: null };
    db.put(db.budgets, destination, fresh);
    return fresh;
  }

  return {
    async take(limits) {
      const filled = limits.map(({ destination, burst, perSecond }) => {
        const row = rowOf(destination, burst);
        const sinceS = Math.max(0, db.clock.now - row.refilledAt) / 1000;
        return { row, perSecond, tokens: Math.min(burst, row.tokens + perSecond * sinceS) };
      });
      const waits = filled.map(({ row, perSecond, tokens }) =>
        Math.max(tokens < 1 ? ((1 - tokens) / perSecond) * 1000 : 0, waitOf(row)),
      );
      const waitMs = Math.max(0, ...waits);
      if (waitMs === 0)
        for (const { row, tokens } of filled)
          db.change(row, { tokens: tokens - 1, refilledAt: db.clock.now });
      return Math.ceil(waitMs);
    },
    async spend({ destination, burst, perSecond }, cost) {
      const row = rowOf(destination, burst);
      const sinceS = Math.max(0, db.clock.now - row.refilledAt) / 1000;
      const tokens = Math.min(burst, row.tokens + perSecond * sinceS) - cost;
      db.change(row, { tokens, refilledAt: db.clock.now });
    },
    async drain(wanted) {
      const left = new Map<string, number>();
      for (const { limit, cost } of wanted) {
        const row = rowOf(limit.destination, limit.burst);
        const sinceS = Math.max(0, db.clock.now - row.refilledAt) / 1000;
        const tokens = Math.min(limit.burst, row.tokens + limit.perSecond * sinceS) - cost;
        db.change(row, { tokens, refilledAt: db.clock.now });
        left.set(limit.destination, tokens);
      }
      return left;
    },
    async pausedForMs(destination) {
      const row = db.budgets.get(destination);
      return row === undefined ? 0 : Math.ceil(waitOf(row));
    },
    async pause(destination, reason, askedMs) {
      const { now } = db.clock;
      const row = db.budgets.get(destination);
      if (row === undefined) {
        const pausedUntil = now + (askedMs ?? PAUSE_MS);
        const failures = askedMs === null ? 1 : 0;
        db.put(db.budgets, destination, { tokens: 1, refilledAt: now, pausedUntil, failures, reason });
        return Math.ceil(pausedUntil - now);
      }
      const paused = isPaused(row);
      const pauseMs = askedMs ?? Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.min(row.failures, 10));
      const pausedUntil =
        askedMs === null && paused ? row.pausedUntil : Math.max(row.pausedUntil ?? 0, now + pauseMs);
      const failures = askedMs !== null ? 0 : paused ? row.failures : row.failures + 1;
      db.change(row, { failures, reason, pausedUntil });
      return Math.ceil(waitOf(row));
    },
    async failing(destination) {
      return (db.budgets.get(destination)?.failures ?? 0) > 0;
    },
    async succeeded(destination) {
      const row = db.budgets.get(destination);
      if (row !== undefined && row.failures > 0)
        db.change(row, { failures: 0, pausedUntil: null, reason: null });
    },
    async resume(destination) {
      const row = db.budgets.get(destination);
      if (row !== undefined) db.change(row, { pausedUntil: null, reason: null });
    },
    async forgetUnused(hours) {
      const before = db.clock.now - hours * 3_600_000;
      for (const [destination, { failures, refilledAt, pausedUntil }] of [...db.budgets])
        if (failures === 0 && Math.max(refilledAt, pausedUntil ?? 0) < before)
          db.drop(db.budgets, destination);
    },
    async paused() {
      return [...db.budgets]
        .filter(([, row]) => isPaused(row))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([destination, row]) => ({
          destination,
          reason: row.reason ?? '',
          until: new Date(row.pausedUntil ?? 0),
        }));
    },
  };
}
