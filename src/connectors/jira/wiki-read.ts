import type { Block, Doc, Inline, TableRow } from '../../model/doc.ts';
import { wikiCells, wikiInlines } from './wiki-inline.ts';
import { type MarkedItem, wikiList } from './wiki-list.ts';

type Names = ReadonlyMap<string, string>;

/** Account ids of people whom a wiki string mentions. */
export function wikiPeople(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\[~accountid:([^\]\s|]{1,128})\]/g)].map(([, id = '']) => id));
}

/** Blocks that keep what stands in them as it is, and boxes whose contents are read on. */
const MACRO = /\{(code|noformat|quote|panel|expand|info|note|tip|warning)(?::([^{}\n]{0,300}))?\}/g;
const VERBATIM = new Set(['code', 'noformat']);
const LANGUAGE = /^(?:[a-z]+=[^|]*\|)*([A-Za-z0-9+#-]{1,30})(?:\||$)/;

/** One step of reading: lines to read, a block that is ready, or the border of a quote. */
type Piece =
  | { readonly kind: 'lines'; readonly text: string }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'quote' };

/** Cuts at macros. A macro that is never closed is words. Each search for an end begins behind the last one found. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const neverClosed = new Set<string>();
  let done = 0;
  for (const match of text.matchAll(MACRO)) {
    const [whole, name = '', options = ''] = match;
    const { index } = match;
    if (index < done || text[index - 1] === '\\') continue;
    const inside = index + whole.length;
    if (VERBATIM.has(name)) {
      if (neverClosed.has(name)) continue;
      const end = text.indexOf(`{${name}}`, inside);
      if (end === -1) {
        neverClosed.add(name);
        continue;
      }
      pieces.push({ kind: 'lines', text: text.slice(done, index) });
      const value = text.slice(inside, end).replace(/^\n|\n$/g, '');
      const lang = name === 'code' ? (LANGUAGE.exec(options)?.[1] ?? null) : null;
      pieces.push({ kind: 'block', block: { type: 'code', lang, value } });
      done = end + name.length + 2;
      continue;
    }
    pieces.push({ kind: 'lines', text: text.slice(done, index) });
    if (name === 'quote') pieces.push({ kind: 'quote' });
    const title = /(?:^|\|)title=([^|]*)/.exec(options)?.[1] ?? '';
    if (title !== '') pieces.push({ kind: 'block', block: strongLine(title) });
    done = inside;
  }
  pieces.push({ kind: 'lines', text: text.slice(done) });
  return pieces;
}

const strongLine = (value: string): Block => ({
  type: 'paragraph',
  children: [{ type: 'strong', children: [{ type: 'text', value }] }],
});

/**
 * Jira's wiki markup (support.atlassian.com, "Markup") as a document. Never throws, and reads each character a bounded
 * number of times whatever stands in it.
 */
export function wikiToDoc(text: string, names: Names): Doc {
  const root: Block[] = [];
  let quoted: Block[] | null = null;
  for (const piece of piecesOf(text.replaceAll(/\r\n?/g, '\n'))) {
    if (piece.kind === 'quote') {
      if (quoted !== null && quoted.length > 0) root.push({ type: 'blockquote', children: quoted });
      quoted = quoted === null ? [] : null;
    } else {
      const read = piece.kind === 'block' ? [piece.block] : readLines(piece.text, names);
      for (const block of read) (quoted ?? root).push(block);
    }
  }
  return { type: 'root', children: quoted === null ? root : [...root, ...quoted] };
}

const HEADING = /^h([1-6])\.\s+(.*)$/;
const QUOTE = /^bq\.\s+(.*)$/;
const RULE = /^-{4,}\s*$/;
const ITEM = /^\s{0,8}([*#-]{1,12})\s+(.*)$/;
const ROW = /^\s{0,8}\|/;

/** What the lines since the last block belong to. */
interface Open {
  lines: string[];
  items: MarkedItem[];
  rows: TableRow[];
}

function readLines(text: string, names: Names): readonly Block[] {
  const found: Block[] = [];
  const open: Open = { lines: [], items: [], rows: [] };
  const inlines = (line: string) => wikiInlines(line, names);
  const close = () => {
    if (open.lines.length > 0) found.push({ type: 'paragraph', children: inlines(open.lines.join('\n')) });
    if (open.items.length > 0) found.push(...wikiList(open.items, inlines));
    if (open.rows.length > 0) found.push({ type: 'table', children: open.rows });
    open.lines = [];
    open.items = [];
    open.rows = [];
  };
  for (const line of text.split('\n')) {
    const alone = line.trim() === '' ? [] : blockLine(line, inlines);
    if (alone !== null) {
      close();
      found.push(...alone);
    } else addLine(line, open, { close, names });
  }
  close();
  return found;
}

/** A line that is a block by itself; null for one that may go on. */
function blockLine(line: string, inlines: (text: string) => readonly Inline[]): readonly Block[] | null {
  const [, level, title] = HEADING.exec(line) ?? [];
  if (title !== undefined) {
    const depth = ([1, 2, 3, 4, 5, 6] as const).find((one) => String(one) === level) ?? 6;
    return [{ type: 'heading', depth, children: inlines(title) }];
  }
  const said = QUOTE.exec(line)?.[1];
  if (said !== undefined) {
    return [{ type: 'blockquote', children: [{ type: 'paragraph', children: inlines(said) }] }];
  }
  return RULE.test(line) ? [{ type: 'thematicBreak' }] : null;
}

function addLine(line: string, open: Open, { close, names }: { close: () => void; names: Names }): void {
  const [, marker, words] = ITEM.exec(line) ?? [];
  if (marker !== undefined && words !== undefined) {
    if (open.items.length === 0) close();
    open.items.push({ marker, lines: [words] });
  } else if (ROW.test(line)) {
    if (open.rows.length === 0) close();
    const children = wikiCells(line).map((cell) => ({
      type: 'tableCell' as const,
      children: wikiInlines(cell.trim(), names),
    }));
    open.rows.push({ type: 'tableRow', children });
  } else if (open.items.length > 0) open.items.at(-1)?.lines.push(line);
  else {
    if (open.rows.length > 0) close();
    open.lines.push(line);
  }
}
