import { hashOf, SHARDS } from '../../../src/model/delivery.ts';
import { type LinkId, SlackChannel, SlackTs } from '../../../src/model/ids.ts';
import type { Conversation, Link } from '../../../src/model/link.ts';
import type { Store } from '../../../src/store/store.ts';
import { type Db, type LinkRow, linkIdOf, type PlaceRow } from './db.ts';

const placeKey = ({ team, channel, root }: Conversation) => `${team}:${channel}:${root}`;

/** Links on paper. */
export function createLinks(db: Db): Store['links'] {
  const set = (id: LinkId, to: Partial<LinkRow>) => {
    const row = db.links.get(id);
    if (row !== undefined) db.change(row, to);
  };
  const places = (id: LinkId, role: PlaceRow['role']) =>
    [...db.places.values()].filter((place) => place.link === id && place.role === role);
  const placeOf = (id: LinkId, role: PlaceRow['role']): Conversation | null => {
    const place = places(id, role)[0];
    return place === undefined ? null : { team: place.team, channel: place.channel, root: place.root };
  };
  function addPlace(id: LinkId, role: PlaceRow['role'], place: Conversation): boolean {
    if (db.places.has(placeKey(place))) return false;
    if (role === 'primary' && places(id, role).length > 0) throw new Error('duplicate key: place_primary');
    db.put(db.places, placeKey(place), { link: id, role, ...place });
    return true;
  }
  const wakeNow = (row: LinkRow) => Math.min(row.wakeAt ?? Number.POSITIVE_INFINITY, db.clock.now);

  return {
    async open({ origin, team, requester, home, place }) {
      if (place !== null && db.places.has(placeKey(place))) return null;
      if ([...db.links.values()].some((row) => row.origin === origin)) return null;
      const id = linkIdOf(db);
      db.put(db.links, id, newLink({ id, origin, team, requester, home, openedAt: db.clock.now }));
      if (place !== null) addPlace(id, 'primary', place);
      return id;
    },
    addPlace: async (id, role, place) => addPlace(id, role, place),
    async moveToDirectMessage(id) {
      set(id, { home: 'dm' });
      for (const place of places(id, 'primary')) db.change(place, { role: 'origin' });
    },
    originOf: async (id) => placeOf(id, 'origin'),
    byPlace: async (place) => db.places.get(placeKey(place))?.link ?? null,
    hasPlaceIn: async (team, channel) =>
      [...db.places.values()].some((place) => place.team === team && place.channel === channel),
    async byTicket(connector, ticket) {
      for (const { id, ticket: mine } of db.links.values())
        if (mine?.connector === connector && mine.id === ticket) return id;
      return null;
    },
    async wake(id, stale) {
      const row = db.links.get(id);
      if (row !== undefined) set(id, { wakeAt: wakeNow(row), stale: row.stale + (stale ? 1 : 0) });
    },
    async get(id) {
      const row = db.links.get(id);
      if (row === undefined) return null;
      return linkOf(row, placeOf(id, 'primary'), placeOf(id, 'internal'));
    },
    async route(id, route, request) {
      const row = db.links.get(id);
      if (row === undefined) return;
      const { connector } = route;
      const blank = {
        generation: 1,
        connector,
        id: null,
        key: null,
        url: null,
        fields: null,
        updatedAt: null,
      };
      set(id, { route, request, ticket: row.ticket ?? blank });
    },
    async setStatus(id, state, parked = null) {
      const row = db.links.get(id);
      set(id, {
        state,
        parkedReason: parked?.reason ?? null,
        parkedWhy: parked?.why ?? null,
        closedAt: state === 'closed' ? (row?.closedAt ?? db.clock.now) : null,
      });
    },
    async setCard(id, card, shown) {
      const at = { channel: SlackChannel.parse(card.channel), ts: SlackTs.parse(card.ts) };
      set(id, { card: at, cardShown: shown });
    },
    async setSeen(id, seen) {
      const row = db.links.get(id);
      if (row !== undefined) set(id, { seen: Math.max(row.seen, seen), planAfter: null });
    },
    async planLater(id, afterMs) {
      set(id, { planAfter: db.clock.now + afterMs });
    },
    async saveTicket(id, ticket) {
      const row = db.links.get(id);
      if (row?.ticket?.generation !== ticket.generation) return;
      const { connector } = row.ticket;
      const taken = [...db.links.values()].some(
        (other) =>
          other !== row &&
          ticket.id !== null &&
          other.ticket?.id === ticket.id &&
          other.ticket.connector === connector,
      );
      if (taken) throw new Error(`duplicate key: ticket ${ticket.id}`);
      set(id, { ticket: { ...ticket, connector } });
      if (ticket.updatedAt !== null) db.push(readingsOf(db, id), ticket.updatedAt);
    },
    async setOwnChange(id, ownChange) {
      set(id, { ownChange });
    },
    async markStale(connector, tickets) {
      const woken = [...db.links.values()].filter(
        ({ ticket }) => ticket?.connector === connector && ticket.id !== null && tickets.includes(ticket.id),
      );
      for (const row of woken) db.change(row, { stale: row.stale + 1, wakeAt: wakeNow(row) });
      return woken.map((row) => row.id);
    },
    async dueShards(olderThanMs, shards) {
      const due = [...db.links.values()].filter(
        (row) => row.wakeAt !== null && row.wakeAt <= db.clock.now - olderThanMs && isFree(db, row),
      );
      return [...new Set(due.map((row) => row.hash % shards))];
    },
  };
}

export const isFree = (db: Db, row: LinkRow) => row.leaseUntil === null || row.leaseUntil < db.clock.now;

export const shardOfRow = (row: LinkRow) => row.hash % SHARDS;

function readingsOf(db: Db, id: LinkId): Date[] {
  const known = db.readings.get(id);
  if (known !== undefined) return known;
  const fresh: Date[] = [];
  db.readings.set(id, fresh);
  return fresh;
}

function newLink(
  start: Pick<LinkRow, 'id' | 'origin' | 'team' | 'requester' | 'home' | 'openedAt'>,
): LinkRow {
  return {
    ...start,
    hash: hashOf(start.id),
    state: 'provisional',
    route: null,
    request: null,
    card: null,
    cardShown: null,
    parkedReason: null,
    parkedWhy: null,
    closedAt: null,
    ownChange: null,
    stale: 0,
    seen: 0,
    threadCheckedAt: null,
    threadDue: false,
    wakeAt: null,
    planAfter: null,
    leaseOwner: null,
    leaseEpoch: 0,
    leaseUntil: null,
    ticket: null,
  };
}

function linkOf(row: LinkRow, conversation: Conversation | null, internal: Conversation | null): Link {
  return {
    id: row.id,
    status: row.state,
    team: row.team,
    requester: row.requester,
    home: row.home,
    conversation,
    internal,
    route: row.route,
    request: row.request,
    ticket: row.ticket,
    card: row.card,
    cardShown: row.cardShown,
    parkedReason: row.parkedReason,
    parkedWhy: row.parkedWhy,
    closedAt: row.closedAt === null ? null : new Date(row.closedAt),
    ownChange: row.ownChange,
    stale: row.stale,
    seen: row.seen,
  };
}
