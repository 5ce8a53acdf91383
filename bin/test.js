// Runs the suite: every *.test.ts below test/, or the files given; with --wide every *.wide.ts, too, which tells all stories
// of all ticket systems. Ends with one line "N passed, N failed".
import './require-node.js';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const { values, positionals: named } = parseArgs({
  options: { wide: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const all = values.wide ? ['test/**/*.test.ts', 'test/**/*.wide.ts'] : ['test/**/*.test.ts'];
const files = (named.length > 0 ? named.flatMap((name) => globSync(name)) : globSync(all, { cwd: root }))
  .map((file) => path.resolve(root, file))
  .sort((a, b) => slowness(b) - slowness(a) || a.localeCompare(b));
// The longest first, so that none of them runs alone at the end.
function slowness(file) {
  const slow = ['test/stories/', 'test/queues/', 'test/browser/', 'test/crash/'];
  return slow.findIndex((folder) => path.relative(root, file).startsWith(folder));
}

/**
 * Folders whose files share a process with others: to start one for each costs more than most of them do. All others start
 * programs, end themselves, or take long.
 */
const TOGETHER =
  'approvals config connectors docs fidelity flows people privacy routing sandbox slack store sync texts vendors web words'
    .split(' ')
    .map((folder) => `test/${folder}/`);
// Looks at the memory of its process, or at other processes.
const NOT_TOGETHER = [
  'test/store/embedded-postgres/',
  'test/store/shared-database.test.ts',
  'test/flows/spool.test.ts',
  'test/connectors/bombs.test.ts',
];
const PROCESSES = 4;
const LIMIT_MS = 280_000;
/** Many files are in each group. */
const GROUP_LIMIT_MS = 4 * LIMIT_MS;

/** A file that is named alone runs alone. */
function split(all) {
  const relative = (file) => path.relative(root, file);
  const isShared = (file) =>
    TOGETHER.some((folder) => relative(file).startsWith(folder)) &&
    !NOT_TOGETHER.some((one) => relative(file).startsWith(one)) &&
    // What a file does around each of its tests it would do around those of all.
    !/^(before|beforeEach|afterEach)\(/m.test(readFileSync(file, 'utf8'));
  const shared = named.length > 0 ? [] : all.filter(isShared);
  const groups = Array.from({ length: PROCESSES }, (_, nth) =>
    shared.filter((_file, at) => at % PROCESSES === nth),
  );
  return {
    alone: all.filter((file) => !shared.includes(file)),
    groups: groups.filter(({ length }) => length > 0),
  };
}

if (files.length === 0) {
  console.error('No test file was found, so nothing was tested.');
  process.exit(1);
}

// Reaches the processes that tests start, too: nothing in a test may dial out.
const guard = pathToFileURL(path.join(root, 'test/support/loopback-only.ts')).href;
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${guard}`.trim();
process.env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules/.cache/compile');

// Test data in ../shared is not part of the project: where it is absent its tests say so and count apart. So does a rule that
// a connector cannot keep, for a reason that its suite states.
const count = { passed: 0, failed: 0, skipped: 0, withoutData: 0, cannot: 0 };
const hear = (stream) => {
  stream.on('test:pass', ({ details, skip, todo }) => {
    if (details.type === 'suite') return;
    if (typeof skip === 'string' && skip.includes('../shared')) count.withoutData += 1;
    else if (typeof skip === 'string' && skip.startsWith('CANNOT: ')) count.cannot += 1;
    else if (skip !== undefined || todo !== undefined) count.skipped += 1;
    else count.passed += 1;
  });
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') count.failed += 1;
  });
  const ended = new Promise((resolve) => stream.on('end', resolve));
  stream.compose(spec()).pipe(process.stdout, { end: false });
  return ended;
};
const { alone, groups } = split(files);
await hear(run({ files: alone, concurrency: 4, timeout: LIMIT_MS }));
await Promise.all(
  groups.map((group) => {
    const env = { ...process.env, TOGETHER: group.join('\n') };
    return hear(run({ files: [path.join(root, 'test/support/together.ts')], env, timeout: GROUP_LIMIT_MS }));
  }),
);

await import('../test/support/stop-database.ts');
if (count.passed + count.failed === 0) console.error('The test files held no test, so nothing was tested.');
const mayNotSkip = process.env.DESKBRIDGE_NO_SKIP === '1' && count.skipped > 0;
if (count.withoutData > 0)
  console.error(`${count.withoutData} NOT RUN: ../shared is not beside the project.`);
if (count.cannot > 0)
  console.error(`${count.cannot} of the connectors' rules cannot be kept: look for "CANNOT" above.`);
if (count.skipped > 0) console.error(`${count.skipped} skipped: look for "NOT RUN" above.`);
process.exitCode = count.failed > 0 || count.passed === 0 || mayNotSkip ? 1 : 0;
process.stdout.write(`${count.passed} passed, ${count.failed + (mayNotSkip ? count.skipped : 0)} failed\n`);
