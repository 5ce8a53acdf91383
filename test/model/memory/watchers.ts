import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

/** Watchers on paper. */
export function createWatchers(db: Db): Store['watchers'] {
  return {
    async of(link) {
      const users = [...db.watchers.values()].flatMap((row) => (row.link === link ? [row.user] : []));
      return new Set(users.sort());
    },
    async set(link, user, on) {
      const key = `${link}:${user}`;
      if (!on) db.drop(db.watchers, key);
      else if (!db.watchers.has(key)) db.put(db.watchers, key, { link, user });
    },
  };
}
