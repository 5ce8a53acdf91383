import { type Kysely, sql } from 'kysely';

/** What comes faster than its sender may send waits until its turn; a reaction on a card says only where it stands. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table delivery add column due_at timestamptz`.execute(db);
  await sql`create index delivery_slowed on delivery (install_id, due_at)
    where state = 'waiting' and reason = 'slowed'`.execute(db);
  await sql`create index link_card on link (install_id, card_channel, card_ts)
    where card_ts is not null`.execute(db);
}
