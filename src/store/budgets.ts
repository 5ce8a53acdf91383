import { sql } from 'kysely';
import type { Limit } from '../model/budget.ts';
import type { Scope } from './scope.ts';

/** First pause of a failing destination, doubled with each failure up to the longest. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * This statement need not wait for the disk: a database that dies forgets the last tokens taken, which is a moment's worth
 * of calls, and every call would wait for the disk once more (postgresql.org/docs, synchronous_commit).
 */
const UNHURRIED = sql`set_config('synchronous_commit', 'off', true) as unhurried`;

/** Token buckets and breakers as rows, so that all workers together keep one vendor's limit. */
export function createBudgets(scope: Scope) {
  const { db, install } = scope;

  /** Takes out of every bucket that is there; out of none unless all of them are. */
  async function takeOnce(
    limits: readonly Limit[],
  ): Promise<{ readonly waitMs: number; readonly known: number }> {
    const wanted = limits.map((limit) => limit.destination);
    const state = await sql<{ wait_ms: number; known: number }>`
        with asked as (
          select * from unnest(${wanted}::text[], ${limits.map((l) => l.burst)}::float8[],
            ${limits.map((l) => l.perSecond)}::float8[]) as a(destination, burst, per_second)
        ), now_filled as (
          select b.destination, a.per_second, b.paused_until, least(a.burst,
            b.tokens + a.per_second * greatest(0, extract(epoch from deskbridge_now() - b.refilled_at))::float8) as tokens
          from (select * from budget where install_id = ${install} and destination = any(${wanted}::text[])
            order by destination for update) b
          join asked a using (destination)
        ), verdict as (
          select coalesce(max(greatest(
            case when tokens < 1 then ((1 - tokens) / per_second) * 1000 else 0 end,
            coalesce(extract(epoch from paused_until - deskbridge_now()) * 1000, 0), 0)), 0)::float8 as wait_ms
          from now_filled
        ), taken as (
          update budget b set tokens = n.tokens - 1, refilled_at = deskbridge_now()
          from now_filled n, verdict v
          where b.install_id = ${install} and b.destination = n.destination and v.wait_ms = 0
            and (select count(*) from now_filled) = cardinality(${wanted}::text[])
        )
        select wait_ms, (select count(*) from now_filled)::int as known, ${UNHURRIED} from verdict`.execute(
      db,
    );
    const row = state.rows[0];
    return { waitMs: Math.ceil(row?.wait_ms ?? 0), known: row?.known ?? 0 };
  }

  return {
    /** Takes one call out of every bucket, or none: milliseconds to wait, 0 when it may go now. */
    async take(limits: readonly Limit[]): Promise<number> {
      const first = await takeOnce(limits);
      if (first.known === limits.length) return first.waitMs;
      // Somebody uses one of these for the first time.
      await sql`insert into budget (install_id, destination, tokens)
        select ${install}, destination, burst from unnest(${limits.map((l) => l.destination)}::text[],
          ${limits.map((l) => l.burst)}::float8[]) as a(destination, burst)
        order by destination on conflict do nothing`.execute(db);
      return (await takeOnce(limits)).waitMs;
    },

    /** Takes `cost` more out of a bucket, also below zero: what follows waits until it is filled again. */
    async spend({ destination, burst, perSecond }: Limit, cost: number): Promise<void> {
      await sql`insert into budget as b (install_id, destination, tokens) values (${install}, ${destination}, ${burst - cost})
        on conflict (install_id, destination) do update set refilled_at = deskbridge_now(), tokens = least(${burst}::float8,
          b.tokens + ${perSecond}::float8 * greatest(0, extract(epoch from deskbridge_now() - b.refilled_at))::float8) - ${cost}::float8
        returning ${UNHURRIED}`.execute(db);
    },

    /** Takes so much out of several buckets at once, also below zero; answers what is left in each. */
    async drain(
      wanted: readonly { readonly limit: Limit; readonly cost: number }[],
    ): Promise<ReadonlyMap<string, number>> {
      const left = await sql<{ destination: string; tokens: number }>`
        with asked as (
          select * from unnest(${wanted.map(({ limit }) => limit.destination)}::text[],
            ${wanted.map(({ limit }) => limit.burst)}::float8[], ${wanted.map(({ limit }) => limit.perSecond)}::float8[],
            ${wanted.map(({ cost }) => cost)}::float8[]) as a(destination, burst, per_second, cost)
        )
        insert into budget as b (install_id, destination, tokens)
        select ${install}, destination, burst - cost from asked order by destination
        on conflict (install_id, destination) do update set refilled_at = deskbridge_now(),
          tokens = (select least(a.burst, b.tokens + a.per_second
            * greatest(0, extract(epoch from deskbridge_now() - b.refilled_at))::float8) - a.cost
            from asked a where a.destination = b.destination)
        returning destination, tokens`.execute(db);
      return new Map(left.rows.map(({ destination, tokens }) => [destination, tokens]));
    },

    /** Milliseconds until the destination may be used again; 0 when it is not paused. */
    async pausedForMs(destination: string): Promise<number> {
      const found = await sql<{ wait_ms: number }>`
        select greatest(0, extract(epoch from paused_until - deskbridge_now()) * 1000)::float8 as wait_ms
        from budget where install_id = ${install} and destination = ${destination}`.execute(db);
      return Math.ceil(found.rows[0]?.wait_ms ?? 0);
    },

    /**
     * Pauses a destination: for as long as it asked, else ever longer while it fails. Answers the pause in ms. Who asks
     * for a pause is alive, so that is no failure, and no success of an earlier call ends it.
     */
    async pause(destination: string, reason: string, askedMs: number | null): Promise<number> {
      const paused = await sql<{ wait_ms: number }>`
        insert into budget as b (install_id, destination, tokens, failures, reason, paused_until)
        values (${install}, ${destination}, 1, ${askedMs === null ? 1 : 0}, ${reason},
          deskbridge_now() + make_interval(secs => ${(askedMs ?? PAUSE_MS) / 1000}))
        on conflict (install_id, destination) do update set
          failures = case when ${askedMs !== null}::boolean then 0
            when b.paused_until > deskbridge_now() then b.failures else b.failures + 1 end,
          reason = excluded.reason,
          paused_until = case when ${askedMs === null}::boolean and b.paused_until > deskbridge_now() then b.paused_until
            else greatest(b.paused_until, deskbridge_now() + make_interval(secs => coalesce(${askedMs}::float8,
              least(${LONGEST_PAUSE_MS}, ${PAUSE_MS} * power(2, least(b.failures, 10)))) / 1000)) end
        returning greatest(0, extract(epoch from paused_until - deskbridge_now()) * 1000)::float8 as wait_ms`.execute(
        db,
      );
      return Math.ceil(paused.rows[0]?.wait_ms ?? PAUSE_MS);
    },

    /** Did it fail since it last did what we asked? */
    async failing(destination: string): Promise<boolean> {
      const found = await sql`select 1 from budget
        where install_id = ${install} and destination = ${destination} and failures > 0`.execute(db);
      return found.rows.length > 0;
    },

    /** It answered: the next failure starts from the shortest pause again. */
    async succeeded(destination: string): Promise<void> {
      await sql`update budget set failures = 0, paused_until = null, reason = null
        where install_id = ${install} and destination = ${destination} and failures > 0`.execute(db);
    },

    /** Somebody has mended it: it is asked again at once. */
    async resume(destination: string): Promise<void> {
      await sql`update budget set paused_until = null, reason = null
        where install_id = ${install} and destination = ${destination}`.execute(db);
    },

    /** Nobody went there for so many hours: whoever goes there again begins with a full bucket, as one that stood does. */
    async forgetUnused(hours: number): Promise<void> {
      await sql`delete from budget where install_id = ${install} and failures = 0
        and greatest(refilled_at, paused_until) < deskbridge_now() - make_interval(hours => ${hours})`.execute(
        db,
      );
    },

    async paused(): Promise<readonly { destination: string; reason: string; until: Date }[]> {
      const found = await sql<{ destination: string; reason: string; until: Date }>`
        select destination, coalesce(reason, '') as reason, paused_until as until from budget
        where install_id = ${install} and paused_until > deskbridge_now() order by destination`.execute(db);
      return found.rows;
    },
  };
}
