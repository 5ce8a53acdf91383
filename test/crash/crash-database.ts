import pg from 'pg';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { migrateAll, migratedDatabase } from '../support/migrated-database.ts';

/** What the bridge overwrites and the checker wants to know: every state of a ticket that was saved, in order. */
const READINGS = `
create table test_reading (id bigint generated always as identity, link_id uuid not null, updated_at timestamptz not null);
create function test_note_reading() returns trigger language plpgsql as $$ begin
  if new.updated_at is distinct from old.updated_at and new.updated_at is not null then
    insert into test_reading (link_id, updated_at) values (new.link_id, new.updated_at);
  end if;
  return new;
end $$;
create trigger test_reading after update on ticket for each row execute function test_note_reading();
`;

/** Makes a database what the first start of a bridge makes of it, and notes what the checker wants to know. */
export async function prepareDatabase(url: string): Promise<void> {
  await migrateAll(url);
  await noteReadings(url);
}

async function noteReadings(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(READINGS);
  } finally {
    await client.end();
  }
}

let template: Promise<TestDatabase> | null = null;

/** An empty database as the first start of a bridge leaves it; migrated once for all worlds of this process. */
export async function crashDatabase(ends: (() => unknown)[]): Promise<string> {
  template ??= migratedDatabase().then(async (made) => {
    await noteReadings(made.url);
    return made;
  });
  const database = await testDatabase(undefined, { template: (await template).name });
  ends.push(() => database.drop());
  return database.url;
}

/** Removes what all worlds were copied from. */
export async function dropTemplate(): Promise<void> {
  await (await template)?.drop();
}
