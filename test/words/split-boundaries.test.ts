/** A text of exactly the limit is one part; one more is two, and nothing is lost or cut in half. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { splitDoc } from '../../src/model/split-doc.ts';

/** In UTF-16 units, as our limits are. */
const LIMITS = [64, 1_000, 2_999, 30_000, 32_767];
const CHARACTERS = {
  'one unit': 'x',
  'a pair of surrogates': '😀',
  'an accent of its own': 'e\u0301',
  'a family, joined': '👩‍👩‍👧',
  'three bytes': '語',
};

const inCode = (value: string): Doc => ({ type: 'root', children: [{ type: 'code', lang: null, value }] });
const wholeOf = (parts: readonly Doc[]) => parts.map(docText).join('');

for (const [name, character] of Object.entries(CHARACTERS)) {
  for (const make of [plainDoc, inCode]) {
    test(`${name}, in ${make === plainDoc ? 'words' : 'code'}: one below the limit, on it, one above`, () => {
      for (const limit of LIMITS) {
        const fits = Math.floor(limit / character.length);
        for (const count of [fits - 1, fits, fits + 1]) {
          const text = character.repeat(count);
          const parts = splitDoc(make(text), limit);
          assert.equal(parts.length, text.length <= limit ? 1 : 2, `${text.length} of ${limit}`);
          assert.ok(parts.every((part) => docText(part).length <= limit));
          assert.equal(wholeOf(parts), text);
          for (const part of parts)
            assert.equal(docText(part).length % character.length, 0, 'none is cut in half');
        }
      }
    });
  }
}
