import type { Element, RootContent } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { type Block, DEEPEST, type Doc, type Inline, type ListItem, type TableRow } from '../../model/doc.ts';
import { honestLinks } from '../../model/doc-links.ts';
import { docText } from '../../model/doc-text.ts';
import { tidyHtml } from './tidy-html.ts';
import { withPeopleAndLinks } from './words.ts';

type Node = RootContent;
type Heading = Extract<Block, { type: 'heading' }>;

/**
 * HTML as the instance stores it, as a document: what a reader sees, without scripts, styles and addresses that no
 * browser should follow. Never throws, whatever the HTML is; what is nested too deeply is flattened.
 */
export function htmlDoc(html: string): Doc {
  const { children } = fromHtml(tidyHtml(html), { fragment: true });
  return honestLinks({ type: 'root', children: flow(children, 0) });
}

const BLOCKS = new Set('p div ul ol li pre blockquote table hr h1 h2 h3 h4 h5 h6'.split(' '));
const MARKS: Readonly<Record<string, 'strong' | 'emphasis' | 'delete'>> = {
  b: 'strong',
  strong: 'strong',
  i: 'emphasis',
  em: 'emphasis',
  s: 'delete',
  strike: 'delete',
  del: 'delete',
};
const DEPTHS: Readonly<Record<string, Heading['depth']>> = { h1: 1, h2: 2, h3: 3, h4: 4, h5: 5, h6: 6 };

const holdsBlocks = (node: Node): boolean =>
  node.type === 'element' && (BLOCKS.has(node.tagName) || node.children.some(holdsBlocks));

/** Runs of words between blocks become paragraphs. */
function flow(nodes: readonly Node[], depth: number): Block[] {
  const blocks: Block[] = [];
  let run: Node[] = [];
  const flush = () => {
    const children = phrasing(run);
    if (children.length > 0) blocks.push({ type: 'paragraph', children });
    run = [];
  };
  for (const node of nodes) {
    if (node.type === 'element' && holdsBlocks(node)) {
      flush();
      blocks.push(...block(node, depth));
    } else run.push(node);
  }
  flush();
  return blocks;
}

function block(node: Element, depth: number): Block[] {
  const heading = DEPTHS[node.tagName];
  if (heading !== undefined) {
    const children = flatInlines(flow(node.children, depth));
    return children.length === 0 ? [] : [{ type: 'heading', depth: heading, children }];
  }
  // One level below the deepest is kept free, for whoever wraps what he reads in a quote.
  const isDeep = depth >= DEEPEST - 1;
  switch (node.tagName) {
    case 'hr':
      return [{ type: 'thematicBreak' }];
    case 'pre':
      return codeBlock(node);
    case 'blockquote': {
      const children = flow(node.children, depth + 1);
      return isDeep || children.length === 0 ? children : [{ type: 'blockquote', children }];
    }
    case 'ul':
    case 'ol':
      return isDeep ? flow(node.children, depth) : list(node, depth);
    case 'table':
      return table(node, depth);
    default:
      return flow(node.children, depth);
  }
}

function codeBlock(node: Element): Block[] {
  const value = textOf(node).replace(/^\n/, '').replace(/\n$/, '');
  return value.trim() === '' ? [] : [{ type: 'code', lang: null, value }];
}

function list(node: Element, depth: number): Block[] {
  const items = node.children.flatMap((child): ListItem[] => {
    const content = child.type === 'element' && child.tagName === 'li' ? child.children : [child];
    const children = flow(content, depth + 1);
    return children.length === 0 ? [] : [{ type: 'listItem', checked: null, children }];
  });
  if (items.length === 0) return [];
  const ordered = node.tagName === 'ol';
  const first = Number(node.properties['start'] ?? 1);
  const start = ordered && Number.isInteger(first) && first >= 0 && first < 1e6 && first !== 1 ? first : null;
  return [{ type: 'list', ordered, start, children: items }];
}

function table(node: Element, depth: number): Block[] {
  const rows = elementsIn(node, 'tr').map((row): TableRow => {
    const cells = row.children.flatMap((cell) =>
      cell.type === 'element' && /^t[dh]$/.test(cell.tagName)
        ? [{ type: 'tableCell' as const, children: flatInlines(flow(cell.children, depth + 1)) }]
        : [],
    );
    return { type: 'tableRow', children: cells };
  });
  const filled = rows.filter((row) => row.children.length > 0);
  return filled.length === 0 ? [] : [{ type: 'table', children: filled }];
}

/** Elements of a name below a node, not those inside of one another. */
function elementsIn(node: Element, name: string): Element[] {
  return node.children.flatMap((child) => {
    if (child.type !== 'element') return [];
    return child.tagName === name ? [child] : elementsIn(child, name);
  });
}

/** Blocks where only words may stand: a line break between them. */
function flatInlines(blocks: readonly Block[]): Inline[] {
  return blocks.flatMap((one, index): Inline[] => {
    const words: readonly Inline[] =
      one.type === 'paragraph' || one.type === 'heading'
        ? one.children
        : [{ type: 'text', value: docText({ type: 'root', children: [one] }) }];
    return [...(index === 0 ? [] : [{ type: 'break' } as const]), ...words];
  });
}

/** Words with white space as a browser shows it. */
function phrasing(nodes: readonly Node[]): Inline[] {
  const state = { atSpace: true };
  const inlines = joined(nodes.flatMap((node) => inline(node, state, { isLinked: false, depth: 0 })));
  while (inlines.at(-1)?.type === 'break') inlines.pop();
  const last = inlines.at(-1);
  if (last?.type === 'text') {
    inlines.pop();
    const value = last.value.trimEnd();
    if (value !== '') inlines.push({ type: 'text', value });
  }
  return inlines;
}

/** Texts that follow one another as one. */
function joined(nodes: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.type === 'text' && last?.type === 'text') {
      result[result.length - 1] = { type: 'text', value: last.value + node.value };
    } else result.push(node);
  }
  return result;
}

interface Around {
  readonly isLinked: boolean;
  readonly depth: number;
}

function inline(node: Node, state: { atSpace: boolean }, around: Around): Inline[] {
  if (node.type === 'text') {
    const shown = collapsed(node.value, state);
    if (shown === '') return [];
    return around.isLinked ? [{ type: 'text', value: shown }] : withPeopleAndLinks(shown);
  }
  if (node.type !== 'element') return [];
  if (node.tagName === 'br') {
    state.atSpace = true;
    return [{ type: 'break' }];
  }
  if (node.tagName === 'img' || node.tagName === 'code') {
    state.atSpace = false;
    return node.tagName === 'img' ? image(node) : inlineCode(node);
  }
  const inside = { isLinked: around.isLinked || node.tagName === 'a', depth: around.depth + 1 };
  const children = joined(node.children.flatMap((child) => inline(child, state, inside)));
  const mark = MARKS[node.tagName];
  if (mark !== undefined && children.length > 0 && around.depth < DEEPEST) return [{ type: mark, children }];
  return node.tagName === 'a' && !around.isLinked ? link(node, children) : children;
}

function collapsed(value: string, state: { atSpace: boolean }): string {
  const single = value.replace(/[ \t\n\r\f]+/g, ' ');
  const shown = state.atSpace ? single.replace(/^ /, '') : single;
  if (shown !== '') state.atSpace = shown.endsWith(' ');
  return shown.replaceAll('\u00a0', ' ');
}

function image(node: Element): Inline[] {
  const alt = String(node.properties['alt'] ?? '').trim();
  return [{ type: 'text', value: alt === '' ? '[image]' : `[image: ${alt}]` }];
}

function inlineCode(node: Element): Inline[] {
  const value = textOf(node);
  return value === '' ? [] : [{ type: 'inlineCode', value }];
}

function link(node: Element, children: readonly Inline[]): Inline[] {
  const url = String(node.properties['href'] ?? '').trim();
  const isSafe = URL.canParse(url) && /^(?:https?|mailto):$/.test(new URL(url).protocol);
  if (!isSafe) return [...children];
  return [{ type: 'link', url, children: children.length === 0 ? [{ type: 'text', value: url }] : children }];
}

/** The characters of a node as they stand, with line breaks for `br`. */
function textOf(node: Element): string {
  return node.children
    .map((child) => {
      if (child.type === 'text') return child.value;
      if (child.type !== 'element') return '';
      return child.tagName === 'br' ? '\n' : textOf(child);
    })
    .join('');
}
