import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

/** What people did with requests, on paper. */
export function createActs(db: Db): Store['acts'] {
  return {
    async byCard(channel, ts) {
      for (const { id, card } of db.links.values())
        if (card?.channel === channel && card.ts === ts) return id;
      return null;
    },
    async madeBy(link, because) {
      const done = [...db.operations.values()].filter(
        (one) => one.link === link && one.lane === 'ticket' && one.state === 'done',
      );
      for (const { body } of done.sort((a, b) => b.seq - a.seq))
        if (body.kind === 'write' && body.because === because) return body;
      return null;
    },
    async alarms(link) {
      const own = [...db.alarms.values()].filter((row) => row.link === link);
      return new Map(own.map(({ kind, at }) => [kind, new Date(at)]));
    },
    async raise(link, kind) {
      db.put(db.alarms, `${link}:${kind}`, { link, kind, at: db.clock.now });
    },
  };
}
