import { z } from 'zod';
import type { Block } from '../../model/doc.ts';
import { type Atom, inlinesOf, paragraphsOf, plainWords, textAtoms } from './atoms.ts';
import { type Names, readElements } from './rich-inline.ts';
import { type FlatList, nestLists } from './rich-lists.ts';

const count = (most: number) => z.number().int().min(0).max(most).catch(0);
const Section = z.object({ elements: z.array(z.unknown()) });
const Group = z.object({
  type: z.string(),
  elements: z.array(z.unknown()),
  style: z.unknown().optional(),
  indent: count(20),
  offset: count(1_000_000),
  /** 1 for what stands inside of a quote: Slack closes the quote and draws its line on. */
  border: count(10),
});
type Group = z.infer<typeof Group>;
const RichText = z.object({ type: z.literal('rich_text'), elements: z.array(z.unknown()) });
const Table = z.object({ type: z.enum(['table', 'data_table']), rows: z.array(z.array(z.unknown())) });
const RawCell = z.object({
  text: z.string().optional().catch(undefined),
  value: z.union([z.string(), z.number()]).optional().catch(undefined),
});

/**
 * What a person wrote: the rich text and the tables among the blocks of a message; no blocks when there are none, or they
 * are empty. `names` come from the mrkdwn copy.
 */
export function readRichText(blocks: readonly unknown[], names: Names): readonly Block[] {
  return blocks.flatMap((block) => {
    const text = RichText.safeParse(block);
    if (text.success) return readGroups(text.data.elements, names);
    return readTable(block, names);
  });
}

/** One block whose kind decides what may join it: lists nest, quotes run on. */
type Piece =
  | { readonly kind: 'blocks'; readonly quoted: boolean; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly quoted: boolean; readonly list: FlatList };

function readGroups(elements: readonly unknown[], names: Names): readonly Block[] {
  const pieces = elements.flatMap((element) => {
    const parsed = Group.safeParse(element);
    return parsed.success ? [readGroup(parsed.data, names)] : [];
  });
  return runs(pieces, (piece) => piece.quoted).flatMap((sameQuote): readonly Block[] => {
    const blocks = runs(sameQuote, (piece) => piece.kind === 'list').flatMap(blocksOf);
    return sameQuote[0]?.quoted && blocks.length > 0 ? [{ type: 'blockquote', children: blocks }] : blocks;
  });
}

function blocksOf(run: readonly Piece[]): readonly Block[] {
  const lists = run.flatMap((piece) => (piece.kind === 'list' ? [piece.list] : []));
  return [...nestLists(lists), ...run.flatMap((piece) => (piece.kind === 'list' ? [] : piece.blocks))];
}

/** Cuts where the answer changes. */
function runs<T>(things: readonly T[], answer: (thing: T) => boolean): readonly (readonly T[])[] {
  const found: T[][] = [];
  let before: boolean | null = null;
  for (const thing of things) {
    const now = answer(thing);
    if (now !== before) found.push([]);
    found.at(-1)?.push(thing);
    before = now;
  }
  return found;
}

function readGroup(group: Group, names: Names): Piece {
  const quoted = group.type === 'rich_text_quote' || group.border > 0;
  switch (group.type) {
    case 'rich_text_list': {
      const { indent, offset } = group;
      const items = group.elements.flatMap((element) => {
        const section = Section.safeParse(element);
        return section.success ? [readItem(section.data.elements, names)] : [];
      });
      return { kind: 'list', quoted, list: { ordered: group.style === 'ordered', indent, offset, items } };
    }
    case 'rich_text_preformatted': {
      const value = plainWords(readElements(group.elements, names)).replace(/^\n/, '').replace(/\n$/, '');
      return { kind: 'blocks', quoted, blocks: value === '' ? [] : [{ type: 'code', lang: null, value }] };
    }
    default:
      return { kind: 'blocks', quoted, blocks: paragraphsOf(readElements(group.elements, names)) };
  }
}

/** An item without words is still an item: the numbers of those behind it depend on it. */
function readItem(elements: readonly unknown[], names: Names): readonly Block[] {
  const blocks = paragraphsOf(readElements(elements, names));
  return blocks.length === 0 ? [{ type: 'paragraph', children: [] }] : blocks;
}

function readTable(block: unknown, names: Names): readonly Block[] {
  const table = Table.safeParse(block);
  if (!table.success || table.data.rows.length === 0) return [];
  return [
    {
      type: 'table',
      children: table.data.rows.map((cells) => ({
        type: 'tableRow',
        children: cells.map((cell) => ({ type: 'tableCell', children: inlinesOf(readCell(cell, names)) })),
      })),
    },
  ];
}

/** A cell of text, of a number, or of rich text; what are blocks there stand as lines here, since a cell holds no blocks. */
function readCell(cell: unknown, names: Names): readonly Atom[] {
  const rich = RichText.safeParse(cell);
  if (!rich.success) {
    const raw = RawCell.safeParse(cell).data;
    return textAtoms(String(raw?.text ?? raw?.value ?? ''));
  }
  return rich.data.elements.flatMap((element) => {
    const group = Group.safeParse(element).data;
    if (group === undefined) return [];
    if (group.type !== 'rich_text_list') return [...readElements(group.elements, names), ...textAtoms('\n')];
    return group.elements.flatMap((item, index) => {
      const section = Section.safeParse(item).data;
      const sign = group.style === 'ordered' ? `${group.offset + index + 1}. ` : '- ';
      return [...textAtoms(sign), ...readElements(section?.elements ?? [], names), ...textAtoms('\n')];
    });
  });
}
