import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import { renderMessage } from '../../../src/slack/out/rich-text.ts';
import { naughtyStrings } from '../../conformance/naughty-strings.ts';
import { assertHarmless, mrkdwnIn } from './escape-check.ts';

const RichText = z.object({
  type: z.literal('rich_text'),
  elements: z.tuple([
    z.object({
      type: z.literal('rich_text_section'),
      elements: z
        .array(
          z.discriminatedUnion('type', [
            z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(3_000) }),
            z.strictObject({ type: z.literal('link'), url: z.string().min(1).max(3_000) }),
          ]),
        )
        .min(1),
    }),
  ]),
});
type Element = z.infer<typeof RichText>['elements'][0]['elements'][number];

/** The elements of the body: what is not the line with the author. */
function bodyOf(text: string, author: string | null = null): readonly Element[] {
  const { blocks } = renderMessage(author, text);
  const body = author === null ? blocks : blocks.slice(1);
  return body.flatMap((block) => RichText.parse(block).elements[0].elements);
}

const shown = (elements: readonly Element[]) =>
  elements.map((each) => (each.type === 'text' ? each.text : each.url)).join('');
const links = (text: string) => bodyOf(text).flatMap((each) => (each.type === 'link' ? [each.url] : []));

const OWN = [
  '<!channel> <!here> <!everyone> <!subteam^S1> <@U0ALMA> <#C1|general> @channel @here #general',
  '<https://evil.example|https://bank.example>',
  '<!date^1392734382^{date}^https://evil.example|x>',
  '&lt;!channel&gt; &amp;lt;!channel&amp;gt;',
  '*bold* _it_ ~no~ `code` ```pre```',
  '> quote\n>>> quote',
  '\u202egnp.exe \u0000 \u0007 \ufeff',
  '<'.repeat(5_000),
  '&'.repeat(20_000),
  '\u{1f600}'.repeat(8_000),
  'x'.repeat(50_000),
  'half a pair \ud83d',
  '\ude00 the other half',
  `${'x'.repeat(2_899)}\u{1f600}y`,
];

test('nothing that somebody writes is obeyed by Slack, as a text or as a name', () => {
  for (const naughty of [...OWN, ...(naughtyStrings() ?? [])]) {
    if (naughty.trim() !== '') assertHarmless(renderMessage(null, naughty));
    assertHarmless(renderMessage(naughty, naughty.trim() === '' ? 'x' : naughty));
  }
});

test('nor anything that nobody has thought of yet', () => {
  const pieces = fc.constantFrom(
    '<!channel>',
    '<@U1>',
    '<',
    '>',
    '|',
    '&',
    '&lt;',
    '*',
    '`',
    '\n',
    ' ',
    'http://a.b/',
    '\u{1f600}',
    '\ud83d',
  );
  const text = fc
    .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { minLength: 1, maxLength: 60 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, (naughty) => {
      assertHarmless(renderMessage(naughty, `x${naughty}`));
      assert.equal(shown(bodyOf(naughty)), naughty.toWellFormed());
    }),
    { seed: 5, numRuns: 120 },
  );
});

test('what is short enough is shown as it was written, to the last sign', () => {
  for (const text of [...OWN, ...(naughtyStrings() ?? [])].filter((each) => each.length <= 11_000))
    assert.equal(shown(bodyOf(text)), text.toWellFormed());
});

test('what is too long ends with a word about the rest, and begins as it was written', () => {
  const text = Array.from({ length: 4_000 }, (_, n) => `word${n}`).join(' ');
  const all = shown(bodyOf(text));
  const [kept, note] = [all.slice(0, all.lastIndexOf('…')), all.slice(all.lastIndexOf('…'))];
  assert.ok(text.startsWith(kept));
  assert.ok(kept.length > 10_000 && kept.length <= 11_000, `${kept.length}`);
  assert.equal(note, '…\n(cut: the rest stands on the ticket)');
});

test('a long text is cut between words and lines, a character never', () => {
  const words = Array.from({ length: 900 }, (_, n) => `word${n}`).join(' ');
  const ends = bodyOf(words).slice(0, -1);
  assert.ok(ends.length >= 2);
  for (const each of ends) assert.match(shown([each]), /word\d+ $/);
  const lines = Array.from({ length: 200 }, (_, n) => `line ${n} ${'x'.repeat(20)}`).join('\n');
  for (const each of bodyOf(lines).slice(0, -1)) assert.match(shown([each]), /x\n$/);
  for (const pad of [2_897, 2_898, 2_899, 2_900, 2_901]) {
    const text = `${'x'.repeat(pad)}\u{1f600}${'y'.repeat(3_000)}`;
    for (const each of bodyOf(text)) assert.ok(shown([each]).isWellFormed(), `${pad}`);
    assert.equal(shown(bodyOf(text)), text);
  }
});

for (const [text, expected] of [
  ['see https://desk.example/a?b=1&c=2#d.', ['https://desk.example/a?b=1&c=2#d']],
  ['(http://127.0.0.1:8080/x), "https://a.example/y"', ['http://127.0.0.1:8080/x', 'https://a.example/y']],
  ['<https://evil.example|https://bank.example>', []],
  ['javascript:alert(1) file:///etc/passwd ftp://a.example', []],
  ['http:// https://', []],
  ['http://[not an address', []],
  ['https://münchen.example/ä', ['https://münchen.example/ä']],
] as const) {
  test(`a web address is a link that shows itself: ${text}`, () => {
    assert.deepEqual(links(text), expected);
    assert.equal(shown(bodyOf(text)), text);
  });
}

test('a web address is never cut in two, wherever it stands', () => {
  const url = `https://desk.example/${'a'.repeat(400)}`;
  for (const before of [0, 2_400, 2_500, 2_899, 2_900, 5_700, 8_600]) {
    const text = `${'x '.repeat(before / 2)}${url} end`;
    assert.deepEqual(links(text), [url], `${before}`);
  }
  const last = `${'x '.repeat(5_400)}${url}`;
  assert.deepEqual(links(last), []);
  assert.ok(!shown(bodyOf(last)).includes('https'));
});

test('an address that Slack would refuse for its length is plain text', () => {
  const url = `https://desk.example/${'a'.repeat(3_200)}`;
  assert.deepEqual(links(url), []);
  assert.equal(shown(bodyOf(url)), url);
});

test('a person of the ticket system is named above his words; we are not', () => {
  const { text, blocks } = renderMessage('Dana *Novak*\n<!here>', 'Done & dusted');
  assert.equal(text, 'Dana *Novak*\n&lt;!here&gt;: Done &amp; dusted');
  assert.deepEqual(
    mrkdwnIn(blocks).map((each) => each.text),
    [':speech_balloon: *Dana \u200b*\u200bNovak\u200b*\u200b &lt;!here&gt;*'],
  );
  assert.equal(renderMessage(null, 'hello').blocks.length, 1);
});

test('a huge text takes no longer than its length', () => {
  const begin = performance.now();
  for (const unit of ['http://', 'http://.', 'https://a!!!', '<!', ' \n', '\u200b*'])
    renderMessage(unit.repeat(1_000), unit.repeat(30_000));
  assert.ok(performance.now() - begin < 3_000, `${performance.now() - begin} ms`);
});
