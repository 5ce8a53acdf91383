import assert from 'node:assert/strict';
import { type Block, DEEPEST, Doc, type Inline } from '../../../src/model/doc.ts';

export function depthOf(blocks: readonly Block[]): number {
  const inner = blocks.map((block) => {
    if (block.type === 'blockquote') return 1 + depthOf(block.children);
    if (block.type === 'list')
      return 1 + Math.max(0, ...block.children.map((item) => depthOf(item.children)));
    return 0;
  });
  return Math.max(0, ...inner);
}

function checkInlines(nodes: readonly Inline[], depth: number): void {
  assert.ok(depth <= DEEPEST);
  for (const [index, node] of nodes.entries()) {
    if ('value' in node && node.value !== null) {
      assert.ok(node.value !== '' && node.value.isWellFormed() && !node.value.includes('\0'));
    }
    if (node.type === 'text') assert.notEqual(nodes[index - 1]?.type, 'text');
    if (node.type === 'link') assert.match(node.url, /^(https?|mailto):[^\s\0]+$/i);
    if ('children' in node) checkInlines(node.children, depth + 1);
  }
}

function checkBlocks(blocks: readonly Block[]): void {
  for (const block of blocks) {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        checkInlines(block.children, 0);
        break;
      case 'blockquote':
        checkBlocks(block.children);
        break;
      case 'list':
        for (const item of block.children) checkBlocks(item.children);
        break;
      case 'table':
        for (const row of block.children) for (const cell of row.children) checkInlines(cell.children, 0);
        break;
      case 'code':
        assert.ok(block.value.isWellFormed() && !block.value.includes('\0'));
        break;
      default:
    }
  }
}

/** What every document must be, whoever sent it. */
export function checkDoc(doc: Doc): void {
  assert.deepEqual(Doc.parse(doc), doc);
  assert.ok(depthOf(doc.children) <= DEEPEST);
  checkBlocks(doc.children);
}
