import { sql } from 'kysely';
import { LinkId } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Requests that wait because their person was asked whether they are another one of his. */
export function createDuplicates({ db, install }: Scope) {
  return {
    /** Which one it may be, and how long it still waits for the answer, in milliseconds; null when nobody was asked. */
    async of(link: LinkId): Promise<{ readonly same: LinkId; readonly leftMs: number } | null> {
      const found = await sql<{ same_as: string; left_ms: number }>`select same_as,
          greatest(0, extract(epoch from due_at - deskbridge_now()) * 1000)::float8 as left_ms
        from likely_duplicate where install_id = ${install} and link_id = ${link}`.execute(db);
      const row = found.rows[0];
      return row === undefined ? null : { same: LinkId.parse(row.same_as), leftMs: row.left_ms };
    },

    async ask(link: LinkId, same: LinkId, waitMs: number): Promise<void> {
      await sql`insert into likely_duplicate (install_id, link_id, same_as, due_at)
        values (${install}, ${link}, ${same}, deskbridge_now() + make_interval(secs => ${waitMs / 1000}))
        on conflict (install_id, link_id) do nothing`.execute(db);
    },

    /** It is another one: it waits no longer, and nobody is asked again. */
    async isAnother(link: LinkId): Promise<void> {
      await sql`update likely_duplicate set due_at = deskbridge_now()
        where install_id = ${install} and link_id = ${link}`.execute(db);
    },
  };
}
