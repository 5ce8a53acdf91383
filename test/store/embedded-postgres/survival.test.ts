import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { holderOf } from '../../../src/store/embedded-postgres/postmaster-file.ts';
import { ask } from '../../support/ask.ts';
import { until } from '../../support/until.ts';
import {
  folders,
  isRoot,
  NOBODY,
  nextLine,
  Owned,
  pgdataOf,
  pidOf,
  spawnOwner,
  start,
  usedFolders,
} from './server-world.ts';

test('a server whose parent was killed is adopted, and who adopted it stops it', async (t) => {
  const place = await usedFolders(t);
  const child = spawnOwner(place);
  const { url } = Owned.parse(await nextLine(child));
  await ask(url, 'create table kept as select 8 as n');
  const before = await pidOf(place);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const adopted = await start(place);
  assert.equal(adopted.adopted, true);
  assert.equal(adopted.url, url);
  assert.equal(await pidOf(adopted), before);
  assert.deepEqual(await ask(adopted.url, 'select n from kept'), [8]);
  await adopted.stop();
  assert.equal(await holderOf(before, pgdataOf(adopted)), 'not-server');
});

test('Ctrl-C in the terminal does not reach the server: its parent still uses it, then stops it', async (t) => {
  const place = await usedFolders(t);
  const child = spawnOwner(place);
  await nextLine(child);
  const pid = await pidOf(place);
  assert.ok(child.pid);
  process.kill(-child.pid, 'SIGINT');
  assert.deepEqual(await nextLine(child), { answer: 42 });
  await until(
    'the server is gone',
    20_000,
    async () => (await holderOf(pid, pgdataOf(place))) === 'not-server',
  );
  assert.match(
    await readFile(path.join(place.dataDir, 'cluster/server.log'), 'utf8'),
    /received fast shutdown request[\s\S]*database system is shut down/,
  );
});

test('acknowledged rows are there after the server was killed -9 in the middle of writing', async (t) => {
  const place = await usedFolders(t);
  const first = await start(place);
  await ask(first.url, 'create table written (n int primary key)');
  const writer = new pg.Client({ connectionString: first.url });
  writer.on('error', () => {});
  await writer.connect();
  let acknowledged = 0;
  const pid = await pidOf(first);
  const writing = (async () => {
    for (;;) {
      await writer.query('insert into written values ($1)', [acknowledged + 1]);
      acknowledged += 1;
      if (acknowledged === 200) process.kill(pid, 'SIGKILL');
    }
  })();
  await assert.rejects(writing);
  await writer.end().catch(() => {});
  assert.ok(acknowledged >= 200);

  const second = await start(place);
  assert.equal(second.adopted, false);
  assert.notEqual(await pidOf(second), pid);
  const [count, highest] = await ask(second.url, 'select count(*)::int, max(n) from written');
  assert.ok(Number(highest) >= acknowledged, `acknowledged ${acknowledged}, found up to ${highest}`);
  assert.equal(count, highest);
  assert.deepEqual(await ask(second.url, 'select 1'), [1]);
});

test('a stale postmaster.pid whose pid now belongs to another program does not stop the start', async (t) => {
  const place = await usedFolders(t);
  const first = await start(place);
  await ask(first.url, 'create table kept as select 9 as n');
  const pid = await pidOf(first);
  const file = path.join(pgdataOf(first), 'postmaster.pid');
  process.kill(pid, 'SIGKILL');
  // Of the same account as the server: only then does Postgres itself take it for the owner of the file.
  const foreign = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    ...(isRoot ? NOBODY : {}),
  });
  place.atEnd(() => foreign.kill('SIGKILL'));
  await once(foreign, 'spawn');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(foreign.pid)));

  const second = await start(place);
  assert.equal(second.adopted, false);
  assert.deepEqual(await ask(second.url, 'select n from kept'), [9]);
  assert.equal(foreign.exitCode, null, 'the other program was left alone');
});

test('a stale postmaster.pid whose pid and port now belong to another Postgres adopts neither', async (t) => {
  const place = await usedFolders(t);
  const elsewhere = await usedFolders(t);
  const first = await start(place);
  await ask(first.url, 'create table kept as select 11 as n');
  const pid = await pidOf(first);
  const other = await start(elsewhere);
  const file = path.join(pgdataOf(first), 'postmaster.pid');
  const lines = (await readFile(file, 'utf8')).split('\n');
  process.kill(pid, 'SIGKILL');
  lines[0] = String(await pidOf(other));
  lines[3] = new URL(other.url).port;
  await writeFile(file, lines.join('\n'));

  const second = await start(place);
  assert.equal(second.adopted, false);
  assert.deepEqual(await ask(second.url, 'select n from kept'), [11]);
  await second.stop();
  assert.deepEqual(await ask(other.url, 'select 1'), [1], 'the other server was left alone');
});

test('an empty postmaster.pid, as a power cut may leave it, does not stop the start', async (t) => {
  const place = await usedFolders(t);
  const first = await start(place);
  await first.stop();
  const file = path.join(pgdataOf(first), 'postmaster.pid');
  await writeFile(file, '');
  await utimes(file, new Date(0), new Date(0));
  const second = await start(place);
  assert.deepEqual(await ask(second.url, 'select 1'), [1]);
});

test('an initdb that was killed in the middle leaves nothing that a later start trusts', async (t) => {
  const place = await folders(t);
  const child = spawnOwner(place);
  await once(child, 'spawn');
  const initializing = async () => {
    const names = await readdir(place.dataDir).catch((): string[] => []);
    for (const name of names) {
      if (!name.includes('.building-')) continue;
      const inside = await readdir(path.join(place.dataDir, name, 'pgdata')).catch((): string[] => []);
      if (inside.includes('base')) return true;
    }
    return false;
  };
  await until('initdb has begun to write', 20_000, initializing);
  assert.ok(child.pid);
  // The whole group, as a power cut would: initdb runs in it.
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
  assert.ok(!(await readdir(place.dataDir)).includes('cluster'), 'killed before it was complete');

  const server = await start(place);
  assert.equal(server.adopted, false);
  assert.deepEqual(await ask(server.url, 'select 1'), [1]);
  assert.deepEqual(await readdir(place.dataDir), ['cluster']);
});
