import { sql } from 'kysely';
import { z } from 'zod';
import { WHY_APART } from '../model/apart.ts';
import { LinkId } from '../model/ids.ts';
import { GIVEN_UP } from '../model/link.ts';
import { APART } from './deliveries.ts';
import type { Scope } from './scope.ts';

const Waiting = z.object({
  lane: z.enum(['slack', 'ticket']),
  kind: z.string(),
  state: z.enum(['ready', 'sending', 'parked']),
  blocks: z.boolean(),
  since: z.coerce.date(),
  next_at: z.coerce.date(),
  reason: z.string().nullable(),
});
const Away = z.object({ lane: z.enum(['slack', 'ticket']), reason: z.string() });
const Row = z.object({
  parked_since: z.date().nullable(),
  waiting: z.array(Waiting),
  apart: z.array(z.coerce.date()),
  away: z.array(Away),
  thread_due: z.boolean(),
  given_up: z.number(),
  read_at: z.date().nullable(),
});

/** A system that failed at its last call counts as away for so long; polls renew it. */
const AWAY_SECONDS = 90;

/** Something that has not been carried over. */
export interface WaitingOperation extends Omit<z.infer<typeof Waiting>, 'next_at'> {
  /** When it is tried next; for a stopped one of no meaning. */
  readonly nextAt: Date;
}

/** What one link waits for, and since when. */
export interface Outlook {
  readonly waiting: readonly WaitingOperation[];
  readonly parkedSince: Date | null;
  /** Sides that do not answer at the moment, so nobody knows what is new there. */
  readonly away: readonly z.infer<typeof Away>[];
  /** The thread has to be read again and was not yet. */
  readonly threadDue: boolean;
  /** Things that an operator skipped. */
  readonly givenUp: number;
  /** When the ticket was read last. */
  readonly readAt: Date | null;
}

/** A message that made us fail, as a receipt tells of it. */
export const apart = (since: Date): WaitingOperation => ({
  lane: 'ticket',
  kind: 'message',
  state: 'parked',
  blocks: false,
  since,
  nextAt: since,
  reason: WHY_APART,
});

const NOTHING: Outlook = {
  waiting: [],
  parkedSince: null,
  away: [],
  threadDue: false,
  givenUp: 0,
  readAt: null,
};

/** A link as an operator looks for it. */
const Found = z.object({ id: LinkId, state: z.string(), key: z.string().nullable() });
export type FoundLink = z.infer<typeof Found>;

const Counted = z.object({ n: z.number() });
const Repaired = z.object({
  messages: z.number(),
  edits: z.number(),
  deletions: z.number(),
  comments: z.number(),
});

/** What a receipt is made of beside the ledger. */
export function createReceipts(scope: Scope) {
  const { db, install } = scope;
  return {
    /** `reason`: why a stopped one stopped, or why the place where it goes is not asked at the moment. */
    async outlook(link: LinkId): Promise<Outlook> {
      const found = await sql`
        select l.parked_at as parked_since, coalesce((
          select jsonb_agg(jsonb_build_object('lane', o.lane, 'kind', o.kind, 'state', o.state, 'blocks', o.blocks,
            'since', case when o.state = 'parked' then o.finished_at else o.created_at end,
            'next_at', greatest(o.next_at, b.paused_until), 'reason', case when o.state = 'parked' then o.reason else b.reason end)
            order by o.created_at, o.lane, o.seq)
          from operation o
          left join budget b on b.install_id = o.install_id and b.paused_until > deskbridge_now()
            and b.destination = case o.lane when 'slack' then 'slack' else l.connector end
          where o.install_id = l.install_id and o.link_id = l.id and o.state in ('ready', 'sending', 'parked')
            and o.kind not in ('card', 'whisper', 'tell', 'backlink', 'approval-card')), '[]') as waiting,
          coalesce((select jsonb_agg(d.received_at order by d.received_at) from delivery d
            where d.install_id = l.install_id and d.link_id = l.id and d.state = 'sorted' and d.reason = ${APART}), '[]') as apart,
          coalesce((select jsonb_agg(jsonb_build_object('lane', case b.destination when 'slack' then 'slack' else 'ticket' end,
              'reason', coalesce(b.reason, '')) order by b.destination <> 'slack')
            from budget b where b.install_id = l.install_id and b.destination in ('slack', l.connector)
              and (b.paused_until > deskbridge_now()
                or b.failures > 0 and b.paused_until > deskbridge_now() - make_interval(secs => ${AWAY_SECONDS}))), '[]') as away,
          l.thread_due, l.ticket_read_at as read_at,
          (select count(*)::int from operation o where o.install_id = l.install_id and o.link_id = l.id
            and o.state = 'skipped' and o.reason = ${GIVEN_UP}) as given_up
        from link l where l.install_id = ${install} and l.id = ${link}`.execute(db);
      if (found.rows[0] === undefined) return NOTHING;
      const row = Row.parse(found.rows[0]);
      const { waiting, parked_since: parkedSince, away, thread_due: threadDue, given_up: givenUp } = row;
      return {
        parkedSince,
        away,
        threadDue,
        givenUp,
        readAt: row.read_at,
        waiting: [
          ...waiting.map(({ next_at: nextAt, ...one }) => ({ ...one, nextAt })),
          ...row.apart.map(apart),
        ],
      };
    },

    /** Was anything ever asked for in this link? */
    async hasOperations(link: LinkId): Promise<boolean> {
      const found =
        await sql`select from operation where install_id = ${install} and link_id = ${link} limit 1`.execute(
          db,
        );
      return found.rows.length > 0;
    },

    /** How many of these were not read on both sides, or not planned, since somebody asked for it. */
    async unread(links: readonly LinkId[]): Promise<number> {
      const found = await sql`select count(*)::int as n from link l
        where l.install_id = ${install} and l.id = any(${[...links]}::uuid[]) and (
          (l.thread_due and exists (select from place p where p.install_id = l.install_id and p.link_id = l.id))
          or (l.ticket_stale > l.ticket_seen and exists (select from ticket t
            where t.install_id = l.install_id and t.link_id = l.id and t.ticket_id is not null))
          or exists (select from delivery d
            where d.install_id = l.install_id and d.link_id = l.id and d.state = 'sorted')
          or exists (select from delivery d join place p on p.install_id = d.install_id
              and d.partition = 'slack:' || p.team || ':' || p.channel || ':' || p.root_ts
            where d.install_id = l.install_id and d.state = 'new' and p.link_id = l.id))`.execute(db);
      return Counted.parse(found.rows[0]).n;
    },

    /** What repair has found in these since then: by what Slack showed, and what was new on the tickets. */
    async repaired(links: readonly LinkId[], since: Date): Promise<z.infer<typeof Repaired>> {
      const found = await sql`
        select count(*) filter (where d.key like 'repair:message:%')::int as messages,
          count(*) filter (where d.key like 'repair:edit:%')::int as edits,
          count(*) filter (where d.key like 'repair:deletion:%')::int as deletions,
          (select count(*)::int from item i where i.install_id = ${install} and i.link_id = any(${[...links]}::uuid[])
            and i.origin = 'ticket' and i.created_at >= ${since}) as comments
        from delivery d
        where d.install_id = ${install} and d.source = 'slack' and d.received_at >= ${since}
          and d.link_id = any(${[...links]}::uuid[]) and d.reason is distinct from 'seen-before'`.execute(db);
      return Repaired.parse(found.rows[0]);
    },

    /** Links by their id or by the key of their ticket in any case; all open ones, the latest first, for null. */
    async find(idOrKey: string | null, limit: number): Promise<readonly FoundLink[]> {
      const found = await sql`select l.id, l.state, t.key from link l
        left join ticket t on t.install_id = l.install_id and t.link_id = l.id
          and t.generation = (select max(g.generation) from ticket g where g.install_id = l.install_id and g.link_id = l.id)
        where l.install_id = ${install} and case when ${idOrKey}::text is null then l.state <> 'closed'
          else l.id::text = lower(${idOrKey}) or lower(t.key) = lower(${idOrKey}) end
        order by l.opened_at desc limit ${limit}`.execute(db);
      return found.rows.map((row) => Found.parse(row));
    },
  };
}
