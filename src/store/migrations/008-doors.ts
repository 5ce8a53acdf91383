import { type Kysely, sql } from 'kysely';

/** Work that belongs to no link: a message to be read before its request can be opened, an answer to one person. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ERRANDS).execute(db);
}

const ERRANDS = `
create table errand (
  install_id uuid not null references install,
  id uuid not null,
  -- Sealed: what has to be done, with everything that it needs.
  payload bytea not null,
  -- Something was sent, and nobody has written down what became of it.
  sending boolean not null default false,
  -- Raised by everybody who takes it up: whoever holds an older number has lost it.
  attempt integer not null default 0,
  due_at timestamptz not null default deskbridge_now(),
  created_at timestamptz not null default deskbridge_now(),
  v integer not null default 1,
  primary key (install_id, id)
);
create index errand_due on errand (install_id, due_at);
`;
