import { sql } from 'kysely';
import type { Scope } from './scope.ts';

export type Configurations = ReturnType<typeof createConfigurations>;

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
    async us(): Promise<{ team: string; botUser: string } | null> {
      const found = await sql<{ team: string | null; bot_user: string | null }>`
        select slack_team as team, slack_bot_user as bot_user from install where id = ${install}`.execute(db);
      const row = found.rows[0];
      return row === undefined || row.team === null || row.bot_user === null
        ? null
        : { team: row.team, botUser: row.bot_user };
    },

    async saveUs(us: { team: string; botUser: string }): Promise<void> {
      await sql`update install set slack_team = ${us.team}, slack_bot_user = ${us.botUser}
        where id = ${install}`.execute(db);
    },

    async pollCursor(connector: string): Promise<string | null> {
      const found = await sql<{ cursor: string }>`select cursor from poll_cursor
        where install_id = ${install} and connector = ${connector}`.execute(db);
      return found.rows[0]?.cursor ?? null;
    },

    async savePollCursor(connector: string, cursor: string): Promise<void> {
      await sql`insert into poll_cursor (install_id, connector, cursor) values (${install}, ${connector}, ${cursor})
        on conflict (install_id, connector) do update set cursor = excluded.cursor, polled_at = deskbridge_now()`.execute(
        db,
      );
    },
  };
}
