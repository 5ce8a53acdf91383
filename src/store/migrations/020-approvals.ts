import { type Kysely, sql } from 'kysely';

/** Requests for a decision: what is asked, who said what about it, what may be done once, and whom it was shown. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(APPROVAL).execute(db);
  await sql.raw(VOTES).execute(db);
  await sql.raw(TOKENS).execute(db);
  await sql.raw(SIDES).execute(db);
}

const APPROVAL = `
create table approval (
  install_id uuid not null references install,
  -- Drawn by chance, so that nobody can guess one from another.
  id uuid not null,
  link_id uuid not null,
  -- What asked for it, such as a policy of the route: the same never asks twice.
  origin text not null,
  status text not null check (status in
    ('open', 'granted', 'executing', 'executed', 'denied', 'expired', 'blocked', 'failed', 'uncertain')),
  -- Raised by every change of the request; what was said of an earlier one counts for nothing.
  round integer not null check (round > 0),
  step integer not null check (step >= 0),
  ran integer not null check (ran >= 0),
  -- Sealed: the whole object that is decided about. Its hash covers all of it.
  request bytea not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  policy text not null,
  policy_hash text not null check (policy_hash ~ '^[0-9a-f]{64}$'),
  risk text not null check (risk in ('low', 'medium', 'high', 'critical')),
  grant_step integer,
  grant_until timestamptz,
  opened_at timestamptz not null default deskbridge_now(),
  closed_at timestamptz,
  v integer not null default 1,
  primary key (install_id, id),
  unique (install_id, link_id, origin),
  foreign key (install_id, link_id) references link (install_id, id),
  check ((grant_step is null) = (grant_until is null)),
  check ((grant_until is not null) = (status in ('granted', 'executing'))),
  check ((closed_at is null) = (status in ('open', 'granted', 'executing')))
);
create index approval_open on approval (install_id, opened_at) where closed_at is null;

create table approval_step (
  install_id uuid not null,
  approval_id uuid not null,
  round integer not null,
  step integer not null,
  name text not null,
  slots jsonb not null,
  deny integer not null check (deny > 0),
  timeout jsonb not null,
  runs boolean not null,
  deadline timestamptz,
  primary key (install_id, approval_id, round, step),
  foreign key (install_id, approval_id) references approval (install_id, id)
);
`;

const VOTES = `
create table approval_vote (
  install_id uuid not null,
  id uuid not null,
  approval_id uuid not null,
  round integer not null,
  step integer not null,
  principal uuid not null,
  -- In whose place: his own, or that of who made him his delegate.
  seat uuid not null,
  decision text not null check (decision in ('approve', 'deny')),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  surface text not null check (surface in ('card', 'home', 'web', 'jsm', 'servicenow')),
  -- Sealed: the voter's own words.
  reason bytea,
  cast_at timestamptz not null,
  -- He took it back, or somebody higher is asked instead.
  void_at timestamptz,
  primary key (install_id, id),
  foreign key (install_id, approval_id) references approval (install_id, id),
  foreign key (install_id, principal) references principal (install_id, id),
  foreign key (install_id, seat) references principal (install_id, id)
);
create unique index approval_vote_voter on approval_vote (install_id, approval_id, round, step, principal)
  where void_at is null;
create unique index approval_vote_seat on approval_vote (install_id, approval_id, round, step, seat)
  where void_at is null;

-- Of nobody's approval: for an absence, whatever is asked meanwhile.
create table approval_delegation (
  install_id uuid not null references install,
  id uuid not null,
  approval_id uuid,
  round integer,
  from_principal uuid not null,
  to_principal uuid not null,
  since timestamptz not null,
  until timestamptz not null,
  primary key (install_id, id),
  foreign key (install_id, approval_id) references approval (install_id, id),
  foreign key (install_id, from_principal) references principal (install_id, id),
  foreign key (install_id, to_principal) references principal (install_id, id),
  check ((approval_id is null) = (round is null)),
  check (from_principal <> to_principal and until > since and until <= since + interval '14 days')
);
create unique index approval_delegation_of on approval_delegation (install_id, approval_id, round, from_principal)
  where approval_id is not null;
create index approval_delegation_standing on approval_delegation (install_id, until) where approval_id is null;
`;

const TOKENS = `
-- One for each approver and decision. The token itself is kept nowhere, only the hash of the number in it.
create table approval_token (
  install_id uuid not null references install,
  jti_hash bytea not null check (length(jti_hash) = 32),
  approval_id uuid not null,
  round integer not null,
  step integer not null,
  principal uuid not null,
  decision text not null check (decision in ('approve', 'deny')),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  surface text not null check (surface in ('card', 'home', 'web')),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (install_id, jti_hash),
  foreign key (install_id, approval_id) references approval (install_id, id),
  foreign key (install_id, principal) references principal (install_id, id)
);
create index approval_token_end on approval_token (install_id, expires_at);
`;

const SIDES = `
-- The work of a step, once.
create table approval_execution (
  install_id uuid not null,
  approval_id uuid not null,
  step integer not null,
  round integer not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('begun', 'nothing', 'done', 'failed', 'uncertain')),
  began_at timestamptz not null default deskbridge_now(),
  ended_at timestamptz,
  primary key (install_id, approval_id, step, round),
  foreign key (install_id, approval_id) references approval (install_id, id),
  check ((ended_at is null) = (state = 'begun'))
);

-- Where it is shown: to one approver alone, or to a private channel.
create table approval_card (
  install_id uuid not null,
  approval_id uuid not null,
  channel text not null,
  ts text not null,
  principal uuid,
  -- Hash of what it shows.
  shown text not null,
  sent_at timestamptz not null default deskbridge_now(),
  primary key (install_id, approval_id, channel, ts),
  foreign key (install_id, approval_id) references approval (install_id, id)
);

-- Whom it was asked of, and how often he was reminded.
create table approval_asked (
  install_id uuid not null,
  approval_id uuid not null,
  round integer not null,
  step integer not null,
  principal uuid not null,
  asked_at timestamptz not null default deskbridge_now(),
  reminders integer not null default 0,
  primary key (install_id, approval_id, round, step, principal),
  foreign key (install_id, approval_id) references approval (install_id, id),
  foreign key (install_id, principal) references principal (install_id, id)
);
create index approval_asked_of on approval_asked (install_id, principal);
-- How often somebody has asked for the same lately.
create index audit_event_approvals on audit_event (install_id, at) where kind = 'approval.opened';
`;
