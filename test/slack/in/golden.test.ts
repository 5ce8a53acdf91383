import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { z } from 'zod';
import { Doc } from '../../../src/model/doc.ts';
import { messageDoc } from '../../../src/slack/in/message-doc.ts';

const FOLDER = new URL('../../fidelity/slack-in/', import.meta.url);
const Golden = z.object({ name: z.string(), blocks: z.array(z.unknown()), text: z.string(), doc: Doc });

const files = readdirSync(FOLDER);

test('the folder of golden pairs is not empty', () => {
  assert.ok(files.length >= 15);
});

for (const file of files) {
  test(`golden: ${file}`, () => {
    const { name, blocks, text, doc } = Golden.parse(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
    assert.equal(`${name}.json`, file);
    assert.deepEqual(messageDoc({ blocks, text }), doc);
  });
}
