import { type Kysely, sql } from 'kysely';

/** Which policies two keepers have signed, and who keeps them from there on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICY_KEEPERS).execute(db);
}

const POLICY_KEEPERS = `
create table policy_keepers (
  install_id uuid not null references install,
  -- Counts up with every change that is signed: an older one cannot come back.
  number integer not null check (number > 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- People and their public keys; two of these have to sign the next change.
  keepers jsonb not null,
  signers jsonb not null,
  accepted_at timestamptz not null default deskbridge_now(),
  primary key (install_id)
);
-- What was accepted last, as the audit has it.
create index audit_event_policies on audit_event (install_id, at) where kind = 'policies.accepted';
`;
