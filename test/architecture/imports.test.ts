import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

interface Row {
  readonly values: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  readonly npm: ReadonlySet<string>;
}

interface Import {
  readonly file: string;
  /** First part of the path below src, for an own file; else null. */
  readonly place: string | null;
  /** Name of the npm package; null for own files and for Node's own modules. */
  readonly npm: string | null;
  readonly typeOnly: boolean;
}

/** The table under "Who may import what", by folder. */
function readTable(text: string): ReadonlyMap<string, Row> {
  const section = text.split('## Who may import what')[1] ?? '';
  const names = (cell: string) =>
    new Set(
      cell
        .split(',')
        .map((name) => name.trim().replaceAll('`', ''))
        .filter((name) => name !== '–' && name !== ''),
    );
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1));
  return new Map(
    rows.map(([folder = '', values = '', types = '', npm = '']) => [
      folder.trim().replaceAll('`', ''),
      { values: names(values), types: names(types), npm: names(npm) },
    ]),
  );
}

/** The part of a path below src that the table speaks of: a folder, or a file at the top. */
const placeOf = (file: string) => path.relative(path.join(root, 'src'), file).split(path.sep)[0] ?? '';

const IMPORT =
  /^(?:import|export)\s+(?<type>type\s)?(?:[^'"`;]*?\sfrom\s+)?['"](?<from>[^'"]+)['"]|import\(\s*['"](?<lazy>[^'"]+)['"]\s*\)/gm;

function importsOf(file: string, source: string): Import[] {
  const found: Import[] = [];
  for (const { groups, 0: statement } of source.matchAll(IMPORT)) {
    const from = groups?.['from'] ?? groups?.['lazy'] ?? '';
    if (from.startsWith('node:')) continue;
    const typeOnly = groups?.['type'] !== undefined || onlyInlineTypes(statement);
    if (from.startsWith('.')) {
      found.push({ file, place: placeOf(path.resolve(path.dirname(file), from)), npm: null, typeOnly });
    } else {
      const npm = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
      found.push({ file, place: null, npm, typeOnly });
    }
  }
  return found;
}

/** `import { type A, type B } from …` brings no value either. */
function onlyInlineTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/
    .exec(statement)?.[1]
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names !== undefined && names.length > 0 && names.every((name) => name.startsWith('type '));
}

/** What is wrong with an import, as one line; null when the table allows it. */
function complaint(table: ReadonlyMap<string, Row>, one: Import): string | null {
  const from = placeOf(one.file);
  const row = table.get(from);
  const where = path.relative(root, one.file);
  if (row === undefined) return `${where}: "${from}" has no row in ARCHITECTURE.md`;
  if (one.npm !== null)
    return row.npm.has(one.npm) ? null : `${where}: ${from} may not use the package ${one.npm}`;
  if (one.place === null || one.place === from || row.values.has(one.place)) return null;
  if (row.types.has(one.place))
    return one.typeOnly ? null : `${where}: ${from} may import only types from ${one.place}`;
  return `${where}: ${from} may not import ${one.place}`;
}

const table = readTable(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8'));
const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => path.join(root, file));

test('every import goes in a direction that ARCHITECTURE.md allows', () => {
  const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
  assert.ok(table.size >= 12, `only ${table.size} rows were read from ARCHITECTURE.md`);
  assert.ok(
    files.length > 100 && imports.length > 300,
    `looked at ${imports.length} imports in ${files.length} files`,
  );
  const complaints = imports.map((one) => complaint(table, one)).filter((line) => line !== null);
  assert.deepEqual(complaints, []);
});

test('every row of the table speaks of something that exists', () => {
  const places = new Set(files.map(placeOf));
  const rows = [...table.keys()].filter((row) => !places.has(row));
  assert.deepEqual(rows, []);
});

test('the check sees what it should see', () => {
  const file = path.join(root, 'src/routing/planted.ts');
  const source = [
    "import { a } from '../store/store.ts';",
    "import type { B } from '../model/ids.ts';",
    "import axios from 'axios';",
    "const lazy = await import('../web/server.ts');",
    "import { readFileSync } from 'node:fs';",
  ].join('\n');
  const complaints = importsOf(file, source)
    .map((one) => complaint(table, one))
    .filter((line) => line !== null);
  assert.equal(complaints.length, 3, complaints.join('\n'));
  const flow = path.join(root, 'src/flows/planted.ts');
  const values = importsOf(flow, "import { type Lease, fence } from '../store/leases.ts';");
  assert.match(values.map((one) => complaint(table, one)).join(), /only types from store/);
  const types = importsOf(flow, "import { type Lease } from '../store/leases.ts';");
  assert.equal(types.map((one) => complaint(table, one)).join(), '');
});

test('no folder below src is a place for anything and everything', () => {
  const forbidden = files.filter((file) =>
    /\/(utils?|helpers?|common|shared|managers?|services?)(\/|\.tsx?$)/.test(file),
  );
  assert.deepEqual(forbidden, []);
});

test('source files stay short enough to read', () => {
  const long = files
    .map((file) => ({
      file: path.relative(root, file),
      lines: readFileSync(file, 'utf8').split('\n').length - 1,
    }))
    .filter(({ lines }) => lines > 300)
    .map(({ file, lines }) => `${file}: ${lines} lines`);
  assert.deepEqual(long, []);
});
