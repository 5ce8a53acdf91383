import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { checkBlocks } from '../../src/sandbox/slack/blocks.ts';
import { JsonObject } from '../../src/sandbox/slack/message-store.ts';
import { naughtyStrings } from '../conformance/naughty-strings.ts';
import { adfSchemaProblem } from '../support/adf-schema.ts';
import { anyDoc } from '../support/doc-arbitrary.ts';
import { runs } from '../support/seeded.ts';
import { type NamedGolden, readGoldens } from './goldens.ts';
import { fromJira, fromServiceNow, fromSlack, toJira, toServiceNow, toSlack } from './paths.ts';

const RUNS = runs(600);
/** What tells a journal to show HTML, and its end; generously with blank space. */
const CODE = /\[\s*\/?\s*code/i;

/** Each system takes what is written for it. */
function assertTaken(doc: Doc): void {
  for (const adf of toJira(doc).written) {
    assert.equal(adfSchemaProblem(adf), null, JSON.stringify(adf));
    assert.doesNotMatch(textIn(adf), CODE);
  }
  for (const entry of toServiceNow(doc).written) {
    assert.doesNotMatch(entry, CODE, JSON.stringify(entry));
    assert.ok(entry.isWellFormed());
  }
  for (const { text, blocks } of toSlack(doc).written) {
    assert.deepEqual(checkBlocks(JsonObject.array().parse(blocks), 'message'), [], JSON.stringify(blocks));
    assert.ok(text.length > 0 && text.length <= 4_000);
  }
}

/** The words of an ADF tree as they meet on the screen. */
function textIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(textIn).join('');
  if (typeof value !== 'object' || value === null) return '';
  if ('text' in value && typeof value.text === 'string') return value.text;
  return 'content' in value ? textIn(value.content) : '';
}

function docsIn({ sources }: NamedGolden): readonly Doc[] {
  const { slack, jira, wiki, servicenow } = sources;
  return [
    ...(slack === null ? [] : [fromSlack(slack)]),
    ...(jira === null ? [] : [fromJira(jira)]),
    ...(wiki === null ? [] : [fromJira(wiki)]),
    ...(servicenow === null ? [] : [fromServiceNow(servicenow)]),
  ];
}

describe("Atlassian's schema is at work", () => {
  const doc = (...content: unknown[]) => ({ type: 'doc', version: 1, content });
  test('it takes a document', () =>
    assert.equal(adfSchemaProblem(doc({ type: 'paragraph', content: [{ type: 'text', text: 'a' }] })), null));
  for (const [what, bad] of Object.entries({
    'an empty text': doc({ type: 'paragraph', content: [{ type: 'text', text: '' }] }),
    'a heading in a quote': doc({
      type: 'blockquote',
      content: [{ type: 'heading', attrs: { level: 1 }, content: [] }],
    }),
    'code in bold': doc({
      type: 'paragraph',
      content: [{ type: 'text', text: 'a', marks: [{ type: 'code' }, { type: 'strong' }] }],
    }),
    'a list without items': doc({ type: 'bulletList', content: [] }),
    'a node that nobody knows': doc({ type: 'marquee', content: [] }),
  })) {
    test(`it refuses ${what}`, () => assert.notEqual(adfSchemaProblem(bad), null));
  }
});

describe('every system takes what is written for it', () => {
  for (const golden of readGoldens()) {
    test(`golden: ${golden.row}`, () => {
      const docs = docsIn(golden);
      assert.ok(docs.length > 0);
      for (const doc of docs) assertTaken(doc);
    });
  }

  const naughty = naughtyStrings();
  test('naughty strings', { skip: naughty === null && 'no ../shared' }, () => {
    for (const words of naughty ?? []) {
      assertTaken(plainDoc(words));
      assertTaken({
        type: 'root',
        children: [
          { type: 'code', lang: words, value: words },
          { type: 'heading', depth: 1, children: [{ type: 'inlineCode', value: words }] },
          {
            type: 'paragraph',
            children: [{ type: 'link', url: words, children: [{ type: 'text', value: words }] }],
          },
          { type: 'paragraph', children: [{ type: 'mention', user: null, name: words }] },
          { type: 'paragraph', children: [{ type: 'emoji', name: words, value: null }] },
        ],
      });
    }
  });

  test('any document', () => fc.assert(fc.property(anyDoc, assertTaken), RUNS));
});
