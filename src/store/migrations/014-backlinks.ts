import { type Kysely, sql } from 'kysely';

/** The link from a ticket back to its thread is an operation like every other effect. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(KINDS).execute(db);
}

const KINDS = `
-- Which kinds there are is the program's to say: a list here would have to change with every one.
alter table operation drop constraint operation_kind_check;
alter table operation add constraint operation_kind_check check (kind ~ '^[a-z][a-z-]{0,39}$') not valid;
`;
