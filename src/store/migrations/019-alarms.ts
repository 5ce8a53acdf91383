import { type Kysely, sql } from 'kysely';

/** When somebody last said of a request that it cannot wait, or that he wants a person: how often that may be said is limited. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ALARMS).execute(db);
}

const ALARMS = `
create table alarm (
  install_id uuid not null,
  link_id uuid not null,
  kind text not null check (kind in ('escalate', 'want-human')),
  raised_at timestamptz not null default deskbridge_now(),
  primary key (install_id, link_id, kind),
  foreign key (install_id, link_id) references link (install_id, id)
);
`;
