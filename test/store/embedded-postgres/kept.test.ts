import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepEmbeddedPostgres } from '../../../src/store/kept-postgres.ts';
import { ask } from '../../support/ask.ts';
import { until } from '../../support/until.ts';
import { pidOf, usedFolders } from './server-world.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a server that dies under a running process is started again at its address', async (t) => {
  const place = await usedFolders(t);
  const lines: string[] = [];
  const kept = await keepEmbeddedPostgres({
    dataDir: place.dataDir,
    sharedDir: place.sharedDir,
    log: (line) => lines.push(line),
  });
  place.atEnd(() => kept.stop());
  await ask(kept.url, 'create table kept (n int)');
  await ask(kept.url, 'insert into kept values (7)');

  const first = await pidOf(kept);
  process.kill(first, 'SIGKILL');
  await until('it answers again', 20_000, () =>
    ask(kept.url, 'select n from kept').then(
      (rows) => rows[0] === 7,
      () => false,
    ),
  );
  await until('it says so', 5_000, () => lines.some((line) => line.includes('runs again')));
  const second = await pidOf(kept);
  assert.notEqual(second, first);

  const other = await keepEmbeddedPostgres({ dataDir: place.dataDir, sharedDir: place.sharedDir, log() {} });
  assert.equal(other.ours, false, 'somebody else only uses it');
  await other.stop();
  assert.ok(alive(second), 'and leaves it running');

  await kept.stop();
  await until('nothing is left', 5_000, () => !alive(second));
});
