import { type Kysely, sql } from 'kysely';

/**
 * Everything that would be a rewrite later: install_id first in every key, our own ids beside the vendors', deliveries
 * apart from their bodies, both 1:1 constraints, the clock, the hashed configuration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CLOCK).execute(db);
  await sql.raw(INSTALL).execute(db);
  await sql.raw(INBOX).execute(db);
  await sql.raw(LINKS).execute(db);
  await sql.raw(OUTBOX).execute(db);
  await sql.raw(AUDIT).execute(db);
}

const CLOCK = `
-- A row exists in sandboxes and tests only; without one this is the database's clock.
create table clock_offset (
  singleton boolean primary key default true check (singleton),
  offset_by interval not null default interval '0'
);
-- STABLE although the clock moves: one statement sees one time, and indexes on due columns stay usable.
create function deskbridge_now() returns timestamptz language sql stable as
  'select clock_timestamp() + coalesce((select offset_by from clock_offset), interval ''0'')';
`;

const INSTALL = `
-- One Slack app grant (a workspace or an organisation) and everything that belongs to it.
create table install (
  id uuid primary key,
  name text not null unique,
  -- Who we are in Slack, as Slack last said: so that a start does not need Slack.
  slack_team text,
  slack_bot_user text,
  created_at timestamptz not null default deskbridge_now()
);
create table configuration (
  install_id uuid not null references install,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  source jsonb not null,
  created_at timestamptz not null default deskbridge_now(),
  primary key (install_id, hash)
);
create table active_configuration (
  install_id uuid primary key references install,
  hash text not null,
  activated_at timestamptz not null default deskbridge_now(),
  foreign key (install_id, hash) references configuration (install_id, hash)
);
-- Names and addresses of people as their own systems give them; sealed, because they are personal data.
create table person (
  install_id uuid not null references install,
  system text not null,
  native_id text not null,
  profile bytea not null,
  fetched_at timestamptz not null default deskbridge_now(),
  primary key (install_id, system, native_id)
);
`;

const INBOX = `
-- Kept for ever, so that a duplicate is recognised for ever. The content is in delivery_body.
create table delivery (
  install_id uuid not null references install,
  id uuid not null,
  source text not null,
  key text not null,
  identity text,
  type text not null check (type in ('event', 'interactive', 'command', 'hook')),
  partition text not null,
  partition_hash integer not null check (partition_hash >= 0),
  body_sha256 bytea not null,
  received_at timestamptz not null default deskbridge_now(),
  -- waiting: a reply whose root has not come yet. sorted: belongs to link_id and is not planned yet.
  state text not null default 'new' check (state in ('new', 'waiting', 'sorted', 'done', 'ignored')),
  reason text,
  link_id uuid,
  v integer not null default 1,
  primary key (install_id, id),
  unique (install_id, source, key),
  check (state <> 'sorted' or link_id is not null),
  check (state <> 'ignored' or reason is not null)
);
create unique index delivery_identity on delivery (install_id, source, identity) where identity is not null;
create index delivery_new on delivery (install_id, received_at) where state = 'new';
create index delivery_waiting on delivery (install_id, partition) where state = 'waiting';
create index delivery_sorted on delivery (install_id, link_id) where state = 'sorted';

-- Sealed raw bytes, one partition a day, dropped whole after the retention time.
create table delivery_body (
  install_id uuid not null,
  delivery_id uuid not null,
  day date not null default (deskbridge_now() at time zone 'UTC')::date,
  sealed bytea not null,
  primary key (install_id, delivery_id, day)
) partition by range (day);
create table delivery_body_default partition of delivery_body default;
`;

const LINKS = `
create table link (
  install_id uuid not null references install,
  id uuid not null,
  -- What opened it: the thread or the submitted form. The reservation that makes one request one link.
  origin text not null,
  shard_hash integer not null check (shard_hash >= 0),
  state text not null check (state in ('provisional', 'live', 'closed', 'parked')),
  home text not null check (home in ('thread', 'dm')),
  team text not null,
  requester text not null,
  -- The routing decision; null until it is made.
  kind text,
  queue text,
  connector text,
  priority text,
  privacy text check (privacy in ('thread', 'private')),
  rule text,
  reason text,
  config_hash text,
  -- Sealed: summary and description as the person wrote them.
  request bytea,
  -- The card: where it is and a hash of what it shows.
  card_channel text,
  card_ts text,
  card_shown text,
  parked_reason text,
  closed_at timestamptz,
  -- A hint raises ticket_stale; a committed plan writes down what it has seen.
  ticket_stale bigint not null default 0,
  ticket_seen bigint not null default 0,
  thread_checked_at timestamptz,
  opened_at timestamptz not null default deskbridge_now(),
  -- When somebody should look at it next, and from when on planning may be tried again.
  wake_at timestamptz,
  plan_after timestamptz,
  -- The lease: real time, fenced by the epoch.
  lease_owner uuid,
  lease_epoch bigint not null default 0,
  lease_until timestamptz,
  v integer not null default 1,
  primary key (install_id, id),
  unique (install_id, origin)
);
create index link_wake on link (install_id, wake_at) where wake_at is not null;

create table place (
  install_id uuid not null,
  link_id uuid not null,
  -- origin: where the request began when the conversation then moved to a direct message.
  role text not null check (role in ('primary', 'origin', 'internal', 'follower', 'room')),
  team text not null,
  channel text not null,
  root_ts text not null,
  created_at timestamptz not null default deskbridge_now(),
  primary key (install_id, team, channel, root_ts),
  foreign key (install_id, link_id) references link (install_id, id)
);
create unique index place_primary on place (install_id, link_id) where role = 'primary';
create index place_link on place (install_id, link_id);

create table ticket (
  install_id uuid not null,
  link_id uuid not null,
  generation integer not null,
  connector text not null,
  site text not null,
  -- Null between the reservation and the answer of the ticket system.
  ticket_id text,
  key text,
  url text,
  summary text,
  status_name text,
  status_category text check (status_category in ('new', 'active', 'done')),
  assignee text,
  priority text,
  updated_at timestamptz,
  comments_since timestamptz,
  primary key (install_id, link_id, generation),
  unique (install_id, connector, site, ticket_id),
  foreign key (install_id, link_id) references link (install_id, id)
);

create table item (
  install_id uuid not null,
  id uuid not null,
  link_id uuid not null,
  origin text not null check (origin in ('slack', 'ticket')),
  slack_channel text,
  slack_ts text,
  comment_id text,
  -- Order within its origin: microseconds since 1970.
  at_micros bigint not null,
  late boolean not null default false,
  visibility text not null check (visibility in ('public', 'internal', 'unknown')),
  created_at timestamptz not null default deskbridge_now(),
  primary key (install_id, id),
  foreign key (install_id, link_id) references link (install_id, id),
  check (slack_ts is not null or comment_id is not null)
);
create unique index item_slack on item (install_id, link_id, slack_channel, slack_ts) where slack_ts is not null;
create unique index item_comment on item (install_id, link_id, comment_id) where comment_id is not null;
`;

const OUTBOX = `
create table operation (
  install_id uuid not null,
  id uuid not null,
  link_id uuid not null,
  lane text not null check (lane in ('slack', 'ticket')),
  seq integer not null,
  kind text not null check (kind in ('card', 'post', 'create', 'comment', 'write')),
  item_id uuid,
  marker text not null,
  payload bytea not null,
  state text not null default 'ready' check (state in ('ready', 'sending', 'done', 'parked', 'skipped')),
  -- Only a parked operation that makes what follows meaningless stops its lane.
  blocks boolean not null default false,
  attempt integer not null default 0,
  next_at timestamptz not null default deskbridge_now(),
  started_at timestamptz,
  not_after timestamptz,
  remote_id text,
  reason text,
  finished_at timestamptz,
  v integer not null default 1,
  primary key (install_id, id),
  unique (install_id, marker),
  unique (install_id, link_id, lane, seq),
  foreign key (install_id, link_id) references link (install_id, id),
  check (state <> 'sending' or (started_at is not null and not_after is not null)),
  check (state not in ('parked', 'skipped') or reason is not null)
);
create index operation_open on operation (install_id, link_id, lane, seq) where state in ('ready', 'sending', 'parked');
create index operation_parked on operation (install_id) where state = 'parked';

-- One row a destination, shared by all workers: a token bucket and a breaker.
create table budget (
  install_id uuid not null references install,
  destination text not null,
  tokens double precision not null,
  refilled_at timestamptz not null default deskbridge_now(),
  paused_until timestamptz,
  failures integer not null default 0,
  reason text,
  primary key (install_id, destination)
);
create table poll_cursor (
  install_id uuid not null references install,
  connector text not null,
  cursor text not null,
  polled_at timestamptz not null default deskbridge_now(),
  primary key (install_id, connector)
);
`;

const AUDIT = `
create table audit_event (
  install_id uuid not null references install,
  id uuid not null,
  at timestamptz not null default deskbridge_now(),
  kind text not null,
  actor text not null,
  link_id uuid,
  data jsonb not null,
  v integer not null default 1,
  primary key (install_id, id)
);
create index audit_event_link on audit_event (install_id, link_id);
create function audit_is_append_only() returns trigger language plpgsql as
  'begin raise exception ''audit_event is append-only''; end';
create trigger audit_append_only before update or delete or truncate on audit_event
  for each statement execute function audit_is_append_only();
`;
