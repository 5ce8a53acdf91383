import { type Block, DEEPEST, type Doc, type Inline, type ListItem, type TableRow } from '../../model/doc.ts';
import { inlineText } from '../../model/doc-text.ts';
import { isLyingLabel } from '../../model/link-honesty.ts';
import { linkTarget } from './link-target.ts';
import { flatten, type Run } from './runs.ts';
import { storable } from './text.ts';

type AdfMark = { type: 'strong' | 'em' | 'strike' | 'code' } | { type: 'link'; attrs: { href: string } };
type AdfInline = { type: 'text'; text: string; marks?: AdfMark[] } | { type: 'hardBreak' };
export type AdfNode =
  | AdfInline
  | { type: 'rule' }
  | { type: 'heading'; attrs: { level: number }; content: AdfInline[] }
  | { type: 'codeBlock'; attrs?: { language: string }; content: AdfInline[] }
  | { type: 'orderedList'; attrs?: { order: number }; content: AdfNode[] }
  | { type: 'taskList'; attrs: { localId: string }; content: AdfNode[] }
  | { type: 'taskItem'; attrs: { localId: string; state: 'TODO' | 'DONE' }; content: AdfInline[] }
  | { type: 'table' | 'tableRow' | 'tableHeader' | 'tableCell'; content: AdfNode[] }
  | { type: 'paragraph'; content: AdfInline[] }
  | { type: 'bulletList' | 'listItem' | 'blockquote'; content: AdfNode[] };
/** Atlassian Document Format as version 3 takes it. */
export type AdfDocument = { type: 'doc'; version: 1; content: AdfNode[] };

/**
 * A document as Jira's editor would have made it (developer.atlassian.com, "Atlassian Document Format"). Nothing in the
 * words is markup; people are named, never mentioned; links lead to web pages and mail addresses only, and a label that
 * reads like another address is shown with the real one. What a place may not hold there is shown by its words.
 */
export function toAdf(doc: Doc): AdfDocument {
  const ids = numbered();
  const content = doc.children.flatMap((block) => topBlock(block, ids));
  return { type: 'doc', version: 1, content: content.length === 0 ? [paragraph([])] : content };
}

type Ids = () => string;
/** Ids that tasks must have; the same ones whenever the same document is written. */
function numbered(): Ids {
  let last = 0;
  return () => {
    last += 1;
    return `task-${last}`;
  };
}

const paragraph = (content: AdfInline[]): AdfNode => ({ type: 'paragraph', content });

/** Only the top may hold headings, tables, rules and lists of tasks. */
function topBlock(block: Block, ids: Ids): readonly AdfNode[] {
  switch (block.type) {
    case 'heading':
      return [{ type: 'heading', attrs: { level: block.depth }, content: inlines(block.children) }];
    case 'table':
      return table(block.children);
    case 'thematicBreak':
      return [{ type: 'rule' }];
    case 'list':
      return isTaskList(block.children) ? taskList(block.children, ids) : innerBlock(block, 1);
    case 'blockquote': {
      const content = block.children.flatMap((inner) => innerBlock(inner, 1));
      return content.length === 0 ? [] : [{ type: 'blockquote', content }];
    }
    default:
      return innerBlock(block, 1);
  }
}

/** What quotes and list items may hold: paragraphs, lists and code. The rest is shown by its words. */
function innerBlock(block: Block, depth: number): readonly AdfNode[] {
  if (depth > DEEPEST) return [];
  switch (block.type) {
    case 'paragraph':
      return [paragraph(inlines(block.children))];
    case 'heading':
      return [paragraph(inlines([{ type: 'strong', children: block.children }]))];
    case 'code':
      return [codeBlock(block.value, block.lang)];
    case 'list':
      return list(block, depth);
    case 'blockquote':
      return block.children.flatMap((inner) => innerBlock(inner, depth + 1));
    case 'table':
      return block.children.map((row) => paragraph(inlines(rowWords(row))));
    case 'thematicBreak':
      return [];
  }
}

function codeBlock(value: string, lang: string | null): AdfNode {
  const text = storable(value);
  const language = lang === null ? '' : storable(lang).slice(0, 40);
  return {
    type: 'codeBlock',
    ...(language === '' ? {} : { attrs: { language } }),
    content: text === '' ? [] : [{ type: 'text', text }],
  };
}

function list(block: Extract<Block, { type: 'list' }>, depth: number): readonly AdfNode[] {
  const content = block.children.map((item) => listItem(item, depth));
  if (content.length === 0) return [];
  if (!block.ordered) return [{ type: 'bulletList', content }];
  const order = block.start ?? 1;
  return [{ type: 'orderedList', ...(order > 1 ? { attrs: { order } } : {}), content }];
}

/** An item begins with a paragraph or code, never with a list. Outside of a list of tasks a box is drawn in words. */
function listItem(item: ListItem, depth: number): AdfNode {
  const box: Inline[] =
    item.checked === null ? [] : [{ type: 'text', value: item.checked ? '[x] ' : '[ ] ' }];
  const [first, ...rest] = item.children;
  const boxed: readonly Block[] =
    first?.type === 'paragraph'
      ? [{ ...first, children: [...box, ...first.children] }, ...rest]
      : [...(box.length === 0 ? [] : [{ type: 'paragraph', children: box } as const]), ...item.children];
  const inside = boxed.flatMap((inner) => innerBlock(inner, depth + 1));
  const startsWell = inside[0]?.type === 'paragraph' || inside[0]?.type === 'codeBlock';
  return { type: 'listItem', content: startsWell ? inside : [paragraph([]), ...inside] };
}

/** Tasks are one line each, with tasks below them. */
function isTaskList(items: readonly ListItem[]): boolean {
  return (
    items.length > 0 &&
    items.every(({ checked, children }) => {
      const [first, ...rest] = children;
      if (checked === null || (first !== undefined && first.type !== 'paragraph')) return false;
      return rest.every((inner) => inner.type === 'list' && isTaskList(inner.children));
    })
  );
}

function taskList(items: readonly ListItem[], ids: Ids, depth = 1): AdfNode[] {
  if (depth > DEEPEST) return [];
  const localId = ids();
  const content = items.flatMap(({ checked, children }): AdfNode[] => [
    {
      type: 'taskItem',
      attrs: { localId: ids(), state: checked === true ? 'DONE' : 'TODO' },
      content: children[0]?.type === 'paragraph' ? inlines(children[0].children) : [],
    },
    ...children.flatMap((inner) => (inner.type === 'list' ? taskList(inner.children, ids, depth + 1) : [])),
  ]);
  return [{ type: 'taskList', attrs: { localId }, content }];
}

function table(rows: readonly TableRow[]): readonly AdfNode[] {
  const wide = Math.max(0, ...rows.map((row) => row.children.length));
  if (wide === 0) return [];
  const content = rows.map(
    (row, index): AdfNode => ({
      type: 'tableRow',
      content: Array.from(
        { length: wide },
        (_, at): AdfNode => ({
          type: index === 0 ? 'tableHeader' : 'tableCell',
          content: [paragraph(inlines(row.children[at]?.children ?? []))],
        }),
      ),
    }),
  );
  return [{ type: 'table', content }];
}

const rowWords = (row: TableRow): readonly Inline[] =>
  row.children.flatMap((cell, index): readonly Inline[] =>
    index === 0 ? cell.children : [{ type: 'text', value: ' | ' }, ...cell.children],
  );

function inlines(nodes: readonly Inline[]): AdfInline[] {
  return flatten(honest(nodes)).flatMap(runNodes);
}

/** A link that lies keeps its label as words, and the real address becomes the link behind it. */
function honest(nodes: readonly Inline[], depth = 0): readonly Inline[] {
  if (depth > DEEPEST * 2) return [{ type: 'text', value: inlineText(nodes) }];
  return nodes.flatMap((node): readonly Inline[] => {
    if (!('children' in node)) return [node];
    const children = honest(node.children, depth + 1);
    if (node.type !== 'link') return [{ ...node, children }];
    const url = linkTarget(node.url);
    if (url === null) return isWeb(node.url) ? [{ type: 'text', value: inlineText([node]) }] : children;
    const label = inlineText(children);
    if (label.trim() === '') return [{ ...node, url, children: [{ type: 'text', value: url }] }];
    if (label === url || !isLyingLabel(label, new URL(url))) return [{ ...node, url, children }];
    const shown: Inline = { type: 'link', url, children: [{ type: 'text', value: url }] };
    return [...children, { type: 'text', value: ' (' }, shown, { type: 'text', value: ')' }];
  });
}

/** An address of the web that is no link, because it is too long or written to be misread, stays readable. */
const isWeb = (url: string) => /^\s*https?:/i.test(url);

const MARKS = [
  ['strong', 'strong'],
  ['emphasis', 'em'],
  ['delete', 'strike'],
] as const;

function runNodes({ leaf, url, spans }: Run): AdfInline[] {
  if (leaf.type === 'break') return [{ type: 'hardBreak' }];
  const isCode = leaf.type === 'inlineCode';
  const link: AdfMark[] = url === null ? [] : [{ type: 'link', attrs: { href: url } }];
  // Code stands beside no other mark than a link.
  const over: AdfMark[] = isCode
    ? [{ type: 'code' }]
    : MARKS.filter(([span]) => spans.has(span)).map(([, type]) => ({ type }));
  const marks = [...link, ...over];
  return storable(wordsOf(leaf))
    .split('\n')
    .flatMap((line, index): AdfInline[] => [
      ...(index === 0 ? [] : [{ type: 'hardBreak' } as const]),
      // An empty text is refused by Jira.
      ...(line === ''
        ? []
        : [{ type: 'text' as const, text: line, ...(marks.length === 0 ? {} : { marks }) }]),
    ]);
}

function wordsOf(leaf: Exclude<Run['leaf'], { readonly type: 'break' }>): string {
  switch (leaf.type) {
    case 'mention':
      return `@${leaf.name}`;
    case 'emoji':
      return leaf.value ?? `:${leaf.name}:`;
    default:
      return leaf.value;
  }
}
