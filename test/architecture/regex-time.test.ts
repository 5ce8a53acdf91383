/** No text makes one of our patterns search for longer than it takes to read the text a few times; one that goes back and forth for ever ends this file at its time limit. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';

const root = path.resolve(import.meta.dirname, '../..');
const LENGTH = 4_000;
/** Reading such a text takes far below a millisecond; a search that begins anew at every character takes a hundred times as long. */
const MOST_MS = 8;

/** Patterns that only ever see words of the owner, with what they are for. */
const EXCUSED: Readonly<Record<string, string>> = {
  [String.raw`/\/+$/`]: 'the slashes at the end of an address of the configuration',
};

/** What people repeat to make a search slow, beside the words of the pattern itself. */
const REPEATED = ['aA0 \t\n-_./<[(*~`"\'=,:@&#|{}\\!>)]\u00a0é\u200b'].flatMap((signs) => [...signs]);
const PAIRS = ['{{', '[[', '- ', 'a ', 'a.', 'a@', 'a-', '0 ', '1.', '<a', 'a=', '&#', '<!', "''", 'x@x.'];

interface Pattern {
  readonly regex: RegExp;
  readonly where: string;
}

function* literalsIn(node: unknown): Generator<{ readonly pattern: string; readonly flags: string }> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node && typeof node.regex === 'object' && node.regex !== null) {
    const { regex } = node;
    if ('pattern' in regex && 'flags' in regex)
      yield { pattern: String(regex.pattern), flags: String(regex.flags) };
    return;
  }
  for (const child of Object.values(node)) yield* literalsIn(child);
}

/** Every pattern of the program, each once; the simulated vendors are no part of what runs in earnest. */
function patterns(): readonly Pattern[] {
  const found = new Map<string, Pattern>();
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.startsWith('src/sandbox/'));
  for (const file of files) {
    const code = stripTypeScriptTypes(readFileSync(path.join(root, file), 'utf8'));
    for (const { pattern, flags } of literalsIn(
      parse(code, { ecmaVersion: 'latest', sourceType: 'module' }),
    )) {
      const regex = new RegExp(pattern, flags);
      if (!found.has(String(regex))) found.set(String(regex), { regex, where: file });
    }
  }
  return [...found.values()];
}

/** Processor time, not the clock's: what else runs on the machine does not count. The best of three, for what the engine does beside. */
function search(regex: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && best > MOST_MS; times += 1) {
    const before = process.threadCpuUsage();
    regex.lastIndex = 0;
    if (regex.global) text.replace(regex, '');
    else regex.test(text);
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** A text at which the pattern is slow, shortened for people; null when there is none among those that we know. */
function slowAt({ source, flags }: RegExp): string | null {
  const own = [...source.matchAll(/[A-Za-z0-9:/<>@&;#*~_`|!-]+/g)].map(([words]) => words);
  const regex = new RegExp(source, flags);
  for (const piece of new Set([...REPEATED, ...PAIRS, ...own])) {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length));
    // What ends elsewhere than the repetition makes a search turn back; a blank end is no end for many patterns.
    for (const whole of piece.trim() === '' ? [text, `${text}\u0000`] : [`${text}\u0000`]) {
      const ms = search(regex, whole);
      if (ms > MOST_MS) return `${ms.toFixed(0)} ms at ${JSON.stringify(piece)} again and again`;
    }
  }
  return null;
}

test('no pattern of the program takes longer than its text, whatever is repeated in it', () => {
  const all = patterns();
  assert.ok(all.length > 250, `${all.length} patterns`);
  const slow = all
    .filter(({ regex }) => !(String(regex) in EXCUSED))
    .flatMap(({ regex, where }) => {
      const at = slowAt(regex);
      return at === null ? [] : [`${where}: ${regex} took ${at}`];
    });
  assert.deepEqual(slow, []);
  const gone = Object.keys(EXCUSED).filter((one) => !all.some(({ regex }) => String(regex) === one));
  assert.deepEqual(gone, [], 'excused, and not there any more');
});

test('patterns that begin anew at every character are found', () => {
  for (const bad of [/[.,;]+$/, /<[^>]*>/g, /\s*x$/]) assert.ok(slowAt(bad) !== null, String(bad));
});
