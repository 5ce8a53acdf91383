import { sql } from 'kysely';
import type { LinkId, SlackTs } from '../model/ids.ts';
import type { Conversation } from '../model/link.ts';
import { ThreadRow } from './link-rows.ts';
import type { Scope } from './scope.ts';

/** Our clock and Slack's differ a little, and a message may have been on its way when we looked. */
const LOOK_BACK = '10 minutes';

export interface ThreadToCheck {
  readonly link: LinkId;
  readonly place: Conversation;
  readonly after: SlackTs;
}

/** When the threads of links were read last, and which have to be read next. */
export function createThreads(scope: Scope) {
  const { db, install } = scope;
  return {
    /**
     * Threads of open requests that were not looked at for a while, longest first. Each is read from shortly before the
     * last look on, not from the newest message that we know: a lost one is older than those that came after it.
     */
    async toCheck(limit: number, minutes: number): Promise<readonly ThreadToCheck[]> {
      const found = await sql`
        select link, team, channel, root, (at / 1000000)::text || '.' || lpad((at % 1000000)::text, 6, '0') as after
        from (
          select l.id as link, p.team, p.channel, p.root_ts as root, coalesce(l.thread_checked_at, l.opened_at) as looked,
            greatest(
              coalesce((select min(i.at_micros) from item i where i.install_id = l.install_id and i.link_id = l.id
                and i.kind = 'message' and i.origin = 'slack' and i.channel = p.channel), replace(p.root_ts, '.', '')::bigint),
              (extract(epoch from l.thread_checked_at - ${LOOK_BACK}::interval) * 1000000)::bigint) as at
          from link l
          join place p on p.install_id = l.install_id and p.link_id = l.id and p.role in ('primary', 'origin')
          where l.install_id = ${install} and (l.state <> 'closed' or l.closed_at > deskbridge_now() - interval '7 days')
        ) threads
        where looked < deskbridge_now() - make_interval(mins => ${minutes}) order by looked limit ${limit}`.execute(
        db,
      );
      return found.rows.map((row) => {
        const { link, after, ...place } = ThreadRow.parse(row);
        return { link, after, place };
      });
    },

    /** The whole thread has to be read as soon as possible: it was bound late, or somebody asked. */
    async ask(id: LinkId): Promise<void> {
      await sql`update link set thread_due = true where install_id = ${install} and id = ${id}`.execute(db);
    },

    async checked(id: LinkId): Promise<void> {
      await sql`update link set thread_checked_at = deskbridge_now(), thread_due = false where install_id = ${install} and id = ${id}`.execute(
        db,
      );
    },
  };
}
