import fc from 'fast-check';
import type { Block, Doc, Inline, ListItem } from '../../src/model/doc.ts';
import { SlackUser } from '../../src/model/ids.ts';

/** Words with what breaks programs: pairs of surrogates, joined characters, long words, blanks and signs of markup. */
export const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.lorem({ maxCount: 30 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '👩‍👩‍👧‍👦'.repeat(30),
      '🇨🇭'.repeat(70),
      'x'.repeat(300),
      '\n'.repeat(80),
      ' '.repeat(90),
      '',
      '<!channel> [code]',
    ),
  },
);

const anyUser = fc.stringMatching(/^U[A-Z0-9]{8,10}$/).map((id) => SlackUser.parse(id));

const { block } = fc.letrec<{ inline: Inline; block: Block; item: ListItem }>((tie) => ({
  inline: fc.oneof(
    { depthSize: 'small', maxDepth: 6, withCrossShrink: true },
    fc.record({ type: fc.constant('text' as const), value: anyText }),
    fc.record({ type: fc.constant('inlineCode' as const), value: anyText }),
    fc.constant({ type: 'break' as const }),
    fc.record({ type: fc.constant('mention' as const), user: fc.option(anyUser), name: anyText }),
    fc.record({
      type: fc.constant('emoji' as const),
      name: fc.constant('tada'),
      value: fc.option(fc.constant('🎉')),
    }),
    fc.record({
      type: fc.constantFrom('strong' as const, 'emphasis' as const, 'delete' as const),
      children: fc.array(tie('inline'), { maxLength: 4 }),
    }),
    fc.record({
      type: fc.constant('link' as const),
      url: fc.oneof(
        fc.webUrl(),
        fc.constantFrom('javascript:alert(1)', 'https://evil.example/', 'mailto:a@b.example'),
      ),
      children: fc.array(tie('inline'), { maxLength: 3 }),
    }),
  ),
  item: fc.record({
    type: fc.constant('listItem' as const),
    checked: fc.option(fc.boolean()),
    children: fc.array(tie('block'), { maxLength: 3 }),
  }),
  block: fc.oneof(
    { depthSize: 'small', maxDepth: 6, withCrossShrink: true },
    fc.record({
      type: fc.constant('paragraph' as const),
      children: fc.array(tie('inline'), { maxLength: 6 }),
    }),
    fc.record({
      type: fc.constant('heading' as const),
      depth: fc.constantFrom(1 as const, 3 as const, 6 as const),
      children: fc.array(tie('inline'), { maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('code' as const), lang: fc.option(fc.constant('sh')), value: anyText }),
    fc.constant({ type: 'thematicBreak' as const }),
    fc.record({
      type: fc.constant('list' as const),
      ordered: fc.boolean(),
      start: fc.option(fc.nat({ max: 99 })),
      children: fc.array(tie('item'), { maxLength: 5 }),
    }),
    fc.record({
      type: fc.constant('blockquote' as const),
      children: fc.array(tie('block'), { maxLength: 3 }),
    }),
    fc.record({
      type: fc.constant('table' as const),
      children: fc.array(
        fc.record({
          type: fc.constant('tableRow' as const),
          children: fc.array(
            fc.record({
              type: fc.constant('tableCell' as const),
              children: fc.array(tie('inline'), { maxLength: 3 }),
            }),
            { maxLength: 4 },
          ),
        }),
        { maxLength: 5 },
      ),
    }),
  ),
}));

/** Any document that a reader could make, and some that none would. */
export const anyDoc: fc.Arbitrary<Doc> = fc
  .record({ type: fc.constant('root' as const), children: fc.array(block, { maxLength: 8 }) })
  // As a reader makes it: with ordinary prototypes.
  .map((doc) => structuredClone(doc));
