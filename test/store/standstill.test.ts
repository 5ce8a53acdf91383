/** A process that stands still in the middle of a transaction must not stop the others: its locks go after a few seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openDatabase, STANDSTILL_MS } from '../../src/store/database.ts';
import { testDatabase } from '../support/database.ts';

test('a transaction that stands still loses its locks, and says so when it goes on', async (t) => {
  const { url } = await testDatabase(t);
  const ends: (() => Promise<void>)[] = [];
  const open = () => {
    const db = openDatabase(url, { max: 1 });
    ends.push(() => db.destroy());
    return db;
  };
  const [stands, goes] = [open(), open()];
  await sql`create table thing (id integer primary key, n integer not null)`.execute(goes);
  await sql`insert into thing values (1, 0)`.execute(goes);

  const began = performance.now();
  const failed = stands.transaction().execute(async (tx) => {
    await sql`update thing set n = 1`.execute(tx);
    // Waits for the lock that this transaction holds.
    await sql`update thing set n = 2`.execute(goes);
    await sql`update thing set n = 3`.execute(tx);
  });
  await assert.rejects(failed);
  assert.ok(performance.now() - began >= STANDSTILL_MS - 100);
  const found = await sql<{ n: number }>`select n from thing`.execute(goes);
  assert.equal(found.rows[0]?.n, 2);
  const again = await sql<{ n: number }>`select n from thing`.execute(stands);
  assert.equal(again.rows[0]?.n, 2, 'its next connection works');
  for (const end of ends) await end();
});
