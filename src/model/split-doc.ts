import type { Block, Doc, Inline } from './doc.ts';
import { docText } from './doc-text.ts';

/**
 * A long document as parts of at most `longest` characters of plain text each, in order; at least one part. Cuts between
 * blocks where that is possible, else between list items, table rows, lines and words; never inside of a character.
 */
export function splitDoc(doc: Doc, longest: number): readonly Doc[] {
  if (sizeOf(doc.children) <= longest) return [doc];
  const parts: Block[][] = [];
  let room = 0;
  for (const piece of doc.children.flatMap((block) => pieces(block, longest))) {
    const size = sizeOf([piece]) + 2;
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = longest;
    }
    parts.at(-1)?.push(piece);
    room -= size;
  }
  return parts.length === 0 ? [doc] : parts.map((children) => ({ type: 'root', children }));
}

const sizeOf = (blocks: readonly Block[]) => docText({ type: 'root', children: blocks }).length;

/** A block as blocks that fit; itself when it fits. */
function pieces(block: Block, longest: number): readonly Block[] {
  if (sizeOf([block]) <= longest) return [block];
  switch (block.type) {
    case 'code':
      return cutText(block.value, longest).map((value) => ({ ...block, value }));
    case 'paragraph':
    case 'heading':
      return cutInlines(block.children, longest).map((children) => ({ ...block, children }));
    case 'blockquote':
      return block.children
        .flatMap((inner) => pieces(inner, Math.floor(longest / 2)))
        .map((inner) => ({ ...block, children: [inner] }));
    case 'list':
      return block.children.flatMap((item, index): readonly Block[] => {
        const start = block.ordered ? (block.start ?? 1) + index : null;
        const alone: Block = { ...block, start, children: [item] };
        if (sizeOf([alone]) <= longest) return [alone];
        return item.children.flatMap((inner) => pieces(inner, longest));
      });
    case 'table':
      return block.children.flatMap((row) => {
        const alone: Block = { type: 'table', children: [row] };
        if (sizeOf([alone]) <= longest) return [alone];
        return row.children.flatMap((cell) =>
          pieces({ type: 'paragraph', children: cell.children }, longest),
        );
      });
    case 'thematicBreak':
      return [block];
  }
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
    const plain = docText({ type: 'root', children: [{ type: 'paragraph', children: [node] }] });
    if (plain.length <= longest) put(node, plain.length);
    else for (const value of cutText(plain, longest)) put({ type: 'text', value }, value.length);
  }
  return groups.filter((group) => group.length > 0);
}

/** Cuts after a line, else after a word; together the pieces are the text again. */
export function cutText(text: string, longest: number): readonly string[] {
  const cut: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const end = goodEnd(rest, longest);
    cut.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest === '' && cut.length > 0 ? cut : [...cut, rest];
}

function goodEnd(text: string, limit: number): number {
  for (const gap of ['\n', ' ']) {
    const at = text.lastIndexOf(gap, limit - 1);
    if (at >= limit / 2) return at + 1;
  }
  const insideOfPair = /[\ud800-\udbff]/.test(text.charAt(limit - 1));
  return insideOfPair ? limit - 1 : limit;
}
