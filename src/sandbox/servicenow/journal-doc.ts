import type { RootContent } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { type Block, DEEPEST, type Doc, type Inline, plainDoc } from '../../model/doc.ts';

const CODE = /\[code\]([\s\S]*?)\[\/code\]/gi;
const MARKS: Readonly<Record<string, 'strong' | 'emphasis' | 'delete'>> = {
  b: 'strong',
  strong: 'strong',
  i: 'emphasis',
  em: 'emphasis',
  s: 'delete',
  del: 'delete',
};
const BLOCKS = new Set(['p', 'div', 'ul', 'ol', 'li', 'pre', 'blockquote']);

/** A journal entry as its reader sees it: typed words, and HTML between [code] and [/code]. */
export function journalDoc(text: string): Doc {
  const pieces = text.split(CODE);
  return {
    type: 'root',
    children: pieces.flatMap((piece, index) =>
      index % 2 === 1 && isModest(piece)
        ? flow(fromHtml(piece, { fragment: true }).children, 0)
        : plainDoc(piece.trim()).children,
    ),
  };
}

/** No person nests as many tags, and the parser has a stack that ends. */
const isModest = (html: string) => (html.match(/<[a-z]/gi)?.length ?? 0) <= 500;

/** Words between blocks are a paragraph. */
function flow(nodes: readonly RootContent[], depth: number): Block[] {
  if (depth > DEEPEST) return [];
  const blocks: Block[] = [];
  let run: Inline[] = [];
  const flush = () => {
    if (run.length > 0) blocks.push({ type: 'paragraph', children: run });
    run = [];
  };
  for (const node of nodes) {
    if (node.type === 'element' && BLOCKS.has(node.tagName)) {
      flush();
      blocks.push(...block(node, depth));
    } else run.push(...inline(node, depth));
  }
  flush();
  return blocks;
}

type Element = Extract<RootContent, { readonly type: 'element' }>;

function block(node: Element, depth: number): Block[] {
  const inside = () => flow(node.children, depth + 1);
  switch (node.tagName) {
    case 'ul':
    case 'ol': {
      const items = node.children.filter((child) => child.type === 'element');
      const children = items.map((item) => ({
        type: 'listItem' as const,
        checked: null,
        children: flow(item.children, depth + 1),
      }));
      return [{ type: 'list', ordered: node.tagName === 'ol', start: null, children }];
    }
    case 'pre':
      return [{ type: 'code', lang: null, value: words(node) }];
    case 'blockquote':
      return [{ type: 'blockquote', children: inside() }];
    default:
      return inside();
  }
}

function words(node: RootContent): string {
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? node.children.map(words).join('') : '';
}

function inline(node: RootContent, depth: number): Inline[] {
  if (node.type === 'text') return node.value.trim() === '' ? [] : [{ type: 'text', value: node.value }];
  if (node.type !== 'element' || depth > DEEPEST) return [];
  const children = node.children.flatMap((child) => inline(child, depth + 1));
  const mark = MARKS[node.tagName];
  const { href } = node.properties;
  if (mark !== undefined) return [{ type: mark, children }];
  if (node.tagName === 'br') return [{ type: 'break' }];
  if (node.tagName === 'code') return [{ type: 'inlineCode', value: words(node) }];
  if (node.tagName === 'a' && typeof href === 'string') return [{ type: 'link', url: href, children }];
  return node.tagName === 'script' || node.tagName === 'style' ? [] : children;
}
