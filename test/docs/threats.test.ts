import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';
import { root } from './markdown.ts';
import { type Proof, THREATS, type Threat } from './threats.ts';
import { stalePage } from './threats-page.ts';

/** The threats for which there must be a row. */
const WANTED = [
  ...Array.from({ length: 44 }, (_, n) => `T${n + 1}`),
  ...['T47', 'T48', 'T49', 'T50', 'T51', 'T52'],
];
const CALLS = new Set(['test', 'it']);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What a test is called in its source, `…` for what is put in while it runs; null where it is no text. */
function titleOf(node: unknown): string | null {
  if (!isRecord(node)) return null;
  if (node['type'] === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node['type'] !== 'TemplateLiteral' || !Array.isArray(node['quasis'])) return null;
  const pieces = node['quasis'].map((piece: unknown) =>
    isRecord(piece) && isRecord(piece['value']) ? String(piece['value']['cooked']) : '',
  );
  return pieces.join('…');
}

/** Titles of the tests of a source; not of those that are left out or still to do. */
function* titlesIn(node: unknown): Generator<string> {
  if (!isRecord(node)) return;
  const { callee } = node;
  if (node['type'] === 'CallExpression' && isRecord(callee) && CALLS.has(String(callee['name']))) {
    const title = titleOf(Array.isArray(node['arguments']) ? node['arguments'][0] : null);
    if (title !== null) yield title;
  }
  for (const child of Object.values(node)) yield* titlesIn(child);
}

const read = new Map<string, ReadonlySet<string>>();
function titlesOf(file: string): ReadonlySet<string> {
  const code = stripTypeScriptTypes(readFileSync(path.join(root, file), 'utf8'));
  const known =
    read.get(file) ?? new Set(titlesIn(parse(code, { ecmaVersion: 'latest', sourceType: 'module' })));
  read.set(file, known);
  return known;
}

function faultOf({ file, name }: Proof): readonly string[] {
  // Only these run with every `npm test`.
  if (!file.endsWith('.test.ts') || !existsSync(path.join(root, file)))
    return [`${file} is no file of tests`];
  return titlesOf(file).has(name) ? [] : [`${file} has no test "${name}"`];
}

/** What is wrong with a list of threats, a line each. */
function faults(threats: readonly Threat[]): readonly string[] {
  const ids = threats.map(({ id }) => id);
  return [
    ...WANTED.filter((id) => !ids.includes(id)).map((id) => `${id} has no row`),
    ...ids
      .filter((id, at) => !WANTED.includes(id) || ids.indexOf(id) !== at)
      .map((id) => `${id} is one too many`),
    ...threats.flatMap(({ id, proofs }) =>
      proofs.length === 0 ? [`${id} has no test`] : proofs.flatMap(faultOf),
    ),
  ];
}

test('every threat has its row, and every row a test that exists', () => {
  assert.deepEqual(faults(THREATS), []);
  assert.ok(THREATS.flatMap(({ proofs }) => proofs).length >= THREATS.length * 2);
});

test('a threat without a row, without a test, and with one that does not exist, are found', () => {
  const [first, second, third, ...others] = THREATS;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const file = 'test/docs/threats.test.ts';
  const broken = [
    { ...second, proofs: [] },
    {
      ...third,
      proofs: [
        { file, name: 'is only planned' },
        { file: 'test/gone.test.ts', name: 'x' },
      ],
    },
    ...others,
    ...others.slice(0, 1),
  ];
  assert.equal(faults(broken).length, 5);
  const source = `test('one', () => {}); test.skip('two', () => {}); test(\`three \${x}\`, () => {}); // test('four')`;
  const tree = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  assert.deepEqual([...titlesIn(tree)], ['one', 'three …']);
});

test('the page is what the list makes', () => {
  assert.equal(stalePage(), null);
});

const ANALYSIS = path.resolve(root, '../shared/TRUST.md');
const absent = !existsSync(ANALYSIS);
if (absent) console.error(`NOT RUN: the analysis of threats is not at ${ANALYSIS}`);

test('every threat of the analysis that belongs here is on the list', {
  skip: absent && 'no ../shared',
}, () => {
  const numbers = [...readFileSync(ANALYSIS, 'utf8').matchAll(/^\| (T\d+) \|/gm)].map(
    (match) => match[1] ?? '',
  );
  assert.ok(numbers.length >= 50, `${numbers.length} threats were read`);
  assert.deepEqual(
    WANTED.filter((id) => !numbers.includes(id)),
    [],
  );
  const inRange = numbers.filter((id) => Number(id.slice(1)) <= 44 || Number(id.slice(1)) >= 47);
  assert.deepEqual(
    inRange.filter((id) => !THREATS.some((threat) => threat.id === id)),
    [],
  );
});
