import { sql } from 'kysely';
import { z } from 'zod';
import { SlackTeam, SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

const Us = z.object({ teamId: SlackTeam, botUserId: SlackUser });

/** The active configuration is a hashed row: all processes of an install run the same one. */
export function createConfigurations(scope: Scope) {
  const { db, install } = scope;
  return {
    async active(): Promise<string | null> {
      const found = await sql<{
        hash: string;
      }>`select hash from active_configuration where install_id = ${install}`.execute(db);
      return found.rows[0]?.hash ?? null;
    },

    /** Records a configuration (without secrets) under its hash. */
    async propose(hash: string, source: string): Promise<void> {
      await sql`insert into configuration (install_id, hash, source) values (${install}, ${hash}, ${source}::jsonb)
        on conflict do nothing`.execute(db);
    },

    async activate(hash: string): Promise<void> {
      await sql`insert into active_configuration (install_id, hash) values (${install}, ${hash})
        on conflict (install_id) do update set hash = excluded.hash, activated_at = deskbridge_now()`.execute(
        db,
      );
    },

    /** Makes it the active one only when there is none; answers the active hash. */
    async activateFirst(hash: string): Promise<string> {
      await sql`insert into active_configuration (install_id, hash) values (${install}, ${hash})
        on conflict do nothing`.execute(db);
      return (await this.active()) ?? hash;
    },

    /** Who we are in Slack, as Slack last said; null before the first start with it. */
    async us(): Promise<{ readonly teamId: SlackTeam; readonly botUserId: SlackUser } | null> {
      const found = await sql`select slack_team as "teamId", slack_bot_user as "botUserId" from install
        where id = ${install} and slack_team is not null and slack_bot_user is not null`.execute(db);
      return found.rows[0] === undefined ? null : Us.parse(found.rows[0]);
    },

    async saveUs(us: { readonly teamId: SlackTeam; readonly botUserId: SlackUser }): Promise<void> {
      await sql`update install set slack_team = ${us.teamId}, slack_bot_user = ${us.botUserId}
        where id = ${install}`.execute(db);
    },

    async pollCursor(connector: string): Promise<string | null> {
      const found = await sql<{ cursor: string }>`select cursor from poll_cursor
        where install_id = ${install} and connector = ${connector}`.execute(db);
      return found.rows[0]?.cursor ?? null;
    },

    async forgetPollCursor(connector: string): Promise<void> {
      await sql`delete from poll_cursor where install_id = ${install} and connector = ${connector}`.execute(
        db,
      );
    },

    async savePollCursor(connector: string, cursor: string): Promise<void> {
      await sql`insert into poll_cursor (install_id, connector, cursor) values (${install}, ${connector}, ${cursor})
        on conflict (install_id, connector) do update set cursor = excluded.cursor, polled_at = deskbridge_now()`.execute(
        db,
      );
    },
  };
}
