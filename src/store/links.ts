import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { hashOf } from '../model/delivery.ts';
import {
  type ConnectorId,
  LinkId,
  type SlackChannel,
  type SlackTeam,
  type SlackUser,
  type TicketId,
} from '../model/ids.ts';
import type {
  Conversation,
  Link,
  LinkedTicket,
  LinkStatus,
  ParkedWhy,
  RequestText,
  Route,
} from '../model/link.ts';
import type { LinkPlace } from '../model/place.ts';
import type { RoutingFacts } from '../model/route.ts';
import { LINK_COLUMNS, LinkRow, linkOf, Request } from './link-rows.ts';
import { moveToDirectMessage, originOf, placesOf } from './places.ts';
import { StoredFacts } from './routing-rows.ts';
import type { Scope } from './scope.ts';
import { merge, withdraw } from './untouched-links.ts';

export interface NewLink {
  /** What opened it; the same origin never opens a second link. */
  readonly origin: string;
  readonly team: SlackTeam;
  readonly requester: SlackUser;
  readonly home: 'thread' | 'dm';
  readonly place: Conversation | null;
}

export function createLinks(scope: Scope) {
  const { db, install, envelope } = scope;
  const requestPlace = (id: LinkId) => ({ install, table: 'link', row: id, column: 'request' });
  const factsPlace = (id: LinkId) => ({ install, table: 'link', row: id, column: 'facts' });

  return {
    /** Reserves a link and its place. Null when its origin or its place already belongs to one. */
    async open(link: NewLink): Promise<LinkId | null> {
      const id = LinkId.parse(uuidv7());
      const made = await sql`
        insert into link (install_id, id, origin, shard_hash, state, home, team, requester)
        select ${install}, ${id}, ${link.origin}, ${hashOf(id)}, 'provisional', ${link.home}, ${link.team}, ${link.requester}
        where not exists (select from place where install_id = ${install} and team = ${link.team}
          and channel = ${link.place?.channel ?? null} and root_ts = ${link.place?.root ?? null})
        on conflict (install_id, origin) do nothing returning id`.execute(db);
      if (made.rows.length === 0) return null;
      if (link.place === null || (await this.addPlace(id, 'primary', link.place))) return id;
      // Somebody else has reserved the place since the first look.
      await sql`delete from link where install_id = ${install} and id = ${id}`.execute(db);
      return null;
    },

    /**
     * Takes back a link of which nothing came yet, with all that was sorted to it: whoever asked was not let. Its thread may
     * become a request by somebody else. False when something came of it.
     */
    withdraw: (id: LinkId, reason: string): Promise<boolean> => withdraw(scope, id, reason),

    /** It is what another request is about: what was said in it, and what will be, belongs to that one. False when something came of it. */
    merge: (id: LinkId, into: LinkId): Promise<boolean> => merge(scope, id, into),

    /** False when the place belongs to a link already. */
    async addPlace(
      id: LinkId,
      role: 'primary' | 'origin' | 'internal',
      place: Conversation,
    ): Promise<boolean> {
      const added = await sql`insert into place (install_id, link_id, role, team, channel, root_ts)
        values (${install}, ${id}, ${role}, ${place.team}, ${place.channel}, ${place.root})
        on conflict (install_id, team, channel, root_ts) do nothing returning link_id`.execute(db);
      return added.rows.length > 0;
    },

    /** The conversation goes on in a direct message; the thread where it began still belongs to the link. */
    moveToDirectMessage: (id: LinkId): Promise<void> => moveToDirectMessage(scope, id),

    /** Where the request began, when its conversation has moved to a direct message. */
    originOf: (id: LinkId): Promise<Conversation | null> => originOf(scope, id),

    /** Every place whose words belong to the request, in the order of their roots. */
    placesOf: (id: LinkId): Promise<readonly LinkPlace[]> => placesOf(scope, id),

    /** Whose request it is turned out before anything came of it. */
    async setRequester(id: LinkId, requester: SlackUser): Promise<void> {
      await sql`update link set requester = ${requester} where install_id = ${install} and id = ${id}`.execute(
        db,
      );
    },

    async byPlace(place: Conversation): Promise<LinkId | null> {
      const found = await sql<{ link_id: string }>`select link_id from place where install_id = ${install}
        and team = ${place.team} and channel = ${place.channel} and root_ts = ${place.root}`.execute(db);
      return found.rows[0] === undefined ? null : LinkId.parse(found.rows[0].link_id);
    },

    /** Is any link at home in this channel? Such a channel is known although nobody configured it. */
    async hasPlaceIn(team: SlackTeam, channel: SlackChannel): Promise<boolean> {
      const found = await sql`select from place
        where install_id = ${install} and team = ${team} and channel = ${channel} limit 1`.execute(db);
      return found.rows.length > 0;
    },

    /** Whatever the cards in this channel show, it is decided anew. Answers their links, in order. */
    async showAnew(team: SlackTeam, channel: SlackChannel): Promise<readonly LinkId[]> {
      const found = await sql<{ id: string }>`update link l set card_shown = null
        from (select k.install_id, k.id from link k where k.install_id = ${install} and k.team = ${team}
          and k.card_channel = ${channel} order by k.id for no key update) as found
        where l.install_id = found.install_id and l.id = found.id returning l.id`.execute(db);
      return found.rows.map((row) => LinkId.parse(row.id)).sort();
    },

    async byTicket(connector: ConnectorId, ticket: TicketId): Promise<LinkId | null> {
      const found = await sql<{ link_id: string }>`select link_id from ticket
        where install_id = ${install} and connector = ${connector} and ticket_id = ${ticket}`.execute(db);
      return found.rows[0] === undefined ? null : LinkId.parse(found.rows[0].link_id);
    },

    /** Something waits for this link; `stale` when its ticket has to be read again. */
    async wake(id: LinkId, stale: boolean): Promise<void> {
      await sql`update link set wake_at = least(coalesce(wake_at, 'infinity'), deskbridge_now()),
          ticket_stale = ticket_stale + ${stale ? 1 : 0}
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    async get(id: LinkId): Promise<Link | null> {
      const found = await sql`select ${LINK_COLUMNS}
        from link l
        left join place p on p.install_id = l.install_id and p.link_id = l.id and p.role = 'primary'
        left join place a on a.install_id = l.install_id and a.link_id = l.id and a.role = 'internal'
        where l.install_id = ${install} and l.id = ${id}`.execute(db);
      if (found.rows[0] === undefined) return null;
      const row = LinkRow.parse(found.rows[0]);
      const request =
        row.request === null
          ? null
          : Request.parse(JSON.parse(envelope.open(requestPlace(id), row.request).toString('utf8')));
      return linkOf(row, request);
    },

    /** Writes down where the request goes and why, and reserves its ticket before the ticket system is called. */
    async route(
      id: LinkId,
      route: Route,
      request: RequestText,
      at: { site: string; configHash: string; facts: RoutingFacts },
    ): Promise<void> {
      const sealed = envelope.seal(requestPlace(id), Buffer.from(JSON.stringify(request)));
      const facts = envelope.seal(factsPlace(id), Buffer.from(JSON.stringify(at.facts)));
      const { flow, risk, policies, responders, tags, group } = route;
      const yields = JSON.stringify({ flow, risk, policies, responders, tags, group });
      await sql`update link set kind = ${route.kind}, queue = ${route.queue}, connector = ${route.connector},
          priority = ${route.priority}, privacy = ${route.privacy}, rule = ${route.rule}, reason = ${route.reason},
          yields = ${yields}::jsonb, facts = ${facts}, config_hash = ${at.configHash}, request = ${sealed}
        where install_id = ${install} and id = ${id}`.execute(db);
      // Chosen anew before there is a ticket, it may lie in another system.
      await sql`insert into ticket (install_id, link_id, generation, connector, site)
        values (${install}, ${id}, 1, ${route.connector}, ${at.site})
        on conflict (install_id, link_id, generation) do update
          set connector = excluded.connector, site = excluded.site where ticket.ticket_id is null`.execute(
        db,
      );
    },

    /** What was looked at when it was routed; null for one that an earlier version routed. */
    async factsOf(id: LinkId): Promise<RoutingFacts | null> {
      const found = await sql<{ facts: Buffer | null }>`select facts from link
        where install_id = ${install} and id = ${id}`.execute(db);
      const facts = found.rows[0]?.facts ?? null;
      if (facts === null) return null;
      return StoredFacts.parse(JSON.parse(envelope.open(factsPlace(id), facts).toString('utf8')));
    },

    /** A parked link says why; one in any other state says nothing of it. What stops a closed one does not close it anew. */
    async setStatus(
      id: LinkId,
      state: LinkStatus,
      parked: { readonly why: ParkedWhy; readonly reason: string } | null = null,
    ): Promise<void> {
      await sql`update link set state = ${state}, parked_reason = ${parked?.reason ?? null},
          parked_why = ${parked?.why ?? null},
          closed_at = case when ${state} = 'closed' then coalesce(closed_at, deskbridge_now())
            when ${state} = 'parked' then closed_at end,
          parked_at = case when ${state} = 'parked' then coalesce(parked_at, deskbridge_now()) end
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** The Home of the person who asked shows the same a moment later, where he has opened one lately. */
    async setCard(id: LinkId, card: { channel: string; ts: string }, shown: string): Promise<void> {
      await sql`with carded as (update link set card_channel = ${card.channel}, card_ts = ${card.ts}, card_shown = ${shown}
            where install_id = ${install} and id = ${id} returning requester)
        update home h set due_at = least(h.due_at, deskbridge_now() + interval '1 second') from carded where h.install_id = ${install}
          and h.slack_user = carded.requester and h.opened_at > deskbridge_now() - interval '30 days'`.execute(
        db,
      );
    },

    /** What was stale when the plan was made has been seen. */
    async setSeen(id: LinkId, seen: number): Promise<void> {
      await sql`update link set ticket_seen = greatest(ticket_seen, ${seen}), plan_after = null,
          ticket_read_at = deskbridge_now()
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** Planning failed for a passing reason: try again after `afterMs`. */
    async planLater(id: LinkId, afterMs: number): Promise<void> {
      await sql`update link set plan_after = deskbridge_now() + make_interval(secs => ${afterMs / 1000})
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    async saveTicket(id: LinkId, ticket: LinkedTicket): Promise<void> {
      const { fields } = ticket;
      const isOpen = fields !== null && fields.status.category !== 'done';
      // A link that stays parked is told by nothing else that its ticket was opened again.
      await sql`with opened as (update link set closed_at = null where install_id = ${install} and id = ${id}
            and state = 'parked' and closed_at is not null and ${isOpen}::boolean)
        update ticket set ticket_id = ${ticket.id}, key = ${ticket.key}, url = ${ticket.url},
          summary = ${fields?.summary ?? null}, status_name = ${fields?.status.name ?? null},
          status_category = ${fields?.status.category ?? null}, resolution = ${fields?.resolution ?? null},
          assignee = ${fields?.assignee ?? null}, assignment_group = ${fields?.group ?? null},
          priority = ${fields?.priority ?? null}, impact = ${fields?.impact ?? null},
          urgency = ${fields?.urgency ?? null}, restricted = ${fields?.restricted === true}, waits_for_requester = ${fields?.waitsForRequester === true}, updated_at = ${ticket.updatedAt}
        where install_id = ${install} and link_id = ${id} and generation = ${ticket.generation}`.execute(db);
    },

    /** Remembers a status that somebody set from Slack, until a reading has confirmed it (null). */
    async setOwnChange(id: LinkId, change: Omit<NonNullable<Link['ownChange']>, 'at'> | null): Promise<void> {
      await sql`update link set own_change =
          ${change === null ? null : JSON.stringify(change)}::jsonb || jsonb_build_object('at', deskbridge_now())
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    /** Marks the links of these tickets for a re-read; answers those that exist. */
    async markStale(connector: ConnectorId, tickets: readonly TicketId[]): Promise<readonly LinkId[]> {
      const woken = await sql<{ id: string }>`
        update link l set ticket_stale = ticket_stale + 1,
          wake_at = least(coalesce(wake_at, 'infinity'), deskbridge_now())
        from (select k.install_id, k.id from link k
          join ticket t on t.install_id = k.install_id and t.link_id = k.id
          where t.install_id = ${install} and t.connector = ${connector} and t.ticket_id = any(${[...tickets]}::text[])
          order by k.id for no key update of k) as found
        where l.install_id = found.install_id and l.id = found.id
        returning l.id`.execute(db);
      return woken.rows.map((row) => LinkId.parse(row.id));
    },

    /** The same for open requests whose ticket nobody has read for so long, the longest first. */
    async markUnread(
      connector: ConnectorId,
      { minutes, limit }: { readonly minutes: number; readonly limit: number },
    ): Promise<readonly LinkId[]> {
      const woken = await sql<{ id: string }>`
        with found as materialized (select k.install_id, k.id from link k
          where k.install_id = ${install} and k.connector = ${connector} and k.state in ('live', 'parked')
            and k.ticket_stale <= k.ticket_seen
            and coalesce(k.ticket_read_at, k.opened_at) < deskbridge_now() - make_interval(mins => ${minutes})
            and exists (select from ticket t
              where t.install_id = k.install_id and t.link_id = k.id and t.ticket_id is not null)
          order by k.ticket_read_at nulls first limit ${limit} for update of k skip locked)
        update link l set ticket_stale = ticket_stale + 1,
          wake_at = least(coalesce(wake_at, 'infinity'), deskbridge_now())
        from found where l.install_id = found.install_id and l.id = found.id
        returning l.id`.execute(db);
      return woken.rows.map((row) => LinkId.parse(row.id));
    },

    /** Shards that hold links due for longer than `olderThanMs` that nobody has leased. */
    async dueShards(olderThanMs: number, shards: number): Promise<readonly number[]> {
      const found = await sql<{ shard: number }>`
        select distinct shard_hash % ${shards} as shard from link
        where install_id = ${install} and wake_at <= deskbridge_now() - make_interval(secs => ${olderThanMs / 1000})
          and (lease_until is null or lease_until < clock_timestamp())`.execute(db);
      return found.rows.map((row) => row.shard);
    },
  };
}
