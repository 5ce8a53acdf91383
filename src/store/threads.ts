import { sql } from 'kysely';
import { z } from 'zod';
import type { Partition } from '../model/delivery.ts';
import { LinkId, type SlackChannel, type SlackTeam, SlackTs } from '../model/ids.ts';
import type { Conversation } from '../model/link.ts';
import { PLACE_ROLES } from '../model/place.ts';
import { OriginRow } from './link-rows.ts';
import type { Scope } from './scope.ts';

export interface ThreadToRead {
  readonly link: LinkId;
  readonly places: readonly (Conversation & { readonly direct: boolean })[];
}

/** What we were told of a thread, by events or by repair. */
export interface ThreadTold {
  /** Replies that were told and not taken back. */
  readonly replies: number;
  /** Its root was told. */
  readonly root: boolean;
}

/** A message of a thread as we were told of it. */
export interface MessageTold {
  readonly ts: SlackTs;
  readonly gone: boolean;
  /** It was given up because its thread was no request then. */
  readonly dismissed: boolean;
}

const Place = OriginRow.extend({ direct: z.boolean() });
const Due = z.object({ link: LinkId, places: z.array(Place) });
const Told = z.object({ partition: z.string(), replies: z.number(), root: z.boolean() });
const Message = z.object({ ts: SlackTs, gone: z.boolean(), dismissed: z.boolean() });
const Open = z.object({ link: LinkId, root: SlackTs, stamp: z.string().nullable() });
/** An open thread; `stamp` is that of the last edit of its root that the ledger knows. */
export type OpenThread = z.infer<typeof Open>;

/** Identities that tell of a message itself: as it was written, or as an edit shows it; and those that take it away. */
const TELLS = sql`(split_part(d.identity, ':', 3) = '' or split_part(d.identity, ':', 3) ~ '^[0-9]'
  or split_part(d.identity, ':', 3) = 'message_deleted')`;
const TAKES_AWAY = sql`split_part(d.identity, ':', 3) = 'message_deleted'`;
const TS = sql`split_part(d.identity, ':', 2)`;
const IS_OPEN = sql`(l.state <> 'closed' or l.closed_at > deskbridge_now() - interval '7 days')`;

/** When the threads of links were read last, which have to be read next, and what we know of them. */
export function createThreads(scope: Scope) {
  const { db, install } = scope;
  return {
    /** Threads of open requests: those that are asked for, then those that were not read for `minutes`, longest first. */
    async toRead(limit: number, minutes: number): Promise<readonly ThreadToRead[]> {
      const found = await sql`
        select l.id as link, (select jsonb_agg(jsonb_build_object('team', p.team, 'channel', p.channel, 'root', p.root_ts,
            'direct', (l.home = 'dm' and p.role = 'primary') or coalesce(r.direct, false)))
          from place p left join channel_reading r
            on r.install_id = p.install_id and r.team = p.team and r.channel = p.channel
          where p.install_id = l.install_id and p.link_id = l.id and p.role = any(${[...PLACE_ROLES]}::text[])) as places
        from link l
        where l.install_id = ${install} and (l.thread_due or (${IS_OPEN}
            and coalesce(l.thread_checked_at, l.opened_at) < deskbridge_now() - make_interval(mins => ${minutes})))
          and exists (select from place p where p.install_id = l.install_id and p.link_id = l.id)
        order by not l.thread_due, coalesce(l.thread_checked_at, l.opened_at) limit ${limit}`.execute(db);
      return found.rows.map((row) => Due.parse(row));
    },

    /** The whole thread has to be read as soon as possible: it was bound late, or somebody asked. */
    async ask(id: LinkId): Promise<void> {
      await sql`update link set thread_due = true where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** The same for all open requests; how many. */
    async askAll(): Promise<number> {
      const asked =
        await sql`update link l set thread_due = true where l.install_id = ${install} and ${IS_OPEN}
        and exists (select from place p where p.install_id = l.install_id and p.link_id = l.id)`.execute(db);
      return Number(asked.numAffectedRows ?? 0);
    },

    /**
     * Slack shows something else than we were told. One that was read since its latest reply, and not long ago, differs
     * for a reason that reading it again does not mend.
     */
    async askBehind(id: LinkId, latest: SlackTs | null): Promise<void> {
      await sql`update link set thread_due = true where install_id = ${install} and id = ${id}
        and (thread_checked_at is null or thread_checked_at < deskbridge_now() - interval '5 minutes'
          or to_timestamp(${latest}::float8) > thread_checked_at - interval '1 minute')`.execute(db);
    },

    /** Nobody looked for a while: all open requests have to be read again, after those that are asked for. */
    async forgetChecked(): Promise<void> {
      await sql`update link l set thread_checked_at = null where l.install_id = ${install} and ${IS_OPEN}`.execute(
        db,
      );
    },

    async checked(id: LinkId): Promise<void> {
      await sql`update link set thread_checked_at = deskbridge_now(), thread_due = false where install_id = ${install} and id = ${id}`.execute(
        db,
      );
    },

    /** Which of these links still have to be read. */
    async stillDue(links: readonly LinkId[] | null): Promise<readonly LinkId[]> {
      const found = await sql`select id from link where install_id = ${install} and thread_due
        and (${links === null}::boolean or id = any(${[...(links ?? [])]}::uuid[]))`.execute(db);
      return found.rows.map((row) => z.object({ id: LinkId }).parse(row).id);
    },

    /** Threads of open requests whose root lies between these two, `above` excluded. */
    async openIn(
      { team, channel }: { readonly team: SlackTeam; readonly channel: SlackChannel },
      { from, above }: { readonly from: SlackTs; readonly above: SlackTs | null },
    ): Promise<readonly OpenThread[]> {
      const found = await sql`select p.link_id as link, p.root_ts as root, i.stamp from place p
        join link l on l.install_id = p.install_id and l.id = p.link_id
        left join item i on i.install_id = p.install_id and i.link_id = p.link_id and i.kind = 'message'
          and i.origin = 'slack' and i.channel = p.channel and i.native_id = p.root_ts
        where p.install_id = ${install} and p.team = ${team} and p.channel = ${channel} and ${IS_OPEN}
          and p.role = any(${[...PLACE_ROLES]}::text[]) and p.root_ts::numeric >= ${from}::numeric
          and (${above}::numeric is null or p.root_ts::numeric < ${above}::numeric)`.execute(db);
      return found.rows.map((row) => Open.parse(row));
    },

    /** What we were told of these threads; one of which we were told nothing is absent. */
    async told(partitions: readonly Partition[]): Promise<ReadonlyMap<string, ThreadTold>> {
      const found = await sql`
        select partition, count(*) filter (where ts <> root_ts and not gone)::int as replies, bool_or(ts = root_ts) as root
        from (
          select d.partition, split_part(d.partition, ':', 4) as root_ts, ${TS} as ts, bool_or(${TAKES_AWAY}) as gone
          from delivery d
          where d.install_id = ${install} and d.source = 'slack' and d.identity is not null
            and d.partition = any(${[...partitions]}::text[]) and ${TELLS}
          group by 1, 2, 3) messages
        group by partition`.execute(db);
      return new Map(
        found.rows.map((row) => {
          const { partition, replies, root } = Told.parse(row);
          return [partition, { replies, root }];
        }),
      );
    },

    /** Every message of one thread that we were told of. */
    async messagesTold(partition: Partition): Promise<readonly MessageTold[]> {
      const found = await sql`
        select ${TS} as ts, bool_or(${TAKES_AWAY}) as gone,
          bool_and(d.state = 'ignored' and d.reason in ('thread-without-request', 'channel-without-requests', 'responder', 'bot-message', 'small-talk', 'bypassed', 'bare-mention')) as dismissed
        from delivery d
        where d.install_id = ${install} and d.source = 'slack' and d.identity is not null
          and d.partition = ${partition} and ${TELLS}
        group by 1`.execute(db);
      return found.rows.map((row) => Message.parse(row));
    },
  };
}
