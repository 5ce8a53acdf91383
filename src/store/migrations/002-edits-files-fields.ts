import { type Kysely, sql } from 'kysely';

/**
 * What changes after it was said: edits, deletions, files, all fields. An item is known by the id of its own system, and
 * what we made of it on the other side are its copies.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(COPIES).execute(db);
  await sql.raw(ITEMS).execute(db);
  await sql.raw(FIELDS).execute(db);
  await sql.raw(OUTBOX).execute(db);
  await sql.raw(ACCOUNTS).execute(db);
}

const COPIES = `
create table copy (
  install_id uuid not null,
  link_id uuid not null,
  item_id uuid not null,
  -- 1 for the first; a long text has several.
  part integer not null check (part > 0),
  -- Set for a copy in Slack.
  channel text,
  native_id text not null,
  created_at timestamptz not null default deskbridge_now(),
  primary key (install_id, item_id, part),
  foreign key (install_id, item_id) references item (install_id, id)
);
create unique index copy_slack on copy (install_id, link_id, channel, native_id) where channel is not null;
create unique index copy_ticket on copy (install_id, link_id, native_id) where channel is null;
insert into copy (install_id, link_id, item_id, part, channel, native_id)
  select install_id, link_id, id, 1, null, comment_id from item where origin = 'slack' and comment_id is not null
  union all
  select install_id, link_id, id, 1, slack_channel, slack_ts from item where origin = 'ticket' and slack_ts is not null;
`;

const ITEMS = `
drop index item_slack;
drop index item_comment;
alter table item
  add column kind text not null default 'message' check (kind in ('message', 'file')),
  add column channel text,
  add column native_id text,
  -- The message that a file from Slack hangs on.
  add column parent text,
  -- The message that the ticket was opened from.
  add column opens boolean not null default false,
  -- Its own system's stamp of the version that was seen last; null while it was never edited.
  add column stamp text,
  add column gone boolean not null default false;
update item set channel = case when origin = 'slack' then slack_channel end,
  native_id = case when origin = 'slack' then slack_ts else comment_id end;
update item i set opens = true from (
  select distinct on (install_id, link_id) install_id, id from item where origin = 'slack'
  order by install_id, link_id, at_micros) as first
  where i.install_id = first.install_id and i.id = first.id
    and not exists (select from copy c where c.install_id = i.install_id and c.item_id = i.id);
alter table item alter column native_id set not null,
  drop column slack_channel, drop column slack_ts, drop column comment_id,
  add constraint item_channel check ((origin = 'slack') = (channel is not null));
create unique index item_slack on item (install_id, link_id, kind, channel, native_id) where origin = 'slack';
create unique index item_ticket on item (install_id, link_id, kind, native_id) where origin = 'ticket';
`;

const FIELDS = `
alter table ticket
  add column resolution text, add column impact text, add column urgency text, add column assignment_group text,
  drop column comments_since;
alter table link
  -- A status that somebody set from Slack and that no reading has confirmed yet.
  add column own_change jsonb,
  add column parked_why text check (parked_why in ('operation', 'gone', 'loop', 'sign-in')),
  -- The whole thread has to be read: it was bound late, or somebody asked for it.
  add column thread_due boolean not null default false;
create index link_thread_due on link (install_id) where thread_due;
`;

const OUTBOX = `
alter table operation drop constraint operation_kind_check;
-- A change of status did not say who wanted it. Setting it is harmless either way, so the ticket is read again.
update link l set ticket_stale = ticket_stale + 1, wake_at = least(coalesce(l.wake_at, 'infinity'), deskbridge_now())
  from operation o where o.install_id = l.install_id and o.link_id = l.id
    and o.v = 1 and o.kind = 'write' and o.state in ('ready', 'sending', 'parked');
update operation set state = 'skipped', reason = 'planned by an earlier version', blocks = false
  where v = 1 and kind = 'write' and state in ('ready', 'sending', 'parked');
alter table operation add constraint operation_kind_check check (kind in
  ('card', 'post', 'open-internal', 'whisper', 'say', 'share', 'create', 'comment', 'attach', 'write')) not valid;
alter table operation add column created_at timestamptz not null default deskbridge_now();
create index operation_recent on operation (install_id, link_id, created_at);
`;

const ACCOUNTS = `
-- Accounts of people in a ticket system, so that they act there as themselves. The grant is sealed.
create table account (
  install_id uuid not null references install,
  slack_user text not null,
  connector text not null,
  account text not null,
  grant_sealed bytea,
  -- Why the grant is not used any more; null while it works.
  refused text,
  linked_at timestamptz not null default deskbridge_now(),
  primary key (install_id, slack_user, connector)
);
`;
