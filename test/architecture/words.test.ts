/** What people read in Slack, on tickets and on our pages stands in src/texts, so it is read, mended and translated in one place. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';
import { z } from 'zod';
import { EXCUSED_PLACES, EXCUSED_TEXTS } from './words-elsewhere.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Found {
  readonly line: number;
  readonly text: string;
}
type Node = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly start: number;
  readonly end: number;
};

/** Two words with a blank between them; what stands in tags is none. */
const SENTENCE = /\p{L}{2,}[^\p{L}\p{N}_]* \p{L}{2,}/u;
/** What a button or a field of Slack is called. */
const LABEL = /^[A-Z][a-z]+…?$/;
/** Keys of an object whose words only operators and programmers read. */
const NOT_FOR_PEOPLE = new Set([
  'skip', // why an operation was not sent: in the list of the outbox
  'hide', // the same, of what leaves Slack
  'description', // of a setting, for docs/configuration.md
  'jql',
]);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  typeof value.type === 'string' &&
  'start' in value;

/** A line of the log, or an error for programmers. */
function isForProgrammers(node: Node, code: string): boolean {
  const source = (part: unknown) => (isNode(part) ? code.slice(part.start, part.end) : '');
  switch (node.type) {
    case 'ThrowStatement':
      return true;
    case 'NewExpression':
      return /(?:Error|Unavailable|Passed|Failed|Refused|TooLarge)$/.test(source(node['callee']));
    case 'CallExpression':
      return /(?:^super|\blog\.(?:debug|info|warn|error|fatal))$/.test(source(node['callee']));
    case 'Property':
      return NOT_FOR_PEOPLE.has(source(node['key']));
    default:
      return false;
  }
}

const Quasi = z.object({ value: z.object({ cooked: z.string() }) });

/** What is filled in is ‹›. */
function textOf(node: Node): string | null {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type !== 'TemplateLiteral') return null;
  const parts = z.array(Quasi).parse(node['quasis']);
  return parts.map(({ value }) => value.cooked).join('‹›');
}

/** The words for people that stand in this code, whatever it is that says them. */
function wordsIn(code: string, place: string): readonly Found[] {
  const found: Found[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (!isNode(value) || isForProgrammers(value, code)) return;
    const text = textOf(value)?.replaceAll(/<[^<>]*>/g, ' ') ?? '';
    const isLabel = place.startsWith('src/slack/') && LABEL.test(text);
    if (isLabel || SENTENCE.test(text))
      found.push({ line: code.slice(0, value.start).split('\n').length, text });
    Object.values(value).forEach(visit);
  };
  visit(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }));
  return found;
}

const isExcused = (file: string) => Object.keys(EXCUSED_PLACES).some((place) => file.startsWith(place));
const files = globSync('src/*/**/*.ts', { cwd: root }).sort();

/** By file; a text that is excused is left out. */
function elsewhere(): ReadonlyMap<string, readonly Found[]> {
  const all = files
    .filter((file) => !file.startsWith('src/texts/') && !isExcused(file))
    .map((file): readonly [string, readonly Found[]] => {
      const code = stripTypeScriptTypes(readFileSync(path.join(root, file), 'utf8'));
      return [file, wordsIn(code, file).filter(({ text }) => !(text in EXCUSED_TEXTS))];
    });
  assert.ok(all.length > 200, `only ${all.length} files were looked at`);
  return new Map(all.filter(([, { length }]) => length > 0));
}

test('no new words for people stand elsewhere than in src/texts', () => {
  const faults = [...elsewhere()].flatMap(([file, found]) => {
    return found.map(({ line, text }) => `${file}:${line} ${JSON.stringify(text)}`);
  });
  assert.deepEqual(faults, [], 'move them to src/texts, or say in words-elsewhere.ts who else reads them');
});

test('what is excused is still there', () => {
  const gone = Object.keys(EXCUSED_PLACES).filter((place) => !files.some((file) => file.startsWith(place)));
  const sources = files.filter((file) => !file.startsWith('src/texts/') && !isExcused(file));
  const code = sources.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
  const unsaid = Object.keys(EXCUSED_TEXTS).filter((text) => !code.includes(text.split(/‹›|\n/)[0] ?? ''));
  assert.deepEqual({ gone, unsaid }, { gone: [], unsaid: [] });
  assert.ok(existsSync(path.join(root, 'src/texts')));
});

test('sentences, labels, pages and templates are found; log lines and errors are none', () => {
  const texts = (code: string, place = 'src/slack/x.ts') => wordsIn(code, place).map(({ text }) => text);
  assert.deepEqual(texts("say('It was not sent.')"), ['It was not sent.']);
  assert.deepEqual(texts('say(`$' + '{n} files stay here`)'), ['‹› files stay here']);
  assert.deepEqual(texts('html`<p class="a b">Go <b>on</b></p>`').length, 1);
  assert.deepEqual(texts("button('Cancel')"), ['Cancel']);
  assert.deepEqual(texts("button('Cancel')", 'src/flows/x.ts'), []);
  assert.deepEqual(texts("log.warn({ a }, 'It was not sent.'); throw new Error('A bug of ours')"), []);
  assert.deepEqual(texts("const a = { skip: 'it is gone', kind: 'open-request' }"), []);
});
