import { z } from 'zod';
import { type Block, DEEPEST, type Doc, type Inline, type ListItem, type TableRow } from '../../model/doc.ts';
import { SOMEBODY_IN_JIRA } from '../../texts/jira.ts';
import { linkTarget } from './link-target.ts';
import { nest, type Run, type Span } from './runs.ts';
import { wikiPeople, wikiToDoc } from './wiki-read.ts';

const word = z.string().optional().catch(undefined);
const Attrs = z.looseObject({
  id: word,
  text: word,
  shortName: word,
  url: word,
  href: word,
  alt: word,
  title: word,
  language: word,
  state: word,
  level: z.number().int().optional().catch(undefined),
  order: z.number().int().nonnegative().optional().catch(undefined),
  timestamp: z.coerce.number().optional().catch(undefined),
  data: z.looseObject({ url: word }).optional().catch(undefined),
});
const Node = z.object({
  type: z.string(),
  text: word,
  attrs: Attrs.optional().catch(undefined),
  marks: z
    .array(z.object({ type: z.string(), attrs: Attrs.optional().catch(undefined) }))
    .optional()
    .catch(undefined),
  content: z.array(z.unknown()).optional().catch(undefined),
});
type Node = z.infer<typeof Node>;

/** Names of people by account id, for mentions that do not carry one. */
export type Names = ReadonlyMap<string, string>;

const node = (value: unknown): Node | null => Node.safeParse(value).data ?? null;
const nodes = (values: readonly unknown[] | undefined): Node[] =>
  (values ?? []).map(node).filter((one) => one !== null);

/**
 * A document of version 3, or the wiki string that version 2 and webhooks carry. Never throws: what is no document has
 * no words, an unknown node shows what stands in it, and what is nested too deeply keeps its words only.
 */
export function readBody(value: unknown, names: Names): Doc {
  if (typeof value === 'string') return wikiToDoc(value, names);
  return { type: 'root', children: blocks(nodes(node(value)?.content), { names, depth: 1 }) };
}

/** Account ids of people whom this body mentions without a name. */
export function unnamedPeople(value: unknown): ReadonlySet<string> {
  if (typeof value === 'string') return wikiPeople(value);
  const found = new Set<string>();
  walk([value], ({ type, attrs }) => {
    if (type === 'mention' && attrs?.id !== undefined && isNameless(attrs.text)) found.add(attrs.id);
  });
  return found;
}

const isNameless = (text: string | undefined) => (text ?? '').replace(/^@/, '').trim() === '';

/** Visits every node in reading order without a call per level: nesting may have no end. */
function walk(roots: readonly unknown[], visit: (node: Node) => void): void {
  const waiting = roots.toReversed();
  while (waiting.length > 0) {
    const one = node(waiting.pop());
    if (one === null) continue;
    visit(one);
    for (const child of (one.content ?? []).toReversed()) waiting.push(child);
  }
}

interface Place {
  readonly names: Names;
  readonly depth: number;
}
const deeper = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

const INLINE = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'inlineCard',
  'date',
  'status',
  'mediaInline',
]);

/** Blocks; inline nodes that stand where a block should are read as a paragraph. */
function blocks(content: readonly Node[], place: Place): Block[] {
  const found: Block[] = [];
  let loose: Node[] = [];
  const endLoose = () => {
    if (loose.length > 0) found.push({ type: 'paragraph', children: inlines(loose, place) });
    loose = [];
  };
  for (const one of content) {
    if (INLINE.has(one.type)) {
      loose.push(one);
      continue;
    }
    endLoose();
    found.push(...blocksOf(one, place));
  }
  endLoose();
  return found;
}

function blocksOf(one: Node, place: Place): readonly Block[] {
  const content = nodes(one.content);
  if (place.depth > DEEPEST) return paragraphs(flat(one, place.names));
  switch (one.type) {
    case 'paragraph':
    case 'caption':
      return paragraphs(inlines(content, place));
    case 'heading':
      return [{ type: 'heading', depth: headingDepth(one.attrs?.level), children: inlines(content, place) }];
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
    case 'decisionList':
      return [list(one, content, deeper(place))];
    case 'codeBlock':
      return [{ type: 'code', lang: one.attrs?.language || null, value: words(one) }];
    case 'blockquote':
      return [{ type: 'blockquote', children: blocks(content, deeper(place)) }];
    case 'table':
      return [{ type: 'table', children: content.map((row) => tableRow(row, place)) }];
    case 'rule':
      return [{ type: 'thematicBreak' }];
    default:
      return otherBlocks(one, content, place);
  }
}

/** Nodes that are boxes around others, cards and files, and what nobody has told us of. */
function otherBlocks(one: Node, content: readonly Node[], place: Place): readonly Block[] {
  const card = one.attrs?.url ?? one.attrs?.data?.url;
  if (card !== undefined && /card$/i.test(one.type)) return paragraphs(nest([linkRun(card)]));
  if (one.type === 'media') return paragraphs(nest([textRun(fileName(one))]));
  if (content.length === 0) return paragraphs(nest([textRun(one.text ?? one.attrs?.text ?? '')]));
  const title = one.attrs?.title ?? '';
  const heading: readonly Block[] =
    title === ''
      ? []
      : [{ type: 'paragraph', children: [{ type: 'strong', children: [{ type: 'text', value: title }] }] }];
  return [...heading, ...blocks(content, deeper(place))];
}

const paragraphs = (children: readonly Inline[]): readonly Block[] =>
  children.length === 0 ? [] : [{ type: 'paragraph', children }];

function headingDepth(level: number | undefined) {
  const depths = [1, 2, 3, 4, 5, 6] as const;
  return depths.find((depth) => depth === level) ?? 6;
}

/** Lists of tasks hold lists of tasks beside their items: those belong to the item before. */
function list(one: Node, content: readonly Node[], place: Place): Block {
  const items: { checked: boolean | null; children: Block[] }[] = [];
  for (const child of content) {
    const isItem = /item$/i.test(child.type);
    const last = items.at(-1);
    if (!isItem && last !== undefined) last.children.push(...blocksOf(child, place));
    else {
      const task = child.type === 'taskItem' ? child.attrs?.state === 'DONE' : null;
      const inside = isItem ? blocks(nodes(child.content), place) : [...blocksOf(child, place)];
      items.push({ checked: task, children: inside });
    }
  }
  const children: ListItem[] = items.map((item) => ({ type: 'listItem', ...item }));
  const ordered = one.type === 'orderedList';
  const first = one.attrs?.order ?? 1;
  return { type: 'list', ordered, start: ordered && first !== 1 ? first : null, children };
}

function tableRow(row: Node, place: Place): TableRow {
  return {
    type: 'tableRow',
    children: nodes(row.content).map((cell) => ({ type: 'tableCell', children: cellInlines(cell, place) })),
  };
}

/** A cell holds one line of content: a paragraph stays what it is, more of them stand below each other. */
function cellInlines(cell: Node, place: Place): readonly Inline[] {
  return nodes(cell.content).flatMap((block, index): readonly Inline[] => {
    const isParagraph = block.type === 'paragraph' || block.type === 'heading';
    const shown = isParagraph ? inlines(nodes(block.content), place) : flat(block, place.names);
    return index === 0 ? shown : [{ type: 'break' }, ...shown];
  });
}

const SPAN_OF: Readonly<Record<string, Span>> = { strong: 'strong', em: 'emphasis', strike: 'delete' };

function inlines(content: readonly Node[], place: Place): readonly Inline[] {
  return nest(content.flatMap((one) => runsOf(one, place)));
}

const textRun = (value: string): Run => ({ leaf: { type: 'text', value }, url: null, spans: new Set() });
const linkRun = (url: string): Run => ({ ...textRun(url), url: linkTarget(url) });
const fileName = ({ attrs }: Node) => (attrs?.alt ? `[file: ${attrs.alt}]` : '[file]');

function runsOf(one: Node, place: Place): readonly Run[] {
  const leaf = leafOf(one, place.names);
  if (leaf === null) return nodes(one.content).length === 0 ? [] : flatRuns(one, place.names);
  const marks = one.marks ?? [];
  const href = marks.find((mark) => mark.type === 'link')?.attrs?.href ?? cardUrl(one);
  const spans = new Set(marks.map((mark) => SPAN_OF[mark.type]).filter((span) => span !== undefined));
  return [{ leaf, url: href === undefined ? null : linkTarget(href), spans }];
}

const cardUrl = ({ type, attrs }: Node) =>
  type === 'inlineCard' ? (attrs?.url ?? attrs?.data?.url) : undefined;

function leafOf(one: Node, names: Names): Run['leaf'] | null {
  const { type, attrs } = one;
  const text = (value: string) => ({ type: 'text', value }) as const;
  switch (type) {
    case 'text': {
      const isCode = one.marks?.some((mark) => mark.type === 'code') === true;
      return isCode ? { type: 'inlineCode', value: one.text ?? '' } : text(one.text ?? '');
    }
    case 'hardBreak':
      return { type: 'break' };
    case 'mention':
      return { type: 'mention', user: null, name: mentionName(one, names) };
    case 'emoji': {
      const name = (attrs?.shortName ?? '').replaceAll(':', '') || 'emoji';
      const value = attrs?.text !== undefined && !attrs.text.includes(':') ? attrs.text : null;
      return { type: 'emoji', name, value };
    }
    case 'inlineCard':
      return text(cardUrl(one) ?? '');
    case 'status':
      return text(attrs?.text ?? '');
    case 'date':
      return text(day(attrs?.timestamp));
    case 'media':
    case 'mediaInline':
      return text(fileName(one));
    default:
      return null;
  }
}

function mentionName({ attrs }: Node, names: Names): string {
  if (!isNameless(attrs?.text)) return (attrs?.text ?? '').replace(/^@/, '');
  return names.get(attrs?.id ?? '') ?? SOMEBODY_IN_JIRA;
}

function day(ms: number | undefined): string {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

const words = (one: Node) => (one.content ?? []).map((child) => node(child)?.text ?? '').join('');

const PARTS = new Set(['paragraph', 'heading', 'listItem', 'taskItem', 'tableRow', 'codeBlock', 'media']);

/** The words of everything in a node, its blocks below each other. */
function flatRuns(one: Node, names: Names): readonly Run[] {
  const runs: Run[] = [];
  let pending = false;
  walk([one], (inside) => {
    if (PARTS.has(inside.type) && runs.length > 0) pending = true;
    const leaf = leafOf(inside, names);
    if (leaf === null) return;
    if (pending) runs.push({ leaf: { type: 'break' }, url: null, spans: new Set() });
    pending = false;
    runs.push({ leaf, url: null, spans: new Set() });
  });
  return runs;
}

const flat = (one: Node, names: Names) => nest(flatRuns(one, names));
