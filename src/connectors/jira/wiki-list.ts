import type { Block, Inline, ListItem } from '../../model/doc.ts';

/** A line such as "*# words": its marks say how deep it lies and what kind of list it is on each level. */
export interface MarkedItem {
  readonly marker: string;
  readonly lines: string[];
}

/** The lists that these items make. An item that skips a level hangs on the one above it. */
export function wikiList(
  items: readonly MarkedItem[],
  inlines: (text: string) => readonly Inline[],
  level = 0,
): readonly Block[] {
  const lists: { ordered: boolean; items: { own: MarkedItem | null; below: MarkedItem[] }[] }[] = [];
  for (const item of items) {
    const ordered = item.marker[level] === '#';
    const isDeeper = item.marker.length > level + 1;
    let list = lists.at(-1);
    if (list === undefined || (!isDeeper && list.ordered !== ordered)) {
      list = { ordered, items: [] };
      lists.push(list);
    }
    const last = list.items.at(-1);
    if (!isDeeper) list.items.push({ own: item, below: [] });
    else if (last === undefined) list.items.push({ own: null, below: [item] });
    else last.below.push(item);
  }
  return lists.map(({ ordered, items: own }) => ({
    type: 'list',
    ordered,
    start: null,
    children: own.map(({ own: item, below }): ListItem => {
      const words: readonly Block[] =
        item === null ? [] : [{ type: 'paragraph', children: inlines(item.lines.join('\n')) }];
      const inner = below.length === 0 ? [] : wikiList(below, inlines, level + 1);
      return { type: 'listItem', checked: null, children: [...words, ...inner] };
    }),
  }));
}
