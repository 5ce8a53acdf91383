// Crash points and disasters on real processes: see test/chaos/run.ts for its options.
import './require-node.js';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// Reaches the processes that are started, too: nothing in a test may dial out.
const guard = pathToFileURL(path.resolve(import.meta.dirname, '../test/support/loopback-only.ts')).href;
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${guard}`.trim();
process.env.NODE_COMPILE_CACHE ??= path.resolve(import.meta.dirname, '../node_modules/.cache/compile');

await import('../test/support/loopback-only.ts');
await import('../test/chaos/run.ts');
await import('../test/support/stop-database.ts');
