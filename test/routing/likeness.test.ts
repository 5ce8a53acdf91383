import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIKELY_THE_SAME, likenessOf } from '../../src/routing/likeness.ts';

const FIRST = 'My VPN tunnel drops every ten minutes, since Monday';

for (const again of [
  'VPN tunnel drops again',
  'please, the vpn TUNNEL drops, can you help?',
  'Ｖ\u200bPN tunnel drops',
  `Hello, ${FIRST.toLowerCase()}. It is still broken, and now I am late with the report for the board.`,
])
  test(`the same in other words: ${again.slice(0, 30)}`, () => {
    assert.ok(likenessOf(FIRST, again) >= LIKELY_THE_SAME, String(likenessOf(FIRST, again)));
    assert.equal(likenessOf(FIRST, again), likenessOf(again, FIRST));
  });

for (const other of [
  '',
  'VPN',
  'Please help me, I need this today',
  'My laptop drops the VPN',
  'The printer on floor three is out of toner',
  'My badge opens no door every Monday',
])
  test(`something else: ${other}`, () => {
    assert.ok(likenessOf(FIRST, other) < LIKELY_THE_SAME, String(likenessOf(FIRST, other)));
  });

test('numbers tell one from another, and a long text takes no long time', () => {
  const asset = (number: number) => `Asset ${number}: screen broken`;
  assert.ok(likenessOf(asset(4711), asset(4711)) > likenessOf(asset(4711), asset(4712)));
  const long = Array.from({ length: 200_000 }, (_, n) => `word${n}`).join(' ');
  const began = performance.now();
  assert.equal(likenessOf(long, long), 1);
  assert.ok(performance.now() - began < 2_000);
});
