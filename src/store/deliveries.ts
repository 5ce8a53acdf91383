import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { hashOf, type NewDelivery, SHARDS } from '../model/delivery.ts';
import { DeliveryId, type LinkId, type SlackChannel, type SlackTs } from '../model/ids.ts';
import { rotateBodies } from './body-days.ts';
import type { Scope } from './scope.ts';

export interface StoredDelivery {
  readonly id: DeliveryId;
  readonly source: string;
  readonly type: NewDelivery['type'];
  readonly partition: string;
  /** Empty when it was dropped by retention, or cannot be opened. */
  readonly body: Uint8Array;
  /** A repair found it; no event told of it. */
  readonly repaired: boolean;
  /** Why the body cannot be opened now (its key is missing); null when it can. */
  readonly sealedBecause: string | null;
}

/** One that is to be sorted now. */
export interface ClaimedDelivery extends StoredDelivery {
  /** It is looked at for the first time: it has not waited for anything. */
  readonly fresh: boolean;
  /** How long words of the same thread that came before it still wait, in milliseconds; null when none do. */
  readonly behindMs: number | null;
}

interface DeliveryRow {
  id: string;
  source: string;
  type: NewDelivery['type'];
  partition: string;
  repaired: boolean;
  sealed: Buffer | null;
}

/** Why a delivery of a link is left out although it is its turn: it made us fail. */
export const APART = 'unplannable';

/** Why a delivery waits whose sender sends faster than he may. */
export const SLOWED = 'slowed';

/** Deliveries of a later version wait for a program that knows them. */
export const DELIVERY_VERSION = 1;

/** The inbox. */
export function createDeliveries(scope: Scope) {
  const { db, install, envelope } = scope;
  const bodyPlace = (id: string) => ({ install, table: 'delivery_body', row: id, column: 'sealed' });

  /** A row whose body was dropped by retention reads as empty: the interpreter then ignores it by its own words. */
  function opened({ id, sealed, source, type, partition, repaired }: DeliveryRow): StoredDelivery {
    const row = { id: DeliveryId.parse(id), source, type, partition, repaired, sealedBecause: null };
    if (sealed === null) return { ...row, body: new Uint8Array() };
    try {
      return { ...row, body: envelope.open(bodyPlace(id), sealed) };
    } catch (error) {
      return { ...row, body: new Uint8Array(), sealedBecause: String(error) };
    }
  }

  return {
    /**
     * One statement, one commit, for the whole batch. Answers in the order of the batch. Rows are inserted in one order
     * everywhere: two processes that hold the same repetitions would else wait for each other (measured: deadlocks).
     */
    async insert(batch: readonly NewDelivery[]): Promise<readonly ('stored' | 'duplicate')[]> {
      const rows = batch.map((delivery) => ({ delivery, id: uuidv7() }));
      const column = <T>(pick: (row: (typeof rows)[number]) => T): T[] => rows.map(pick);
      const stored = await sql<{ id: string }>`
        with incoming as (
          select * from unnest(
            ${column((r) => r.id)}::uuid[], ${column((r) => r.delivery.source)}::text[],
            ${column((r) => r.delivery.key)}::text[], ${column((r) => r.delivery.identity)}::text[],
            ${column((r) => r.delivery.type)}::text[], ${column((r) => r.delivery.partition)}::text[],
            ${column((r) => hashOf(r.delivery.partition))}::int[],
            ${column((r) => createHash('sha256').update(r.delivery.body).digest())}::bytea[],
            ${column((r) => envelope.seal(bodyPlace(r.id), r.delivery.body))}::bytea[]
          ) as t(id, source, key, identity, type, partition, partition_hash, body_sha256, sealed)
        ), stored as (
          insert into delivery
            (install_id, id, source, key, identity, type, partition, partition_hash, body_sha256)
          select ${install}, id, source, key, identity, type, partition, partition_hash, body_sha256 from incoming
          order by source, coalesce(identity, key), key
          on conflict do nothing
          returning id
        ), bodies as (
          insert into delivery_body (install_id, delivery_id, sealed)
          select ${install}, id, sealed from incoming join stored using (id)
        )
        select id from stored`.execute(db);
      const ids = new Set(stored.rows.map((row) => row.id));
      return rows.map((row) => (ids.has(row.id) ? 'stored' : 'duplicate'));
    },

    /** Claims new deliveries of a shard, oldest first, for the rest of this transaction. */
    async claimNew(shard: number, limit: number): Promise<readonly ClaimedDelivery[]> {
      const found = await sql<DeliveryRow & { fresh: boolean; behind_ms: number | null }>`
        select d.id, d.source, d.type, d.partition, starts_with(d.key, 'repair:') as repaired, d.reason is null as fresh,
          (select (extract(epoch from max(w.due_at) - deskbridge_now()) * 1000)::float8 from delivery w
            where w.install_id = d.install_id and w.partition = d.partition and w.type = 'event'
              and w.state = 'waiting' and w.reason = ${SLOWED}) as behind_ms,
          (select b.sealed from delivery_body b where b.install_id = d.install_id and b.delivery_id = d.id) as sealed
        from delivery d
        where d.install_id = ${install} and d.state = 'new' and d.v <= ${DELIVERY_VERSION} and d.partition_hash % ${SHARDS} = ${shard}
        order by d.received_at, d.id
        limit ${limit} for update of d skip locked`.execute(db);
      return found.rows.map((row) => ({
        ...opened(row),
        fresh: row.fresh,
        behindMs: row.behind_ms === null ? null : Math.max(0, row.behind_ms),
      }));
    },

    /** Holds these partitions until the transaction ends, so that two sorters see each other's decisions. */
    async lockPartitions(partitions: readonly string[]): Promise<void> {
      const hashes = [...new Set(partitions.map(hashOf))].sort((a, b) => a - b);
      for (const hash of hashes) await sql`select pg_advisory_xact_lock(4711, ${hash})`.execute(db);
    },

    async close(id: DeliveryId, state: 'done' | 'ignored' | 'waiting', reason: string | null): Promise<void> {
      await sql`update delivery set state = ${state}, reason = ${reason}
        where install_id = ${install} and id = ${id}`.execute(db);
    },

    async closeAll(ids: readonly DeliveryId[], reason: string): Promise<void> {
      if (ids.length === 0) return;
      await sql`update delivery set state = 'done', reason = ${reason}
        where install_id = ${install} and id = any(${ids}::uuid[])`.execute(db);
    },

    /** They wait for so many milliseconds from now, and are then sorted. */
    async slow(waits: ReadonlyMap<DeliveryId, number>): Promise<void> {
      if (waits.size === 0) return;
      await sql`update delivery d set state = 'waiting', reason = ${SLOWED},
          due_at = deskbridge_now() + make_interval(secs => w.ms / 1000)
        from unnest(${[...waits.keys()]}::uuid[], ${[...waits.values()]}::float8[]) as w(id, ms)
        where d.install_id = ${install} and d.id = w.id`.execute(db);
    },

    /** It is their turn; answers the shards where they are. */
    async releaseSlowed(): Promise<readonly number[]> {
      const released = await sql<{ shard: number }>`update delivery set state = 'new'
        where install_id = ${install} and state = 'waiting' and reason = ${SLOWED} and due_at <= deskbridge_now()
        returning partition_hash % ${SHARDS} as shard`.execute(db);
      return [...new Set(released.rows.map((row) => row.shard))];
    },

    /**
     * `opens`: it is what opened the link, so it is read before everything else. False when there is no such link any more: it
     * turned out to be another one, or was taken back. One that is there stays until the caller's transaction ends.
     */
    async attach(id: DeliveryId, link: LinkId, opens = false): Promise<boolean> {
      const held =
        await sql`select from link where install_id = ${install} and id = ${link} for key share`.execute(db);
      if (held.rows.length === 0) return false;
      await sql`update delivery set state = 'sorted', link_id = ${link}, reason = ${opens ? 'opens' : null}
        where install_id = ${install} and id = ${id}`.execute(db);
      return true;
    },

    /** Has its author marked this message as none of our business? */
    async isBypassed({
      channel,
      ts,
    }: {
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
    }): Promise<boolean> {
      const found = await sql`select from delivery
        where install_id = ${install} and source = 'slack' and identity = ${`${channel}:${ts}:bypass`}`.execute(
        db,
      );
      return found.rows.length > 0;
    },

    /** Messages that were held for so long are sorted again; answers the shards where they are. */
    async releaseHeld(afterMs: number): Promise<readonly number[]> {
      const released = await sql<{ shard: number }>`update delivery set state = 'new'
        where install_id = ${install} and state = 'waiting' and reason = 'held'
          and received_at <= deskbridge_now() - make_interval(secs => ${afterMs / 1000})
        returning partition_hash % ${SHARDS} as shard`.execute(db);
      return [...new Set(released.rows.map((row) => row.shard))];
    },

    /** It made us fail: the others of its link go on, and it is tried again later. */
    async setApart(ids: readonly DeliveryId[]): Promise<void> {
      if (ids.length === 0) return;
      await sql`update delivery set reason = ${APART}
        where install_id = ${install} and id = any(${ids}::uuid[]) and state = 'sorted'`.execute(db);
    },

    /**
     * Replies that came before their root join the link that the root has opened; not what nobody could read, it would stop
     * it. So does a deletion that was given up: a root may be told days after it was taken back.
     */
    async attachWaiting(partition: string, link: LinkId): Promise<void> {
      await sql`update delivery set state = 'sorted', link_id = ${link}
        where install_id = ${install} and partition = ${partition} and (state = 'waiting' and reason not in ('unreadable', ${SLOWED})
          or state = 'ignored' and reason = 'thread-without-request' and split_part(identity, ':', 3) = 'message_deleted'
            and exists (select from delivery_body b where b.install_id = delivery.install_id and b.delivery_id = delivery.id))`.execute(
        db,
      );
    },

    async sortedFor(link: LinkId): Promise<readonly StoredDelivery[]> {
      const found = await sql<DeliveryRow>`
        select d.id, d.source, d.type, d.partition, starts_with(d.key, 'repair:') as repaired,
          (select b.sealed from delivery_body b where b.install_id = d.install_id and b.delivery_id = d.id) as sealed
        from delivery d
        where d.install_id = ${install} and d.link_id = ${link} and d.state = 'sorted' and d.v <= ${DELIVERY_VERSION}
          and d.reason is distinct from ${APART}
        order by d.reason is distinct from 'opens', d.received_at, d.id limit 200`.execute(db);
      return found.rows.map(opened);
    },

    /** Sorts replies again whose thread has become known by another way than its root: a card that we found by its marker. */
    async reconsiderWaiting(): Promise<void> {
      await sql`update delivery d set state = 'new' from place p
        where d.install_id = ${install} and d.state = 'waiting' and d.reason not in ('unreadable', ${SLOWED})
          and p.install_id = d.install_id and p.team = split_part(d.partition, ':', 2)
          and p.channel = split_part(d.partition, ':', 3) and p.root_ts = split_part(d.partition, ':', 4)`.execute(
        db,
      );
    },

    /** Tries again what could not be read or planned: a key may have come back, or a program that knows better. */
    async reconsiderUnreadable(): Promise<void> {
      await sql`update delivery set state = 'new' where install_id = ${install}
        and (state = 'waiting' and reason = 'unreadable' or state = 'sorted' and reason = ${APART})`.execute(
        db,
      );
    },

    /** Shards that hold new deliveries older than `olderThanMs`: their ring was lost, or the worker is behind. */
    async staleShards(olderThanMs: number): Promise<readonly number[]> {
      const found = await sql<{ shard: number }>`
        select distinct partition_hash % ${SHARDS} as shard from delivery
        where install_id = ${install} and state = 'new'
          and received_at < deskbridge_now() - make_interval(secs => ${olderThanMs / 1000})`.execute(db);
      return found.rows.map((row) => row.shard);
    },

    /** Replies that waited for a root for `hours` belong to threads that are no requests. */
    async giveUpWaiting(hours: number): Promise<number> {
      const closed = await sql`update delivery set state = 'ignored', reason = 'thread-without-request'
        where install_id = ${install} and state = 'waiting' and reason not in ('unreadable', ${SLOWED})
          and received_at < deskbridge_now() - make_interval(hours => ${hours})`.execute(db);
      return Number(closed.numAffectedRows ?? 0);
    },

    /**
     * Makes the day partitions of today and tomorrow. Of days older than `keepDays` it removes the bodies of what is done
     * with; a day that holds none of anything else is dropped whole.
     */
    async rotateBodies(keepDays: number): Promise<void> {
      await rotateBodies(db, keepDays);
    },
  };
}
