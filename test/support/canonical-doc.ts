import type { Block, Doc, Inline, ListItem } from '../../src/model/doc.ts';
import { inlineText } from '../../src/model/doc-text.ts';

type Leaf = Exclude<Inline, { readonly children: unknown }>;
const MARK_NAMES = { strong: 'bold', emphasis: 'italic', delete: 'strike' } as const;

/** A stretch of words with everything that lies over it, whatever lay inside of what. */
export interface Stretch {
  readonly leaf: Leaf;
  readonly marks: readonly string[];
  readonly url: string | null;
}

/** Inline nodes as stretches, neighbours of one kind joined. An emoji that is a character is that character. */
export function stretchesOf(nodes: readonly Inline[]): readonly Stretch[] {
  const found: Stretch[] = [];
  const add = (inside: readonly Inline[], marks: readonly string[], url: string | null) => {
    for (const node of inside) {
      if (node.type === 'link') add(node.children, marks, url ?? node.url);
      else if ('children' in node) add(node.children, [...new Set([...marks, MARK_NAMES[node.type]])], url);
      // Nobody sees what a line break wears.
      else if (node.type === 'break') push(found, { leaf: node, marks: [], url: null });
      else push(found, { leaf: drawn(node), marks: marks.toSorted(), url });
    }
  };
  add(nodes, [], null);
  return found;
}

/** Signs without a shape that converters put into words, to take a meaning away from them. */
const UNSEEN = /[\u200b\u2060]/g;

function drawn(leaf: Leaf): Leaf {
  if (leaf.type === 'emoji' && leaf.value !== null) return { type: 'text', value: leaf.value };
  return leaf.type === 'text' || leaf.type === 'inlineCode'
    ? { ...leaf, value: leaf.value.replaceAll(UNSEEN, '') }
    : leaf;
}

function push(found: Stretch[], next: Stretch): void {
  const last = found.at(-1);
  const { leaf } = next;
  if ((leaf.type === 'text' || leaf.type === 'inlineCode') && leaf.value === '') return;
  if (
    last?.leaf.type === leaf.type &&
    (last.leaf.type === 'text' || last.leaf.type === 'inlineCode') &&
    'value' in leaf &&
    last.url === next.url &&
    last.marks.join() === next.marks.join()
  ) {
    found[found.length - 1] = { ...last, leaf: { ...last.leaf, value: last.leaf.value + leaf.value } };
  } else found.push(next);
}

/**
 * A document in a form in which two that look alike are equal: marks in one order, words of one look in one piece,
 * blocks that show nothing left out.
 */
export function canonical(doc: Doc): unknown {
  return doc.children.flatMap(canonicalBlock);
}

function canonicalBlock(block: Block): readonly unknown[] {
  switch (block.type) {
    case 'paragraph':
    case 'heading': {
      const words = stretchesOf(block.children);
      const depth = block.type === 'heading' ? { depth: block.depth } : {};
      return words.length === 0 ? [] : [{ type: block.type, ...depth, words }];
    }
    case 'blockquote': {
      const inside = block.children.flatMap(canonicalBlock);
      return inside.length === 0 ? [] : [{ type: block.type, inside }];
    }
    case 'list': {
      const { ordered } = block;
      const items = block.children.map(canonicalItem);
      return items.length === 0
        ? []
        : [{ type: 'list', ordered, start: ordered ? (block.start ?? 1) : null, items }];
    }
    case 'table':
      return [
        {
          type: 'table',
          rows: block.children.map((row) => row.children.map((cell) => stretchesOf(cell.children))),
        },
      ];
    case 'code':
      return [{ ...block, value: block.value.replaceAll(UNSEEN, '') }];
    case 'thematicBreak':
      return [block];
  }
}

const canonicalItem = ({ checked, children }: ListItem) => ({
  checked,
  inside: children.flatMap(canonicalBlock),
});

/**
 * The words of a document as a reader sees them, without the signs of lists, quotes and tables; links with their
 * addresses. `words`: of links the label alone, and neither people nor emoji.
 */
export function plainLeaves(blocks: readonly Block[], only: 'all' | 'words' = 'all'): string {
  return blocks.map((block) => leavesOf(block, only)).join('\n');
}

function leavesOf(block: Block, only: 'all' | 'words'): string {
  const inside = (nodes: readonly Inline[]) =>
    only === 'all' ? inlineText(nodes) : stretchesOf(nodes).map(wordOf).join('');
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inside(block.children);
    case 'code':
      return block.value;
    case 'thematicBreak':
      return '';
    case 'blockquote':
      return plainLeaves(block.children, only);
    case 'list':
      return block.children.map((item) => plainLeaves(item.children, only)).join('\n');
    case 'table':
      return block.children.flatMap((row) => row.children.map((cell) => inside(cell.children))).join('\n');
  }
}

function wordOf({ leaf }: Stretch): string {
  if (leaf.type === 'break') return '\n';
  return leaf.type === 'text' || leaf.type === 'inlineCode' ? leaf.value : '';
}
