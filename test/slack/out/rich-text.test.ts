import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../support/seeded.ts';
import { z } from 'zod';
import { type Block, type Doc, type Inline, plainDoc } from '../../../src/model/doc.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { SlackUser } from '../../../src/model/ids.ts';
import {
  LONGEST_SAID,
  renderMessage,
  renderNotice,
  renderTombstone,
} from '../../../src/slack/out/rich-text.ts';
import { naughtyStrings } from '../../conformance/naughty-strings.ts';
import { assertHarmless, mrkdwnIn, shownWords } from './escape-check.ts';

const Parts = z.object({
  type: z.literal('rich_text'),
  elements: z.array(z.record(z.string(), z.unknown())),
});

const text = (value: string): Inline => ({ type: 'text', value });
const p = (...children: Inline[]): Block => ({ type: 'paragraph', children });
const doc = (...children: Block[]): Doc => ({ type: 'root', children });
const said = (body: Doc, author: string | null = null) => renderMessage({ author, body, part: null });

/** The parts of the rich text of a body, one after the other. */
function parts(body: Doc): readonly Record<string, unknown>[] {
  return said(body).blocks.flatMap((block) => Parts.parse(block).elements);
}

/** The inline elements of a body that is one section. */
function line(...children: Inline[]): readonly unknown[] {
  const [section, ...others] = parts(doc(p(...children)));
  assert.deepEqual(others, []);
  return z.object({ type: z.literal('rich_text_section'), elements: z.array(z.unknown()) }).parse(section)
    .elements;
}

const Links = z.object({ type: z.literal('link'), url: z.string() });
const links = (value: string) => line(text(value)).flatMap((each) => Links.safeParse(each).data?.url ?? []);

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

test('nothing that somebody writes is obeyed by Slack, as words or as a name', () => {
  for (const naughty of [...OWN, ...(naughtyStrings() ?? [])]) {
    assertHarmless(said(plainDoc(naughty)));
    assertHarmless(said(plainDoc(naughty), naughty));
    assertHarmless(renderNotice(naughty));
    assertHarmless(renderTombstone(naughty, naughty));
    assertHarmless(
      renderMessage({ author: naughty, body: doc(), part: { number: 2, of: 3 }, note: naughty }),
    );
  }
});

test('what is short enough is shown as it was written, to the last sign', () => {
  for (const each of [...OWN, ...(naughtyStrings() ?? [])].filter((one) => one.length <= LONGEST_SAID)) {
    const body = doc(p(text(each)));
    assert.equal(shownWords(said(body).blocks).join(''), each === '' ? '(no text)' : each.toWellFormed());
  }
});

test('what is too long ends with a word about the rest, and begins as it was written', () => {
  const words = Array.from({ length: 4_000 }, (_, n) => `word${n}`).join(' ');
  const all = shownWords(said(plainDoc(words)).blocks).join('');
  const [kept, note] = [all.slice(0, all.lastIndexOf('…')).trimEnd(), all.slice(all.lastIndexOf('…'))];
  assert.ok(words.startsWith(kept));
  assert.ok(kept.length > 9_000 && kept.length <= LONGEST_SAID, `${kept.length}`);
  assert.equal(note, '…\n(cut: the rest stands on the ticket)');
});

test('marks are styles, and marks in marks are both', () => {
  const b: Inline = { type: 'strong', children: [text('b'), { type: 'emphasis', children: [text('bi')] }] };
  assert.deepEqual(
    line(text('a '), b, { type: 'delete', children: [text('s')] }, { type: 'inlineCode', value: '<c>' }),
    [
      { type: 'text', text: 'a ' },
      { type: 'text', text: 'b', style: { bold: true } },
      { type: 'text', text: 'bi', style: { bold: true, italic: true } },
      { type: 'text', text: 's', style: { strike: true } },
      { type: 'text', text: '<c>', style: { code: true } },
    ],
  );
});

test('paragraphs that follow each other are one section, and a heading is a bold line', () => {
  const body = doc(
    { type: 'heading', depth: 2, children: [text('H')] },
    p(text('a'), { type: 'break' }, text('b')),
    {
      type: 'thematicBreak',
    },
  );
  assert.deepEqual(parts(body), [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'H', style: { bold: true } },
        { type: 'text', text: '\n\na\nb\n\n──────────' },
      ],
    },
  ]);
});

test('a list in a list comes after its item with a deeper indent, and the numbers go on behind it', () => {
  const item = (checked: boolean | null, ...children: Block[]) =>
    ({ type: 'listItem', checked, children }) as const;
  const inner: Block = { type: 'list', ordered: false, start: null, children: [item(true, p(text('in')))] };
  const code: Block = { type: 'code', lang: 'sh', value: 'ls <x>' };
  const list: Block = {
    type: 'list',
    ordered: true,
    start: 4,
    children: [
      item(null, p(text('four')), inner),
      item(null, p(text('five'))),
      item(false, p(text('six')), code),
      item(null),
    ],
  };
  const row = (...words: string[]) =>
    words.map((word) => ({ type: 'rich_text_section', elements: [{ type: 'text', text: word }] }));
  assert.deepEqual(parts(doc(list)), [
    { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 3, elements: row('four') },
    { type: 'rich_text_list', style: 'bullet', indent: 1, elements: row('☑ in') },
    { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 4, elements: row('five', '☐ six') },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'ls <x>' }] },
    { type: 'rich_text_list', style: 'ordered', indent: 0, offset: 6, elements: row(' ') },
  ]);
});

test('a quote keeps its marks and links, and what Slack cannot put into one is its words', () => {
  const list: Block = {
    type: 'list',
    ordered: false,
    start: null,
    children: [{ type: 'listItem', checked: null, children: [p(text('one'))] }],
  };
  const quote: Block = {
    type: 'blockquote',
    children: [p({ type: 'strong', children: [text('x')] }), list, { type: 'code', lang: null, value: 'y' }],
  };
  assert.deepEqual(parts(doc(quote)), [
    {
      type: 'rich_text_quote',
      elements: [
        { type: 'text', text: 'x', style: { bold: true } },
        { type: 'text', text: '\n\n- one\n\n' },
        { type: 'text', text: 'y', style: { code: true } },
      ],
    },
  ]);
});

const table = (rows: number, cells: number): Block => ({
  type: 'table',
  children: Array.from({ length: rows }, (_, r) => ({
    type: 'tableRow',
    children: Array.from({ length: cells }, (__, c) => ({
      type: 'tableCell',
      children: [text(`r${r}c${c}`)],
    })),
  })),
});

test("one table is Slack's table; a second, a larger or an inner one is lines in columns", () => {
  const types = (body: Doc) => said(body).blocks.map((block) => block.type);
  assert.deepEqual(types(doc(p(text('a')), table(2, 2), p(text('b')))), ['rich_text', 'table', 'rich_text']);
  assert.deepEqual(types(doc(table(100, 5))), ['table']);
  assert.deepEqual(types(doc(table(20, 20))), ['table']);
  for (const body of [doc(table(2, 2), table(2, 2)), doc(table(101, 2)), doc(table(2, 21))])
    assert.ok(!types(body).includes('table'));
  const [first] = parts(doc(table(2, 2), table(1, 1)));
  assert.deepEqual(first, {
    type: 'rich_text_preformatted',
    elements: [{ type: 'text', text: 'r0c0 | r0c1\nr1c0 | r1c1' }],
  });
  const cells = (count: number) =>
    Array.from({ length: count }, () => ({ type: 'tableCell', children: [] }) as const);
  const uneven: Block = {
    type: 'table',
    children: [3, 1, 0].map((count) => ({ type: 'tableRow', children: cells(count) })),
  };
  assertHarmless(said(doc(uneven)));
});

for (const [name, url, label, shown] of [
  ['an honest label', 'https://desk.example/a', 'the guide', 'the guide'],
  ['no label', 'https://desk.example/a', '', undefined],
  ['its own address', 'https://desk.example/a', 'https://desk.example/a', undefined],
  ['its own host', 'https://www.desk.example/a', 'desk.example', 'desk.example'],
  ['another address', 'https://evil.example/', 'https://bank.example/login', undefined],
  ['another page of its host', 'https://desk.example/evil', 'https://desk.example/good', undefined],
  ['another host in words', 'https://evil.example/', 'Log in at bank.example now', undefined],
  ['another host as a user name', 'https://evil.example/', 'https://bank.example@evil.example/', undefined],
  ['another host with a wide dot', 'https://evil.example/', 'bank。example', undefined],
  ['another host with unseen signs', 'https://evil.example/', 'bank.\u200bexa\u00admple', undefined],
  ['another host in another alphabet', 'https://evil.example/', 'bаnk.example', undefined],
  ['another host backwards', 'https://evil.example/', '\u202emoc.knab', undefined],
  ['a number for a host', 'https://evil.example/', '10.0.0.1', undefined],
  ['a file name', 'https://desk.example/1', 'report.final.pdf', 'report.final.pdf'],
  ['a version', 'https://desk.example/1', 'v1.2.3', 'v1.2.3'],
  ['a person', 'mailto:a@b.example', 'write to Ann', 'write to Ann'],
  ['another person', 'mailto:a@b.example', 'ann@bank.example', undefined],
] as const) {
  test(`a link that is labelled with ${name}`, () => {
    const element = shown === undefined ? { type: 'link', url } : { type: 'link', url, text: shown };
    assert.deepEqual(line({ type: 'link', url, children: label === '' ? [] : [text(label)] }), [element]);
  });
}

test('what Slack may not open is words and address side by side', () => {
  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'slack://x',
    'https://bank.example@evil.example/',
    'nowhere',
  ])
    assert.deepEqual(line({ type: 'link', url, children: [text('click')] }), [
      { type: 'text', text: `click (${url})` },
    ]);
  assert.deepEqual(line({ type: 'link', url: 'https://a.example/ <!channel>|x', children: [text('y')] }), [
    { type: 'link', url: 'https://a.example/%20%3C!channel%3E%7Cx', text: 'y' },
  ]);
});

test('a label that is marked as a whole is marked; a very long one is text', () => {
  const bold: Inline = { type: 'strong', children: [text('b')] };
  const url = 'https://desk.example/';
  assert.deepEqual(line({ type: 'link', url, children: [bold] }), [
    { type: 'link', url, text: 'b', style: { bold: true } },
  ]);
  const long = 'l'.repeat(4_000);
  assert.deepEqual(
    shownWords(said(doc(p({ type: 'link', url, children: [text(long)] }))).blocks).join(''),
    `${long} (${url})`,
  );
});

for (const [value, expected] of [
  ['see https://desk.example/a?b=1&c=2#d.', ['https://desk.example/a?b=1&c=2#d']],
  ['(http://127.0.0.1:8080/x), "https://a.example/y"', ['http://127.0.0.1:8080/x', 'https://a.example/y']],
  ['<https://evil.example|https://bank.example>', ['https://evil.example', 'https://bank.example']],
  ['javascript:alert(1) file:///etc/passwd ftp://a.example', []],
  ['http:// https://', []],
  ['http://[not an address', []],
  ['https://bank.example@evil.example/', []],
  ['https://münchen.example/ä', ['https://münchen.example/ä']],
] as const) {
  test(`a web address in plain words is a link that shows itself: ${value}`, () => {
    assert.deepEqual(links(value), expected);
    assert.equal(shownWords(said(plainDoc(value)).blocks).join(''), value);
  });
}

test('a web address is never cut in two, wherever it stands, and one that is too long is text', () => {
  const url = `https://desk.example/${'a'.repeat(400)}`;
  for (const before of [0, 2_400, 2_500, 2_899, 2_900, 5_700, 8_600]) {
    const words = `${'x '.repeat(before / 2)}${url} end`;
    const { blocks } = said(doc(p(text(words))));
    assert.equal(JSON.stringify(blocks).split(`"url":"${url}"`).length, 2, `${before}`);
  }
  const long = `https://desk.example/${'a'.repeat(3_200)}`;
  assert.ok(!JSON.stringify(said(plainDoc(long))).includes('"link"'));
  assert.equal(shownWords(said(plainDoc(long)).blocks).join(''), long);
});

test('people are names, unless it is somebody of Slack; emoji are signs, unless only Slack has them', () => {
  const user = SlackUser.parse('U0ALMA');
  assert.deepEqual(
    line(
      { type: 'mention', user: null, name: 'channel <!here>' },
      { type: 'mention', user, name: 'Alma' },
      { type: 'emoji', name: 'wave', value: '👋' },
      { type: 'emoji', name: 'party-parrot', value: null },
      { type: 'emoji', name: 'x:<!here>', value: null },
    ),
    [
      { type: 'text', text: '@channel <!here>' },
      { type: 'user', user_id: 'U0ALMA' },
      { type: 'text', text: '👋' },
      { type: 'emoji', name: 'party-parrot' },
      { type: 'text', text: ':x:<!here>:' },
    ],
  );
});

test('a person of the ticket system is named above his words, with the part and the note; we are not', () => {
  const body = plainDoc('Done & dusted');
  const { text: plain, blocks } = renderMessage({
    author: 'Dana *Novak*\n<!here> on IAM-1',
    body,
    part: { number: 2, of: 3 },
    note: 'written at 10:03',
  });
  assert.equal(plain, 'Dana *Novak*\n&lt;!here&gt; on IAM-1 (2/3): Done &amp; dusted');
  assert.deepEqual(
    mrkdwnIn(blocks).map((each) => each.text),
    [
      ':speech_balloon: *Dana \u200b*\u200bNovak\u200b*\u200b &lt;!here&gt; on IAM-1* (2/3) · written at 10:03',
    ],
  );
  assert.equal(renderNotice('hello').blocks.length, 1);
});

test('a comment that is gone leaves one small line', () => {
  assert.deepEqual(renderTombstone(null, 'IAM-1'), {
    text: 'This comment was deleted on IAM-1.',
    blocks: [
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: ':wastebasket: This comment was deleted on IAM-1.', verbatim: true },
        ],
      },
    ],
  });
  assert.equal(renderTombstone('Dana', 'IAM-1').text, 'Dana: This comment was deleted on IAM-1.');
});

test('a body without words says so: Slack takes no empty message', () => {
  for (const body of [
    doc(),
    doc(p()),
    doc({ type: 'code', lang: null, value: '' }),
    doc({ type: 'table', children: [] }),
  ]) {
    assertHarmless(said(body));
    assert.deepEqual(shownWords(said(body).blocks), ['(no text)']);
  }
});

test('more formatting than words is given up for the words', () => {
  const item = (word: string) => ({ type: 'listItem', checked: null, children: [p(text(word))] }) as const;
  const list: Block = {
    type: 'list',
    ordered: false,
    start: null,
    children: Array.from({ length: 2_400 }, () => item('a')),
  };
  assertHarmless(said(doc(list)));
  assert.equal(shownWords(said(doc(list)).blocks).join(''), docText(doc(list)));
  const rules = doc(...Array.from({ length: 1_999 }, () => ({ type: 'thematicBreak' }) as const));
  assertHarmless(said(rules));
});

test('a huge text takes no longer than its length', () => {
  const begin = performance.now();
  for (const unit of ['http://', 'http://.', 'https://a!!!', '<!', ' \n', '\u200b*', 'a.', 'a'])
    for (const body of [
      plainDoc(unit.repeat(30_000)),
      doc(p({ type: 'link', url: 'https://a.example', children: [text(unit.repeat(3_000))] })),
    ])
      said(body, unit.repeat(1_000));
  assert.ok(performance.now() - begin < 4_000, `${performance.now() - begin} ms`);
});
