import { sql } from 'kysely';
import { SlackUser } from '../model/ids.ts';
import { NO_FILTER, PendingFilter } from '../model/pending.ts';
import type { Scope } from './scope.ts';

/** A Home that somebody shows anew; nobody with an older `attempt` writes anything. */
export interface HeldHome {
  readonly user: SlackUser;
  readonly attempt: number;
}

/** The Home tabs that people have opened, and which of them have to be shown anew. */
export function createHomes({ db, install }: Scope) {
  return {
    /** He opened it, or did something in it: it is shown anew at once. */
    async opened(user: SlackUser): Promise<void> {
      await sql`insert into home (install_id, slack_user, due_at) values (${install}, ${user}, deskbridge_now())
        on conflict (install_id, slack_user) do update
          set opened_at = deskbridge_now(), due_at = deskbridge_now()`.execute(db);
    },

    /** What those of them see who have opened theirs is no longer true. */
    async changed(users: readonly SlackUser[]): Promise<void> {
      if (users.length === 0) return;
      await sql`update home set due_at = least(due_at, deskbridge_now()) where install_id = ${install}
        and slack_user = any(${[...users].sort()}::text[])`.execute(db);
    },

    /** To what he narrowed his list of approvals down. */
    async filterOf(user: SlackUser): Promise<PendingFilter> {
      const found = await sql<{ filter: unknown }>`select filter from home
        where install_id = ${install} and slack_user = ${user}`.execute(db);
      return PendingFilter.safeParse(found.rows[0]?.filter).data ?? NO_FILTER;
    },

    async narrow(user: SlackUser, filter: PendingFilter): Promise<void> {
      await sql`insert into home (install_id, slack_user, due_at, filter)
        values (${install}, ${user}, deskbridge_now(), ${JSON.stringify(filter)}::jsonb)
        on conflict (install_id, slack_user) do update
          set filter = excluded.filter, due_at = deskbridge_now()`.execute(db);
    },

    /** Takes up what is due, for `leaseMs` of real time: what is not finished by then is anybody's again. */
    async claim(limit: number, leaseMs: number): Promise<readonly HeldHome[]> {
      // Materialized, so that what is chosen is chosen once.
      const found = await sql<{ slack_user: string; attempt: number }>`with due as materialized (
          select slack_user from home where install_id = ${install}
            and (due_at <= deskbridge_now() or (due_at is null and held_until is not null))
            and (held_until is null or held_until < clock_timestamp())
          order by due_at nulls last limit ${limit} for update skip locked)
        update home h set due_at = null, attempt = attempt + 1,
          held_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
        from due where h.install_id = ${install} and h.slack_user = due.slack_user
        returning h.slack_user, h.attempt`.execute(db);
      return found.rows.map((row) => ({ user: SlackUser.parse(row.slack_user), attempt: row.attempt }));
    },

    /** It shows what is true; whatever changed meanwhile made it due again. */
    async shown({ user, attempt }: HeldHome): Promise<void> {
      await sql`update home set held_until = null, attempt = 0
        where install_id = ${install} and slack_user = ${user} and attempt = ${attempt}`.execute(db);
    },

    /** It could not be shown: again after `afterMs`. */
    async again({ user, attempt }: HeldHome, afterMs: number): Promise<void> {
      await sql`update home set held_until = null,
          due_at = least(due_at, deskbridge_now() + make_interval(secs => ${afterMs / 1000}))
        where install_id = ${install} and slack_user = ${user} and attempt = ${attempt}`.execute(db);
    },
  };
}
