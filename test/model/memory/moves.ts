import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

/** Moves on paper. */
export function createMoves(db: Db): Store['moves'] {
  return {
    async move(id, route) {
      const row = db.links.get(id);
      if (row?.route == null || row.ticket === null) return;
      const { kind, rule } = row.route;
      const blank = { id: null, key: null, url: null, fields: null, updatedAt: null };
      db.change(row, {
        route: { ...route, kind, rule },
        ticket: { ...blank, generation: row.ticket.generation + 1, connector: route.connector },
        state: 'provisional',
        ownChange: null,
      });
      for (const item of db.items.values())
        if (item.link === id && item.origin === 'slack') db.change(item, { copies: [] });
    },
    async leaveAgents(id, channel) {
      for (const [key, place] of db.places)
        if (place.link === id && place.role === 'internal' && place.channel !== channel)
          db.drop(db.places, key);
    },
    async openedAt(id) {
      const row = db.links.get(id);
      if (row === undefined) throw new Error(`There is no link ${id}`);
      return new Date(row.openedAt);
    },
  };
}
