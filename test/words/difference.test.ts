/** What differs between two texts, and what has to be noticed in one. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import '../support/seeded.ts';
import { differenceOf } from '../../src/model/difference.ts';
import { remarksIn, revealed } from '../../src/model/remarks.ts';

suite('a difference', () => {
  for (const [was, is, expected] of [
    ['', '', ['', '', '', '']],
    ['New', 'Done', ['', 'New', 'Done', '']],
    ['role reader in SAP', 'role admin in SAP', ['role ', 'reader', 'admin', ' in SAP']],
    ['a b', 'a b c', ['a b', '', ' c', '']],
    ['a a', 'a', ['a', ' a', '', '']],
    ['reader', 'readers', ['', 'reader', 'readers', '']],
  ] as const)
    test(`${was} to ${is}`, () => {
      const { before, removed, added, after } = differenceOf(was, is);
      assert.deepEqual([before, removed, added, after], expected);
    });

  test('both texts can be put together from it, and its ends are the same words', () => {
    const words = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '😀', 'long'), { maxLength: 30 });
    fc.assert(
      fc.property(words, words, (one, two) => {
        const [was, is] = [one.join(''), two.join('')];
        const { before, removed, added, after } = differenceOf(was, is);
        assert.equal(before + removed + after, was);
        assert.equal(before + added + after, is);
        if (was === is) assert.equal(removed + added, '');
        else assert.notEqual(removed, added);
      }),
    );
  });
});

suite('what has to be noticed', () => {
  const of = (text: string) =>
    remarksIn(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
  for (const [text, expected] of [
    ['Nothing here to see.', []],
    [
      'We will refund 1,200.50 EUR by Friday.',
      ['commitment We will', 'commitment refund', 'number 1,200.50 EUR', 'time by Friday'],
    ],
    ['It is always safe, no risk at all', ['absolute always', 'absolute no risk', 'absolute all']],
    ['See (https://pay.example/now?id=7) today', ['link https://pay.example/now?id=7', 'time today']],
    ['within 3 days, on 2026-05-04 at 12:30', ['time within 3 days', 'time 2026-05-04', 'time 12:30']],
    ['100 % guaranteed.', ['number 100 %', 'commitment guaranteed']],
    ["we'll pay $5.", ["commitment we'll", 'number $5']],
    ['Wille allein nevermore', []],
  ] as const)
    test(text, () => assert.deepEqual(of(text), expected));

  test('whatever the text: in order, apart from each other, inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        let end = 0;
        for (const remark of remarksIn(text)) {
          assert.ok(remark.start >= end && remark.end > remark.start && remark.end <= text.length);
          end = remark.end;
        }
      }),
    );
  });
});

test('signs that nobody sees are named, and the rest stays', () => {
  assert.equal(revealed('pay\u202e 5\u200b€\u0000'), 'pay[U+202E] 5[U+200B]€[U+0000]');
  assert.equal(revealed('line\n\tfamily 👩‍👧 ä'), 'line\n\tfamily 👩‍👧 ä');
  assert.equal(revealed('half \ud800'), 'half \ufffd');
});
