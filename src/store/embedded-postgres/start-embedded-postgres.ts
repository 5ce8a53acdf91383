import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { type Binaries, findNativePackage, type NativePackage, prepareBinaries } from './binaries.ts';
import { type Cluster, clusterFolder, lastLines, openCluster, ROLE } from './cluster.ts';
import { freePort } from './free-port.ts';
import { choosePlace, type Place } from './place.ts';
import {
  disownPostmasterFile,
  holderOf,
  type PostmasterFile,
  readPostmasterFile,
} from './postmaster-file.ts';
import { exists } from './publish-directory.ts';
import { type Finished, runBinary } from './run-binary.ts';
import { giveTo, type ServerUser } from './server-user.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data lies; created on the first start. As root it may be put elsewhere: see `EmbeddedPostgres.dataDir`. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /** Further settings of the server, used when this call starts it: { fsync: 'off' }. */
  readonly settings?: Readonly<Record<string, string>>;
  /** As root, for what cannot lie in place. Default /var/lib/deskbridge. */
  readonly sharedDir?: string;
  /** Another Postgres than the one that npm installed. */
  readonly native?: NativePackage;
}

export interface EmbeddedPostgres {
  /** For every client; holds the password, so it must not be logged. */
  readonly url: string;
  /** Where the data really lies. */
  readonly dataDir: string;
  /** True when the server was running already, left over from a process that died or shared with one that lives. */
  readonly adopted: boolean;
  /**
   * Stops the server, whoever started it, and resolves when its process is gone; open connections are cut and
   * unfinished transactions rolled back. Calling it again is harmless; after a failure it tries again.
   */
  stop(): Promise<void>;
}

/** How long the remains of a dead server may stand in the way: until its pid is reaped and its backends are gone. */
const STALE_WAIT_MS = 15_000;
/** How long a server may take to recover or to stop, in seconds. */
const SERVER_WAIT_S = 60;
const POLL_MS = 50;

/** Always on: reachable from this machine only, by TCP only; its log holds neither statements nor values of rows. */
const FIXED_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
} as const;

/** A cluster with what is needed to run it. */
interface Site {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly user: ServerUser;
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts Postgres on `dataDir`, or adopts the one that runs there. The server has a session of its own: it survives
 * Ctrl-C and the death of this process until somebody calls stop(). Of several that start at once one starts it and
 * the others adopt it. Throws with cause and advice when it cannot run.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { native, place } = await locate(options);
  const site = await openSite(options, native, place);
  const { port, adopted } = await bringUp(site);
  options.log(
    `Postgres ${adopted ? 'was running already' : 'started'} on 127.0.0.1:${port}, data in ${place.home}`,
  );
  return handleOf(site, { dataDir: place.home, port, adopted });
}

/** The server that runs on `dataDir`, as startEmbeddedPostgres would adopt it; null when none runs. Starts nothing. */
export async function findEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres | null> {
  const { native, place } = await locate(options);
  if (!(await exists(clusterFolder(place.home)))) return null;
  const site = await openSite(options, native, place);
  const port = await runningOn(site.cluster);
  return port === null ? null : handleOf(site, { dataDir: place.home, port, adopted: true });
}

async function locate(options: EmbeddedPostgresOptions): Promise<{ native: NativePackage; place: Place }> {
  const { dataDir, log, sharedDir = '/var/lib/deskbridge' } = options;
  const native = options.native ?? (await findNativePackage());
  return { native, place: await choosePlace({ dataDir, sharedDir, log }) };
}

async function openSite(
  options: EmbeddedPostgresOptions,
  native: NativePackage,
  { home, user, copies }: Place,
): Promise<Site> {
  const binaries = await prepareBinaries({ native, user, copies, log: options.log });
  const cluster = await openCluster({ home, binaries, user });
  return { cluster, binaries, user, settings: { ...options.settings, ...FIXED_SETTINGS } };
}

function handleOf(
  site: Site,
  running: { readonly dataDir: string; readonly port: number; readonly adopted: boolean },
): EmbeddedPostgres {
  let stopping: Promise<void> | null = null;
  return {
    url: urlOf(site.cluster, running.port),
    dataDir: running.dataDir,
    adopted: running.adopted,
    stop() {
      stopping ??= shutDown(site).catch((error: unknown) => {
        stopping = null;
        throw error;
      });
      return stopping;
    },
  };
}

function urlOf(cluster: Cluster, port: number): string {
  return `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}

async function bringUp(site: Site): Promise<{ port: number; adopted: boolean }> {
  const { pgdata } = site.cluster;
  const begin = performance.now();
  let started = false;
  for (;;) {
    const port = await runningOn(site.cluster);
    if (port !== null) return { port, adopted: !started };
    const file = await readPostmasterFile(pgdata);
    const holder = file === null || file.pid === null ? 'not-server' : await holderOf(file.pid, pgdata);
    let failure: string | null = null;
    if (holder === 'not-server') {
      if (file !== null) await disownPostmasterFile(pgdata, file, site.user);
      failure = await launch(site);
      started = failure === null;
      if (started) continue;
    }
    const patience = holder === 'server' ? SERVER_WAIT_S * 1000 : STALE_WAIT_MS;
    if (performance.now() - begin > patience) throw new Error(cannotStart(site.cluster, file, failure));
    await delay(POLL_MS);
  }
}

function cannotStart(cluster: Cluster, file: PostmasterFile | null, failure: string | null): string {
  if (failure !== null) return `The embedded Postgres in ${cluster.pgdata} did not start:\n${failure}`;
  return (
    `A process (pid ${file?.pid}) holds the data in ${cluster.pgdata}, but does not answer as our Postgres. ` +
    'We did not touch it. If it is a Postgres, wait for it or stop it; if it is another program, ' +
    `delete ${path.join(cluster.pgdata, 'postmaster.pid')}. Then start again. The server's log: ${cluster.log}`
  );
}

async function runningOn(cluster: Cluster): Promise<number | null> {
  const file = await readPostmasterFile(cluster.pgdata);
  if (file === null || !file.ready || file.port === null) return null;
  return (await isOurs(cluster, file.port)) ? file.port : null;
}

/** Confirmed by asking: the port in postmaster.pid may belong to another server by now. */
async function isOurs(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port), connectionTimeoutMillis: 2_000 });
  // Without a listener a connection that breaks later would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('show data_directory');
    const [row] = z.array(z.object({ data_directory: z.string() })).parse(rows);
    return row !== undefined && path.resolve(row.data_directory) === cluster.pgdata;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Starts the server. Null: it runs. A text: it did not, for now. Throws when trying again cannot help. */
async function launch(site: Site): Promise<string | null> {
  const { cluster, binaries, user } = site;
  const port = await freePort(await lastPort(cluster));
  const logBefore = (await stat(cluster.log)).size;
  const settings = Object.entries(site.settings).map(([name, value]) => `-c ${name}=${plain(value)}`);
  const result = await runBinary(
    binaries.pgCtl,
    [
      'start',
      '--silent',
      '--wait',
      `--timeout=${SERVER_WAIT_S}`,
      '--pgdata',
      cluster.pgdata,
      '--log',
      cluster.log,
      '--options',
      `-p ${port} ${settings.join(' ')}`,
    ],
    { user, ownSession: true },
  );
  if (result.code === 0) {
    await writeFile(cluster.portFile, String(port), { mode: 0o600 });
    await giveTo(cluster.portFile, user);
    return null;
  }
  const failure = await explain(cluster, result, logBefore);
  // Remains of an older server, another starter, or the port taken since we looked: these pass.
  if ((await readPostmasterFile(cluster.pgdata)) !== null) return failure;
  if ((await freePort(port)) !== port) return failure;
  throw new Error(`The embedded Postgres in ${cluster.pgdata} did not start:\n${failure}`);
}

/** pg_ctl passes the options through a shell. */
function plain(value: string): string {
  if (!/^[A-Za-z0-9_.-]*$/.test(value)) throw new Error(`Not a plain value of a Postgres setting: ${value}`);
  return value;
}

async function lastPort(cluster: Cluster): Promise<number | null> {
  const text = await readFile(cluster.portFile, 'utf8').catch(() => '');
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

async function explain(cluster: Cluster, result: Finished, logBefore: number): Promise<string> {
  const log = (await readFile(cluster.log)).subarray(logBefore).toString('utf8');
  return `${lastLines(`${result.output}\n${log}`)}\nMore in ${cluster.log}. Repair the cause, or set DATABASE_URL.`;
}

async function shutDown(site: Site): Promise<void> {
  const { cluster, binaries, user } = site;
  const before = await readPostmasterFile(cluster.pgdata);
  if (
    before === null ||
    before.pid === null ||
    (await holderOf(before.pid, cluster.pgdata)) === 'not-server'
  ) {
    return;
  }
  const logBefore = (await stat(cluster.log)).size;
  const result = await runBinary(
    binaries.pgCtl,
    ['stop', '--silent', '--mode=fast', '--wait', `--timeout=${SERVER_WAIT_S}`, '--pgdata', cluster.pgdata],
    { user, ownSession: true },
  );
  const end = performance.now() + STALE_WAIT_MS;
  while ((await holderOf(before.pid, cluster.pgdata)) !== 'not-server') {
    if (performance.now() > end || result.code !== 0) {
      throw new Error(
        `The embedded Postgres (pid ${before.pid}) did not stop:\n${await explain(cluster, result, logBefore)}`,
      );
    }
    await delay(POLL_MS);
  }
}
