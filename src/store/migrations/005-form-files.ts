import { type Kysely, sql } from 'kysely';

/** A file that came with a form hangs on no message, so it stands in no channel. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(FILES_OF_FORMS).execute(db);
}

const FILES_OF_FORMS = `
alter table item drop constraint item_channel,
  add constraint item_channel check (
    case when origin = 'ticket' then channel is null else channel is not null or (kind = 'file' and parent is null) end
  );
drop index item_slack;
create unique index item_slack on item (install_id, link_id, kind, coalesce(channel, ''), native_id)
  where origin = 'slack';
`;
