import { type Kysely, sql } from 'kysely';

/** Decisions that a ticket system itself waits for, beside ours; and errands of which one at most stands for a subject. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(NATIVE).execute(db);
  await sql.raw(ERRANDS).execute(db);
}

const NATIVE = `
-- Sealed: the record of the ticket system as it was read last. Null where the decision is ours.
alter table approval add column native bytea;
alter table approval drop constraint approval_status_check;
-- Of the ticket system: approved there, or nobody has to decide any more.
alter table approval add constraint approval_status_check check (status in
  ('open', 'granted', 'executing', 'executed', 'denied', 'expired', 'blocked', 'failed', 'uncertain', 'approved', 'void'));
alter table approval add constraint approval_native_check check (native is not null or status not in ('approved', 'void'));
`;

const ERRANDS = `
-- What it is about, where one is enough; null: there may be any number.
alter table errand add column subject text;
create unique index errand_subject on errand (install_id, subject) where subject is not null;
`;
