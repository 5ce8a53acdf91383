import { sql } from 'kysely';
import { z } from 'zod';
import { LinkId, type SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

const Found = z.object({ id: LinkId });

/** What people ask about requests by words of their own. Whoever asks here has still to look who may see the answer. */
export function createRequests({ db, install }: Scope) {
  return {
    /** Open requests of one person, the newest first. */
    async openOf(user: SlackUser, limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select id from link where install_id = ${install} and requester = ${user}
        and state <> 'closed' order by opened_at desc, id desc limit ${limit}`.execute(db);
      return found.rows.map((row) => Found.parse(row).id);
    },

    /** Requests of one person: what is open first, then what was closed lately; the newest first in both. */
    async ofPerson(user: SlackUser, limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select id from link where install_id = ${install} and requester = ${user}
        and (closed_at is null or closed_at > deskbridge_now() - interval '14 days')
        order by (closed_at is not null), opened_at desc, id desc limit ${limit}`.execute(db);
      return found.rows.map((row) => Found.parse(row).id);
    },

    /** Open requests for which somebody answers, the newest first: those whose route names him, or `all`. */
    async forResponder(user: SlackUser, all: boolean, limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select id from link where install_id = ${install} and state <> 'closed'
        and closed_at is null and queue is not null
        and (${all}::boolean or yields->'responders' @> to_jsonb(${user}::text))
        order by opened_at desc, id desc limit ${limit}`.execute(db);
      return found.rows.map((row) => Found.parse(row).id);
    },

    /** Requests one of whose tickets is called by one of these words, in small letters. */
    async withTicket(words: readonly string[], limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select distinct t.link_id as id from ticket t where t.install_id = ${install}
        and (lower(t.key) = any(${words}::text[]) or t.ticket_id = any(${words}::text[])) limit ${limit}`.execute(
        db,
      );
      return found.rows.map((row) => Found.parse(row).id);
    },

    /** Requests with this key or number, in any case, or with this id of ours or of the ticket system. */
    async named(word: string, limit: number): Promise<readonly LinkId[]> {
      const found = await sql`select id from link l where l.install_id = ${install}
        and (l.id::text = lower(${word}) or exists (select from ticket t
          where t.install_id = l.install_id and t.link_id = l.id
            and (lower(t.key) = lower(${word}) or t.ticket_id = ${word})))
        order by l.opened_at desc, l.id desc limit ${limit}`.execute(db);
      return found.rows.map((row) => Found.parse(row).id);
    },
  };
}
