import { sql } from 'kysely';
import type { Scope } from './scope.ts';

/** What an operator was told, so that he is told once. */
export function createSaid({ db, install }: Scope) {
  return {
    /** True for the first who asks about this occasion of this subject. */
    async once(subject: string, occasion: string): Promise<boolean> {
      const first =
        await sql`insert into said_once (install_id, subject, occasion) values (${install}, ${subject}, ${occasion})
        on conflict do nothing returning 1`.execute(db);
      return first.rows.length > 0;
    },
  };
}
