import { chown, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The account that the server's processes run as; null means our own. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null;

/** "nobody" on every Linux; it owns nothing. It must have its line in /etc/passwd, because initdb asks for its name. */
const NOBODY = { uid: 65534, gid: 65534 } as const;

/**
 * Postgres refuses to run as root. As root it runs as the owner of the data that is there already (so that one start
 * through sudo does not lock the usual user out), otherwise as nobody.
 */
export async function serverUserFor(pgdata: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(pgdata).catch(() => null);
  return owner === null || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** The first folder on the way to `directory` (itself included) that the user may not enter; null when there is none. */
export async function closedFolder(directory: string, user: ServerUser): Promise<string | null> {
  if (user === null) return null;
  const steps: string[] = [];
  for (let step = directory; ; step = path.dirname(step)) {
    steps.unshift(step);
    if (step === path.dirname(step)) break;
  }
  for (const step of steps) {
    if (!(await mayExecute(step, user))) return step;
  }
  return null;
}

async function mayExecute(file: string, user: NonNullable<ServerUser>): Promise<boolean> {
  const { uid, gid, mode } = await stat(file);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}

/** Gives a file or a whole folder to the server's account. */
export async function giveTo(file: string, user: ServerUser): Promise<void> {
  if (user === null) return;
  await chown(file, user.uid, user.gid);
  if (!(await lstat(file)).isDirectory()) return;
  for (const entry of await readdir(file, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    await chown(path.join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}
