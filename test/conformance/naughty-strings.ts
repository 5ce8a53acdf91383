import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const file = new URL('../../../shared/data/blns.ndjson', import.meta.url);
const Line = z.object({ body: z.string() });

/**
 * Strings that have broken other programs. They lie beside the repository; null when they are not there, said loudly,
 * and an error where nothing may be left out (DESKBRIDGE_NO_SKIP=1).
 */
export function naughtyStrings(): readonly string[] | null {
  if (!existsSync(file)) {
    const notice = `NOT RUN: the naughty strings, because ${file.pathname} does not exist`;
    console.error(notice);
    return null;
  }
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  if (lines.length < 100)
    throw new Error(`${file.pathname} holds only ${lines.length} strings; it must be damaged`);
  return lines.map((line) => Line.parse(JSON.parse(line)).body);
}
