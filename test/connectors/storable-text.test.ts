import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutVisibly, isBlank, storable, withoutCode } from '../../src/connectors/storable-text.ts';

test('a cut text stays within its limit, says so, and never ends in half a character', () => {
  assert.equal(cutVisibly('short', 100, ' (cut)'), 'short');
  for (const max of [100, 101]) {
    const cut = cutVisibly('😀'.repeat(500), max, ' (cut)');
    assert.ok(cut.length <= max && cut.length >= max - 1 && cut.isWellFormed(), cut);
    assert.match(cut, /^(😀)+ \(cut\)$/u);
  }
});

test('what no system stores is taken out, what people wrote is not', () => {
  assert.equal(storable('a\u0000b\r\nc\td\u0007\ud83d 👩‍👩‍👧 é'), 'ab\nc\td\ufffd 👩‍👩‍👧 é');
});

test('a code tag loses its meaning however it is written, other brackets stay', () => {
  for (const tag of ['[code]', '[CODE]', '[/code]', '[ / code]', '[\u200bcode]']) {
    assert.doesNotMatch(withoutCode(tag, '·'), /\[[\s\p{Cf}]*\/?[\s\p{Cf}]*code/iu, tag);
  }
  assert.equal(withoutCode('[decode] [1]', '·'), '[decode] [1]');
});

test('invisible characters alone are blank', () => {
  assert.equal(isBlank(' \n\u200b\u00a0'), true);
  assert.equal(isBlank('\u200b.'), false);
});
