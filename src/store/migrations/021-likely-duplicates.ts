import { type Kysely, sql } from 'kysely';

/** A person was asked whether what he wrote is what an open request of his is about already; it waits until then at most. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(LIKELY_DUPLICATES).execute(db);
}

const LIKELY_DUPLICATES = `
create table likely_duplicate (
  install_id uuid not null,
  link_id uuid not null,
  same_as uuid not null,
  due_at timestamptz not null,
  primary key (install_id, link_id),
  foreign key (install_id, link_id) references link (install_id, id) on delete cascade,
  foreign key (install_id, same_as) references link (install_id, id) on delete cascade
);
`;
