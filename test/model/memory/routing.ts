import type { Store } from '../../../src/store/store.ts';
import type { Db } from './db.ts';

const LOOK_BACK_MS = 180 * 86_400_000;

/** What became of what was routed, on paper. */
export function createRouting(db: Db): Store['routing'] {
  const routedIn = (days: number) =>
    [...db.links.values()]
      .filter(({ route, openedAt }) => route !== null && openedAt > db.clock.now - days * 86_400_000)
      .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  return {
    async correct(link, correction) {
      db.put(db.corrections, `${link}:${correction.how}`, {
        link,
        ...correction,
        was: db.corrections.get(`${link}:${correction.how}`)?.was ?? correction.was,
      });
    },
    async corrections(link) {
      return [...db.corrections.values()]
        .filter((row) => row.link === link)
        .map(({ how, kind, was, became }) => ({ how, kind, was, became }))
        .sort((a, b) => (a.how < b.how ? -1 : 1));
    },
    async since(days) {
      return routedIn(days).map(({ id }) => id);
    },
    async shares(days) {
      const routed = routedIn(days);
      const corrected = (how: string) => routed.filter(({ id }) => db.corrections.has(`${id}:${how}`)).length;
      return {
        requests: routed.length,
        defaulted: routed.filter(({ route }) => route?.rule === 'default').length,
        picked: corrected('picked'),
        moved: corrected('moved'),
      };
    },
    async solvers(of) {
      const tickets = new Map<string, number>();
      for (const { requester, route, ticket, openedAt } of db.links.values()) {
        const isMine =
          'requester' in of
            ? requester === of.requester
            : 'area' in of
              ? route?.tags.area === of.area
              : route?.queue === of.queue;
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
