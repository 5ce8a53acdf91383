import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

const LOOK_BACK_MS = 180 * 86_400_000;

/** What became of what was routed, on paper. */
export function createRouting(db: Db): Store['routing'] {
  return {
    async solvers(of) {
      const tickets = new Map<string, number>();
      for (const { requester, route, ticket, openedAt } of db.links.values()) {
        const isMine = 'requester' in of ? requester === of.requester : route?.queue === of.queue;
        const name = ticket?.fields?.assignee ?? null;
        const isDone = ticket?.fields?.status.category === 'done';
        if (isMine && isDone && name !== null && openedAt > db.clock.now - LOOK_BACK_MS)
          tickets.set(name, (tickets.get(name) ?? 0) + 1);
      }
      return [...tickets]
        .map(([name, count]) => ({ name, tickets: count }))
        .sort((a, b) => b.tickets - a.tickets || (a.name < b.name ? -1 : 1))
        .slice(0, 3);
    },
  };
}
