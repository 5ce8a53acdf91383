import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Block, Doc, type Inline, plainDoc } from '../../src/model/doc.ts';
import { honestLinks } from '../../src/model/doc-links.ts';
import { docText, inlineText, mapInlines, mapWords, peopleIn, withNames } from '../../src/model/doc-text.ts';
import { SlackUser } from '../../src/model/ids.ts';
import { beginningOf, cutText, splitDoc } from '../../src/model/split-doc.ts';
import '../support/seeded.ts';
import { anyDoc, anyText } from './any-doc.ts';

const RUNS = { numRuns: 500 };
const longest = fc.integer({ min: 64, max: 400 });

/** Everything that a reader sees but signs of lists, quotes and tables, without what nobody sees. */
function leaves(doc: Doc): string {
  const ofBlock = (block: Block): string => {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        return inlineText(block.children);
      case 'code':
        return block.value;
      case 'thematicBreak':
        return '---';
      case 'blockquote':
        return block.children.map(ofBlock).join('');
      case 'list':
        return block.children.flatMap((item) => item.children.map(ofBlock)).join('');
      case 'table':
        return block.children
          .flatMap((row) => row.children.map((cell) => inlineText(cell.children)))
          .join('');
    }
  };
  return bare(doc.children.map(ofBlock).join(''));
}

const bare = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Z}\s]+/gu, '');

/** Is every character of `part` in `whole`, in the same order? */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const unit of part) {
    at = whole.indexOf(unit, at) + unit.length;
    if (at < unit.length) return false;
  }
  return true;
}

const paragraph = (...children: readonly Inline[]): Block => ({ type: 'paragraph', children });
const words = (value: string): Inline => ({ type: 'text', value });
const root = (...children: readonly Block[]): Doc => ({ type: 'root', children });

describe('a long document in parts', () => {
  test('holds every word in order and nothing else', () => {
    const property = fc.property(anyDoc, longest, (doc, limit) => {
      const parts = splitDoc(doc, limit);
      const together = bare(parts.map(leaves).join(''));
      assert.ok(isWithin(leaves(doc), together), 'a word is lost or out of order');
      assert.ok(isWithin(together, bare(docText(doc))), 'a word was not in the document');
    });
    fc.assert(property, RUNS);
  });

  test('is at least one part, each of at most `longest` characters, none empty, no character cut', () => {
    const property = fc.property(anyDoc, longest, (doc, limit) => {
      const parts = splitDoc(doc, limit);
      assert.ok(parts.length > 0);
      for (const part of parts) {
        const text = docText(part);
        assert.ok(text.length <= limit, `${text.length} characters, ${limit} are allowed`);
        assert.ok(text.isWellFormed());
        assert.ok(parts.length === 1 || text.trim() !== '', 'a part shows nothing');
        assert.deepEqual(Doc.parse(part), part);
      }
    });
    fc.assert(property, RUNS);
  });

  test('keeps the form of what fits: paragraphs whole, items in their list, rows in their table', () => {
    const item = (text: string) =>
      ({ type: 'listItem', checked: null, children: [paragraph(words(text))] }) as const;
    const list: Block = {
      type: 'list',
      ordered: true,
      start: 7,
      children: Array.from({ length: 40 }, (_, index) => item(`thing number ${index}`)),
    };
    const parts = splitDoc(root(paragraph(words('Before')), list), 200);
    assert.ok(parts.length > 3);
    assert.deepEqual(
      parts.slice(1).map(({ children }) => children.map(({ type }) => type)),
      Array.from({ length: parts.length - 1 }, () => ['list']),
    );
    const numbers = parts.flatMap((part) => docText(part).match(/^\d+(?=\. )/gm) ?? []);
    assert.deepEqual(
      numbers,
      Array.from({ length: 40 }, (_, index) => `${index + 7}`),
    );

    const row = (index: number) =>
      ({ type: 'tableRow', children: [{ type: 'tableCell', children: [words(`cell ${index}`)] }] }) as const;
    const table: Block = { type: 'table', children: Array.from({ length: 40 }, (_, index) => row(index)) };
    const tables = splitDoc(root(table), 100);
    assert.ok(tables.every(({ children }) => children.length === 1 && children[0]?.type === 'table'));
    assert.ok(tables.length <= 5, `${tables.length} parts`);
  });

  test('cuts code at lines and long words at visible characters', () => {
    const code = Array.from({ length: 60 }, (_, index) => `line ${index}`).join('\n');
    const parts = splitDoc(root({ type: 'code', lang: 'sh', value: code }), 100);
    assert.equal(
      parts
        .flatMap(({ children }) => children.map((block) => (block.type === 'code' ? block.value : '?')))
        .join(''),
      code,
    );
    for (const part of parts.slice(0, -1)) assert.ok(docText(part).endsWith('\n'));
    for (const sign of ['👩‍👩‍👧‍👦', '🇨🇭', 'e\u0301\u0302', '😀', 'x']) {
      const pieces = cutText(sign.repeat(400), 101);
      assert.ok(pieces.length > 1 && pieces.every((piece) => piece.length % sign.length === 0), sign);
    }
  });

  test('has a beginning that fills its room', () => {
    const property = fc.property(anyDoc, longest, (doc, limit) => {
      const begin = beginningOf(doc, limit);
      assert.ok(docText(begin).length <= limit);
      assert.ok(isWithin(leaves(begin), bare(docText(doc))));
      assert.ok(docText(doc).length > limit || docText(begin) === docText(doc));
    });
    fc.assert(property, RUNS);
    const doc = root(paragraph(words('head')), paragraph(words('word '.repeat(100))));
    assert.ok(docText(beginningOf(doc, 300)).length > 290);
  });

  test('cut text is the text again, whatever the limit', () => {
    const property = fc.property(anyText, fc.integer({ min: -3, max: 40 }), (text, limit) => {
      const pieces = cutText(text, limit);
      assert.equal(pieces.join(''), text);
      assert.ok(pieces.every((piece) => piece.length <= Math.max(2, limit) && piece.isWellFormed()));
    });
    fc.assert(property, RUNS);
  });

  test('of a megabyte, or twelve quotes deep, is cut in seconds', () => {
    const started = performance.now();
    const nested = Array.from({ length: 12 }).reduce<Block>(
      (inner) => ({ type: 'blockquote', children: [inner] }),
      { type: 'code', lang: null, value: `${'\n'.repeat(20_000)}end` },
    );
    const inItems = Array.from({ length: 12 }).reduce<Block>(
      (inner) => ({
        type: 'list',
        ordered: true,
        start: 1,
        children: [{ type: 'listItem', checked: true, children: [inner] }],
      }),
      paragraph(words('word\n'.repeat(5_000))),
    );
    for (const doc of [
      root(nested),
      root(inItems),
      root(paragraph(words('x'.repeat(1_000_000)))),
      plainDoc('a b\n'.repeat(250_000)),
    ]) {
      for (const part of splitDoc(doc, 10_000)) assert.ok(docText(part).length <= 10_000);
    }
    assert.ok(performance.now() - started < 30_000, `${performance.now() - started} ms`);
  });
});

describe('the words of a document', () => {
  test('with names show no Slack user, wherever he is mentioned', () => {
    const property = fc.property(anyDoc, fc.boolean(), (doc, known) => {
      const people = peopleIn(doc);
      const names = new Map(known ? [...people].map((user) => [user, 'Ada Lovelace']) : []);
      const named = withNames(doc, names);
      assert.equal(peopleIn(named).size, 0);
      for (const user of people) assert.ok(!JSON.stringify(named).includes(`"${user}"`), user);
      if (people.size > 0) assert.ok(docText(named).includes(known ? '@Ada Lovelace' : '@a person in Slack'));
    });
    fc.assert(property, RUNS);
  });

  test('survive being stored as JSON', () => {
    const property = fc.property(anyDoc, (doc) => {
      assert.deepEqual(Doc.parse(JSON.parse(JSON.stringify(doc))), doc);
    });
    fc.assert(property, RUNS);
  });

  test('are refused when they are no document', () => {
    const paragraphs = [{ type: 'paragraph', children: [{ type: 'script', value: 'x' }] }];
    const item = { type: 'list', ordered: true, start: 1, children: [{ type: 'paragraph', children: [] }] };
    for (const bad of [
      null,
      [],
      {},
      { type: 'root' },
      { type: 'root', children: paragraphs },
      { type: 'root', children: [item] },
    ])
      assert.ok(!Doc.safeParse(bad).success, JSON.stringify(bad));
  });

  test('nested links are read in a moment', () => {
    const deep = Array.from({ length: 200 }).reduce<Inline>(
      (inner) => ({ type: 'link', url: 'https://a.example', children: [inner] }),
      words('in the middle'),
    );
    const started = performance.now();
    assert.ok(Doc.safeParse(root(paragraph(deep))).success);
    assert.ok(performance.now() - started < 1_000);
  });

  test('are all changed by mapWords, and none by what changes nothing', () => {
    const property = fc.property(anyDoc, (doc) => {
      assert.deepEqual(
        mapWords(doc, (text) => text),
        doc,
      );
      assert.deepEqual(
        mapInlines(doc, (node) => node),
        doc,
      );
      assert.ok(
        !/[a-z]/.test(
          leaves(mapWords(withNames(doc, new Map()), (text) => text.toUpperCase())).replaceAll(':TADA:', ''),
        ),
      );
    });
    fc.assert(property, RUNS);
  });

  test('plain words are one paragraph per block, one break per line, and text throughout', () => {
    assert.deepEqual(
      plainDoc('*a* <b>\n[c](javascript:d)\n\n\n- e'),
      root(
        paragraph(words('*a* <b>'), { type: 'break' }, words('[c](javascript:d)')),
        paragraph(words('- e')),
      ),
    );
    assert.deepEqual(plainDoc(' \n\n\t').children, []);
  });
});

describe('links lead where they say', () => {
  const link = (url: string, label: string): Doc =>
    root(paragraph({ type: 'link', url, children: [words(label)] }));
  const isLink = (doc: Doc) => JSON.stringify(honestLinks(doc)).includes('"link"');

  test('only http, https and mailto are links', () => {
    for (const url of ['https://a.example/x?y#z', 'http://a.example', 'mailto:ada@example.com'])
      assert.ok(isLink(link(url, 'here')), url);
    for (const url of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'java\nscript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'vbscript:x',
      'slack://open',
      '//a.example',
      '/a',
      'a.example',
      '',
      'https://',
    ])
      assert.ok(!isLink(link(url, 'here')), url);
  });

  test('a label that is another address is given up, and both are shown', () => {
    for (const label of [
      'https://bank.example/login',
      'bank.example',
      'www.bank.example/a',
      'HTTPS://BANK.EXAMPLE',
      'bank\u200b.example',
      'https://evil.example@bank.example',
      'mailto:ada@bank.example',
      'ada@bank.example',
      'https://bank.example:444',
      'bänk.example',
    ]) {
      const made = honestLinks(link('https://evil.example/x', label));
      assert.ok(!isLink(link('https://evil.example/x', label)), label);
      assert.ok(docText(made).includes(label) && docText(made).includes('https://evil.example/x'));
    }
    for (const label of [
      'here',
      'v1.2',
      'evil.example',
      'https://evil.example/y',
      '',
      'see: this',
      'Node.js docs',
    ])
      assert.ok(isLink(link('https://evil.example/x', label)), label);
    assert.ok(!isLink(link('mailto:eve@evil.example', 'ada@bank.example')));
    assert.ok(isLink(link('mailto:ada@bank.example', 'ada@bank.example')));
  });

  test('no word is lost', () => {
    const property = fc.property(anyDoc, (doc) => {
      assert.equal(docText(honestLinks(doc)), docText(doc));
      assert.deepEqual(honestLinks(honestLinks(doc)), honestLinks(doc));
    });
    fc.assert(property, RUNS);
  });

  test('a person of Slack is found inside of anything', () => {
    const user = SlackUser.parse('U0123456789');
    const inside: Inline = { type: 'mention', user, name: 'x' };
    const doc = root({
      type: 'blockquote',
      children: [
        {
          type: 'table',
          children: [
            {
              type: 'tableRow',
              children: [{ type: 'tableCell', children: [{ type: 'strong', children: [inside] }] }],
            },
          ],
        },
      ],
    });
    assert.deepEqual([...peopleIn(doc)], [user]);
  });
});
