import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import '../../support/seeded.ts';
import { readBody, unnamedPeople } from '../../../src/connectors/jira/adf-read.ts';
import { toAdf } from '../../../src/connectors/jira/adf-write.ts';
import { storable } from '../../../src/connectors/jira/text.ts';
import { type Block, DEEPEST, Doc, type Inline, plainDoc } from '../../../src/model/doc.ts';
import { docText, inlineText } from '../../../src/model/doc-text.ts';
import { isLyingLabel } from '../../../src/model/link-honesty.ts';
import { AdfDoc, adfProblem } from '../../../src/sandbox/jira/adf.ts';
import { adfToWiki } from '../../../src/sandbox/jira/adf-words.ts';

const FOLDER = new URL('../../fidelity/jira/', import.meta.url);
const Golden = z.object({
  name: z.string(),
  direction: z.enum(['in', 'out']),
  adf: z.unknown().optional(),
  wiki: z.string().optional(),
  doc: Doc,
});
const NAMES = new Map([['5b', 'Grace Hopper']]);
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
test('there are golden pairs', () => assert.ok(files.length >= 30, `only ${files.length}`));
for (const file of files) {
  const golden = Golden.parse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  test(`golden pair ${golden.name}`, () => {
    if (golden.direction === 'in') {
      assert.deepEqual(json(readBody(golden.wiki ?? golden.adf, NAMES)), json(golden.doc));
    } else {
      const written = toAdf(golden.doc);
      assert.deepEqual(json(written), golden.adf);
      assert.equal(adfProblem(json(written)), null);
    }
  });
}

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const tree = fc.letrec<{ inline: Inline; block: Block }>((tie) => ({
  inline: fc.oneof(
    { maxDepth: 3 },
    words.map((value): Inline => ({ type: 'text', value })),
    words.map((value): Inline => ({ type: 'inlineCode', value })),
    fc.constant<Inline>({ type: 'break' }),
    words.map((name): Inline => ({ type: 'mention', user: null, name })),
    fc
      .tuple(fc.constantFrom('strong', 'emphasis', 'delete'), fc.array(tie('inline'), { maxLength: 3 }))
      .map(([type, children]): Inline => ({ type, children })),
    fc
      .tuple(
        fc.constantFrom('https://a.test/x', 'javascript:alert(1)', 'mailto:a@b.test'),
        fc.array(
          words.map((value): Inline => ({ type: 'text', value })),
          { maxLength: 2 },
        ),
      )
      .map(([url, children]): Inline => ({ type: 'link', url, children })),
  ),
  block: fc.oneof(
    { maxDepth: 4 },
    fc.array(tie('inline'), { maxLength: 3 }).map((children): Block => ({ type: 'paragraph', children })),
    fc.tuple(words, words).map(([lang, value]): Block => ({ type: 'code', lang, value })),
    fc.array(tie('block'), { maxLength: 3 }).map((children): Block => ({ type: 'blockquote', children })),
    fc
      .tuple(
        fc.boolean(),
        fc.array(fc.tuple(fc.constantFrom(null, true, false), fc.array(tie('block'), { maxLength: 3 })), {
          maxLength: 3,
        }),
      )
      .map(
        ([ordered, items]): Block => ({
          type: 'list',
          ordered,
          start: null,
          children: items.map(([checked, children]) => ({ type: 'listItem', checked, children })),
        }),
      ),
    fc.array(fc.array(fc.array(tie('inline'), { maxLength: 2 }), { maxLength: 3 }), { maxLength: 3 }).map(
      (rows): Block => ({
        type: 'table',
        children: rows.map((cells) => ({
          type: 'tableRow',
          children: cells.map((children) => ({ type: 'tableCell', children })),
        })),
      }),
    ),
    fc
      .array(tie('inline'), { maxLength: 2 })
      .map((children): Block => ({ type: 'heading', depth: 2, children })),
  ),
}));
const anyDoc = fc.array(tree.block, { maxLength: 4 }).map((children): Doc => ({ type: 'root', children }));

/** What a reader sees, without the signs that show structure. */
const bare = (text: string) => storable(text).replaceAll(/[\s>|()[\]\-x.\d\u200b]/g, '');

test('whatever is written, Jira takes it, and every word of it is read back', () => {
  fc.assert(
    fc.property(anyDoc, (doc) => {
      const written = json(toAdf(doc));
      assert.equal(adfProblem(written), null, JSON.stringify(written));
      const read = readBody(written, NAMES);
      assert.equal(bare(docText(withoutLinks(read))), bare(docText(withoutLinks(doc))));
      assert.ok(!JSON.stringify(written).includes('javascript:alert(1)"}'));
    }),
  );
});

/** Links as their labels; one without a label shows where it leads, if it may lead there. */
function withoutLinks(doc: Doc): Doc {
  const change = (nodes: readonly Inline[]): Inline[] =>
    nodes.flatMap((node): Inline[] => {
      if (!('children' in node)) return [node];
      const children = change(node.children);
      if (node.type !== 'link') return [{ ...node, children }];
      if (inlineText(children).trim() !== '' || node.url.startsWith('javascript:')) return children;
      return [{ type: 'text', value: node.url }];
    });
  const blocks = (all: readonly Block[]): Block[] =>
    all.map((block): Block => {
      switch (block.type) {
        case 'paragraph':
        case 'heading':
          return { ...block, children: change(block.children) };
        case 'blockquote':
          return { ...block, children: blocks(block.children) };
        case 'list':
          return {
            ...block,
            children: block.children.map((item) => ({ ...item, children: blocks(item.children) })),
          };
        case 'table':
          return {
            ...block,
            children: block.children.map((row) => ({
              ...row,
              children: row.children.map((cell) => ({ ...cell, children: change(cell.children) })),
            })),
          };
        default:
          return block;
      }
    });
  return { type: 'root', children: blocks(doc.children) };
}

test('plain text goes through a document and comes back the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const doc = plainDoc(storable(text));
      assert.equal(docText(readBody(json(toAdf(doc)), NAMES)), docText(doc));
    }),
  );
});

test('the wiki string that a hook carries reads like the document that the API carries', () => {
  const read = files
    .map((file) => Golden.parse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))))
    .filter(({ name }) => /^write-(marks|lists|tasks|quotes|table|headings|links)/.test(name));
  assert.ok(read.length >= 6);
  for (const { name, adf } of read) {
    const wiki = adfToWiki(AdfDoc.parse(adf));
    const letters = (body: unknown) => bare(docText(readBody(body, NAMES)));
    assert.equal(letters(wiki), letters(adf), `${name}: ${wiki}`);
  }
});

test('a document nested without end keeps its words, in a depth that has an end', () => {
  for (const kind of ['panel', 'bulletList', 'listItem', 'blockquote', 'table', 'layoutSection']) {
    let deep: unknown = { type: 'text', text: 'bottom' };
    for (let n = 0; n < 20_000; n += 1) deep = { type: kind, content: [deep] };
    const read = readBody({ type: 'doc', version: 1, content: [deep] }, NAMES);
    assert.ok(JSON.stringify(read).includes('bottom'), kind);
    assert.ok(depthOf(read.children) <= 2 * DEEPEST + 2, kind);
  }
});

function depthOf(blocks: readonly Block[]): number {
  const inside = blocks.map((block) => {
    if (block.type === 'blockquote') return depthOf(block.children);
    if (block.type === 'list') return Math.max(0, ...block.children.map((item) => depthOf(item.children)));
    return 0;
  });
  return 1 + Math.max(0, ...inside);
}

test('a text of nothing but marks is read in its stride', () => {
  const marks = [
    '{code:',
    '[',
    '{{',
    '*a ',
    '*a* ',
    '{quote}',
    '{code}{noformat}',
    '!a.b',
    '|',
    '|[a',
    '* a\n',
    '\\',
    'https://',
    '_a*b-c+',
    '************ a\n',
    '{color:red}',
    'h1. \n',
    '[~accountid:',
    '||a||\n',
    '{*}',
  ];
  for (const mark of marks) {
    const started = performance.now();
    const read = readBody(mark.repeat(Math.ceil(100_000 / mark.length)), NAMES);
    const took = performance.now() - started;
    assert.equal(read.type, 'root');
    // Reading in squares would take minutes; this is an order of magnitude above what it takes on a slow machine.
    assert.ok(took < 10_000, `${mark} took ${took} ms`);
  }
});

test('what is no document has no words, and nothing throws', () => {
  for (const odd of [
    null,
    undefined,
    7,
    [],
    {},
    { type: 'doc', content: 'x' },
    { content: [null, 7, { type: 3 }] },
  ]) {
    assert.equal(docText(readBody(odd, NAMES)), '');
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => void readBody(value, NAMES)));
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'*_-{}[]|!\\#h1. \nabc') }),
      (wiki) => void readBody(wiki, NAMES),
    ),
  );
});

test('only mentions without a name are asked for', () => {
  const mention = (id: string, text?: string) => ({
    type: 'mention',
    attrs: { id, ...(text === undefined ? {} : { text }) },
  });
  const body = {
    type: 'doc',
    content: [{ type: 'paragraph', content: [mention('a'), mention('b', '@Bea'), mention('c', '@')] }],
  };
  assert.deepEqual([...unnamedPeople(body)], ['a', 'c']);
  assert.deepEqual([...unnamedPeople('[~accountid:x:1] [~accountid:y]')], ['x:1', 'y']);
});

test('a label that reads like another address is a lie, its own address is none', () => {
  const lies = [
    'https://example.test/login',
    'example.test',
    'see www.example.test now',
    'EXAMPLE.TEST/a',
    'a@example.test',
  ];
  for (const label of lies) assert.ok(isLyingLabel(label, new URL('https://evil.test/')), label);
  const honest = [
    'evil.test',
    'https://evil.test/other',
    'www.evil.test',
    'the guide',
    'v1.2',
    'and so on...',
  ];
  for (const label of honest) assert.ok(!isLyingLabel(label, new URL('https://evil.test/')), label);
});
