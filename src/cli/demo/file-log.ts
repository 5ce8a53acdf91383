import { fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Log } from '../../model/log.ts';

export interface FileLog {
  readonly log: Log;
  /** Warnings and errors so far. */
  troubles(): number;
}

/** Beyond this many bytes the log begins anew. */
const LARGEST = 4 * 1024 * 1024;

/** The log of the demo's bridge, a JSON line an event, in a file so that the terminal stays readable. */
export function createFileLog(file: string): FileLog {
  const descriptor = openSync(file, 'a', 0o600);
  if (fstatSync(descriptor).size > LARGEST) ftruncateSync(descriptor);
  let troubles = 0;
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    if (level !== 'info') troubles += 1;
    const line = { time: new Date().toISOString(), level, message, ...readable(fields) };
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };
  return {
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    troubles: () => troubles,
  };
}

/** Errors have no JSON of their own. */
function readable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? value.stack : value]),
  );
}
