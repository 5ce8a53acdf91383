import { hashOf, SHARDS } from '../../../src/model/delivery.ts';
import { type LinkId, SlackChannel, SlackTs, tsMicros } from '../../../src/model/ids.ts';
import type { Conversation, Lane, Link } from '../../../src/model/link.ts';
import { APART } from '../../../src/store/deliveries.ts';
import type { Store } from '../../../src/store/store.ts';
import { type Db, type LinkRow, linkIdOf, type OperationRow, type PlaceRow } from './db.ts';

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
  const isTouched = (id: LinkId) =>
    [...db.operations.values(), ...db.items.values()].some((row) => row.link === id) ||
    (db.links.get(id)?.ticket ?? null) !== null ||
    [...db.watchers.values(), ...db.alarms.values()].some((row) => row.link === id);
  function drop(id: LinkId): void {
    for (const [link, { same }] of db.duplicates)
      if (link === id || same === id) db.drop(db.duplicates, link);
    db.drop(db.links, id);
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
    async merge(id, into) {
      const deliveries = [...db.deliveries.values()].filter((row) => row.link === id);
      if (isTouched(id) || deliveries.length === 0) return false;
      for (const row of deliveries)
        db.change(row, { link: into, reason: row.state === 'sorted' ? null : row.reason });
      for (const place of db.places.values())
        if (place.link === id) db.change(place, { link: into, role: 'follower' });
      drop(id);
      return true;
    },
    async withdraw(id, reason) {
      const deliveries = [...db.deliveries.values()].filter((row) => row.link === id);
      if (isTouched(id) || deliveries.length === 0) return false;
      for (const row of deliveries) db.change(row, { state: 'ignored', reason, link: null });
      for (const [key, place] of db.places) if (place.link === id) db.drop(db.places, key);
      drop(id);
      return true;
    },
    addPlace: async (id, role, place) => addPlace(id, role, place),
    async moveToDirectMessage(id) {
      set(id, { home: 'dm' });
      for (const place of places(id, 'primary')) db.change(place, { role: 'origin' });
    },
    originOf: async (id) => placeOf(id, 'origin'),
    placesOf: async (id) =>
      [...db.places.values()]
        .filter((place) => place.link === id)
        .map(({ role, team, channel, root }) => ({ role, team, channel, root }))
        .sort((a, b) => Number(tsMicros(a.root) - tsMicros(b.root)) || (a.channel < b.channel ? -1 : 1)),
    async setRequester(id, requester) {
      set(id, { requester });
    },
    byPlace: async (place) => db.places.get(placeKey(place))?.link ?? null,
    hasPlaceIn: async (team, channel) =>
      [...db.places.values()].some((place) => place.team === team && place.channel === channel),
    async showAnew(team, channel) {
      const ids = [...db.links.values()]
        .filter((one) => one.team === team && one.card?.channel === channel)
        .map(({ id }) => id)
        .sort();
      for (const id of ids) set(id, { cardShown: null });
      return ids;
    },
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
      const places = { conversation: placeOf(id, 'primary'), internal: placeOf(id, 'internal') };
      const resting = row.parkedWhy === 'loop' && (row.planAfter ?? 0) > db.clock.now;
      return { ...linkOf(row), ...places, ...troublesOf(db, id), resting };
    },
    async factsOf(id) {
      return db.links.get(id)?.facts ?? null;
    },
    async route(id, route, request, { facts }) {
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
      const { ticket } = row;
      const reserved = ticket === null ? blank : ticket.id === null ? { ...ticket, connector } : ticket;
      set(id, { route, request, facts, ticket: reserved });
    },
    async setStatus(id, state, parked = null) {
      const row = db.links.get(id);
      set(id, {
        parkedAt: state === 'parked' ? (row?.parkedAt ?? db.clock.now) : null,
        state,
        parkedReason: parked?.reason ?? null,
        parkedWhy: parked?.why ?? null,
        closedAt: closedAtIn(state, row?.closedAt ?? null, db.clock.now),
      });
    },
    async setCard(id, card, shown) {
      const at = { channel: SlackChannel.parse(card.channel), ts: SlackTs.parse(card.ts) };
      set(id, { card: at, cardShown: shown });
    },
    async setSeen(id, seen) {
      const row = db.links.get(id);
      if (row !== undefined)
        set(id, { seen: Math.max(row.seen, seen), planAfter: null, ticketReadAt: db.clock.now });
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
      const isOpen = ticket.fields !== null && ticket.fields.status.category !== 'done';
      if (row.state === 'parked' && isOpen) set(id, { closedAt: null });
      set(id, { ticket: { ...ticket, connector } });
      if (ticket.updatedAt !== null) db.push(savedTimes(db, id), ticket.updatedAt);
    },
    async setOwnChange(id, change) {
      set(id, { ownChange: change === null ? null : { ...change, at: new Date(db.clock.now) } });
    },
    async markStale(connector, tickets) {
      const woken = [...db.links.values()].filter(
        ({ ticket }) => ticket?.connector === connector && ticket.id !== null && tickets.includes(ticket.id),
      );
      for (const row of woken) db.change(row, { stale: row.stale + 1, wakeAt: wakeNow(row) });
      return woken.map((row) => row.id);
    },
    async markUnread(connector, { minutes, limit }) {
      const before = db.clock.now - minutes * 60_000;
      const readAt = (row: LinkRow) => row.ticketReadAt ?? row.openedAt;
      const unread = [...db.links.values()]
        .filter(
          (row) => row.route?.connector === connector && (row.state === 'live' || row.state === 'parked'),
        )
        .filter((row) => row.stale <= row.seen && readAt(row) < before && (row.ticket?.id ?? null) !== null)
        .sort((a, b) => (a.ticketReadAt ?? 0) - (b.ticketReadAt ?? 0))
        .slice(0, limit);
      for (const row of unread) db.change(row, { stale: row.stale + 1, wakeAt: wakeNow(row) });
      return unread.map((row) => row.id);
    },
    async dueShards(olderThanMs, shards) {
      const due = [...db.links.values()].filter(
        (row) => row.wakeAt !== null && row.wakeAt <= db.clock.now - olderThanMs && isFree(db, row),
      );
      return [...new Set(due.map((row) => row.hash % shards))];
    },
  };
}

function closedAtIn(state: LinkRow['state'], before: number | null, now: number): number | null {
  if (state === 'closed') return before ?? now;
  return state === 'parked' ? before : null;
}

export const isFree = (db: Db, row: LinkRow) => row.leaseUntil === null || row.leaseUntil < db.clock.now;

export const shardOfRow = (row: LinkRow) => row.hash % SHARDS;

function savedTimes(db: Db, id: LinkId): Date[] {
  const known = db.savedAt.get(id);
  if (known !== undefined) return known;
  const fresh: Date[] = [];
  db.savedAt.set(id, fresh);
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
    facts: null,
    card: null,
    cardShown: null,
    parkedReason: null,
    parkedWhy: null,
    parkedAt: null,
    closedAt: null,
    ownChange: null,
    stale: 0,
    seen: 0,
    threadCheckedAt: null,
    threadDue: false,
    ticketReadAt: null,
    wakeAt: null,
    planAfter: null,
    leaseOwner: null,
    leaseEpoch: 0,
    leaseUntil: null,
    ticket: null,
  };
}

const WAITS_MS = 3 * 60_000;
const NO_WAIT = new Set<OperationRow['body']['kind']>(['whisper', 'tell', 'backlink']);

/** What has waited for long, and what could not be shown. */
function troublesOf(db: Db, id: LinkId): Pick<Link, 'waits' | 'missing'> {
  let oldest: Since | null = null;
  let missing: OperationRow | null = null;
  for (const row of db.operations.values()) {
    const { kind } = row.body;
    if (row.link !== id || kind === 'card') continue;
    const waits = (row.state === 'ready' || row.state === 'sending') && !NO_WAIT.has(kind);
    const isOld = waits && row.createdAt < db.clock.now - WAITS_MS;
    if (isOld && isBefore(row, oldest)) oldest = row;
    const stopped = row.state === 'parked' && !row.blocks && row.lane === 'slack';
    if (stopped && (missing === null || row.seq > missing.seq)) missing = row;
  }
  for (const { link, state, reason, receivedAt: createdAt } of db.deliveries.values()) {
    const isOld = reason === APART || createdAt < db.clock.now - WAITS_MS;
    if (link === id && state === 'sorted' && isOld && isBefore({ lane: 'ticket', createdAt }, oldest))
      oldest = { lane: 'ticket', createdAt };
  }
  const waits = oldest === null ? null : { lane: oldest.lane, since: new Date(oldest.createdAt) };
  return { waits, missing: missing?.reason ?? null };
}

type Since = { readonly lane: Lane; readonly createdAt: number };
const isBefore = (one: Since, other: Since | null) =>
  other === null ||
  one.createdAt < other.createdAt ||
  (one.createdAt === other.createdAt && one.lane < other.lane);

function linkOf(row: LinkRow): Omit<Link, 'conversation' | 'internal' | 'waits' | 'missing' | 'resting'> {
  return {
    id: row.id,
    status: row.state,
    team: row.team,
    requester: row.requester,
    home: row.home,
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
