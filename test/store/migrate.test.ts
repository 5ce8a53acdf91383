import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { openDatabase } from '../../src/store/database.ts';
import { migrate, missingMigrations, requireCurrentSchema, SchemaProblem } from '../../src/store/migrate.ts';
import { up as foundation } from '../../src/store/migrations/001-foundation.ts';
import { up as editsFilesFields } from '../../src/store/migrations/002-edits-files-fields.ts';
import { up as repair } from '../../src/store/migrations/003-repair.ts';
import { up as signIns } from '../../src/store/migrations/004-sign-ins.ts';
import { testDatabase } from '../support/database.ts';
import { ALMA, dropCopies, openStore, rows } from './open-store.ts';

after(dropCopies);

/** Every file of the folder is a migration, in this order. */
const MIGRATIONS = readdirSync(new URL('../../src/store/migrations/', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();

/** Databases in use have run these: what is new comes after them, under a number that was never given. */
const IN_USE = ['001-foundation', '002-edits-files-fields', '003-repair', '004-sign-ins'];

test('migrations are registered in the order of their numbers, each with a number of its own, after those in use', () => {
  const registered = missingMigrations([]).missing;
  assert.deepEqual(registered, MIGRATIONS, 'every file is registered, in the order of the names');
  assert.deepEqual(registered.slice(0, IN_USE.length), IN_USE);
  const numbers = registered.map((name) => /^(\d{3})-[a-z-]+$/.exec(name)?.[1]);
  assert.ok(!numbers.includes(undefined), registered.join());
  assert.equal(new Set(numbers).size, numbers.length, 'no number is given twice');
});

const COLUMNS = `select table_name, column_name, data_type, is_nullable from information_schema.columns
  where table_schema = 'public' order by table_name, column_name`;

test('a database in use is brought to the end, and is then like a fresh one', async (t) => {
  const { url } = await testDatabase(t);
  const fresh = await openStore(t);
  const db = openDatabase(url, { max: 2 });
  try {
    const migrations = {
      '001-foundation': { up: foundation },
      '002-edits-files-fields': { up: editsFilesFields },
      '003-repair': { up: repair },
      '004-sign-ins': { up: signIns },
    };
    const old = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    assert.equal((await old.migrateToLatest()).error, undefined);
    assert.deepEqual(await migrate(db), MIGRATIONS.slice(IN_USE.length));
    await requireCurrentSchema(db);
    assert.deepEqual(await rows(db, COLUMNS), await rows(fresh.db, COLUMNS));
  } finally {
    await db.destroy();
  }
});

test('eight processes migrate at once: one does the work, all go on, and each runs what follows alone', async (t) => {
  const { url } = await testDatabase(t);
  let inside = 0;
  const applied = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const db = openDatabase(url, { max: 2 });
      try {
        return await migrate(db, async () => {
          inside += 1;
          assert.equal(inside, 1, 'two processes are inside the locked step');
          await sql`select pg_sleep(0.01)`.execute(db);
          inside -= 1;
        });
      } finally {
        await db.destroy();
      }
    }),
  );
  assert.deepEqual(applied.flat(), MIGRATIONS);
  const db = openDatabase(url, { max: 1 });
  await requireCurrentSchema(db);
  await db.destroy();
});

test('when what follows fails the lock is free again', async (t) => {
  const { url } = await testDatabase(t);
  const db = openDatabase(url, { max: 2 });
  await assert.rejects(
    migrate(db, async () => {
      throw new Error('bell schema');
    }),
    /bell schema/,
  );
  assert.deepEqual(await migrate(db), []);
  await db.destroy();
});

test('a database of a newer version is refused with what to do, and not touched', async (t) => {
  const { db } = await openStore(t);
  await sql`insert into kysely_migration (name, timestamp) values ('999-later', '2030-01-01')`.execute(db);
  const refused = (error: unknown) =>
    error instanceof SchemaProblem &&
    error.message ===
      'The database was migrated by a newer Deskbridge (999-later is unknown here). ' +
        'Start that version, or restore a backup from before its migration.';
  await assert.rejects(migrate(db), refused);
  await assert.rejects(requireCurrentSchema(db), refused);
  assert.deepEqual(await rows(db, 'select name from kysely_migration order by name'), [
    ...MIGRATIONS.map((name) => ({ name })),
    { name: '999-later' },
  ]);
});

test('an empty database is refused with the command that helps', async (t) => {
  const { url } = await testDatabase(t);
  const db = openDatabase(url, { max: 1 });
  await assert.rejects(
    requireCurrentSchema(db),
    new SchemaProblem(`The database lacks ${MIGRATIONS.join(', ')}. Run "deskbridge migrate" first.`),
  );
  await db.destroy();
});

test('a migration step that fails leaves nothing behind', async (t) => {
  const { url } = await testDatabase(t);
  const db = openDatabase(url, { max: 2 });
  await sql`create table budget (here text)`.execute(db);
  await assert.rejects(migrate(db), /could not be migrated; nothing was changed/);
  assert.deepEqual(await rows(db, `select to_regclass('link') as link`), [{ link: null }]);
  await sql`drop table budget`.execute(db);
  assert.deepEqual(await migrate(db), MIGRATIONS);
  await db.destroy();
});

test('the audit refuses to be changed, emptied or shortened, even where nothing would match', async (t) => {
  const { db, store } = await openStore(t);
  for (const kind of ['one', 'two'])
    await store.audit.record({ kind, actor: `slack:${ALMA}`, link: null, data: { n: 1 } });
  for (const statement of [
    `update audit_event set kind = 'three'`,
    `update audit_event set kind = 'three' where false`,
    'delete from audit_event',
    'truncate audit_event',
    'truncate install cascade',
  ]) {
    await assert.rejects(sql.raw(statement).execute(db), /audit_event is append-only/, statement);
  }
  assert.deepEqual(await rows(db, 'select kind from audit_event order by id'), [
    { kind: 'one' },
    { kind: 'two' },
  ]);
});

/** Tables that belong to no install: the install itself, the clock of tests, and the migrator's own two. */
const OUTSIDE = ['clock_offset', 'install', 'kysely_migration', 'kysely_migration_lock'];

test('every table begins its primary key and its unique keys with install_id', async (t) => {
  const { db } = await openStore(t);
  const tables = await sql<{ name: string }>`
    select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') order by relname`.execute(db);
  const names = tables.rows.map((row) => row.name);
  assert.deepEqual(
    names.filter((name) => OUTSIDE.includes(name)),
    OUTSIDE,
  );
  const keys = await sql<{ name: string; first: string; is_primary: boolean }>`
    select t.relname as name, a.attname as first, i.indisprimary as is_primary
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where n.nspname = 'public' and i.indisunique`.execute(db);
  const ours = names.filter((name) => !OUTSIDE.includes(name));
  assert.ok(ours.length >= 15, `only ${ours.length} tables were seen`);
  for (const name of ours) {
    const mine = keys.rows.filter((key) => key.name === name);
    assert.ok(
      mine.some((key) => key.is_primary),
      `${name} has no primary key`,
    );
    assert.deepEqual([...new Set(mine.map((key) => key.first))], ['install_id'], name);
  }
});

test('the time of the database follows its offset, and is the real one without', async (t) => {
  const { db, pass, store } = await openStore(t);
  const aheadMs = async () => {
    const found = await sql<{ ahead: number }>`
      select (extract(epoch from deskbridge_now() - clock_timestamp()) * 1000)::float8 as ahead`.execute(db);
    return found.rows[0]?.ahead ?? Number.NaN;
  };
  assert.ok(Math.abs(await aheadMs()) < 1_000);
  await pass(3 * 86_400_000);
  await pass(1_000);
  const ahead = await aheadMs();
  assert.ok(Math.abs(ahead - 259_201_000) < 1_000, `${ahead}`);
  assert.ok(Math.abs((await store.now()).getTime() - Date.now() - 259_201_000) < 5_000);
});
