import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../support/seeded.ts';
import { docText } from '../../../src/model/doc-text.ts';
import { splitDoc } from '../../../src/model/split-doc.ts';
import { LONGEST_SAID, renderMessage } from '../../../src/slack/out/rich-text.ts';
import { anyDoc } from './doc-arbitrary.ts';
import { assertHarmless, shownWords } from './escape-check.ts';

/** The letters and digits of a text: what stays the same however it is laid out. */
const letters = (text: string) => text.toWellFormed().replaceAll(/[^\p{L}\p{N}]+/gu, '');

test('any document makes a message that Slack takes, that commands nothing and that holds every word', () => {
  fc.assert(
    fc.property(anyDoc, fc.option(fc.string({ unit: 'binary' })), (doc, author) => {
      for (const [index, body] of splitDoc(doc, LONGEST_SAID).entries()) {
        const look = renderMessage({ author, body, part: { number: index + 1, of: 2 } });
        assertHarmless(look);
        const shown = letters(shownWords(look.blocks, true).join(' '));
        for (const word of docText(body).replaceAll('[x]', '').split(/\s+/)) {
          const wanted = letters(word);
          assert.ok(/^\d*$/.test(wanted) || shown.includes(wanted), `${JSON.stringify(word)} is not shown`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
