import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';
import { askedByOperators } from './receipts.ts';

/** Nobody opens a Home on paper. */
export function createHomes(): Store['homes'] {
  return {
    opened: askedByOperators,
    changed: askedByOperators,
    filterOf: askedByOperators,
    narrow: askedByOperators,
    claim: async () => [],
    shown: askedByOperators,
    again: askedByOperators,
  };
}

export function createNotices(db: Db): Store['notices'] {
  return {
    of: async (user) => db.notices.get(user) ?? 'all',
    async choose(user, choice) {
      db.put(db.notices, user, choice);
    },
  };
}

/** Nobody wants a digest on paper, so nothing waits for one. */
export function createDigests(): Store['digests'] {
  return {
    add: askedByOperators,
    claim: async () => [],
    start: askedByOperators,
    newsUnder: askedByOperators,
    told: askedByOperators,
    again: askedByOperators,
    forgetTold: async () => {},
  };
}
