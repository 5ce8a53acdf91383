import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import { docText } from '../../../src/model/doc-text.ts';
import { messageDoc } from '../../../src/slack/in/message-doc.ts';
import { checkDoc } from './check-doc.ts';

const mrkdwn = (text: string) => messageDoc({ text });
const rich = (elements: readonly unknown[]) =>
  messageDoc({ text: '', blocks: [{ type: 'rich_text', block_id: 'x', elements }] });
const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const say = (text: string, style?: Record<string, boolean>) => ({
  type: 'text',
  text,
  ...(style ? { style } : {}),
});

test('whatever comes in is a document afterwards: never a throw, never a shape that a reader would not expect', () => {
  const signs = fc.constantFrom(
    '<',
    '>',
    '@',
    '#',
    '!',
    '|',
    '^',
    'U',
    '&',
    'lt;',
    '\n',
    'é',
    '*',
    '_',
    '~',
    '`',
    '```',
    ' ',
    'http://x',
    '\0',
    '\ud83d',
  );
  fc.assert(
    fc.property(fc.string({ unit: signs }), (typed) => {
      checkDoc(mrkdwn(typed));
      checkDoc(messageDoc({ subtype: 'me_message', text: typed }));
      checkDoc(rich([section(say(typed, { bold: true }), say(typed, { code: true }))]));
      checkDoc(
        rich([
          section({ type: 'link', url: typed, text: typed }),
          { type: 'rich_text_preformatted', elements: [say(typed)] },
        ]),
      );
    }),
  );
  const types = fc.constantFrom(
    'rich_text',
    'rich_text_list',
    'rich_text_section',
    'rich_text_quote',
    'rich_text_preformatted',
    'text',
    'link',
    'user',
    'emoji',
    'date',
    'table',
    'section',
    'header',
  );
  const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        {
          type: types,
          elements: few(tie('node')),
          rows: few(few(tie('node'))),
          blocks: few(tie('node')),
          text: fc.string(),
          url: fc.string(),
          user_id: fc.string(),
          style: fc.jsonValue({ maxDepth: 1 }),
          indent: fc.integer(),
          offset: fc.integer(),
          border: fc.integer(),
          timestamp: fc.double(),
          unicode: fc.string(),
          is_share: fc.boolean(),
        },
        { requiredKeys: ['type'] },
      ),
    ),
  }));
  fc.assert(
    fc.property(few(node), fc.boolean(), (nodes, isBot) => {
      const blocks = [
        ...nodes,
        { type: 'rich_text', elements: nodes },
        { type: 'rich_text', elements: [section(...nodes)] },
      ];
      checkDoc(messageDoc({ text: '', blocks, attachments: nodes, bot_id: isBot ? 'B1' : null }));
    }),
  );
});

test('no visible word of rich text is lost', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}[.!?]?$/);
  const style = fc.record(
    { bold: fc.boolean(), italic: fc.boolean(), strike: fc.boolean(), code: fc.boolean() },
    { requiredKeys: [] },
  );
  const element = fc.oneof(
    fc.record({
      type: fc.constant('text'),
      text: fc.array(word, { minLength: 1 }).map((words) => words.join(' ')),
      style,
    }),
    fc.record({
      type: fc.constant('text'),
      text: fc.tuple(word, word).map((lines) => lines.join('\n')),
      style,
    }),
    fc.record({
      type: fc.constant('link'),
      url: word.map((path) => `https://x.test/${path}`),
      text: word,
      style,
    }),
    fc.record({ type: fc.constant('emoji'), name: word }),
    fc.record({ type: fc.constant('date'), timestamp: fc.nat(), fallback: word }),
  );
  const elements = fc.array(element, { minLength: 1, maxLength: 5 });
  const group = fc.oneof(
    fc.record({
      type: fc.constantFrom('rich_text_section', 'rich_text_quote', 'rich_text_preformatted'),
      elements,
    }),
    fc.record({
      type: fc.constant('rich_text_list'),
      style: fc.constantFrom('bullet', 'ordered'),
      indent: fc.integer({ min: 0, max: 8 }),
      offset: fc.nat(5),
      border: fc.constantFrom(0, 1),
      elements: fc.array(fc.record({ type: fc.constant('rich_text_section'), elements }), { minLength: 1 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(group, { minLength: 1 }), (groups) => {
      const said = docText(rich(groups));
      for (const visible of wordsIn(groups))
        assert.ok(said.includes(visible), `${visible} is missing in ${said}`);
    }),
  );
});

/** Every word that a person reads in a tree of rich text. */
function wordsIn(tree: unknown): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap(wordsIn);
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => {
    if (['text', 'fallback', 'name', 'url'].includes(key)) return String(value).split(/\s+/);
    return key === 'elements' ? wordsIn(value) : [];
  });
}

test('40,000 hostile characters take no longer than their length', () => {
  const most = 40_000;
  for (const unit of [
    '*',
    '_~*',
    '`',
    '```',
    '<',
    '<@',
    '&gt;',
    '>\n',
    '\n',
    ' ',
    '*a ',
    '<!date^',
    '<https://x|',
    '`a*',
    '\r',
  ]) {
    const typed = unit.repeat(Math.floor(most / unit.length));
    const started = performance.now();
    checkDoc(mrkdwn(typed));
    rich([
      section(say(typed)),
      section(...Array.from({ length: 4_000 }, (_, at) => say(unit, { bold: at % 2 === 0 }))),
    ]);
    assert.ok(performance.now() - started < 3_000, unit);
  }
});

const NAUGHTY = new URL('../../../../shared/data/blns.ndjson', import.meta.url);
const Naughty = z.object({ body: z.string() });
const absent = !existsSync(NAUGHTY);
if (absent) console.error(`NOT RUN: the naughty strings are not at ${NAUGHTY.pathname}`);

test('naughty strings typed by a person survive as they are', {
  skip: absent && 'no ../shared',
}, () => {
  const lines = readFileSync(NAUGHTY, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  assert.ok(lines.length > 300);
  const tidy = (typed: string) =>
    typed
      .replaceAll('\0', '')
      .toWellFormed()
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/\n\s*\n/g, '\n\n')
      .trim();
  /** mrkdwn gives these a meaning, so only what stands between them must stay. */
  const unmarked = (typed: string) => typed.replaceAll(/[*_~`>\s]/g, '');
  for (const line of lines) {
    const typed = Naughty.parse(JSON.parse(line)).body;
    assert.equal(docText(rich([section(say(typed))])), tidy(typed));
    const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    assert.equal(unmarked(docText(mrkdwn(escaped))), unmarked(tidy(typed)));
  }
});
