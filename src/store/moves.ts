import { sql } from 'kysely';
import type { ConnectorId, LinkId, SlackChannel } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Requests that leave a ticket for another one. */
export function createMoves({ db, install }: Scope) {
  return {
    /** It goes on with a new ticket, in another queue; the earlier one stays in the book. */
    async move(
      id: LinkId,
      to: {
        readonly queue: string;
        readonly connector: ConnectorId;
        readonly site: string;
        readonly reason: string;
        /** Everything that goes there is; what was confidential before stays so. */
        readonly confidential: boolean;
      },
    ): Promise<void> {
      await sql`update link set queue = ${to.queue}, connector = ${to.connector}, reason = ${to.reason},
          privacy = case when ${to.confidential} then 'private' else privacy end,
          yields = yields || '{"group": null, "responders": []}'::jsonb, state = 'provisional', own_change = null
        where install_id = ${install} and id = ${id}`.execute(db);
      await sql`insert into ticket (install_id, link_id, generation, connector, site)
        select ${install}, ${id}, max(generation) + 1, ${to.connector}, ${to.site} from ticket
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
