import { randomUUID } from 'node:crypto';
import { SHARDS } from '../../src/model/delivery.ts';
import type { Lease, LeaseBook } from '../../src/store/leases.ts';
import type { OpenStore } from './open-store.ts';

export const LONG_MS = 60_000;

/** Takes what is due, whatever shard it is in. */
export async function acquireAll(book: LeaseBook, limit = 1_000): Promise<readonly Lease[]> {
  const taken: Lease[] = [];
  for (let shard = 0; shard < SHARDS; shard += 1) taken.push(...(await book.acquire(shard, limit)));
  return taken;
}

/** The lease of the only link that is due. */
export async function acquireOne(
  open: OpenStore,
  ttlMs = LONG_MS,
  book = open.store.leases(randomUUID(), ttlMs),
) {
  const [lease, ...others] = await acquireAll(book);
  if (lease === undefined || others.length > 0) throw new Error(`${others.length} others were due`);
  return lease;
}
