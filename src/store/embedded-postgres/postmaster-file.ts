import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './error-code.ts';
import { giveTo, type ServerUser } from './server-user.ts';

/** What postmaster.pid says (one value a line: pid, folder, start, port, socket, address, shared memory, status). */
export interface PostmasterFile {
  readonly text: string;
  /** Null when the file is empty: its writer died in the first moment. */
  readonly pid: number | null;
  readonly port: number | null;
  readonly ready: boolean;
}

/** Who has the pid of a postmaster.pid: our server, certainly not our server (also: nobody), or we cannot tell. */
export type Holder = 'server' | 'not-server' | 'unknown';

/** No system gives out a pid this high, so Postgres knows at once that its owner is gone. */
const NO_PROCESS = 2_147_483_647;
const EMPTY_FILE_AGE_MS = 3_000;
const execute = promisify(execFile);

export async function readPostmasterFile(pgdata: string): Promise<PostmasterFile | null> {
  const text = await readFile(pidFile(pgdata), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split('\n');
  const number = (line: string | undefined) => (/^-?\d+$/.test(line ?? '') ? Math.abs(Number(line)) : null);
  return { text, pid: number(lines[0]), port: number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

function pidFile(pgdata: string): string {
  return path.join(pgdata, 'postmaster.pid');
}

/** Pids are given out again, so that one is alive says little: what runs under it decides. */
export async function holderOf(pid: number, pgdata: string): Promise<Holder> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'not-server';
  }
  const command = await commandOf(pid);
  if (command === null) return 'unknown';
  if (command === 'zombie') return 'not-server';
  const program = path.basename(command.program);
  if (program !== 'postgres') return 'not-server';
  if (command.rest.includes(pgdata)) return 'server';
  return command.rest.includes('-D') ? 'not-server' : 'unknown';
}

interface Command {
  readonly program: string;
  /** The arguments, joined or apart, in which `includes` finds the data folder. */
  readonly rest: readonly string[] | string;
}

async function commandOf(pid: number): Promise<Command | 'zombie' | null> {
  if (process.platform === 'win32') return null;
  return process.platform === 'linux' ? linuxCommand(pid) : psCommand(pid);
}

async function linuxCommand(pid: number): Promise<Command | 'zombie' | null> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold parentheses; the state follows the last one.
    const state = status.slice(status.lastIndexOf(')') + 2, status.lastIndexOf(')') + 3);
    if (state === 'Z' || state === 'X') return 'zombie';
    const [program = '', ...rest] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return { program, rest };
  } catch {
    return null;
  }
}

async function psCommand(pid: number): Promise<Command | 'zombie' | null> {
  try {
    const { stdout } = await execute('/bin/ps', ['-o', 'stat=,command=', '-p', String(pid)]);
    const [, state = '', command = ''] = /^\s*(\S+)\s+(.*)$/s.exec(stdout.trim()) ?? [];
    if (state.startsWith('Z')) return 'zombie';
    const end = command.indexOf(' -D ');
    return end === -1
      ? { program: command.split(' ')[0] ?? '', rest: [] }
      : { program: command.slice(0, end), rest: command.slice(end) };
  } catch {
    return null;
  }
}

/**
 * Marks a postmaster.pid whose owner is certainly gone so that Postgres takes it over although the pid is in use
 * (given out again, or a zombie that nobody reaps). The file is not deleted: Postgres still checks the shared memory
 * named in it, which protects the data from processes of the old server that are not gone yet.
 */
export async function disownPostmasterFile(
  pgdata: string,
  seen: PostmasterFile,
  user: ServerUser,
): Promise<void> {
  const file = pidFile(pgdata);
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  if (seen.pid === null) {
    if (Date.now() - (await stat(file)).mtimeMs > EMPTY_FILE_AGE_MS) await rm(file, { force: true });
    return;
  }
  await writeFile(fresh, seen.text.replace(/^-?\d+/, String(NO_PROCESS)), { mode: 0o600, flag: 'wx' });
  await giveTo(fresh, user);
  // Another starter may have been faster: what is there now must still be what we judged.
  if ((await readPostmasterFile(pgdata))?.text === seen.text) await rename(fresh, file);
  else await rm(fresh, { force: true });
}
