import { type Kysely, sql } from 'kysely';

/** What the table asked for beside the queue, what it had looked at, and what people said of its choice later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ROUTE).execute(db);
  await sql.raw(CORRECTIONS).execute(db);
}

const ROUTE = `
alter table link add column yields jsonb;
alter table link add column facts bytea;
create index link_requester on link (install_id, requester);
create index link_queue on link (install_id, queue);
`;

const CORRECTIONS = `
-- Somebody knew better than the table: the person who chose, or the agent who moved the ticket. Its words are those of
-- the request, which stay sealed where they are.
create table route_correction (
  install_id uuid not null references install,
  link_id uuid not null,
  how text not null check (how in ('picked', 'moved')),
  -- What it is after all; null when nobody can tell from where it was moved to.
  kind text,
  -- Where it had been, and where it went: the queue, or how the ticket system calls the place.
  was text not null,
  became text not null,
  at timestamptz not null default deskbridge_now(),
  primary key (install_id, link_id, how)
);
`;
