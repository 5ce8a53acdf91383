import { sql } from 'kysely';
import { z } from 'zod';
import { ConnectorId, LinkId, SlackChannel, SlackTeam, SlackTs, SlackUser, TicketId } from '../model/ids.ts';
import { type Link, type LinkedTicket, PARKED_WHYS, type RequestText, type Route } from '../model/link.ts';
import { PLACE_ROLES } from '../model/place.ts';
import { PLAIN_YIELDS } from '../model/route.ts';
import { PRIORITIES, STATUS_CATEGORIES, WANTED_STATUSES } from '../model/ticket.ts';
import { APART } from './deliveries.ts';
import { StoredDoc } from './operation-bodies.ts';
import { StoredYields } from './routing-rows.ts';

/** As JSON: the newest of the link's tickets comes along with it. */
const TicketRow = z.object({
  generation: z.number(),
  connector: ConnectorId,
  ticket_id: TicketId.nullable(),
  key: z.string().nullable(),
  url: z.string().nullable(),
  summary: z.string().nullable(),
  status_name: z.string().nullable(),
  status_category: z.enum(STATUS_CATEGORIES).nullable(),
  assignee: z.string().nullable(),
  priority: z.string().nullable(),
  updated_at: z.coerce.date().nullable(),
  resolution: z.string().nullable(),
  impact: z.string().nullable(),
  urgency: z.string().nullable(),
  assignment_group: z.string().nullable(),
  restricted: z.boolean(),
  waits_for_requester: z.boolean(),
});

export const LinkRow = z.object({
  id: LinkId,
  state: z.enum(['provisional', 'live', 'closed', 'parked']),
  home: z.enum(['thread', 'dm']),
  team: SlackTeam,
  requester: SlackUser,
  kind: z.string().nullable(),
  queue: z.string().nullable(),
  connector: ConnectorId.nullable(),
  priority: z.enum(PRIORITIES).nullable(),
  privacy: z.enum(['thread', 'private']).nullable(),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  yields: StoredYields.nullable(),
  request: z.instanceof(Buffer).nullable(),
  card_channel: SlackChannel.nullable(),
  card_ts: SlackTs.nullable(),
  card_shown: z.string().nullable(),
  parked_reason: z.string().nullable(),
  parked_why: z.enum(PARKED_WHYS).nullable(),
  resting: z.boolean(),
  closed_at: z.date().nullable(),
  ticket_stale: z.number(),
  ticket_seen: z.number(),
  waits: z.object({ lane: z.enum(['slack', 'ticket']), since: z.coerce.date() }).nullable(),
  missing: z.string().nullable(),
  // One that an earlier version of this program wrote down has no time: it was long ago.
  own_change: z
    .object({ status: z.enum(WANTED_STATUSES), by: SlackUser, at: z.coerce.date().default(new Date(0)) })
    .nullable(),
  channel: SlackChannel.nullable(),
  root_ts: SlackTs.nullable(),
  internal_channel: SlackChannel.nullable(),
  internal_root: SlackTs.nullable(),
  ticket: TicketRow.nullable(),
});
type LinkRow = z.infer<typeof LinkRow>;

/** What waits longer than this is told on the card. */
const WAITS = sql`(select jsonb_build_object('lane', lane, 'since', since) from (
    select o.lane, o.created_at as since from operation o
    where o.install_id = l.install_id and o.link_id = l.id and o.state in ('ready', 'sending')
      and o.kind not in ('card', 'whisper', 'tell', 'backlink', 'approval-card') and o.created_at < deskbridge_now() - interval '3 minutes'
    union all
    select 'ticket', d.received_at from delivery d
    where d.install_id = l.install_id and d.link_id = l.id and d.state = 'sorted'
      and (d.reason = ${APART} or d.received_at < deskbridge_now() - interval '3 minutes')) w
  order by since, lane limit 1)`;
const MISSING = sql`(select o.reason from operation o
  where o.install_id = l.install_id and o.link_id = l.id and o.state = 'parked' and not o.blocks and o.lane = 'slack'
    and o.kind <> 'card' order by o.seq desc limit 1)`;

/** What a link is read from: `l` with its primary place `p` and the agents' own `a`. */
export const LINK_COLUMNS = sql`l.id, l.state, l.home, l.team, l.requester, l.kind, l.queue, l.connector, l.priority, l.privacy,
          l.rule, l.reason, l.yields, l.request, l.card_channel, l.card_ts, l.card_shown, l.parked_reason, l.parked_why,
          l.closed_at, l.ticket_stale, l.ticket_seen, l.own_change, p.channel, p.root_ts, a.channel as internal_channel, a.root_ts as internal_root,
          ${WAITS} as waits, ${MISSING} as missing,
          coalesce(l.parked_why = 'loop' and l.plan_after > deskbridge_now(), false) as resting,
          (select to_jsonb(t) from ticket t where t.install_id = l.install_id and t.link_id = l.id
            order by t.generation desc limit 1) as ticket`;

export const OriginRow = z.object({ team: SlackTeam, channel: SlackChannel, root: SlackTs });
export const PlaceRow = OriginRow.extend({ role: z.enum(PLACE_ROLES) });
export const Request = z.object({ summary: z.string(), details: StoredDoc });

function routeOf(row: LinkRow): Route | null {
  const { kind, queue, connector, priority, privacy, rule, reason } = row;
  if (kind === null || queue === null || connector === null || priority === null) return null;
  return {
    ...(row.yields ?? PLAIN_YIELDS),
    kind,
    queue,
    connector,
    priority,
    privacy: privacy ?? 'thread',
    rule: rule ?? '',
    reason: reason ?? '',
  };
}

function ticketOf(row: z.infer<typeof TicketRow> | null): LinkedTicket | null {
  if (row === null) return null;
  const { status_name: name, status_category: category } = row;
  const fields =
    name === null || category === null
      ? null
      : {
          summary: row.summary ?? '',
          status: { name, category },
          resolution: row.resolution,
          priority: row.priority,
          impact: row.impact,
          urgency: row.urgency,
          assignee: row.assignee,
          group: row.assignment_group,
          ...(row.restricted ? { restricted: true } : {}),
          ...(row.waits_for_requester ? { waitsForRequester: true } : {}),
        };
  return {
    generation: row.generation,
    connector: row.connector,
    id: row.ticket_id,
    key: row.key,
    url: row.url,
    fields,
    updatedAt: row.updated_at,
  };
}

const placeOf = (team: SlackTeam, channel: SlackChannel | null, root: SlackTs | null) =>
  channel === null || root === null ? null : { team, channel, root };

export function linkOf(row: LinkRow, request: RequestText | null): Link {
  const { card_channel: cardChannel, card_ts: cardTs } = row;
  return {
    id: row.id,
    status: row.state,
    team: row.team,
    requester: row.requester,
    home: row.home,
    conversation: placeOf(row.team, row.channel, row.root_ts),
    internal: placeOf(row.team, row.internal_channel, row.internal_root),
    route: routeOf(row),
    request,
    ticket: ticketOf(row.ticket),
    card: cardChannel === null || cardTs === null ? null : { channel: cardChannel, ts: cardTs },
    cardShown: row.card_shown,
    parkedReason: row.parked_reason,
    parkedWhy: row.parked_why,
    resting: row.resting,
    closedAt: row.closed_at,
    ownChange: row.own_change,
    waits: row.waits,
    missing: row.missing,
    stale: row.ticket_stale,
    seen: row.ticket_seen,
  };
}
