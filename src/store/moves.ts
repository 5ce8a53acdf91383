import { sql } from 'kysely';
import type { LinkId, SlackChannel } from '../model/ids.ts';
import type { Route } from '../model/link.ts';
import type { Scope } from './scope.ts';

/** Requests that leave a ticket for another one. */
export function createMoves({ db, install }: Scope) {
  return {
    /** It goes on with a new ticket, where this route says; the earlier one stays in the book. */
    async move(id: LinkId, route: Route, site: string): Promise<void> {
      const { flow, risk, policies, responders, tags, group } = route;
      const yields = JSON.stringify({ flow, risk, policies, responders, tags, group });
      await sql`update link set queue = ${route.queue}, connector = ${route.connector}, reason = ${route.reason},
          priority = ${route.priority}, privacy = ${route.privacy}, yields = ${yields}::jsonb, state = 'provisional',
          own_change = null
        where install_id = ${install} and id = ${id}`.execute(db);
      await sql`insert into ticket (install_id, link_id, generation, connector, site)
        select ${install}, ${id}, max(generation) + 1, ${route.connector}, ${site} from ticket
        where install_id = ${install} and link_id = ${id}`.execute(db);
      // What stands on the earlier ticket is no copy on this one.
      await sql`delete from copy c using item i where i.install_id = c.install_id and i.id = c.item_id
        and i.install_id = ${install} and i.link_id = ${id} and i.origin = 'slack'`.execute(db);
    },

    /** Threads of agents who talk elsewhere than in this channel are none of its places any more. */
    async leaveAgents(id: LinkId, channel: SlackChannel | null): Promise<void> {
      await sql`delete from place where install_id = ${install} and link_id = ${id}
        and role = 'internal' and channel is distinct from ${channel}`.execute(db);
    },

    /** When somebody first asked, whatever tickets it has had since. */
    async openedAt(id: LinkId): Promise<Date> {
      const found = await sql<{ opened_at: Date }>`select opened_at from link
        where install_id = ${install} and id = ${id}`.execute(db);
      const row = found.rows[0];
      if (row === undefined) throw new Error(`There is no link ${id}`);
      return row.opened_at;
    },
  };
}
