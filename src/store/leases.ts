import { performance } from 'node:perf_hooks';
import { type RawBuilder, sql } from 'kysely';
import { SHARDS } from '../model/delivery.ts';
import { LinkId } from '../model/ids.ts';
import { APART, DELIVERY_VERSION } from './deliveries.ts';
import { OPERATION_VERSION } from './operations.ts';
import type { Scope } from './scope.ts';

/** The exclusive right to work on a link. Every write under it names the epoch; a successor has a higher one. */
export interface Lease {
  readonly link: LinkId;
  readonly epoch: number;
  /** Monotonic time (performance.now()) until which it surely holds; moves on when it is renewed. */
  until(): number;
}

/** Somebody else owns the link now: stop at once, write nothing. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export interface LeaseBook {
  /** Takes up to `limit` links of a shard that are due and free. */
  acquire(shard: number, limit: number): Promise<readonly Lease[]>;
  /** The same among these links, whatever their shards. */
  acquireAmong(links: readonly LinkId[], limit: number): Promise<readonly Lease[]>;
  /** Renews all leases of this process. */
  renew(): Promise<void>;
  /** Forgets a lease that was released or lost. */
  forget(lease: Lease): void;
  held(): number;
}

/** The leases of one process (`owner`), real time on both sides: the database's clock and our monotonic one. */
export function createLeaseBook(scope: Scope, owner: string, ttlMs: number): LeaseBook {
  const { db, install } = scope;
  const held = new Map<string, { epoch: number; until: number }>();
  const seconds = ttlMs / 1000;

  async function take(which: RawBuilder<unknown>, limit: number): Promise<readonly Lease[]> {
    const asked = performance.now();
    // Materialized, so that what is chosen is chosen once: a plan that asks again for each row would take up more.
    const taken = await sql<{ id: string; lease_epoch: number }>`
      with due as materialized (select install_id, id from link
        where install_id = ${install} and ${which} and wake_at <= deskbridge_now()
          and (lease_until is null or lease_until < clock_timestamp())
        order by wake_at limit ${limit} for no key update skip locked)
      update link l set lease_owner = ${owner}, lease_epoch = lease_epoch + 1,
        lease_until = clock_timestamp() + make_interval(secs => ${seconds})
      from due where l.install_id = due.install_id and l.id = due.id
      returning l.id, l.lease_epoch`.execute(db);
    return taken.rows.map((row) => {
      const entry = { epoch: row.lease_epoch, until: asked + ttlMs };
      held.set(row.id, entry);
      return { link: LinkId.parse(row.id), epoch: row.lease_epoch, until: () => entry.until };
    });
  }

  async function prolong(links: readonly string[], lock: RawBuilder<unknown>): Promise<ReadonlySet<string>> {
    if (links.length === 0) return new Set();
    const asked = performance.now();
    const renewed = await sql<{ id: string; lease_epoch: number }>`
      update link set lease_until = clock_timestamp() + make_interval(secs => ${seconds})
      where (install_id, id) in (
        select install_id, id from link
        where install_id = ${install} and lease_owner = ${owner} and id = any(${[...links]}::uuid[])
          and lease_until > clock_timestamp()
        ${lock})
      returning id, lease_epoch`.execute(db);
    for (const row of renewed.rows) {
      const entry = held.get(row.id);
      if (entry?.epoch === row.lease_epoch) entry.until = asked + ttlMs;
    }
    return new Set(renewed.rows.map((row) => row.id));
  }

  return {
    acquire: (shard, limit) => take(sql`shard_hash % ${SHARDS} = ${shard}`, limit),
    acquireAmong: (links, limit) => take(sql`id = any(${[...links]}::uuid[])`, limit),

    async renew() {
      // A link that a transaction holds must not keep the others waiting, so it is renewed apart, once it is free.
      const links = [...held.keys()];
      const renewed = await prolong(links, sql`for no key update skip locked`);
      const left = links.filter((link) => !renewed.has(link) && held.has(link));
      for (const link of left) await prolong([link], sql`for no key update`);
    },

    forget(lease) {
      if (held.get(lease.link)?.epoch === lease.epoch) held.delete(lease.link);
    },

    held: () => held.size,
  };
}

/** First statement of every transaction under a lease: holds the link's row and proves that the lease is ours. */
export async function fence(scope: Scope, lease: Lease): Promise<void> {
  const mine = await sql`select 1 from link
    where install_id = ${scope.install} and id = ${lease.link} and lease_epoch = ${lease.epoch}
    for no key update`.execute(scope.db);
  if (mine.rows.length === 0) throw new LeaseLost(`The lease of link ${lease.link} passed to another worker`);
}

/**
 * Gives the link back and says when it has to be looked at next: at once for what nobody planned yet (unless an
 * operation waits for its proof, or planning has to wait), else when the head of a lane falls due.
 */
export async function release(scope: Scope, lease: Lease): Promise<void> {
  // The row is locked first, by a statement of its own: what is read below then includes everything that was committed
  // together with a wake. In one statement, a wake that commits meanwhile would be overwritten (a lost wake).
  await sql`select 1 from link where install_id = ${scope.install} and id = ${lease.link} for no key update`.execute(
    scope.db,
  );
  await sql`
    with heads as (
      select distinct on (lane) lane, state, next_at, v from operation
      where install_id = ${scope.install} and link_id = ${lease.link}
        and (state in ('ready', 'sending') or (state = 'parked' and blocks))
      order by lane, seq)
    update link l set lease_owner = null, lease_until = null, wake_at = (
      select min(due) from (
        select greatest(l.plan_after, next_at) as due from heads
        where state in ('ready', 'sending') and v <= ${OPERATION_VERSION}
        union all
        -- What may overtake the head of its lane: see run-lanes.
        select o.next_at from operation o
        where o.install_id = ${scope.install} and o.link_id = ${lease.link} and o.lane = 'slack'
          and o.state in ('ready', 'sending') and o.v <= ${OPERATION_VERSION}
          and not exists (select from operation u
            where u.install_id = o.install_id and u.link_id = o.link_id and u.lane = o.lane and u.seq <= o.seq
              and u.v > ${OPERATION_VERSION} and (u.state in ('ready', 'sending') or (u.state = 'parked' and u.blocks)))
          and (o.kind = 'whisper' or (o.kind = 'card' and l.card_ts is not null
            and exists (select from heads h where h.lane = 'slack' and h.state = 'parked')))
        union all
        -- Left to a later program, which nobody else would wake.
        select greatest(next_at, deskbridge_now() + interval '10 seconds') from heads
        where state in ('ready', 'sending') and v > ${OPERATION_VERSION}
        union all
        select greatest(l.plan_after, deskbridge_now())
        where not exists (select from operation o
            where o.install_id = l.install_id and o.link_id = l.id and o.state = 'sending') and (
          (l.ticket_stale > l.ticket_seen
            and exists (select from ticket t where t.install_id = l.install_id and t.link_id = l.id and t.ticket_id is not null))
          or exists (select from delivery d
            where d.install_id = l.install_id and d.link_id = l.id and d.state = 'sorted'
              and d.v <= ${DELIVERY_VERSION} and d.reason is distinct from ${APART}))
      ) as wakes)
    where l.install_id = ${scope.install} and l.id = ${lease.link} and l.lease_epoch = ${lease.epoch}`.execute(
    scope.db,
  );
}
