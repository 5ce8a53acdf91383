import fc from 'fast-check';
import type { Block, Doc, Inline, ListItem } from '../../src/model/doc.ts';

/** What people type, with signs that mean something elsewhere; nothing that is an address or could be one. */
const words = fc.stringMatching(
  /^[a-zäé*_~`<>&|#!{}-][a-zäé0-9*_~`<>&|#!?{} -]{0,12}[a-zäé0-9*_~`<>&|#!?{}]$/,
);
const label = fc.stringMatching(/^[a-z<>*_&]{1,6}( [a-z|]{1,6})?$/);
const name = fc.stringMatching(/^[A-Z][a-z]{1,7}( [A-Z][a-z]{1,7})?$/);

const leaf: fc.Arbitrary<Inline> = fc.oneof(
  words.map((value): Inline => ({ type: 'text', value })),
  words.map((value): Inline => ({ type: 'text', value })),
  words.map((value): Inline => ({ type: 'inlineCode', value })),
  name.map((who): Inline => ({ type: 'mention', user: null, name: who })),
  fc.constantFrom<Inline>(
    { type: 'emoji', name: 'tada', value: '🎉' },
    { type: 'emoji', name: 'party_parrot', value: null },
  ),
  fc
    .tuple(fc.constantFrom('https://docs.example/a?b=1&c=[2]', 'mailto:ada@docs.example'), label)
    .map(([url, shown]): Inline => ({ type: 'link', url, children: [{ type: 'text', value: shown }] })),
);
const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { minLength: 1, maxLength });
const marked: fc.Arbitrary<Inline> = fc
  .tuple(fc.uniqueArray(fc.constantFrom('strong', 'emphasis', 'delete'), { maxLength: 3 }), some(leaf, 2))
  .map(([marks, children]) => {
    const [first, ...rest] = marks;
    if (first === undefined) return children[0] ?? { type: 'break' };
    const inside = rest.reduce<readonly Inline[]>(
      (nodes, mark) => [{ type: mark, children: nodes }],
      children,
    );
    return { type: first, children: inside };
  });
const line = some(fc.oneof(leaf, marked), 3);
const lines = some(line, 2).map((all) =>
  all.flatMap((one, index): readonly Inline[] => (index === 0 ? one : [{ type: 'break' }, ...one])),
);
const paragraph = lines.map((children): Block => ({ type: 'paragraph', children }));

interface ListShape {
  readonly ordered: boolean;
  readonly start: number | null;
}
const shape = fc.constantFrom<ListShape>(
  { ordered: false, start: null },
  { ordered: true, start: null },
  { ordered: true, start: 4 },
);
const item = (below: fc.Arbitrary<Block> | null): fc.Arbitrary<ListItem> =>
  fc.tuple(paragraph, below === null ? fc.constant(null) : fc.option(below)).map(([first, inner]) => ({
    type: 'listItem',
    checked: null,
    children: inner === null ? [first] : [first, inner],
  }));
const listOf = (below: fc.Arbitrary<Block> | null) =>
  fc
    .tuple(shape, some(item(below), 2))
    .map(([kind, children]): Block => ({ type: 'list', ...kind, children }));
const list = listOf(listOf(listOf(null)));
const tasks = some(fc.tuple(fc.boolean(), line), 3).map(
  (all): Block => ({
    type: 'list',
    ordered: false,
    start: null,
    children: all.map(([checked, children]) => ({
      type: 'listItem',
      checked,
      children: [{ type: 'paragraph', children }],
    })),
  }),
);
const code = fc
  .tuple(fc.constantFrom(null, 'sh'), some(words, 3))
  .map(([lang, all]): Block => ({ type: 'code', lang, value: all.join('\n') }));
const quote = some(paragraph, 2).map((children): Block => ({ type: 'blockquote', children }));
const heading = fc
  .tuple(fc.constantFrom(1 as const, 3 as const, 6 as const), line)
  .map(([depth, children]): Block => ({ type: 'heading', depth, children }));
const table = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([rows, cells]) =>
    fc
      .array(fc.array(line, { minLength: cells, maxLength: cells }), { minLength: rows, maxLength: rows })
      .map(
        (all): Block => ({
          type: 'table',
          children: all.map((row) => ({
            type: 'tableRow',
            children: row.map((children) => ({ type: 'tableCell', children })),
          })),
        }),
      ),
  );
const rule = fc.constant<Block>({ type: 'thematicBreak' });

/**
 * A document as an editor makes it: nothing empty, words between any two blocks that would run into each other, and no
 * more than one table.
 */
export const madeDoc: fc.Arbitrary<Doc> = fc
  .tuple(some(fc.tuple(paragraph, fc.oneof(list, tasks, code, quote, heading, rule)), 2), fc.option(table))
  .map(([parts, last]) =>
    structuredClone({ type: 'root', children: [...parts.flat(), ...(last === null ? [] : [last])] }),
  );
