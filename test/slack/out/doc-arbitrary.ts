import fc from 'fast-check';
import type { Block, Doc, Inline } from '../../../src/model/doc.ts';
import { SlackUser } from '../../../src/model/ids.ts';

const hostile = fc.constantFrom(
  '<!channel>',
  '<@U1>',
  '<#C1|x>',
  '<',
  '>',
  '|',
  '&',
  '&lt;',
  '*',
  '`',
  '\n',
  '\ud83d',
);
const words = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      { weight: 2, arbitrary: hostile },
    ),
    { maxLength: 6 },
  )
  .map((all) => all.join(' '));
/** Labels that look like no address: what becomes of others has its own tests. */
const label = fc.stringMatching(/^[a-zA-Zäß <!@>&*]{1,30}$/);

const inlines = fc.letrec<{ inline: Inline }>((tie) => ({
  inline: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    words.map((value): Inline => ({ type: 'text', value })),
    words.map((value): Inline => ({ type: 'inlineCode', value })),
    fc.constant<Inline>({ type: 'break' }),
    fc.record({ name: words, known: fc.boolean() }).map(
      ({ name, known }): Inline => ({
        ...(known ? { user: SlackUser.parse('U0ALMA'), name: 'U0ALMA' } : { user: null, name }),
        type: 'mention',
      }),
    ),
    fc
      .record({ name: words, value: fc.option(fc.constantFrom('👋', '<!here>')) })
      .map(({ name, value }): Inline => ({ type: 'emoji', name, value })),
    fc.record({ url: fc.oneof(fc.webUrl(), words), label }).map(
      ({ url, label: shown }): Inline => ({
        type: 'link',
        url,
        children: [{ type: 'text', value: shown }],
      }),
    ),
    fc
      .record({
        type: fc.constantFrom('strong', 'emphasis', 'delete'),
        children: fc.array(tie('inline'), { maxLength: 3 }),
      })
      .map((node): Inline => node),
  ),
})).inline;

const row = fc.array(fc.array(inlines, { maxLength: 2 }), { maxLength: 22 });

const blocks = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.array(inlines, { maxLength: 5 }).map((children): Block => ({ type: 'paragraph', children })),
    fc.array(inlines, { maxLength: 3 }).map((children): Block => ({ type: 'heading', depth: 2, children })),
    words.map((value): Block => ({ type: 'code', lang: null, value })),
    fc.constant<Block>({ type: 'thematicBreak' }),
    fc.array(row, { maxLength: 4 }).map(
      (rows): Block => ({
        type: 'table',
        children: rows.map((cells) => ({
          type: 'tableRow',
          children: cells.map((children) => ({ type: 'tableCell', children })),
        })),
      }),
    ),
    fc.array(tie('block'), { maxLength: 3 }).map((children): Block => ({ type: 'blockquote', children })),
    fc
      .record({
        ordered: fc.boolean(),
        start: fc.option(fc.integer()),
        items: fc.array(
          fc.record({ checked: fc.option(fc.boolean()), children: fc.array(tie('block'), { maxLength: 2 }) }),
          { maxLength: 4 },
        ),
      })
      .map(
        ({ ordered, start, items }): Block => ({
          type: 'list',
          ordered,
          start,
          children: items.map((item) => ({ type: 'listItem', ...item })),
        }),
      ),
  ),
})).block;

/** Any document that one message takes, with hostile words wherever words can stand. */
export const anyDoc: fc.Arbitrary<Doc> = fc
  .array(blocks, { maxLength: 6 })
  .map((children): Doc => ({ type: 'root', children }));
