import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

/** Likely duplicates on paper. */
export function createDuplicates(db: Db): Store['duplicates'] {
  return {
    async of(link) {
      const row = db.duplicates.get(link);
      return row === undefined ? null : { same: row.same, leftMs: Math.max(0, row.dueAt - db.clock.now) };
    },
    async ask(link, same, waitMs) {
      if (!db.duplicates.has(link)) db.put(db.duplicates, link, { same, dueAt: db.clock.now + waitMs });
    },
    async isAnother(link) {
      const row = db.duplicates.get(link);
      if (row !== undefined) db.change(row, { dueAt: db.clock.now });
    },
  };
}
