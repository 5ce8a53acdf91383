import { type Kysely, sql } from 'kysely';

/** What repair has to remember: how far every channel was read, when every ticket was read, since when a link is parked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(READINGS).execute(db);
}

const READINGS = `
-- A reading goes from the newest message of a channel back to its floor, page by page, in as many runs as it takes.
create table channel_reading (
  install_id uuid not null references install,
  team text not null,
  channel text not null,
  -- A conversation with one person: everything said at its top level asks for something.
  direct boolean not null default false,
  -- Up to here every message was seen in a reading that was finished; null before the first one.
  seen_to text,
  -- The reading under way: where it ends, from where it goes on, what it found newest.
  floor text,
  below text,
  newest text,
  began_at timestamptz,
  -- When one was last finished, and when one was that went back to the oldest open request.
  finished_at timestamptz,
  deep_at timestamptz,
  primary key (install_id, team, channel)
);
insert into channel_reading (install_id, team, channel, seen_to)
  select i.id, i.slack_team, substr(c.connector, 7), c.cursor from poll_cursor c join install i on i.id = c.install_id
  where c.connector ~ '^slack-[A-Z0-9]+$' and i.slack_team is not null;
delete from poll_cursor where connector ~ '^slack-[A-Z0-9]+$';
-- What we were told of a thread, so that it can be compared with what Slack says of it.
create index delivery_thread on delivery (install_id, partition) where source = 'slack' and identity is not null;
alter table link
  add column ticket_read_at timestamptz,
  add column parked_at timestamptz;
update link set parked_at = deskbridge_now() where state = 'parked';
create index link_ticket_read on link (install_id, ticket_read_at) where state in ('live', 'parked');
`;
