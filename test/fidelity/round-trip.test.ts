import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Block, Doc, Inline } from '../../src/model/doc.ts';
import { docText, mapInlines } from '../../src/model/doc-text.ts';
import { canonical } from '../support/canonical-doc.ts';
import { madeDoc } from '../support/made-doc.ts';
import { runs } from '../support/seeded.ts';
import { toJira, toServiceNow, toSlack } from './paths.ts';

const RUNS = runs(300);
const words = (value: string): Inline => ({ type: 'text', value });

/** People are named and not called, wherever they go. */
const named = (node: Inline): Inline => (node.type === 'mention' ? words(`@${node.name}`) : node);

function perBlock(doc: Doc, change: (block: Block) => Block): Doc {
  const within = (block: Block): Block => {
    if (block.type === 'blockquote') return change({ ...block, children: block.children.map(within) });
    if (block.type !== 'list') return change(block);
    const children = block.children.map((item) => ({ ...item, children: item.children.map(within) }));
    return change({ ...block, children });
  };
  return { type: 'root', children: doc.children.map(within) };
}

/** What Jira cannot hold: marks over code, and emoji that are no character. */
function lostInJira(doc: Doc): Doc {
  const unmarked = (nodes: readonly Inline[]): readonly Inline[] =>
    nodes.flatMap((node): readonly Inline[] => {
      if (!('children' in node) || node.type === 'link') return [node];
      return unmarked(node.children).map(
        (inner): Inline => (inner.type === 'inlineCode' ? inner : { ...node, children: [inner] }),
      );
    });
  const worded = mapInlines(doc, (node) => {
    const shown = named(node);
    return shown.type === 'emoji' && shown.value === null ? words(`:${shown.name}:`) : shown;
  });
  return perBlock(worded, (block) => {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        return { ...block, children: unmarked(block.children) };
      case 'table':
        return {
          ...block,
          children: block.children.map((row) => ({
            ...row,
            children: row.children.map((cell) => ({ ...cell, children: unmarked(cell.children) })),
          })),
        };
      default:
        return block;
    }
  });
}

const bold = (children: readonly Inline[]): Block => ({
  type: 'paragraph',
  children: [{ type: 'strong', children }],
});
const box = (checked: boolean) => words(checked ? '☑ ' : '☐ ');

/** What Slack cannot hold: headings, rules, boxes of tasks, the language of code. */
function lostInSlack(doc: Doc): Doc {
  return perBlock(mapInlines(doc, named), (block) => {
    switch (block.type) {
      case 'heading':
        return bold(block.children);
      case 'thematicBreak':
        return { type: 'paragraph', children: [words('──────────')] };
      case 'code':
        return { ...block, lang: null };
      case 'list':
        return {
          ...block,
          children: block.children.map(({ checked, children, ...item }) => ({
            ...item,
            checked: null,
            children: children.map((inner, index) =>
              checked !== null && index === 0 && inner.type === 'paragraph'
                ? { ...inner, children: [box(checked), ...inner.children] }
                : inner,
            ),
          })),
        };
      default:
        return block;
    }
  });
}

describe('a document comes back as it went, but for what the table names', () => {
  test('through Jira', () => {
    const same = fc.property(madeDoc, (doc) => {
      assert.deepEqual(canonical(toJira(doc).seen), canonical(lostInJira(doc)));
    });
    fc.assert(same, RUNS);
  });

  test('through Slack', () => {
    const same = fc.property(madeDoc, (doc) => {
      assert.deepEqual(canonical(toSlack(doc).seen), canonical(lostInSlack(doc)));
    });
    fc.assert(same, RUNS);
  });

  test('through a journal, as words with signs', () => {
    const same = fc.property(madeDoc, (doc) => {
      assert.equal(docText(toServiceNow(doc).seen), docText(doc));
    });
    fc.assert(same, RUNS);
  });
});
