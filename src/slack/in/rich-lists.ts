import { type Block, DEEPEST, type ListItem } from '../../model/doc.ts';

/** One rich_text_list: Slack sends nested lists one after the other, each with its depth. */
export interface FlatList {
  readonly ordered: boolean;
  readonly indent: number;
  /** How many numbers were used up before this list. */
  readonly offset: number;
  readonly items: readonly (readonly Block[])[];
}

interface GrowingItem {
  readonly type: 'listItem';
  readonly checked: null;
  readonly children: Block[];
}

interface OpenList {
  readonly indent: number;
  readonly ordered: boolean;
  readonly start: number;
  readonly items: GrowingItem[];
}

/** Leaves room for the quotes in which a list may stand: one of its own and one of a forwarded message. */
const DEEPEST_LIST = DEEPEST - 3;

/** Neighbouring lists as trees: a deeper one belongs to the item above it, and an outer numbering goes on after it. */
export function nestLists(lists: readonly FlatList[]): readonly Block[] {
  const roots: Block[] = [];
  const open: OpenList[] = [];
  for (const list of lists) {
    while ((open.at(-1)?.indent ?? -1) > list.indent) open.pop();
    const level = open.at(-1);
    const same = level !== undefined && (level.indent === list.indent || open.length >= DEEPEST_LIST);
    const items = list.items.map(
      (children): GrowingItem => ({ type: 'listItem', checked: null, children: [...children] }),
    );
    if (same && goesOn(level, list)) {
      for (const item of items) level.items.push(item);
      continue;
    }
    if (same) open.pop();
    const start = list.ordered ? list.offset + 1 : 1;
    const block = {
      type: 'list',
      ordered: list.ordered,
      start: start === 1 ? null : start,
      children: items satisfies readonly ListItem[],
    } as const;
    (open.at(-1)?.items.at(-1)?.children ?? roots).push(block);
    open.push({ indent: list.indent, ordered: list.ordered, start, items });
  }
  return roots;
}

/** An ordered list goes on where it stopped; Slack leaves the offset out for the first, and other tools for every one. */
function goesOn(level: OpenList, list: FlatList): boolean {
  if (level.ordered !== list.ordered) return false;
  return !list.ordered || list.offset === 0 || list.offset === level.start - 1 + level.items.length;
}
