import { type Kysely, sql } from 'kysely';

/** What approvals need where people see them: what a request said before it changed, questions about it, and a chosen filter. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(CHANGES).execute(db);
}

const CHANGES = `
-- Sealed: the object as it was before its last change; a card shows the difference.
alter table approval add column previous bytea;

create table approval_question (
  install_id uuid not null,
  id uuid not null,
  approval_id uuid not null,
  principal uuid not null,
  -- Sealed, both: the approver's and the requester's own words.
  question bytea not null,
  answer bytea,
  asked_at timestamptz not null default deskbridge_now(),
  answered_at timestamptz,
  primary key (install_id, id),
  foreign key (install_id, approval_id) references approval (install_id, id),
  foreign key (install_id, principal) references principal (install_id, id),
  check ((answer is null) = (answered_at is null))
);
create index approval_question_of on approval_question (install_id, approval_id, asked_at);

-- What his list of approvals is narrowed down to; null: all of them.
alter table home add column filter jsonb;
`;
