import { spawn } from 'node:child_process';
import path from 'node:path';
import type { ServerUser } from './server-user.ts';

export interface Finished {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  /** What it printed to either stream. */
  readonly output: string;
}

/**
 * Runs one of Postgres's programs to its end. It gets no environment of ours (no secrets, no PGPORT or LANG that
 * changes what it does); Windows adds what its loader needs by itself. `ownSession`: a Ctrl-C in our terminal does
 * not reach it. Rejects only when it cannot be started at all.
 */
export function runBinary(
  file: string,
  args: readonly string[],
  options: { readonly user: ServerUser; readonly ownSession: boolean },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      // Postgres's programs want to know where they are, and ours may be a folder that their account cannot enter.
      cwd: path.dirname(file),
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.ownSession,
      windowsHide: true,
      ...(options.user ?? {}),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('exit', (code) => {
      // Not "close": on Windows the server inherits the pipes and keeps them open for as long as it lives.
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, output: output.trim() });
      });
    });
  });
}
