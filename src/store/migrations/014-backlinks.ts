import { type Kysely, sql } from 'kysely';

/** The link from a ticket back to its thread is an operation like every other effect. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(KINDS).execute(db);
}

const KINDS = `
alter table operation drop constraint operation_kind_check;
alter table operation add constraint operation_kind_check check (kind in ('card', 'post', 'open-internal', 'whisper',
  'say', 'share', 'create', 'comment', 'attach', 'write', 'backlink')) not valid;
`;
