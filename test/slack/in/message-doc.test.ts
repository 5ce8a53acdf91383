import assert from 'node:assert/strict';
import test from 'node:test';
import { type Block, DEEPEST, type Doc, type Inline } from '../../../src/model/doc.ts';
import { docText, mapInlines } from '../../../src/model/doc-text.ts';
import { SlackUser } from '../../../src/model/ids.ts';
import { messageDoc } from '../../../src/slack/in/message-doc.ts';
import { depthOf } from './check-doc.ts';

/** As words, with persons as ‹U1›, so that a whole text can be compared at once. */
const shown = (doc: Doc) =>
  docText(
    mapInlines(doc, (node) =>
      node.type === 'mention' ? { type: 'text', value: `‹${node.user ?? node.name}›` } : node,
    ),
  );
const mrkdwn = (text: string) => messageDoc({ text });
const rich = (elements: readonly unknown[], text = '') =>
  messageDoc({ text, blocks: [{ type: 'rich_text', block_id: 'x', elements }] });
const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });
const say = (text: string, style?: Record<string, boolean>) => ({
  type: 'text',
  text,
  ...(style ? { style } : {}),
});
const text = (value: string): Inline => ({ type: 'text', value });
const strong = (value: string): Inline => ({ type: 'strong', children: [text(value)] });
const paragraph = (...children: Inline[]): Block => ({ type: 'paragraph', children });
const root = (...children: Block[]): Doc => ({ type: 'root', children });

test('mrkdwn: control sequences become words and the three escapes become themselves', () => {
  for (const [typed, expected] of [
    ['plain', 'plain'],
    ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
    ['<@U0ANN> please', '‹U0ANN› please'],
    ['<@U0ANN|ann> please', '‹U0ANN› please'],
    ['<@W0ANN>', '‹W0ANN›'],
    ['in <#C0IT|it-help> and <#C0IT>', 'in #it-help and #a channel in Slack'],
    ['<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
    ['<!subteam^S1|@oncall> <!subteam^S2>', '@oncall @a group in Slack'],
    ['<!date^1392734382^{date}|18 Feb>', '18 Feb'],
    ['<!date^1392734382^{date}^https://x.test|18 Feb>', '18 Feb (https://x.test)'],
    ['<https://x.test/a?b=1&amp;c=2>', 'https://x.test/a?b=1&c=2'],
    ['<https://x.test|the page>', 'the page (https://x.test)'],
    ['<mailto:a@x.test|a@x.test>', 'a@x.test'],
    ['<https://x.test|x &amp; y>', 'x & y (https://x.test)'],
    ['<javascript:alert(1)|x>', 'x (javascript:alert(1))'],
    ['1 < 2 > 0 <', '1 < 2 > 0 <'],
    ['<>', '<>'],
    ['if (a <b> c)', 'if (a <b> c)'],
    ['<@>', '@'],
    [':tada: done', ':tada: done'],
    ['  spaces \n', 'spaces'],
  ] as const) {
    assert.equal(shown(mrkdwn(typed)), expected, typed);
  }
});

test('mrkdwn: marks wrap words; signs without a partner are characters', () => {
  assert.deepEqual(
    mrkdwn('*a* _b_ ~c~ `d *e*` *_f_ g*'),
    root(
      paragraph(
        strong('a'),
        text(' '),
        { type: 'emphasis', children: [text('b')] },
        text(' '),
        { type: 'delete', children: [text('c')] },
        text(' '),
        { type: 'inlineCode', value: 'd *e*' },
        text(' '),
        { type: 'strong', children: [{ type: 'emphasis', children: [text('f')] }, text(' g')] },
      ),
    ),
  );
  for (const plain of [
    '2*3*4',
    'snake_case_name',
    'a * b * c',
    '~ 3 days',
    '10:30:45',
    '**x**',
    '*open',
    'a `',
    '~/.ssh and ~/.config',
    '* a\n* b',
    '*one\nline*',
    '- a\n- b',
    '1. a',
    '• a',
  ]) {
    const lines = plain
      .split('\n')
      .flatMap((line, index): Inline[] => [...(index === 0 ? [] : [{ type: 'break' } as const]), text(line)]);
    assert.deepEqual(mrkdwn(plain), root(paragraph(...lines)), plain);
  }
  assert.deepEqual(mrkdwn('*a _b* c_'), root(paragraph(strong('a _b'), text(' c_'))));
});

test('mrkdwn: quotes, code, and what only begins like them', () => {
  assert.deepEqual(
    mrkdwn('&gt; a\n&gt;b\nc\n\nd ```x <https://x.test|y>\n\n z``` e'),
    root(
      { type: 'blockquote', children: [paragraph(text('a'), { type: 'break' }, text('b'))] },
      paragraph(text('c')),
      paragraph(text('d')),
      { type: 'code', lang: null, value: 'x y (https://x.test)\n\n z' },
      paragraph(text('e')),
    ),
  );
  assert.deepEqual(
    mrkdwn('&gt;&gt;&gt; a\n\nb'),
    root({ type: 'blockquote', children: [paragraph(text('a')), paragraph(text('b'))] }),
  );
  assert.deepEqual(mrkdwn('a ``` b'), root(paragraph(text('a ``` b'))));
});

test('rich text decides over the lossy copy', () => {
  assert.deepEqual(rich([section(say('real'))], 'lossy'), root(paragraph(text('real'))));
});

test('an element that is new to us shows its text; one that is broken takes nobody with it', () => {
  const elements = [
    say('a'),
    { type: 'from_the_future', text: ' b' },
    { type: 'from_the_future' },
    { type: 'text', text: 7 },
    null,
    { type: 'emoji', name: 'odd:', unicode: 'zz-1' },
    { type: 'user', user_id: 'not an id' },
  ];
  assert.equal(
    shown(rich([section(...elements), { type: 'rich_text_new', elements: [say('c')] }])),
    'a b:odd:@not an id\n\nc',
  );
});

test('other blocks and empty rich text leave the word to the copy', () => {
  const blocks = [
    { type: 'section', text: { type: 'mrkdwn', text: 'card' } },
    { type: 'rich_text', elements: [] },
    null,
    7,
  ];
  assert.equal(shown(messageDoc({ text: 'from the copy', blocks })), 'from the copy');
});

test('a list nests no deeper than a document may, whatever its indents say', () => {
  const lists = Array.from({ length: 40 }, (_, indent) => ({
    type: 'rich_text_list',
    style: indent % 2 === 0 ? 'bullet' : 'ordered',
    indent: indent % 21,
    border: 1,
    elements: [section(say(`word${indent}.`))],
  }));
  const doc = rich(lists);
  assert.ok(depthOf(doc.children) <= DEEPEST);
  for (let indent = 0; indent < 40; indent += 1) assert.ok(docText(doc).includes(`word${indent}.`));
});

test('a forwarded message is quoted below with its source; an unfurled page is not', () => {
  const forwarded = {
    is_share: true,
    is_msg_unfurl: true,
    text: 'disk &lt;full&gt;',
    author_name: 'Bo',
    from_url: 'https://acme.slack.test/p1',
    files: [{ id: 'F1', name: 'df.txt' }],
  };
  const blocks = [{ type: 'rich_text', elements: [section(say('disk '), say('full', { bold: true }))] }];
  const heading = paragraph(strong('Forwarded message'), text(' from Bo, '), {
    type: 'link',
    url: 'https://acme.slack.test/p1',
    children: [text('https://acme.slack.test/p1')],
  });
  const unfurled = { text: 'an unfurled page', title: 'page', from_url: 'https://x.test' };
  for (const [more, body] of [
    [{}, paragraph(text('disk <full>'))],
    [{ message_blocks: [{ message: { blocks } }] }, paragraph(text('disk '), strong('full'))],
  ] as const) {
    assert.deepEqual(
      messageDoc({ text: 'see this', attachments: [{ ...forwarded, ...more }, unfurled] }),
      root(paragraph(text('see this')), {
        type: 'blockquote',
        children: [heading, body, paragraph(text('Files: df.txt'))],
      }),
    );
  }
});

test('a pasted table is taken from the attachment in which Slack keeps it', () => {
  const table = {
    type: 'table',
    rows: [[{ type: 'raw_text', text: 'Host' }], [{ type: 'raw_text', text: 'db1' }]],
  };
  const doc = messageDoc({ text: 'see', attachments: [{ blocks: [table] }] });
  assert.equal(doc.children[1]?.type, 'table');
  assert.equal(shown(doc), 'see\n\nHost\ndb1');
  const unfurled = messageDoc({
    text: 'see',
    attachments: [{ blocks: [table], from_url: 'https://x.test' }],
  });
  assert.equal(shown(unfurled), 'see');
});

test('/me is one paragraph in italics', () => {
  assert.deepEqual(
    messageDoc({ subtype: 'me_message', text: 'is *away*\n\nuntil <https://x.test|noon>' }),
    root(
      paragraph({
        type: 'emphasis',
        children: [
          text('is '),
          strong('away'),
          { type: 'break' },
          text('until '),
          { type: 'link', url: 'https://x.test', children: [text('noon')] },
        ],
      }),
    ),
  );
});

test('the post of an app: its blocks decide over its copy, and its attachments are its words too', () => {
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: 'Disk *full*' } },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: 'on *db1*' },
      fields: [{ type: 'mrkdwn', text: '*Since*\nnoon' }, null],
    },
    { type: 'divider' },
    {
      type: 'context',
      elements: [
        { type: 'image', image_url: 'x' },
        { type: 'plain_text', text: 'by *cron*' },
      ],
    },
    { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Press' } }] },
    { type: 'rich_text', elements: [section(say('end'))] },
  ];
  const attachments = [
    {
      pretext: 'Alert',
      title: 'CPU',
      title_link: 'https://x.test',
      fields: [{ title: 'Host', value: '`db1`' }],
    },
    { fallback: 'only this' },
  ];
  const said = { bot_id: 'B1', text: 'copy', blocks, attachments };
  assert.equal(
    shown(messageDoc(said)),
    'Disk *full*\n\non db1\n\nSince\nnoon\n\n---\n\nby *cron*\n\nend\n\nAlert\n\nCPU (https://x.test)\n\nHost\n\ndb1\n\nonly this',
  );
  assert.equal(shown(messageDoc({ bot_id: 'B1', text: 'copy', blocks: [] })), 'copy');
  assert.equal(
    shown(messageDoc({ ...said, bot_id: null, text: 'copy' })),
    'end',
    'a person writes rich text',
  );
});

test('neighbours are joined, and what no database takes is gone', () => {
  assert.deepEqual(
    mrkdwn('a\u0000b \ud800 <@U1> &lt;c <#C1>'),
    root(
      paragraph(
        text('ab \ufffd '),
        { type: 'mention', user: SlackUser.parse('U1'), name: '' },
        text(' <c #a channel in Slack'),
      ),
    ),
  );
});
