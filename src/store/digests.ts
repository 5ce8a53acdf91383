import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { LinkId, Marker, SlackUser } from '../model/ids.ts';
import type { Scope } from './scope.ts';

/** One piece of news. */
const DigestNews = z.object({ link: LinkId, text: z.string() });
export type DigestNews = z.infer<typeof DigestNews>;

/** A digest that somebody sends; nobody with an older `attempt` writes anything. */
export interface HeldDigest {
  readonly user: SlackUser;
  readonly attempt: number;
  /** It may have been sent under this marker; null: nothing was. */
  readonly sending: { readonly marker: Marker; readonly startedAt: Date } | null;
}

interface Row {
  readonly slack_user: string;
  readonly attempt: number;
  readonly marker: string | null;
  readonly started_at: Date | null;
}

function heldOf({ slack_user, attempt, marker, started_at: startedAt }: Row): HeldDigest {
  const sending = marker === null || startedAt === null ? null : { marker: Marker.parse(marker), startedAt };
  return { user: SlackUser.parse(slack_user), attempt, sending };
}

/** What waits for people who want to hear of everything once a day. */
export function createDigests({ db, install, envelope }: Scope) {
  const place = (id: string) => ({ install, table: 'digest_item', row: id, column: 'payload' });
  return {
    /** Keeps it for his digest; the same `id` counts once. The first piece makes the digest due at `dueAt`. */
    async add(user: SlackUser, id: string, news: DigestNews, dueAt: Date): Promise<void> {
      const sealed = envelope.seal(place(id), Buffer.from(JSON.stringify(news)));
      await sql`with added as (insert into digest_item (install_id, id, slack_user, payload)
          values (${install}, ${id}, ${user}, ${sealed}) on conflict (install_id, id) do nothing returning id)
        insert into digest (install_id, slack_user, due_at)
        select ${install}, ${user}, ${dueAt} where exists (select from added)
        on conflict (install_id, slack_user) do nothing`.execute(db);
    },

    /** Takes up what is due, for `leaseMs` of real time. */
    async claim(limit: number, leaseMs: number): Promise<readonly HeldDigest[]> {
      // Materialized, so that what is chosen is chosen once.
      const found = await sql<Row>`with due as materialized (select slack_user from digest
          where install_id = ${install} and due_at <= deskbridge_now()
            and (held_until is null or held_until < clock_timestamp())
          order by due_at limit ${limit} for update skip locked)
        update digest d set attempt = attempt + 1,
          held_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
        from due where d.install_id = ${install} and d.slack_user = due.slack_user
        returning d.slack_user, d.attempt, d.marker, d.started_at`.execute(db);
      return found.rows.map(heldOf);
    },

    /** What it says: everything that waits now, and what was on its way already. Null when somebody else has it. */
    async start({ user, attempt, sending }: HeldDigest): Promise<HeldDigest['sending']> {
      if (sending !== null) return sending;
      const marker = Marker.parse(`dsk-${uuidv7().replaceAll('-', '')}`);
      const started = await sql<{ started_at: Date }>`with held as (
          update digest set marker = ${marker}, started_at = deskbridge_now()
          where install_id = ${install} and slack_user = ${user} and attempt = ${attempt} returning started_at),
        taken as (update digest_item set marker = ${marker} where install_id = ${install}
          and slack_user = ${user} and told_at is null and exists (select from held))
        select started_at from held`.execute(db);
      const startedAt = started.rows[0]?.started_at;
      return startedAt === undefined ? null : { marker, startedAt };
    },

    /** Oldest first. */
    async newsUnder(marker: Marker): Promise<readonly DigestNews[]> {
      const found = await sql<{ id: string; payload: Buffer }>`select id, payload from digest_item
        where install_id = ${install} and marker = ${marker} and told_at is null order by created_at, id`.execute(
        db,
      );
      return found.rows.map(({ id, payload }) =>
        DigestNews.parse(JSON.parse(envelope.open(place(id), payload).toString('utf8'))),
      );
    },

    /** It was told, or nobody wants it: what came meanwhile waits until `nextAt`. */
    async told({ user, attempt }: HeldDigest, marker: Marker, nextAt: Date): Promise<void> {
      await sql`with mine as (select slack_user from digest
          where install_id = ${install} and slack_user = ${user} and attempt = ${attempt} for update),
        told as (update digest_item set told_at = deskbridge_now() where install_id = ${install}
          and slack_user = ${user} and marker = ${marker} and exists (select from mine)),
        kept as (update digest set marker = null, started_at = null, held_until = null, attempt = 0, due_at = ${nextAt}
          where install_id = ${install} and slack_user in (select slack_user from mine)
            and exists (select from digest_item where install_id = ${install} and slack_user = ${user}
              and told_at is null and marker is distinct from ${marker}))
        delete from digest where install_id = ${install} and slack_user in (select slack_user from mine)
          and not exists (select from digest_item where install_id = ${install} and slack_user = ${user}
            and told_at is null and marker is distinct from ${marker})`.execute(db);
    },

    /** Nobody knows, or nothing happened: again after `afterMs`. */
    async again({ user, attempt }: HeldDigest, afterMs: number): Promise<void> {
      await sql`update digest set held_until = null, due_at = deskbridge_now() + make_interval(secs => ${afterMs / 1000})
        where install_id = ${install} and slack_user = ${user} and attempt = ${attempt}`.execute(db);
    },

    /** Drops what was told so long ago that nothing can bring it up again. */
    async forgetTold(days: number): Promise<void> {
      await sql`delete from digest_item where install_id = ${install}
        and told_at < deskbridge_now() - make_interval(days => ${days})`.execute(db);
    },
  };
}
