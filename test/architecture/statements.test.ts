/** No word of a person, a vendor or a setting becomes part of a statement: values go beside it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';

const root = path.resolve(import.meta.dirname, '../..');

/** What puts text into a statement as it stands, or as a name. Each place holds only what is written in the program itself. */
const KNOWN: Readonly<Record<string, string>> = {
  'src/store/seals.ts': 'names of SEALED_COLUMNS',
  'src/store/rights.ts':
    'names of our own tables and columns, and the role of a connection, as Postgres itself told them',
  'src/store/migrations/034-body-days.ts': 'the schema of the connection, as Postgres itself told it',
  'src/store/diagnose/install.ts': 'names of SEALED_COLUMNS',
  'src/store/diagnose/diagnose-database.ts': 'a channel that the doctor draws by chance',
};
const AS_IT_STANDS = new Set(['raw', 'lit', 'id', 'ref', 'table', 'join']);

interface Found {
  readonly file: string;
  readonly what: string;
}

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> & { readonly type: string } =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function* nodesIn(value: unknown): Generator<ReturnType<typeof asNode>> {
  if (Array.isArray(value)) for (const one of value) yield* nodesIn(one);
  if (!isNode(value)) return;
  yield asNode(value);
  for (const child of Object.values(value)) yield* nodesIn(child);
}
const asNode = (node: Readonly<Record<string, unknown>> & { readonly type: string }) => node;

const nameOf = (node: unknown) => (isNode(node) && typeof node['name'] === 'string' ? node['name'] : '');
/** A text that is put together while the program runs. */
const isMade = (node: unknown) =>
  isNode(node) &&
  ((node.type === 'TemplateLiteral' &&
    Array.isArray(node['expressions']) &&
    node['expressions'].length > 0) ||
    node.type === 'BinaryExpression');

/** `sql.raw(…)` of anything but a constant of the file, and `query(…)` of a text that is put together. */
function unsafeIn(file: string, source: string): readonly Found[] {
  const found: Found[] = [];
  const tree = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' });
  for (const node of nodesIn(tree)) {
    if (node.type !== 'CallExpression' || !isNode(node['callee'])) continue;
    const { callee } = node;
    if (!isNode(callee) || callee.type !== 'MemberExpression') continue;
    const [first] = Array.isArray(node['arguments']) ? node['arguments'] : [];
    const [object, called] = [nameOf(callee['object']), nameOf(callee['property'])];
    const isConstant = /^[A-Z][A-Z_]+$/.test(nameOf(first)) || (isNode(first) && first.type === 'Literal');
    if (object === 'sql' && AS_IT_STANDS.has(called) && !isConstant)
      found.push({ file, what: `sql.${called}` });
    if (called === 'query' && isMade(first))
      found.push({ file, what: 'query of a text that is put together' });
  }
  return found;
}

test('no statement is put together from anything but what the program itself holds', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.startsWith('src/sandbox/'));
  const tagged = files.filter((file) => readFileSync(path.join(root, file), 'utf8').includes('sql`'));
  assert.ok(tagged.length > 15, `${tagged.length} files with statements`);
  const found = files.flatMap((file) => unsafeIn(file, readFileSync(path.join(root, file), 'utf8')));
  assert.deepEqual(
    found.filter(({ file }) => !(file in KNOWN)),
    [],
  );
  assert.deepEqual(
    Object.keys(KNOWN).filter((file) => !found.some((one) => one.file === file)),
    [],
    'excused, and not there any more',
  );
});

test('a statement that is put together is found', () => {
  const source = [
    `db.query(\`select '\${name}'\`);`,
    "db.query('select ' + name);",
    'sql.raw(name);',
    'sql.lit(row.name);',
    'sql.raw(CONSTANT);',
    `sql\`select \${name}\`;`,
    "db.query('select $1', [name]);",
  ].join('\n');
  assert.equal(unsafeIn('planted.ts', source).length, 4);
});
