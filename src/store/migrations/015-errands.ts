import { type Kysely, sql } from 'kysely';

/** Whoever has taken up an errand holds it for a while of real time, as every lease; and requests are found by their key. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(HOLDS).execute(db);
}

const HOLDS = `
alter table errand add column held_until timestamptz;
-- What people ask for behind the command: a request by its key.
create index ticket_key on ticket (install_id, lower(key));
`;
