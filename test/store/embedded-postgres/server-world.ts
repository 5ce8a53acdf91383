/** What the tests of the embedded server share: fresh folders, processes that own a server, questions to a server. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, type TestContext } from 'node:test';
import { z } from 'zod';
import { holderOf, readPostmasterFile } from '../../../src/store/embedded-postgres/postmaster-file.ts';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/store/embedded-postgres/start-embedded-postgres.ts';
import { until } from '../../support/until.ts';

export const isRoot = process.getuid?.() === 0;
export const NOBODY = { uid: 65534, gid: 65534 } as const;
const parentScript = path.join(import.meta.dirname, 'own-server.ts');
const loopbackOnly = path.join(import.meta.dirname, '../../support/loopback-only.ts');

export interface Folders {
  readonly root: string;
  readonly dataDir: string;
  readonly sharedDir: string;
  /** Runs at the end of the test, the last one first, before the folders are removed. */
  atEnd(work: () => unknown): void;
}

/** Fresh folders that every account may pass through; at the end whatever server is left in them is ended. */
export async function folders(t: TestContext): Promise<Folders> {
  const root = await mkdtemp('/tmp/deskbridge-embedded-');
  await chmod(root, 0o755);
  const works: (() => unknown)[] = [];
  t.after(async () => {
    for (const work of works.reverse()) await work();
    await rm(root, { recursive: true, force: true });
  });
  const dataDir = path.join(root, 'postgres');
  works.push(() => endServer(dataDir));
  return {
    root,
    dataDir,
    sharedDir: path.join(root, 'shared'),
    atEnd: (work) => void works.push(work),
  };
}

/**
 * Folders in which a server ran before: a copy of data that is made once per test process, since initdb takes longer
 * than everything else. All copies have the same password, so only their place tells them apart.
 */
export async function usedFolders(t: TestContext): Promise<Folders> {
  const place = await folders(t);
  template ??= createTemplate();
  await cp(await template, place.dataDir, { recursive: true });
  await chmod(place.dataDir, 0o711);
  return place;
}

let template: Promise<string> | null = null;
let templateRoot: string | null = null;
// Here and not where it is made: there it would belong to the test that happens to run.
after(async () => {
  if (templateRoot !== null) await rm(templateRoot, { recursive: true, force: true });
});

async function createTemplate(): Promise<string> {
  templateRoot = await mkdtemp('/tmp/deskbridge-embedded-');
  await chmod(templateRoot, 0o755);
  const dataDir = path.join(templateRoot, 'postgres');
  const server = await startEmbeddedPostgres({
    dataDir,
    sharedDir: path.join(templateRoot, 'shared'),
    log() {},
  });
  await server.stop();
  return dataDir;
}

/** Only for what a failed test left behind, so without ceremony. */
async function endServer(dataDir: string): Promise<void> {
  const pgdata = pgdataOf({ dataDir });
  const pid = (await readPostmasterFile(pgdata))?.pid;
  if (typeof pid !== 'number' || (await holderOf(pid, pgdata)) !== 'server') return;
  process.kill(pid, 'SIGQUIT');
  await until('the left server is gone', 20_000, async () => (await holderOf(pid, pgdata)) === 'not-server');
}

export async function start(place: Folders): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: place.dataDir, sharedDir: place.sharedDir, log() {} });
}

export const pgdataOf = (server: { readonly dataDir: string }) => path.join(server.dataDir, 'cluster/pgdata');

export async function pidOf(server: { readonly dataDir: string }): Promise<number> {
  const pid = (await readPostmasterFile(pgdataOf(server)))?.pid;
  assert.ok(typeof pid === 'number', 'postmaster.pid names no process');
  return pid;
}

/** A process, leader of its own group, that starts or adopts the server of `place` and prints JSON lines about it. */
export function spawnOwner(place: Folders): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', loopbackOnly, parentScript, place.dataDir, place.sharedDir],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  place.atEnd(() => child.kill('SIGKILL'));
  return child;
}

export const Owned = z.object({ url: z.string(), adopted: z.boolean() });

export async function nextLine(child: ChildProcess): Promise<unknown> {
  assert.ok(child.stdout);
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => assert.fail('The process ended before it printed a line')),
  ]);
  lines.close();
  return JSON.parse(z.string().parse(line));
}
