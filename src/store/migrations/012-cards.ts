import { type Kysely, sql } from 'kysely';

/** A request can move to another ticket, and people beside the requester can watch it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CARDS).execute(db);
}

const CARDS = `
-- What was seen on an earlier ticket of a link says nothing of the one that it has now.
alter table item add column generation integer not null default 1;
drop index item_ticket;
create unique index item_ticket on item (install_id, link_id, generation, kind, native_id) where origin = 'ticket';

create table watcher (
  install_id uuid not null,
  link_id uuid not null,
  slack_user text not null,
  since timestamptz not null default deskbridge_now(),
  primary key (install_id, link_id, slack_user),
  foreign key (install_id, link_id) references link (install_id, id)
);
`;
