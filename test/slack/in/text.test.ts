import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { z } from 'zod';
import type { TextPart } from '../../../src/model/intake.ts';
import { readText } from '../../../src/slack/in/text.ts';

/** Persons show as ‹U1›, so that a whole text can be compared at once. */
const shown = (parts: readonly TextPart[]) =>
  parts.map((part) => (part.kind === 'text' ? part.text : `‹${part.user}›`)).join('');
const mrkdwn = (text: string) => shown(readText({ text, blocks: undefined, attachments: undefined }));
const rich = (elements: unknown[], text = '') =>
  shown(readText({ text, blocks: [{ type: 'rich_text', block_id: 'x', elements }], attachments: undefined }));
const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const say = (text: string, style?: Record<string, boolean>) => ({
  type: 'text',
  text,
  ...(style ? { style } : {}),
});

test('mrkdwn: control sequences become words and the three escapes become themselves', () => {
  for (const [text, expected] of [
    ['plain', 'plain'],
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['<@U0ANN> please', '‹U0ANN› please'],
    ['<@U0ANN|ann> please', '‹U0ANN› please'],
    ['<@W0ANN>', '‹W0ANN›'],
    ['in <#C0IT|it-help> and <#C0IT>', 'in #it-help and #C0IT'],
    ['<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
    ['<!subteam^S1|@oncall> <!subteam^S2>', '@oncall @S2'],
    ['<!date^1392734382^{date}|18 Feb>', '18 Feb'],
    ['<https://x.test/a?b=1&amp;c=2>', 'https://x.test/a?b=1&c=2'],
    ['<https://x.test|the page>', 'the page (https://x.test)'],
    ['<mailto:a@x.test|a@x.test>', 'a@x.test'],
    ['<https://x.test|x &amp; y>', 'x & y (https://x.test)'],
    ['1 < 2 > 0 <', '1 < 2 > 0 <'],
    ['<>', '<>'],
    ['if (a <b> c)', 'if (a <b> c)'],
    ['<@>', '@'],
    [':tada: *bold* `code`', ':tada: *bold* `code`'],
    ['  spaces \n', 'spaces'],
  ] as const) {
    assert.equal(mrkdwn(text), expected, text);
  }
});

test('rich text decides over the lossy copy, and gives every element a plain form', () => {
  assert.equal(rich([section(say('real'))], 'lossy'), 'real');
  const inline = section(
    say('Hi ', { bold: true }),
    { type: 'user', user_id: 'U0ANN' },
    say(' in '),
    { type: 'channel', channel_id: 'C0IT' },
    say(' and '),
    { type: 'channel', channel_id: 'C0NEW' },
    say(' '),
    { type: 'usergroup', usergroup_id: 'S1' },
    say(' '),
    { type: 'broadcast', range: 'here' },
    say(' '),
    { type: 'link', url: 'https://x.test', text: 'page' },
    say(' '),
    { type: 'link', url: 'https://y.test' },
    say(' '),
    { type: 'emoji', name: 'tada', unicode: '1f389' },
    { type: 'emoji', name: '+1', unicode: '1f44d-1f3fc' },
    { type: 'emoji', name: 'parrot' },
    { type: 'emoji', name: 'odd', unicode: 'zz-1' },
    say(' '),
    { type: 'date', timestamp: 1700000000, format: '{date}', fallback: 'Nov 14' },
    say(' '),
    { type: 'date', timestamp: 1700000000, format: '{date}' },
    say(' '),
    { type: 'color', value: '#ff0000' },
    say(' '),
    say('ls', { code: true }),
    { type: 'from_the_future', text: '!' },
    { type: 'from_the_future' },
  );
  assert.equal(
    rich([inline], 'Hi <@U0ANN> in <#C0IT|it-help> and <#C0NEW|> <!subteam^S1|@oncall>'),
    'Hi ‹U0ANN› in #it-help and #C0NEW @oncall @here page (https://x.test) https://y.test ' +
      '🎉👍🏼:parrot::odd: Nov 14 2023-11-14T22:13:20.000Z #ff0000 `ls`!',
  );
});

test('lists, quotes and code become plain lines', () => {
  const list = (
    style: string,
    indent: number,
    texts: readonly string[],
    more: Record<string, unknown> = {},
  ) => ({
    type: 'rich_text_list',
    style,
    indent,
    elements: texts.map((text) => section(say(text))),
    ...more,
  });
  const text = rich([
    section(say('Steps:\n')),
    list('ordered', 0, ['open it', 'log in']),
    list('bullet', 1, ['as admin', 'two\nlines']),
    list('ordered', 0, ['close it']),
    list('ordered', 0, ['other'], { offset: 4 }),
    list('bullet', 0, ['dot']),
    list('ordered', 0, ['five'], { offset: 4 }),
    { type: 'rich_text_quote', elements: [say('said\nso')] },
    { type: 'rich_text_preformatted', elements: [say('$ ls -l\n  total 0')] },
    section(say('\nThanks\n\nAnn')),
  ]);
  assert.equal(
    text,
    [
      'Steps:',
      '1. open it',
      '2. log in',
      '  - as admin',
      '  - two',
      '    lines',
      '3. close it',
      '4. other',
      '- dot',
      '5. five',
      '> said',
      '> so',
      '```',
      '$ ls -l',
      '  total 0',
      '```',
      '',
      'Thanks',
      '',
      'Ann',
    ].join('\n'),
  );
});

test('a text that only looks like markup stays what the person typed', () => {
  assert.equal(rich([section(say('<@U0ANN> <!here> &amp; `x`'))]), '<@U0ANN> <!here> &amp; `x`');
});

test('other blocks and empty rich text leave the word to the copy', () => {
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: 'card' } },
    { type: 'rich_text', elements: [] },
    null,
    7,
  ];
  assert.equal(shown(readText({ text: 'from the copy', blocks, attachments: undefined })), 'from the copy');
});

test('a forwarded message is quoted below with its source', () => {
  const attachments = [
    { is_share: true, text: 'disk &lt;full&gt;', author_name: 'Bo', from_url: 'https://acme.slack.test/p1' },
    { text: 'an unfurled page', title: 'page' },
  ];
  assert.equal(
    shown(readText({ text: 'see this', blocks: undefined, attachments })),
    'see this\nForwarded message (Bo, https://acme.slack.test/p1):\ndisk <full>',
  );
});

test('neighbours are joined, and what no database takes is gone', () => {
  const parts = readText({ text: 'a\u0000b \ud800 <@U1> &lt;c', blocks: undefined, attachments: undefined });
  assert.deepEqual(parts, [
    { kind: 'text', text: 'ab \ufffd ' },
    { kind: 'person', user: 'U1' },
    { kind: 'text', text: ' <c' },
  ]);
});

test('whatever comes in is text afterwards: never a throw, never two stretches in a row', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '@', '#', '!', '|', '^', 'U', '&', 'lt;', '\n', 'é') }),
      (text) => {
        wellFormed(readText({ text, blocks: undefined, attachments: undefined }));
      },
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (elements) => {
      const blocks = [
        { type: 'rich_text', elements },
        { type: 'rich_text', elements: [section(...elements)] },
      ];
      wellFormed(readText({ text: '', blocks, attachments: elements }));
    }),
  );
});

function wellFormed(parts: readonly TextPart[]): void {
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'person') continue;
    assert.ok(part.text !== '' && part.text.isWellFormed() && !part.text.includes('\0'));
    assert.notEqual(parts[index - 1]?.kind, 'text');
  }
}

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
  for (const line of lines) {
    const typed = Naughty.parse(JSON.parse(line)).body;
    const expected = typed.replaceAll('\0', '').toWellFormed().trim();
    assert.equal(rich([section(say(typed))]), expected);
    const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    assert.equal(mrkdwn(escaped), expected);
  }
});
