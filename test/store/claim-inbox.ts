import { sql } from 'kysely';
import { shardOf } from '../../src/model/delivery.ts';
import type { OpenStore } from './open-store.ts';

export const SHARD = shardOf('install');

export async function count(open: OpenStore, table: string): Promise<number> {
  const found = await sql<{ n: number }>`select count(*) as n from ${sql.id(table)}`.execute(open.db);
  return found.rows[0]?.n ?? -1;
}

export async function claimAll(open: OpenStore) {
  return await open.store.transaction((tx) => tx.deliveries.claimNew(SHARD, 1_000));
}

export async function onlyOne(open: OpenStore) {
  const [claimed, ...others] = await claimAll(open);
  if (claimed === undefined || others.length > 0) throw new Error(`${others.length} others were claimed`);
  return claimed;
}
