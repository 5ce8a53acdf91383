import type { Block, Doc, Inline, ListItem } from './doc.ts';
import { docText, inlineText, isBlankDoc } from './doc-text.ts';

type ListBlock = Extract<Block, { type: 'list' }>;

/** Below this a block is not worth its form: it is cut as plain words. */
const SMALLEST = 16;

/**
 * A long document as parts of at most `longest` characters of plain text each, in order; at least one part, and none
 * that a reader would find empty. Cuts between blocks where that is possible, else between list items, table rows, lines
 * and words; never inside of a character. A `longest` below 64 is taken as 64.
 */
export function splitDoc(doc: Doc, longest: number): readonly Doc[] {
  const limit = Math.max(64, Math.floor(longest));
  if (sizeOf(doc.children) <= limit) return [doc];
  const parts: Block[][] = [];
  let room = 0;
  for (const block of doc.children) {
    let isFirst = true;
    for (const piece of pieces(block, limit)) {
      const size = sizeOf([piece]) + 2;
      const fits = size <= room + 2 && parts.length > 0;
      if (!fits) {
        parts.push([]);
        room = limit;
      }
      const part = parts.at(-1) ?? [];
      const before = part.at(-1);
      const together = !isFirst && before !== undefined ? joined(before, piece) : null;
      if (together === null) part.push(piece);
      else part.splice(-1, 1, together);
      room -= size;
      isFirst = false;
    }
  }
  const whole = parts
    .map((children): Doc => ({ type: 'root', children }))
    .filter((part) => !isBlankDoc(part));
  return whole.length === 0 ? [{ type: 'root', children: [] }] : whole;
}

/** The beginning of a document, in at most `longest` characters of plain text. */
export function beginningOf(doc: Doc, longest: number): Doc {
  const kept: Block[] = [];
  let room = longest;
  for (const block of doc.children) {
    const size = sizeOf([block]);
    if (size > room) {
      fill(kept, block, room);
      break;
    }
    kept.push(block);
    room -= size + 2;
  }
  return { type: 'root', children: kept };
}

/** Adds as much of a block as fits. */
function fill(kept: Block[], block: Block, room: number): void {
  if (room < SMALLEST) return;
  let left = room;
  let whole: Block | null = null;
  for (const piece of pieces(block, room)) {
    left -= sizeOf([piece]) + 2;
    const together: Block | null = whole === null ? piece : joined(whole, piece);
    if (left < -2 || together === null) break;
    whole = together;
  }
  if (whole !== null) kept.push(whole);
}

const sizeOf = (blocks: readonly Block[]) => docText({ type: 'root', children: blocks }).length;

/** Two pieces of one list or table, in one part again. */
function joined(before: Block, piece: Block): Block | null {
  if (before.type === 'list' && piece.type === 'list' && follows(before, piece))
    return { ...before, children: [...before.children, ...piece.children] };
  if (before.type === 'table' && piece.type === 'table')
    return { ...before, children: [...before.children, ...piece.children] };
  return null;
}

function follows(before: ListBlock, piece: ListBlock): boolean {
  if (!before.ordered || !piece.ordered) return before.ordered === piece.ordered;
  return (before.start ?? 1) + before.children.length === piece.start;
}

/** A block as blocks that fit; itself when it fits. What quotes and lists add to every line is made room for. */
function pieces(block: Block, longest: number): readonly Block[] {
  if (sizeOf([block]) <= longest) return [block];
  for (let limit = longest; limit >= SMALLEST; limit = Math.floor(limit / 2)) {
    const cut = cutBlock(block, limit);
    if (cut.every((piece) => sizeOf([piece]) <= longest)) return cut;
  }
  return cutText(docText({ type: 'root', children: [block] }), longest).map(paragraph);
}

function paragraph(value: string): Block {
  return { type: 'paragraph', children: [{ type: 'text', value }] };
}

function cutBlock(block: Block, limit: number): readonly Block[] {
  switch (block.type) {
    case 'code':
      return cutText(block.value, limit).map((value) => ({ ...block, value }));
    case 'paragraph':
    case 'heading':
      return cutInlines(block.children, limit).map((children) => ({ ...block, children }));
    case 'blockquote':
      return block.children
        .flatMap((inner) => pieces(inner, limit))
        .map((inner) => ({ ...block, children: [inner] }));
    case 'list':
      return block.children.flatMap((item, index) => {
        const start = block.ordered ? (block.start ?? 1) + index : null;
        return cutItem(item, limit).map((piece, part): Block => {
          return part === 0 || piece.type === 'listItem'
            ? {
                ...block,
                start,
                children: [piece.type === 'listItem' ? piece : { ...item, children: [piece] }],
              }
            : piece;
        });
      });
    case 'table':
      return block.children.flatMap((row): readonly Block[] => {
        const alone: Block = { type: 'table', children: [row] };
        if (sizeOf([alone]) <= limit) return [alone];
        return row.children.flatMap((cell) => pieces({ type: 'paragraph', children: cell.children }, limit));
      });
    case 'thematicBreak':
      return [block];
  }
}

/** An item that fits stays one; else its first piece keeps the sign, and the others follow without. */
function cutItem(item: ListItem, limit: number): readonly (ListItem | Block)[] {
  const size = sizeOf([{ type: 'list', ordered: false, start: null, children: [item] }]);
  return size <= limit ? [item] : item.children.flatMap((inner) => pieces(inner, limit));
}

/** Inline nodes in groups that fit. Marks around a text that has to be cut are given up for the plain words. */
function cutInlines(nodes: readonly Inline[], longest: number): readonly (readonly Inline[])[] {
  const groups: Inline[][] = [[]];
  let room = longest;
  const put = (node: Inline, size: number) => {
    if (size > room) {
      groups.push([]);
      room = longest;
    }
    groups.at(-1)?.push(node);
    room -= size;
  };
  for (const node of nodes) {
    const plain = inlineText([node]);
    if (plain.length <= longest) put(node, plain.length);
    else for (const value of cutText(plain, longest)) put({ type: 'text', value }, value.length);
  }
  return groups.filter((group) => group.length > 0);
}

/** Cuts after a line, else after a word; together the pieces are the text again. A piece holds one character at least. */
export function cutText(text: string, longest: number): readonly string[] {
  const limit = Math.max(2, longest);
  const cut: string[] = [];
  let from = 0;
  while (text.length - from > limit) {
    const end = goodEnd(text, from, from + limit);
    cut.push(text.slice(from, end));
    from = end;
  }
  return from === text.length && cut.length > 0 ? cut : [...cut, text.slice(from)];
}

/** The best place to cut `text` behind `from` and not behind `limit`. */
function goodEnd(text: string, from: number, limit: number): number {
  const half = from + Math.ceil((limit - from) / 2);
  const behindHalf = text.slice(half, limit);
  for (const gap of ['\n', ' ']) {
    const at = behindHalf.lastIndexOf(gap);
    if (at >= 0) return half + at + 1;
  }
  return characterEnd(text, half, limit);
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** UTF-16 units around a cut that are looked at: longer than any character that people see as one. */
const AROUND = 64;

/** The last place up to `limit` at which one visible character ends and the next begins. */
function characterEnd(text: string, half: number, limit: number): number {
  const begin = Math.max(half, limit - AROUND);
  let end = begin;
  for (const { index } of characters.segment(text.slice(begin, limit + AROUND))) {
    if (begin + index <= limit) end = begin + index;
  }
  if (end > begin) return end;
  const insideOfPair = /[\ud800-\udbff]/.test(text.charAt(limit - 1));
  return insideOfPair ? limit - 1 : limit;
}
