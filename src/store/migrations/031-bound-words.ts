import { type Kysely, sql } from 'kysely';

/** What approvals are bound to beside the ticket, and an end for those that nobody can decide any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CHANGES).execute(db);
}

const CHANGES = `
-- Sealed: what the request's first message says since somebody changed it or took it away. Null: as the request began.
alter table link add column words bytea;
-- Ours end so, too: their ticket was closed, or what they were about became something that nobody can be asked.
alter table approval drop constraint approval_native_check;
alter table approval add constraint approval_native_check check (native is not null or status <> 'approved');
`;
