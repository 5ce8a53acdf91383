/**
 * Preloaded into every process of a recorded run: writes down each call that a simulated vendor answered, one line of
 * JSON each, into a file of this process below DESKBRIDGE_EXCHANGES. A line is written before the next call is
 * answered, so that a process which is killed loses none.
 */
import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { EXCHANGES } from '../../src/sandbox/exchanges.ts';

const folder = process.env['DESKBRIDGE_EXCHANGES'];
if (folder !== undefined) {
  const program = path.relative(path.resolve(import.meta.dirname, '../..'), process.argv[1] ?? '');
  let file: number | null = null;
  subscribe(EXCHANGES, (exchange) => {
    file ??= openSync(path.join(folder, `${process.pid}-${threadId}.jsonl`), 'a');
    writeSync(file, `${JSON.stringify({ program, exchange })}\n`);
  });
}
