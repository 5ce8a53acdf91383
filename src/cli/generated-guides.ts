import { type GeneratedFile, refreshed } from '../config/generated-files.ts';
import { scopeTable } from '../slack/scopes.ts';
import { codesTable } from './doctor/catalogue.ts';

/** Tables of the guides that are written from the code, by the guide's path. */
const TABLES: Readonly<Record<string, () => string>> = {
  'docs/connect-slack.md': scopeTable,
  'docs/doctor.md': codesTable,
};

/** Every guide with its table made anew. `read` gives the text of a file by its path from the root. */
export function generatedGuides(read: (path: string) => string): readonly GeneratedFile[] {
  return Object.entries(TABLES).map(([path, table]) =>
    refreshed({ path, content: read(path) }, `${table()}\n`),
  );
}
