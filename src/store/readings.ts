import { sql } from 'kysely';
import { z } from 'zod';
import { SlackChannel, SlackTeam, SlackTs } from '../model/ids.ts';
import { PLACE_ROLES } from '../model/place.ts';
import type { Scope } from './scope.ts';

/** How far a channel was read. A reading goes from the newest message back to its floor, in as many runs as it takes. */
export interface ChannelReading {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  /** A conversation with one person. */
  readonly direct: boolean;
  /** Up to here every message was seen; null before the first reading. */
  readonly seenTo: SlackTs | null;
  /** The oldest thread of an open request; null when there is none. */
  readonly oldestOpen: SlackTs | null;
  /** It is time to go back to that one again. */
  readonly deepDue: boolean;
  /** The reading under way. */
  readonly current: CurrentReading | null;
}

export interface CurrentReading {
  /** It ends there. */
  readonly floor: SlackTs;
  /** It goes on with what is older than this; null at the top. */
  readonly below: SlackTs | null;
  /** The newest message that it found. */
  readonly newest: SlackTs | null;
}

const Row = z.object({
  team: SlackTeam,
  channel: SlackChannel,
  direct: z.boolean(),
  seen_to: SlackTs.nullable(),
  oldest_open: SlackTs.nullable(),
  deep_due: z.boolean(),
  floor: SlackTs.nullable(),
  below: SlackTs.nullable(),
  newest: SlackTs.nullable(),
});

/** One that stood still for this long says nothing of what came since; it begins again at the top. */
const STALE = '5 minutes';
/** Between two readings of one channel, and between two that go back to its oldest open request. */
const PAUSE = '45 seconds';
const DEEP_PAUSE = '3 minutes';

/** The channels in which something has to be looked for, and how far they were read. */
export function createReadings(scope: Scope) {
  const { db, install } = scope;
  return {
    /** What has to be read now: the configured channels and those of open requests, the longest unread first. */
    async due(team: SlackTeam, configured: readonly SlackChannel[]): Promise<readonly ChannelReading[]> {
      const found = await sql`
        with wanted as (
          select ${team}::text as team, c as channel, null::bigint as root, false as direct from unnest(${[...configured]}::text[]) c
          union all
          select p.team, p.channel, replace(p.root_ts, '.', '')::bigint,
            l.home = 'dm' and p.role = 'primary' from place p
          join link l on l.install_id = p.install_id and l.id = p.link_id
          where p.install_id = ${install} and p.role = any(${[...PLACE_ROLES]}::text[])
            and (l.state <> 'closed' or l.closed_at > deskbridge_now() - interval '7 days')
        ), channels as (
          select team, channel, min(root) as root, bool_or(direct) as direct from wanted group by team, channel)
        select c.team, c.channel, c.direct or coalesce(r.direct, false) as direct, r.seen_to,
          (c.root / 1000000)::text || '.' || lpad((c.root % 1000000)::text, 6, '0') as oldest_open,
          r.deep_at is null or r.deep_at < deskbridge_now() - ${DEEP_PAUSE}::interval as deep_due,
          case when w.fresh then r.floor end as floor, case when w.fresh then r.below end as below,
          case when w.fresh then r.newest end as newest
        from channels c
        left join channel_reading r on r.install_id = ${install} and r.team = c.team and r.channel = c.channel
        cross join lateral (select r.began_at > deskbridge_now() - ${STALE}::interval as fresh) w
        where r.began_at is not null or r.finished_at is null
          or r.finished_at < deskbridge_now() - ${PAUSE}::interval
        order by r.finished_at nulls first`.execute(db);
      return found.rows.map((row) => {
        const { seen_to: seenTo, oldest_open: oldestOpen, deep_due: deepDue, ...rest } = Row.parse(row);
        const { floor, below, newest, ...channel } = rest;
        return {
          ...channel,
          seenTo,
          oldestOpen,
          deepDue,
          current: floor === null ? null : { floor, below, newest },
        };
      });
    },

    /** The reading got this far; the next run goes on. */
    async advance({ team, channel }: Where, { floor, below, newest }: CurrentReading): Promise<void> {
      await sql`insert into channel_reading as r (install_id, team, channel, floor, below, newest, began_at)
        values (${install}, ${team}, ${channel}, ${floor}, ${below}, ${newest}, deskbridge_now())
        on conflict (install_id, team, channel) do update set floor = excluded.floor, below = excluded.below,
          newest = excluded.newest, began_at = excluded.began_at`.execute(db);
    },

    /** The reading is over. `seenTo` null: nothing new was seen. `deep`: it went back to the oldest open request. */
    async finish(
      { team, channel }: Where,
      { seenTo, deep }: { readonly seenTo: SlackTs | null; readonly deep: boolean },
    ): Promise<void> {
      await sql`insert into channel_reading as r (install_id, team, channel, seen_to, finished_at, deep_at)
        values (${install}, ${team}, ${channel}, ${seenTo}, deskbridge_now(),
          case when ${deep}::boolean then deskbridge_now() end)
        on conflict (install_id, team, channel) do update set
          seen_to = case when r.seen_to is null or excluded.seen_to::numeric > r.seen_to::numeric
            then excluded.seen_to else r.seen_to end,
          finished_at = excluded.finished_at, deep_at = coalesce(excluded.deep_at, r.deep_at),
          floor = null, below = null, newest = null, began_at = null`.execute(db);
    },

    /** Nobody has read anything for so many minutes although there was something to read. */
    async stoodStill(minutes: number): Promise<boolean> {
      const found = await sql<{ still: boolean | null }>`
        select max(finished_at) < deskbridge_now() - make_interval(mins => ${minutes}) as still
        from channel_reading where install_id = ${install}`.execute(db);
      return found.rows[0]?.still === true;
    },

    /** Remembers that a channel is a conversation with one person: only events say so. */
    async markDirect({ team, channel }: Where): Promise<void> {
      await sql`insert into channel_reading as r (install_id, team, channel, direct)
        values (${install}, ${team}, ${channel}, true)
        on conflict (install_id, team, channel) do update set direct = true where not r.direct`.execute(db);
    },
  };
}

interface Where {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
}
