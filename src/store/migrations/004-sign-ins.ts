import { type Kysely, sql } from 'kysely';

/** Sign-ins that people or an operator gave at a vendor, the invitations to give them, and what was said once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(TOKENS).execute(db);
  await sql.raw(INVITATIONS).execute(db);
  await sql.raw(SAID).execute(db);
}

const TOKENS = `
create table token (
  install_id uuid not null references install,
  connector text not null,
  -- "bridge", or the Slack id of the person who acts there as himself.
  holder text not null,
  -- How the vendor calls the account; what the token opens there (a cloud id).
  account text not null,
  resource text not null,
  access_sealed bytea not null,
  refresh_sealed bytea,
  issued_at timestamptz not null default deskbridge_now(),
  access_until timestamptz not null,
  -- When the refresh token ends if nobody uses it; null when the vendor does not say.
  refresh_until timestamptz,
  generation integer not null default 1,
  -- One process renews at a time; real time, like every lease.
  renewing_by uuid,
  renewing_until timestamptz,
  -- A renewal was begun and its result never saved: the vendor may have put another token in the place of this one.
  doubtful boolean not null default false,
  -- Why it is not used any more.
  refused text,
  primary key (install_id, connector, holder)
);
`;

const INVITATIONS = `
-- A one-time link to give a sign-in. Only hashes are kept: of the link, of the state that went to the vendor, and of the
-- browser that opened it.
create table invitation (
  install_id uuid not null references install,
  hash bytea not null,
  connector text not null,
  holder text not null,
  expires_at timestamptz not null,
  state_hash bytea,
  browser_hash bytea,
  primary key (install_id, hash)
);
create unique index invitation_state on invitation (install_id, state_hash) where state_hash is not null;
`;

const SAID = `
-- What an operator was told, so that he is told once.
create table said_once (
  install_id uuid not null references install,
  subject text not null,
  occasion text not null,
  said_at timestamptz not null default deskbridge_now(),
  primary key (install_id, subject, occasion)
);
`;
