import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Binaries } from './binaries.ts';
import { errorCode } from './error-code.ts';
import { publishDirectory } from './publish-directory.ts';
import { runBinary } from './run-binary.ts';
import { giveTo, type ServerUser } from './server-user.ts';

/** The superuser of the embedded server; it is the only role. */
export const ROLE = 'deskbridge';

/** One set of Postgres data with what belongs to it. Created whole or not at all. */
export interface Cluster {
  readonly pgdata: string;
  readonly password: string;
  /** The server's own log, in `home`. */
  readonly log: string;
  /** Where we remember the port of the last start. */
  readonly portFile: string;
}

export function clusterFolder(home: string): string {
  return path.join(home, 'cluster');
}

export function pgdataFolder(home: string): string {
  return path.join(clusterFolder(home), 'pgdata');
}

/**
 * Opens the data below `home`, creating it on the first start. The password lies beside the data, readable for us
 * only; both appear in one rename, so an initdb that was killed leaves nothing that a later start would trust.
 */
export async function openCluster(options: {
  readonly home: string;
  readonly binaries: Binaries;
  readonly user: ServerUser;
}): Promise<Cluster> {
  const { home, binaries, user } = options;
  const folder = clusterFolder(home);
  const pgdata = pgdataFolder(home);
  await publishDirectory(folder, (scratch) => fillCluster(scratch, binaries, user));
  if (user !== null && (await stat(pgdata)).uid !== user.uid) await giveTo(pgdata, user);
  await checkVersion(pgdata, binaries.major);
  return {
    pgdata,
    password: await readPassword(path.join(folder, 'password')),
    log: await openLog(path.join(folder, 'server.log'), user),
    portFile: path.join(folder, 'port'),
  };
}

async function fillCluster(scratch: string, binaries: Binaries, user: ServerUser): Promise<void> {
  // The server's account must pass through here, and only that.
  await chmod(scratch, user === null ? 0o700 : 0o711);
  const pgdata = path.join(scratch, 'pgdata');
  await mkdir(pgdata, { mode: 0o700 });
  await giveTo(pgdata, user);
  const password = randomBytes(32).toString('base64url');
  await writePrivate(path.join(scratch, 'password'), password);
  const handover = path.join(scratch, 'password-for-initdb');
  await writePrivate(handover, password);
  await giveTo(handover, user);
  const result = await runBinary(binaries.initdb, initdbArguments(pgdata, handover), {
    user,
    ownSession: false,
  });
  await rm(handover);
  if (result.code !== 0) {
    throw new Error(
      `The embedded Postgres could not create its data (initdb ended with ${result.code ?? 'a signal'}):\n` +
        `${lastLines(result.output)}\nNothing was kept. Repair the cause and start again, or set DATABASE_URL.`,
    );
  }
}

function initdbArguments(pgdata: string, passwordFile: string): readonly string[] {
  return [
    `--pgdata=${pgdata}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sort order from Postgres itself: an update of the operating system cannot break an index.
    '--locale-provider=builtin',
    // Elsewhere than on Linux the system may not know C.UTF-8, which --locale would also ask of it.
    ...(process.platform === 'linux' ? ['--locale=C.UTF-8'] : ['--locale=C', '--builtin-locale=C.UTF-8']),
    '--set=timezone=UTC',
    '--set=log_timezone=UTC',
    '--no-instructions',
  ];
}

async function writePrivate(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkVersion(pgdata: string, major: string): Promise<void> {
  const found = await readFile(path.join(pgdata, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'EACCES') {
      throw new Error(
        `${pgdata} belongs to another user. Start Deskbridge as that user or as root, or give the folder to this one.`,
      );
    }
    throw new Error(
      `${pgdata} is not a complete Postgres data folder (PG_VERSION is missing). We left it untouched. ` +
        'Restore it from a copy, or move it away to start empty.',
    );
  });
  if (found.trim() !== major) {
    throw new Error(
      `The data in ${pgdata} is of Postgres ${found.trim()}, the installed embedded Postgres is ${major}. ` +
        'We left it untouched. Install the Deskbridge version that wrote it, or move the data to a server of your own.',
    );
  }
}

async function readPassword(file: string): Promise<string> {
  const password = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(
      `The password of the embedded Postgres could not be read from ${file} (${errorCode(error) ?? 'error'}). ` +
        'Start as the user that created it, or restore the file from a copy of this folder.',
    );
  });
  return password.trim();
}

/** The server opens its log as its own account, in a folder that it may not write to: so the file must be there. */
async function openLog(file: string, user: ServerUser): Promise<string> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  await giveTo(file, user);
  return file;
}

/** The end of a program's output, short enough for an error message. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
