import { randomBytes } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './error-code.ts';

/** Tells this process from an earlier one that had the same pid: in a container every start may get the same. */
const incarnation = randomBytes(4).toString('hex');

/**
 * Builds a directory that takes a while so that it is there whole or not at all: it is filled under another name and
 * then renamed. Whoever dies in the middle leaves only rubbish that the next caller removes; of two at once the first
 * wins and the other throws its own away. Does nothing when `target` exists.
 */
export async function publishDirectory(
  target: string,
  fill: (scratch: string) => Promise<void>,
): Promise<void> {
  if (await exists(target)) return;
  await removeAbandoned(target);
  const scratch = `${target}.building-${process.pid}-${incarnation}-${randomBytes(4).toString('hex')}`;
  await mkdir(scratch);
  try {
    await fill(scratch);
    await rename(scratch, target);
    await syncDirectory(path.dirname(target));
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    // The name is taken: somebody else was first, and theirs is as good as ours.
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(errorCode(error) ?? '') && (await exists(target))) return;
    throw error;
  }
}

async function removeAbandoned(target: string): Promise<void> {
  const folder = path.dirname(target);
  const prefix = `${path.basename(target)}.building-`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [pid = '', token = ''] = name.slice(prefix.length).split('-');
    if (builderLives(Number(pid), token)) continue;
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

function builderLives(pid: number, token: string): boolean {
  if (pid === process.pid) return token === incarnation;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** A rename survives a power cut only when its folder was written too. Windows cannot open folders and needs none. */
async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
