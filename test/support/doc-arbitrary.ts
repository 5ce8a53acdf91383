import fc from 'fast-check';
import type { Block, Doc, Inline, ListItem } from '../../src/model/doc.ts';
import { SlackUser } from '../../src/model/ids.ts';
import { dangerousAddress, dangerousWords } from './dangerous-words.ts';

type Nodes = { inline: Inline; block: Block; item: ListItem };

const few = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });
const type = <T extends string>(...names: readonly [T, ...T[]]) => fc.constantFrom(...names);

function nodesOf(words: fc.Arbitrary<string>, address: fc.Arbitrary<string>) {
  return fc.letrec<Nodes>((tie) => ({
    inline: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.record({ type: type('text'), value: words }),
      fc.record({ type: type('text'), value: words }),
      fc.record({ type: type('text'), value: words }),
      fc.record({ type: type('inlineCode'), value: words }),
      fc.record({ type: type('break') }),
      fc.record({
        type: type('mention'),
        user: fc.constantFrom(null, null, SlackUser.parse('U0GONE99')),
        name: words,
      }),
      fc.record({ type: type('emoji'), name: words, value: fc.constantFrom(null, '🎉') }),
      fc.record({ type: type('link'), url: address, children: fc.array(tie('inline'), { maxLength: 3 }) }),
      fc.record({
        type: type('strong', 'emphasis', 'delete'),
        children: fc.array(tie('inline'), { maxLength: 3 }),
      }),
    ),
    item: fc.record({
      type: type('listItem'),
      checked: fc.constantFrom(null, true, false),
      children: fc.array(tie('block'), { maxLength: 3 }),
    }),
    block: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.record({ type: type('paragraph'), children: fc.array(tie('inline'), { maxLength: 4 }) }),
      fc.record({ type: type('paragraph'), children: fc.array(tie('inline'), { maxLength: 4 }) }),
      fc.record({
        type: type('heading'),
        depth: fc.constantFrom(1 as const, 2 as const, 6 as const),
        children: fc.array(tie('inline'), { maxLength: 3 }),
      }),
      fc.record({ type: type('code'), lang: fc.option(words), value: words }),
      fc.record({ type: type('thematicBreak') }),
      fc.record({ type: type('blockquote'), children: fc.array(tie('block'), { maxLength: 3 }) }),
      fc.record({
        type: type('list'),
        ordered: fc.boolean(),
        start: fc.constantFrom(null, 0, 1, 4, -3, 1e9, 1.5),
        children: fc.array(tie('item'), { maxLength: 3 }),
      }),
      fc.record({
        type: type('table'),
        children: few(
          fc.record({
            type: type('tableRow'),
            children: few(
              fc.record({ type: type('tableCell'), children: fc.array(tie('inline'), { maxLength: 2 }) }),
              4,
            ),
          }),
          3,
        ),
      }),
    ),
  }));
}

/** Documents of any shape whose words and addresses are those. */
export function docsOf(words: fc.Arbitrary<string>, address: fc.Arbitrary<string>): fc.Arbitrary<Doc> {
  return (
    few(nodesOf(words, address).block, 4)
      .map((children): Doc => ({ type: 'root', children }))
      // With ordinary prototypes, as a reader makes it.
      .map((doc) => structuredClone(doc))
  );
}

/** Any document, with dangerous words wherever words can stand. */
export const anyDoc: fc.Arbitrary<Doc> = docsOf(dangerousWords, dangerousAddress);
