import { type Kysely, sql } from 'kysely';

/** What Slack granted, workspace by workspace and organisation by organisation. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(GRANTS).execute(db);
  await sql.raw(PARKED).execute(db);
}

const GRANTS = `
create table slack_grant (
  -- The install whose configuration made the grant, and applies to it.
  install_id uuid not null references install,
  -- One grant, one install: everything that the grant brings in belongs to this one.
  tenant_id uuid not null references install,
  app_id text not null,
  enterprise_id text,
  enterprise_name text,
  -- Null for a grant that covers a whole organisation.
  team_id text,
  team_name text,
  bot_user text not null,
  scopes text[] not null,
  -- The member of Slack who gave it.
  given_by text not null,
  given_at timestamptz not null default deskbridge_now(),
  token_sealed bytea not null,
  -- Both null where the app's tokens do not rotate.
  refresh_sealed bytea,
  token_until timestamptz,
  -- Raised with every new token, and when the grant ends: what running processes compare.
  generation integer not null default 1,
  -- One process renews at a time; real time, like every lease.
  renewing_by uuid,
  renewing_until timestamptz,
  revoked_at timestamptz,
  revoked_why text,
  primary key (install_id, tenant_id),
  check (team_id is not null or enterprise_id is not null),
  check ((refresh_sealed is null) = (token_until is null)),
  check ((revoked_at is null) = (revoked_why is null))
);
-- From Slack's names to our install.
create unique index slack_grant_team on slack_grant (install_id, app_id, team_id) where team_id is not null;
create unique index slack_grant_enterprise on slack_grant (install_id, app_id, enterprise_id) where team_id is null;
`;

const PARKED = `
alter table link drop constraint link_parked_why_check;
alter table link add constraint link_parked_why_check
  check (parked_why in ('operation', 'gone', 'loop', 'sign-in', 'install'));
-- Whose install has a ticket: a hook names the ticket alone.
create index ticket_by_id on ticket (connector, ticket_id) where ticket_id is not null;
`;
