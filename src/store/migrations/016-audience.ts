import { type Kysely, sql } from 'kysely';

/** Whether fewer people may read a ticket than its project. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table ticket add column restricted boolean not null default false`.execute(db);
}
