import { z } from 'zod';
import { ConnectorId, LinkId, SlackChannel, SlackTeam, SlackTs, SlackUser, TicketId } from '../model/ids.ts';
import { type Link, type LinkedTicket, PARKED_WHYS, type RequestText, type Route } from '../model/link.ts';
import { PLAIN_YIELDS } from '../model/route.ts';
import { PRIORITIES, STATUS_CATEGORIES, WANTED_STATUSES } from '../model/ticket.ts';
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

export const OriginRow = z.object({ team: SlackTeam, channel: SlackChannel, root: SlackTs });
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
