import { sql } from 'kysely';
import type { SlackUser } from '../model/ids.ts';
import type { NoticeChoice } from '../model/notice.ts';
import type { Scope } from './scope.ts';

/** How people want to hear of news; everything at once where somebody chose nothing. */
export function createNotices({ db, install }: Scope) {
  return {
    async of(user: SlackUser): Promise<NoticeChoice> {
      const found = await sql<{ choice: NoticeChoice }>`select choice from notice_choice
        where install_id = ${install} and slack_user = ${user}`.execute(db);
      return found.rows[0]?.choice ?? 'all';
    },

    async choose(user: SlackUser, choice: NoticeChoice): Promise<void> {
      await sql`insert into notice_choice (install_id, slack_user, choice) values (${install}, ${user}, ${choice})
        on conflict (install_id, slack_user) do update set choice = excluded.choice, chosen_at = deskbridge_now()`.execute(
        db,
      );
    },
  };
}
