import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { ask } from '../support/ask.ts';
import { stopTestDatabase, testDatabase } from '../support/database.ts';

test('every call gives a database of its own; a template is copied; a drop removes it', async (t) => {
  const [one, two] = await Promise.all([testDatabase(t), testDatabase(t)]);
  await ask(one.url, 'create table here as select 5 as n');
  await assert.rejects(ask(two.url, 'select n from here'), { code: '42P01' });
  const copy = await testDatabase(t, { template: one.name });
  assert.deepEqual(await ask(copy.url, 'select n from here'), [5]);
  await copy.drop();
  await assert.rejects(ask(copy.url, 'select 1'), { code: '3D000' });
});

test('a database lives as long as the test that asked for it', async (t) => {
  let url = '';
  await t.test('inner', async (inner) => {
    url = (await testDatabase(inner)).url;
    assert.deepEqual(await ask(url, 'select 1'), [1]);
  });
  await assert.rejects(ask(url, 'select 1'), { code: '3D000' });
});

test('the shared server is not stopped under another test process', {
  skip: process.env['DESKBRIDGE_TEST_DATABASE_URL'] ? 'SKIPPED: the server is not ours to stop' : false,
}, async (t) => {
  const support = path.join(import.meta.dirname, '../support/database.ts');
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { testDatabase } from ${JSON.stringify(support)};
        await testDatabase(); console.log('holds'); process.stdin.resume();`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.after(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  assert.equal(await stopTestDatabase(), 'in use');
  const again = await testDatabase(t);
  assert.deepEqual(await ask(again.url, 'select 1'), [1]);
});
