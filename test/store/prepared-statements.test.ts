import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { delivery, dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

test('a statement is planned once for a connection', async (t) => {
  const { store, db } = await openStore(t, { max: 1 });
  const link = await openLink(store);
  for (let n = 0; n < 3; n += 1) assert.equal((await store.links.get(link))?.id, link);
  const kept = await rows(
    db,
    `select (generic_plans + custom_plans)::int as runs from pg_prepared_statements where statement like '%as internal_channel%'`,
  );
  assert.deepEqual(kept, [{ runs: 3 }]);
});

test('a later version adds columns while this one runs on', async (t) => {
  const { store, db } = await openStore(t, { max: 1 });
  const link = await openLink(store);
  await store.deliveries.insert([delivery('one')]);
  const reads = async () => [
    (await store.links.get(link))?.status,
    (await store.operations.open(link)).length,
    (await store.items.of(link)).length,
    (await store.receipts.find(null, 10)).length,
    await store.census.undone(null),
    await store.threads.stillDue(null),
  ];
  const before = await reads();
  const tables = await sql<{ name: string }>`select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`.execute(
    db,
  );
  assert.ok(tables.rows.length > 20, `${tables.rows.length} tables`);
  for (const { name } of tables.rows)
    await sql`alter table ${sql.table(name)} add column of_a_later_version text`.execute(db);
  assert.deepEqual(await reads(), before);
});
