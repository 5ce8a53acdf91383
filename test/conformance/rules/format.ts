import assert from 'node:assert/strict';
import type { Block, Doc, Inline } from '../../../src/model/doc.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { honestLinks } from '../../../src/model/doc-links.ts';
import { docText, mapInlines } from '../../../src/model/doc-text.ts';
import { SlackUser } from '../../../src/model/ids.ts';
import { splitDoc } from '../../../src/model/split-doc.ts';
import { bare, type Rule, said, type Trial, value } from '../trial.ts';

const words = (text: string): Inline => ({ type: 'text', value: text });
const paragraph = (...children: readonly Inline[]): Block => ({ type: 'paragraph', children });
const doc = (...children: readonly Block[]): Doc => ({ type: 'root', children });
const item = (...children: readonly Block[]) => ({ type: 'listItem', checked: null, children }) as const;
const row = (...cells: readonly string[]) =>
  ({
    type: 'tableRow',
    children: cells.map((cell) => ({ type: 'tableCell', children: [words(cell)] }) as const),
  }) as const;

/** One of everything; the words in the order in which a reader meets them. */
const RICH = doc(
  { type: 'heading', depth: 2, children: [words('w01heading')] },
  paragraph(
    words('w02plain '),
    { type: 'strong', children: [words('w03bold '), { type: 'emphasis', children: [words('w04both')] }] },
    words(' '),
    { type: 'emphasis', children: [words('w05slanted')] },
    words(' '),
    { type: 'delete', children: [words('w06struck')] },
    words(' '),
    { type: 'inlineCode', value: 'w07code' },
    { type: 'break' },
    { type: 'link', url: 'https://example.com/w09?a=b&c=d', children: [words('w08label')] },
    words(' '),
    { type: 'mention', user: null, name: 'w10person' },
    words(' '),
    { type: 'emoji', name: 'tada', value: '🎉' },
  ),
  {
    type: 'list',
    ordered: false,
    start: null,
    children: [
      item(paragraph(words('w11first')), {
        type: 'list',
        ordered: true,
        start: 3,
        children: [item(paragraph(words('w12inner'))), item(paragraph(words('w13inner')))],
      }),
      item(paragraph(words('w14second'))),
    ],
  },
  { type: 'code', lang: 'sh', value: 'w15line --all\n  w16indented "quoted" <tag>' },
  { type: 'blockquote', children: [paragraph(words('w17quoted')), paragraph(words('w18quoted'))] },
  { type: 'table', children: [row('w19head', 'w20head'), row('w21cell', 'w22cell')] },
  { type: 'thematicBreak' },
  paragraph(words('w23last')),
);

async function readBack(trial: Trial, body: Doc, author: string | null = null) {
  const { id } = await trial.ticket();
  const draft = {
    ...trial.words(id, ''),
    body,
    author: author === null ? null : { name: author, grant: null },
  };
  const comment = value(await trial.connector.comments.add.send(draft, trial.attempt())).id;
  const read = value(await trial.connector.comments.read(id, comment));
  const agents = (await trial.seen(id)).comments.find((one) => one.id === comment)?.text ?? '';
  return { read: read.body, text: said(read), agents };
}

const everyWord: Rule = {
  name: 'every word of a formatted message reaches agents and comes back, in order',
  async run(trial) {
    const { text, agents } = await readBack(trial, RICH);
    const wanted = docText(RICH).match(/w\d\d[a-z]*/g) ?? [];
    assert.equal(wanted.length, 23);
    assert.deepEqual(text.match(/w\d\d[a-z]*/g), wanted, `read back: ${text}`);
    // Where a link leads agents see when they use it.
    const shownToAgents = wanted.filter((word) => word !== 'w09');
    for (const word of shownToAgents)
      assert.ok(agents.includes(word), `agents do not see ${word}: ${agents}`);
    for (const part of ['https://example.com/w09?a=b&c=d', '🎉', '  w16indented "quoted" <tag>'])
      assert.ok(text.includes(part), `"${part}" is missing in: ${text}`);
    const description = value(
      await trial.connector.create.send(trial.draft({ description: RICH }), trial.attempt()),
    );
    const shown = (await trial.seen(description.id)).description;
    for (const word of shownToAgents)
      assert.ok(shown.includes(word), `the description lacks ${word}: ${shown}`);
  },
};

const HOSTILE = [
  '*bold* _slanted_ -struck- {code}x{code} {noformat}y{noformat} {panel}z{panel}',
  '[~accountid:5b10ac8d82e05b22cc7d4ef5] [~admin] @[Ada Lovelace] <@U0123456789> <!channel> @here',
  '[bank.example|https://evil.example] [click](javascript:alert(1)) ![x](https://evil.example/x.png)',
  '<b>bold</b><script>alert(1)</script><a href="javascript:alert(1)">x</a><img src=x onerror=alert(1)>',
  '[code]<a href="https://evil.example">bank.example</a>[/code]',
  '{"type":"mention","attrs":{"id":"5b10ac8d82e05b22cc7d4ef5"}}',
  '&lt;b&gt; &amp; &#60;i&#62; %3Cscript%3E',
  'javascript:alert(1) data:text/html,<script>alert(1)</script>',
];

/** What somebody could take for more than words: marks, people, code, links that lie. */
function assertOnlyWords(read: Doc, what: string): void {
  assert.deepEqual(honestLinks(read), read, `a link lies in ${what}: ${JSON.stringify(read)}`);
  for (const block of read.children)
    assert.equal(block.type, 'paragraph', `${what}: ${JSON.stringify(read)}`);
  mapInlines(read, (node) => {
    assert.ok(['text', 'break', 'link'].includes(node.type), `${what} became ${JSON.stringify(node)}`);
    return node;
  });
}

const hostileWords: Rule = {
  name: 'hostile words stay words: no markup, no mention, no link that lies',
  async run(trial) {
    for (const hostile of HOSTILE) {
      const { read, text, agents } = await readBack(trial, plainDoc(hostile));
      assertOnlyWords(read, hostile);
      assert.ok(bare(text).includes(bare(hostile)), `"${hostile}" came back as ${JSON.stringify(text)}`);
      assert.ok(!/\[\s*\/?\s*code/i.test(agents), `agents get ${JSON.stringify(agents)}`);
    }
  },
};

const hostileNames: Rule = {
  name: 'a hostile name of an author pings nobody and is no markup',
  async run(trial) {
    for (const hostile of HOSTILE.slice(0, 5)) {
      const { read, text } = await readBack(trial, plainDoc('Hello'), hostile);
      mapInlines(read, (node) => {
        assert.ok(
          node.type !== 'mention' && node.type !== 'inlineCode',
          `"${hostile}" became ${JSON.stringify(node)}`,
        );
        return node;
      });
      assert.deepEqual(honestLinks(read), read);
      assert.ok(text.includes('Hello'));
    }
  },
};

const hostileNodes: Rule = {
  name: 'links lead where they say, code stays inside of its block, and brackets meet nowhere',
  async run(trial) {
    const link = (url: string, label: string) =>
      doc(paragraph({ type: 'link', url, children: [words(label)] }));
    const cases: readonly (readonly [Doc, readonly string[]])[] = [
      [link('javascript:alert(1)', 'click'), ['click']],
      [link('https://evil.example/x', 'https://bank.example'), ['https://evil.example/x']],
      [link('https://a.example/"><script>', 'here'), ['here', 'https://a.example/']],
      [link('https://a.example/|b]', 'a|b]'), ['a|b]']],
      [
        doc({ type: 'code', lang: null, value: 'a\n```\n{code}\n[/code]<b>\n</pre>b' }),
        ['```', '{code}', '<b>', '</pre>b'],
      ],
      [doc(paragraph({ type: 'inlineCode', value: '`a`}}{{b' })), ['`a`}}{{b']],
      [
        doc(paragraph(words('['), { type: 'strong', children: [words('code]<b>x</b>[/')] }, words('code]'))),
        ['x'],
      ],
    ];
    for (const [body, parts] of cases) {
      const { read, text, agents } = await readBack(trial, body);
      assert.deepEqual(honestLinks(read), read, `a link lies: ${JSON.stringify(read)}`);
      assert.ok(!/\[\s*\/?\s*code/i.test(agents), `agents get ${JSON.stringify(agents)}`);
      for (const part of parts)
        assert.ok(bare(text).includes(bare(part)), `"${part}" is missing in ${JSON.stringify(text)}`);
    }
  },
};

const noIds: Rule = {
  name: 'a person of Slack whom nobody named is never shown by his id',
  async run(trial) {
    const user = SlackUser.parse('U0AB12CD34');
    const body = doc(
      paragraph(words('Ask '), { type: 'mention', user, name: 'U0AB12CD34' }, words(' please')),
    );
    const { text, agents } = await readBack(trial, body);
    for (const shown of [text, agents]) {
      assert.ok(!shown.includes('U0AB12CD34'), shown);
      assert.ok(shown.includes('Ask') && shown.includes('please'), shown);
    }
    const { id } = value(
      await trial.connector.create.send(trial.draft({ description: body }), trial.attempt()),
    );
    assert.ok(!(await trial.seen(id)).description.includes('U0AB12CD34'));
  },
};

const longest: Rule = {
  name: 'a comment of the longest length is taken whole, whatever it is made of',
  async run(trial) {
    const limit = trial.connector.comments.longest;
    assert.ok(limit >= 1000 && limit <= 1_000_000, `${limit} characters`);
    const filled = (piece: (n: number) => string) => {
      let text = '';
      for (let n = 0; text.length < limit; n += 1) text += piece(n);
      return text.slice(0, limit).toWellFormed();
    };
    const bodies = [
      plainDoc(filled((n) => `word${n} `)),
      plainDoc(filled(() => '😀')),
      plainDoc(filled((n) => `é&<"${n}`)),
      doc({ type: 'code', lang: null, value: filled((n) => `line ${n}\n`) }),
      doc(paragraph({ type: 'strong', children: [words(filled((n) => `[*_${n}`))] })),
    ];
    const author = `Grace ${'Hopper '.repeat(10)}`;
    for (const body of bodies) {
      const { text } = await readBack(trial, body, author);
      assert.ok(
        bare(text).includes(bare(docText(body))),
        `a comment of ${docText(body).length} characters was cut`,
      );
    }
  },
};

const inParts: Rule = {
  name: 'a message of 100 kB in parts arrives whole and in order',
  async run(trial) {
    const { connector, attempt, outside } = trial;
    const { id } = await trial.ticket();
    const whole = Array.from({ length: 12_000 }, (_, n) => `ü${n}`).join(' ');
    const parts = splitDoc(plainDoc(whole), connector.comments.longest);
    for (const [index, body] of parts.entries()) {
      const part = { number: index + 1, of: parts.length };
      value(await connector.comments.add.send({ ...trial.words(id, ''), body, part }, attempt()));
      await outside.pass(2000);
    }
    const { comments } = value(await connector.read(id));
    assert.equal(comments.length, parts.length);
    const numbers = comments.flatMap((comment) => said(comment).match(/ü\d+/g) ?? []);
    const wrong = whole.split(' ').findIndex((word, index) => word !== numbers[index]);
    assert.equal(wrong, -1, `word ${wrong} is ${numbers[wrong]}`);
    assert.equal(numbers.length, 12_000);
  },
};

export const formatRules: readonly Rule[] = [
  everyWord,
  hostileWords,
  hostileNames,
  hostileNodes,
  noIds,
  longest,
  inParts,
];
