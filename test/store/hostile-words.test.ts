/** Words that would end a statement, come to the real Postgres through the store, are stored and found as they are. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { naughtyStrings } from '../conformance/naughty-strings.ts';
import { dropCopies, openLink, openStore, rows } from './open-store.ts';

after(dropCopies);

/** Ways out of a value, by the dialects and drivers in which each has worked. */
const WAYS_OUT = [
  "'",
  "''",
  "';--",
  "' or '1'='1",
  "'); drop table delivery; --",
  "' union select version(), null --",
  "\\'; drop table link; --",
  '$$; select pg_sleep(9); $$',
  '$1',
  '$1::text',
  '{"a": "\'}"}',
  "E'\\x27'",
  "U&'\\0027'",
  '\u02bc; drop table link; --',
  '＇ or 1=1 --',
  "/*'*/ or true --",
  "copy audit_event to program 'id'",
  "'||(select current_user)||'",
  '%27%20or%201=1',
  'a\\',
  ':name',
  '?',
  '{"$ne": null}',
];

/** Every table with how many rows it has. */
const CENSUS = `select table_name as name, (xpath('/row/n/text()', query_to_xml(
    format('select count(*) as n from %I', table_name), false, true, '')))[1]::text as n
  from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;

test('what would end a statement is kept as words, in every place where people and vendors have a word', async (t) => {
  const { store, db } = await openStore(t);
  const words = [
    ...WAYS_OUT,
    ...(naughtyStrings() ?? []).filter((text) => /['"\\$;%]/.test(text) && !text.includes('\0')).slice(0, 60),
  ];
  const before = await rows(db, CENSUS);
  await store.people.save('slack', 'U-OTHER', { name: 'somebody else', email: null });
  await openLink(store);
  await Promise.all(
    words.map(async (said, n) => {
      await store.people.save(said, `U${n}`, { name: said, email: said });
      assert.deepEqual(await store.people.get(said, `U${n}`), { name: said, email: said }, said);
      await store.people.save('slack', said, { name: 'by his id', email: null });
      assert.equal((await store.people.get('slack', said))?.name, 'by his id', said);
      assert.deepEqual(await store.requests.named(said, 9), [], said);
    }),
  );
  assert.equal((await store.people.get('slack', 'U-OTHER'))?.name, 'somebody else');
  const count = (table: string, all: readonly unknown[]) =>
    all.find((row) => JSON.stringify(row).includes(`"${table}"`));
  const after = await rows(db, CENSUS);
  assert.equal(after.length, before.length, 'no table came or went');
  for (const table of ['delivery', 'audit_event', 'install'])
    assert.deepEqual(count(table, after), count(table, before), table);
});
