import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The simulated vendors in one moment; each vendor checks its own part when it is restored. */
export const SavedVendors = z.object({
  v: z.literal(1),
  slack: z.unknown(),
  jira: z.unknown(),
  servicenow: z.unknown(),
});
export type SavedVendors = z.infer<typeof SavedVendors>;

/** A file of the demo that cannot be used; the message says which one and what to do. */
class DemoFileProblem extends Error {
  override readonly name = 'DemoFileProblem';
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Reads a JSON file of the demo. Null when there is none; throws DemoFileProblem when it holds something else. */
export function readDemoFile<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new DemoFileProblem(
      `${file} is damaged, or it is from another version of the demo. Nothing was changed. ` +
        'Start with --reset to begin anew; what was in the demo is then gone.',
    );
  }
}

/** Replaces the file as a whole: who is killed meanwhile leaves the old one or the new one, never half of one. */
export function writeDemoFile(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const aside = `${file}.${process.pid}.new`;
  writeFileSync(aside, JSON.stringify(value), { mode: 0o600 });
  renameSync(aside, file);
}
