import { sql } from 'kysely';
import type { Scope } from './scope.ts';

/** What somebody was told, so that he is told once. */
export function createSaid({ db, install }: Scope) {
  return {
    /** True for the first who asks about this occasion of this subject. */
    async once(subject: string, occasion: string): Promise<boolean> {
      const first =
        await sql`insert into said_once (install_id, subject, occasion) values (${install}, ${subject}, ${occasion})
        on conflict do nothing returning 1`.execute(db);
      return first.rows.length > 0;
    },

    /** It is over: the next time is said anew. True when something had been said. */
    async over(subject: string): Promise<boolean> {
      const gone = await sql`delete from said_once where install_id = ${install} and subject = ${subject}
        returning 1`.execute(db);
      return gone.rows.length > 0;
    },
  };
}
