import { type Kysely, sql } from 'kysely';

/** The Home tab of each person, how he wants to hear of news, and what waits for his digest. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(HOME).execute(db);
  await sql.raw(NEWS).execute(db);
}

const HOME = `
-- Only of people who opened theirs.
create table home (
  install_id uuid not null references install,
  slack_user text not null,
  opened_at timestamptz not null default deskbridge_now(),
  -- When it has to be shown anew; null: it shows what is true.
  due_at timestamptz,
  -- Real time, as every lease.
  held_until timestamptz,
  attempt integer not null default 0,
  primary key (install_id, slack_user)
);
create index home_due on home (install_id, due_at) where due_at is not null or held_until is not null;
-- Which requests are open.
create index link_open on link (install_id, opened_at desc) where state <> 'closed';
-- Nothing goes on before the person who asked has answered.
alter table ticket add column waits_for_requester boolean not null default false;
`;

const NEWS = `
create table notice_choice (
  install_id uuid not null references install,
  slack_user text not null,
  choice text not null check (choice in ('all', 'digest', 'silent')),
  chosen_at timestamptz not null default deskbridge_now(),
  primary key (install_id, slack_user)
);
create table digest (
  install_id uuid not null references install,
  slack_user text not null,
  due_at timestamptz not null,
  -- Real time, as every lease.
  held_until timestamptz,
  attempt integer not null default 0,
  -- What is on its way now, or may have arrived: it is looked for by this.
  marker text,
  started_at timestamptz,
  primary key (install_id, slack_user),
  check ((marker is null) = (started_at is null))
);
create index digest_due on digest (install_id, due_at);
-- One piece of news each, named by the operation that it came from. Kept a while when it was told, so that it is not told twice.
create table digest_item (
  install_id uuid not null references install,
  id uuid not null,
  slack_user text not null,
  payload bytea not null,
  created_at timestamptz not null default deskbridge_now(),
  marker text,
  told_at timestamptz,
  primary key (install_id, id)
);
create index digest_item_open on digest_item (install_id, slack_user) where told_at is null;
`;
