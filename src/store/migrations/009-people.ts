import { type Kysely, sql } from 'kysely';

/** One principal per person, and the ids under which Slack, the ticket systems and the directory know him. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(PRINCIPALS).execute(db);
  await sql.raw(IDENTITIES).execute(db);
}

const PRINCIPALS = `
create table principal (
  install_id uuid not null references install,
  id uuid not null,
  -- Name and address, sealed; null for somebody of whom no directory told.
  profile bytea,
  department text,
  tier text,
  groups text[] not null default '{}',
  -- The directory's id of his manager.
  manager text,
  active boolean not null default true,
  imported_at timestamptz,
  created_at timestamptz not null default deskbridge_now(),
  primary key (install_id, id)
);
`;

const IDENTITIES = `
-- An address links nobody: these ids come from a sign-in, from the directory, or from an operator.
create table identity (
  install_id uuid not null references install,
  -- "slack", a connector, or "@directory".
  system text not null,
  native_id text not null,
  principal_id uuid not null,
  how text not null check (how in ('sign-in', 'import', 'operator')),
  linked_at timestamptz not null default deskbridge_now(),
  primary key (install_id, system, native_id),
  unique (install_id, principal_id, system),
  foreign key (install_id, principal_id) references principal (install_id, id) on delete cascade
);
`;
