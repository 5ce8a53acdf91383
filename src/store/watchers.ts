import { sql } from 'kysely';
import { type LinkId, SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** Who asked to hear of a request beside the person whose it is. */
export function createWatchers({ db, install }: Scope) {
  return {
    async of(link: LinkId): Promise<ReadonlySet<SlackUser>> {
      const found = await sql<{ slack_user: string }>`select slack_user from watcher
        where install_id = ${install} and link_id = ${link} order by slack_user`.execute(db);
      return new Set(found.rows.map((row) => SlackUser.parse(row.slack_user)));
    },

    async set(link: LinkId, user: SlackUser, on: boolean): Promise<void> {
      if (on)
        await sql`insert into watcher (install_id, link_id, slack_user) values (${install}, ${link}, ${user})
          on conflict do nothing`.execute(db);
      else
        await sql`delete from watcher where install_id = ${install} and link_id = ${link}
          and slack_user = ${user}`.execute(db);
    },
  };
}
