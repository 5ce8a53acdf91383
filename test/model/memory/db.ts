import type { NewDelivery } from '../../../src/model/delivery.ts';
import {
  type ConnectorId,
  DeliveryId,
  LinkId,
  type Marker,
  OperationId,
  type SlackChannel,
  type SlackTeam,
  type SlackTs,
  type SlackUser,
} from '../../../src/model/ids.ts';
import type { Copy, NewItem } from '../../../src/model/item.ts';
import type {
  AlarmKind,
  Lane,
  Link,
  LinkedTicket,
  LinkStatus,
  OperationBody,
  ParkedWhy,
  RequestText,
  Route,
} from '../../../src/model/link.ts';
import type { NoticeChoice } from '../../../src/model/notice.ts';
import type { PlaceRole } from '../../../src/model/place.ts';
import type { RoutingFacts } from '../../../src/model/route.ts';
import type { AuditEvent } from '../../../src/store/audit.ts';
import type { CurrentReading } from '../../../src/store/readings.ts';
import type { Correction } from '../../../src/store/routing.ts';

/** Time that moves only when somebody moves it, in milliseconds since 1970. */
export interface Clock {
  now: number;
}

export interface DeliveryRow {
  readonly id: DeliveryId;
  readonly source: string;
  readonly key: string;
  readonly identity: string | null;
  readonly type: NewDelivery['type'];
  readonly partition: string;
  readonly hash: number;
  readonly receivedAt: number;
  /** The message that it tells of; null for what tells of none. */
  readonly told: { readonly ts: SlackTs; readonly gone: boolean } | null;
  body: Uint8Array | null;
  state: 'new' | 'waiting' | 'sorted' | 'done' | 'ignored';
  reason: string | null;
  dueAt: number | null;
  link: LinkId | null;
}

export interface LinkRow {
  readonly id: LinkId;
  readonly origin: string;
  readonly hash: number;
  readonly team: SlackTeam;
  readonly requester: SlackUser;
  readonly openedAt: number;
  state: LinkStatus;
  home: 'thread' | 'dm';
  route: Route | null;
  request: RequestText | null;
  facts: RoutingFacts | null;
  card: Link['card'];
  cardShown: string | null;
  parkedReason: string | null;
  parkedWhy: ParkedWhy | null;
  parkedAt: number | null;
  closedAt: number | null;
  ownChange: Link['ownChange'];
  stale: number;
  seen: number;
  threadCheckedAt: number | null;
  threadDue: boolean;
  ticketReadAt: number | null;
  wakeAt: number | null;
  planAfter: number | null;
  leaseOwner: string | null;
  leaseEpoch: number;
  leaseUntil: number | null;
  ticket: LinkedTicket | null;
}

export interface PlaceRow {
  readonly link: LinkId;
  role: PlaceRole;
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  readonly root: SlackTs;
}

export interface ItemRow extends NewItem {
  readonly id: string;
  readonly link: LinkId;
  /** Of the ticket that the link had when it was seen. */
  readonly generation: number;
  copies: readonly Copy[];
}

export interface OperationRow {
  readonly id: OperationId;
  readonly link: LinkId;
  readonly lane: Lane;
  readonly seq: number;
  readonly itemId: string | null;
  readonly marker: Marker;
  readonly createdAt: number;
  body: OperationBody;
  state: 'ready' | 'sending' | 'done' | 'parked' | 'skipped';
  blocks: boolean;
  attempt: number;
  nextAt: number;
  startedAt: number | null;
  notAfter: number | null;
  remoteId: string | null;
  reason: string | null;
  finishedAt: number | null;
}

export interface BudgetRow {
  tokens: number;
  refilledAt: number;
  pausedUntil: number | null;
  failures: number;
  reason: string | null;
}

export interface AccountRow {
  readonly user: SlackUser;
  readonly connector: ConnectorId;
  readonly account: string;
  readonly grant: string | null;
  refused: string | null;
}

export interface ReadingRow {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  direct: boolean;
  seenTo: SlackTs | null;
  deepAt: number | null;
  finishedAt: number | null;
  beganAt: number | null;
  current: CurrentReading | null;
}

export interface ErrandRow {
  readonly id: string;
  readonly payload: string;
  sending: boolean;
  attempt: number;
  dueAt: number;
  heldUntil: number | null;
  readonly subject: string | null;
}

export interface AuditRow {
  readonly kind: string;
  readonly actor: string;
  readonly link: LinkId | null;
  readonly data: AuditEvent['data'];
}

/** A database on paper: rows in maps, one transaction at a time, undone when it throws. */
export interface Db {
  readonly clock: Clock;
  readonly deliveries: Map<string, DeliveryRow>;
  /** Delivery ids by `key:…` and `identity:…`. */
  readonly known: Map<string, string>;
  readonly links: Map<string, LinkRow>;
  readonly places: Map<string, PlaceRow>;
  readonly items: Map<string, ItemRow>;
  readonly operations: Map<string, OperationRow>;
  /** By link and person. */
  readonly alarms: Map<string, { readonly link: LinkId; readonly kind: AlarmKind; readonly at: number }>;
  readonly duplicates: Map<LinkId, { same: LinkId; dueAt: number }>;
  readonly watchers: Map<string, { readonly link: LinkId; readonly user: SlackUser }>;
  readonly errands: Map<string, ErrandRow>;
  /** By person. */
  readonly notices: Map<string, NoticeChoice>;
  readonly budgets: Map<string, BudgetRow>;
  readonly corrections: Map<string, Correction & { readonly link: LinkId }>;
  /** What an operator was told, by subject and occasion. */
  readonly said: Map<string, { readonly subject: string }>;
  readonly cursors: Map<string, string>;
  readonly settings: Map<string, string>;
  readonly people: Map<string, { readonly profile: string; readonly fetchedAt: number }>;
  readonly accounts: Map<string, AccountRow>;
  readonly audit: AuditRow[];
  readonly readings: Map<string, ReadingRow>;
  /** `updatedAt` of a link's ticket each time that it was saved, for whoever checks that time runs forward. */
  readonly savedAt: Map<string, Date[]>;
  /** Changes a row so that it can be undone. */
  change<R extends object>(row: R, to: Partial<R>): void;
  put<R>(map: Map<string, R>, key: string, row: R): void;
  drop<R>(map: Map<string, R>, key: string): void;
  push<R>(list: R[], row: R): void;
  uuid(): string;
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

export function createDb(clock: Clock): Db {
  let undo: (() => void)[] | null = null;
  let ids = 0;
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;

  const remember = (back: () => void) => undo?.push(back);

  async function run<T>(work: () => Promise<T>): Promise<T> {
    const log: (() => void)[] = [];
    undo = log;
    try {
      return await work();
    } catch (error) {
      for (const back of log.reverse()) back();
      throw error;
    } finally {
      undo = null;
    }
  }

  return {
    clock,
    deliveries: new Map(),
    known: new Map(),
    links: new Map(),
    places: new Map(),
    items: new Map(),
    operations: new Map(),
    alarms: new Map(),
    duplicates: new Map(),
    watchers: new Map(),
    errands: new Map(),
    notices: new Map(),
    budgets: new Map(),
    corrections: new Map(),
    said: new Map(),
    cursors: new Map(),
    settings: new Map(),
    people: new Map(),
    accounts: new Map(),
    audit: [],
    readings: new Map(),
    savedAt: new Map(),
    change(row, to) {
      if (undo !== null) {
        const before = { ...row };
        remember(() => Object.assign(row, before));
      }
      Object.assign(row, to);
    },
    put(map, key, row) {
      const before = map.get(key);
      remember(() => (before === undefined ? map.delete(key) : map.set(key, before)));
      map.set(key, row);
    },
    drop(map, key) {
      const before = map.get(key);
      if (before === undefined) return;
      remember(() => map.set(key, before));
      map.delete(key);
    },
    push(list, row) {
      remember(() => list.pop());
      list.push(row);
    },
    uuid() {
      ids += 1;
      return `00000000-0000-7000-8000-${ids.toString(16).padStart(12, '0')}`;
    },
    async transaction(work) {
      // One after the other, as the locks of the real one make those of one link.
      const before = open > 0 ? last : null;
      open += 1;
      const mine = before === null ? run(work) : before.then(() => run(work));
      last = mine.then(
        () => {},
        () => {},
      );
      try {
        return await mine;
      } finally {
        open -= 1;
      }
    },
  };
}

export const deliveryIdOf = (db: Db) => DeliveryId.parse(db.uuid());
export const linkIdOf = (db: Db) => LinkId.parse(db.uuid());
export const operationIdOf = (db: Db) => OperationId.parse(db.uuid());
