import assert from 'node:assert/strict';
import { chmod, chown, cp, mkdir, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import {
  createLinks,
  findNativePackage,
  prepareBinaries,
} from '../../../src/store/embedded-postgres/binaries.ts';
import { runBinary } from '../../../src/store/embedded-postgres/run-binary.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres/start-embedded-postgres.ts';
import { ask } from '../../support/ask.ts';
import { folders, isRoot, NOBODY, pgdataOf, pidOf, start, usedFolders } from './server-world.ts';

test('a machine without binaries gets its platform named and DATABASE_URL advised', async () => {
  await assert.rejects(
    findNativePackage('sunos', 'sparc'),
    /no embedded Postgres for sunos-sparc.*DATABASE_URL/,
  );
  const notInstalled = process.platform === 'darwin' ? 'linux' : 'darwin';
  await assert.rejects(
    findNativePackage(notInstalled, 'x64'),
    new RegExp(`embedded Postgres for ${notInstalled}-x64 is not installed.*DATABASE_URL`),
  );
});

/** The package as npm unpacks it without its install script. */
async function packageWithoutLinks(folder: string): Promise<string> {
  const { directory } = await findNativePackage();
  const copy = path.join(folder, 'native');
  await cp(directory, copy, { recursive: true, verbatimSymlinks: true });
  for (const name of await readdir(path.join(copy, 'lib'))) {
    const file = path.join(copy, 'lib', name);
    if (await readlink(file).catch(() => null)) await rm(file);
  }
  return copy;
}

test('missing library links are made, also by several at once', {
  skip: process.platform !== 'linux' && 'SKIPPED: only the Linux packages carry links',
}, async (t) => {
  const { sharedDir } = await folders(t);
  await mkdir(sharedDir);
  const native = await packageWithoutLinks(sharedDir);
  const postgres = path.join(native, 'bin/postgres');
  const run = () => runBinary(postgres, ['--version'], { user: isRoot ? NOBODY : null, ownSession: false });
  assert.notEqual((await run()).code, 0, 'the test shows nothing unless it fails without links');
  await Promise.all([createLinks(native), createLinks(native), createLinks(native)]);
  const { code, output } = await run();
  assert.equal(code, 0, output);
  assert.match(output, /^postgres \(PostgreSQL\) 18\./);
  const strangers = (await readdir(path.join(native, 'lib'))).filter((name) => /\.[0-9a-f]{12}$/.test(name));
  assert.deepEqual(strangers, []);
  await createLinks(native);
});

test('as root below a closed folder, data and binaries go to the shared folder and are found again', {
  skip: !isRoot && 'SKIPPED: needs root, because only root has to hand over to another account',
}, async (t) => {
  const { sharedDir, root, atEnd } = await folders(t);
  const closed = path.join(root, 'closed');
  await mkdir(closed, { mode: 0o700 });
  const native = { ...(await findNativePackage()), directory: await packageWithoutLinks(closed) };
  const messages: string[] = [];
  const options = {
    dataDir: path.join(closed, 'postgres'),
    sharedDir,
    native,
    log: (message: string) => void messages.push(message),
  };
  const first = await startEmbeddedPostgres(options);
  atEnd(() => first.stop());
  assert.equal(path.dirname(first.dataDir), sharedDir);
  assert.ok(
    messages.some((message) => message.includes(first.dataDir) && message.includes(closed)),
    'the path used and the reason are logged',
  );
  assert.ok(!messages.join('\n').includes(new URL(first.url).password), 'the password is not');
  const command = await readFile(`/proc/${await pidOf(first)}/cmdline`, 'utf8');
  assert.ok(command.startsWith(path.join(sharedDir, 'binaries')), command);
  await ask(first.url, 'create table kept as select 10 as n');
  await first.stop();

  // Opening the folder later must not make the data seem lost.
  await chmod(closed, 0o755);
  const second = await startEmbeddedPostgres(options);
  atEnd(() => second.stop());
  assert.equal(second.dataDir, first.dataDir);
  assert.deepEqual(await ask(second.url, 'select n from kept'), [10]);
  await second.stop();
});

test('binaries in a folder that we cannot write to are copied once', {
  skip: !isRoot && 'SKIPPED: needs root to run as another account',
}, async (t) => {
  const { sharedDir } = await folders(t);
  await mkdir(sharedDir);
  const native = { ...(await findNativePackage()), directory: await packageWithoutLinks(sharedDir) };
  await chmod(path.join(native.directory, 'lib'), 0o700);
  const copied: string[] = [];
  const options = {
    native,
    user: NOBODY,
    copies: path.join(sharedDir, 'copies'),
    log: (m: string) => void copied.push(m),
  };
  const [one, two] = await Promise.all([prepareBinaries(options), prepareBinaries(options)]);
  await prepareBinaries(options);
  assert.deepEqual(one, two);
  assert.deepEqual(await readdir(options.copies), [native.name]);
  assert.ok(copied.length >= 1 && copied.length <= 2, 'a third call copies nothing');
  const { code, output } = await runBinary(one.initdb, ['--version'], { user: NOBODY, ownSession: false });
  assert.equal(code, 0, output);
});

test('as root on the data of another account, the server runs as that account and leaves it the data', {
  skip: !isRoot && 'SKIPPED: needs root to run as another account',
}, async (t) => {
  const place = await usedFolders(t);
  const first = await start(place);
  await first.stop();
  const owner = 12_345;
  const cluster = path.dirname(pgdataOf(first));
  for (const name of await readdir(cluster, { recursive: true }))
    await chown(path.join(cluster, name), owner, owner);
  const second = await start(place);
  assert.equal((await stat(`/proc/${await pidOf(second)}`)).uid, owner);
  await second.stop();
  for (const name of await readdir(cluster, { recursive: true })) {
    assert.equal((await stat(path.join(cluster, name))).uid, owner, `${name} still belongs to its owner`);
  }
});
