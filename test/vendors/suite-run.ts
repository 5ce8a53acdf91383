import path from 'node:path';
import { run } from 'node:test';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** One test that ended well. */
export interface Passed {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Name of the suite that it stands in; empty for none. */
  readonly suite: string;
  readonly name: string;
  /** Why it was not run, or why what it is about does not apply; null when it was kept. */
  readonly without: string | null;
}

export interface SuiteRun {
  readonly passed: readonly Passed[];
  /** File and name of each test that failed. */
  readonly failed: readonly string[];
}

const Ended = z.object({
  name: z.string(),
  classname: z.string().default(''),
  entryFile: z.string().default(''),
  details: z.object({ type: z.string().optional() }),
  skip: z.union([z.string(), z.boolean()]).optional(),
  todo: z.union([z.string(), z.boolean()]).optional(),
});
const Remark = z.object({ message: z.string(), entryFile: z.string().optional() });
const NOT_APPLICABLE = 'NOT APPLICABLE: ';

/** Collects what a run of node:test tells. A remark of a test follows its end. */
export function createCollector(root: string) {
  const passed: { -readonly [K in keyof Passed]: Passed[K] }[] = [];
  const failed: string[] = [];
  const relative = (file: string) => path.relative(root, file);
  return {
    passed,
    failed,
    pass(event: unknown) {
      const { name, classname, entryFile, details, skip, todo } = Ended.parse(event);
      if (details.type === 'suite') return;
      const why = skip ?? todo;
      const without = why === undefined ? null : String(why);
      passed.push({ file: relative(entryFile), suite: classname, name, without });
    },
    fail(event: unknown) {
      const { name, entryFile, details } = Ended.parse(event);
      if (details.type !== 'suite') failed.push(`${relative(entryFile)}: ${name}`);
    },
    remark(event: unknown) {
      const { message, entryFile } = Remark.parse(event);
      if (entryFile === undefined || !message.startsWith(NOT_APPLICABLE)) return;
      const last = passed.findLast((one) => one.file === relative(entryFile));
      if (last !== undefined) last.without = message.slice(NOT_APPLICABLE.length);
    },
  };
}

export interface SuiteRunOptions {
  readonly root: string;
  /** Relative to the root. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Loaded before anything else into every process of the run, also into those that tests start. */
  readonly preload: readonly string[];
}

/** Runs test files, each in a process of its own; says a line for each file that is through. */
export async function runSuites({ root, files, env, preload }: SuiteRunOptions): Promise<SuiteRun> {
  const imports = preload.map((file) => `--import=${pathToFileURL(path.join(root, file)).href}`);
  Object.assign(process.env, env, {
    NODE_OPTIONS: [process.env['NODE_OPTIONS'] ?? '', ...imports].join(' ').trim(),
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(root, 'node_modules/.cache/compile'),
  });
  const collector = createCollector(root);
  const stream = run({ files: files.map((file) => path.join(root, file)), concurrency: 2, timeout: 580_000 });
  stream.on('test:pass', collector.pass);
  stream.on('test:fail', collector.fail);
  stream.on('test:diagnostic', collector.remark);
  stream.on('test:summary', ({ file, counts, duration_ms: ms }) => {
    if (file === undefined) return;
    const told = `${path.relative(root, file)}: ${counts.passed} passed, ${counts.tests - counts.passed} not`;
    console.log(`${told} (${Math.round(ms / 1000)} s)`);
  });
  const ended = new Promise((resolve) => stream.on('end', resolve));
  stream.resume();
  await ended;
  return collector;
}
