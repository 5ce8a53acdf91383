import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { mapInlines } from '../../src/model/doc-text.ts';
import { fidelityTable, TABLE_FILE } from './fidelity-table.ts';
import { type NamedGolden, passagesOf, readGoldens, recordOf } from './goldens.ts';
import type { Passage } from './paths.ts';
import { verdict } from './verdict.ts';

const goldens = readGoldens();
const HOW =
  'To take over what the converters write now: node test/fidelity/fidelity-table.ts --accept --write';

describe('what the converters write is what the goldens say', () => {
  test('there are goldens', () => assert.ok(goldens.length >= 40, `only ${goldens.length}`));
  for (const golden of goldens) {
    test(golden.row, () => {
      const passages = passagesOf(golden);
      assert.ok(passages.size > 0, 'it has no source');
      assert.deepEqual(recordOf(passages), golden.results, HOW);
    });
  }
});

describe('the table', () => {
  const table = fidelityTable(goldens);

  test('is what the goldens give', () => assert.equal(readFileSync(TABLE_FILE, 'utf8'), table, HOW));

  test('says of no construct that its words are lost', () => {
    assert.deepEqual(
      table.split('\n').filter((line) => line.startsWith('|') && line.includes('LOST')),
      [],
    );
  });

  test('has a row for each golden and nothing else', () => {
    assert.throws(() => fidelityTable(goldens.slice(1)), /has no file/);
    const [first] = goldens;
    assert.ok(first !== undefined);
    assert.throws(() => fidelityTable([...goldens, { ...first, name: 'stranger' }]), /no row.*stranger/);
  });
});

describe('a cell tells', () => {
  const golden = (row: string): NamedGolden => {
    const found = goldens.find((one) => one.row === row);
    assert.ok(found !== undefined, row);
    return found;
  };
  const changed = (row: string, change: (seen: Doc) => Doc): string => {
    const passage = passagesOf(golden(row)).get('slack > jira');
    assert.ok(passage !== undefined);
    const other: Passage<unknown> = { ...passage, seen: change(passage.seen) };
    return verdict(golden(row), other);
  };

  test('that nothing changed', () =>
    assert.equal(
      changed('bold', (seen) => seen),
      'kept',
    ));
  test('a lost word', () =>
    assert.equal(
      changed('bold', () => plainDoc('a brave')),
      'LOST: `word`',
    ));
  test('a lost mark', () =>
    assert.equal(
      changed('bold', () => plainDoc('a brave word')),
      'lost: bold',
    ));
  test('another mark', () => {
    const slanted = (seen: Doc) =>
      mapInlines(seen, (node) => (node.type === 'strong' ? { ...node, type: 'emphasis' } : node));
    assert.equal(changed('bold', slanted), 'kept as italic');
  });
  test('signs that stand for a list', () => {
    assert.equal(
      changed('bullet list', () => plainDoc('* apples\n* pears')),
      'kept as `* pears`',
    );
  });
  test('another address', () => {
    const elsewhere = (seen: Doc) =>
      mapInlines(seen, (node) => (node.type === 'link' ? { ...node, url: 'https://other.example' } : node));
    assert.match(changed('link', elsewhere), /^LOST: `docs`/);
  });
  test('a number that is another one', () => {
    const from = (seen: Doc): Doc => ({
      ...seen,
      children: seen.children.map((block) => (block.type === 'list' ? { ...block, start: 5 } : block)),
    });
    assert.equal(
      changed('numbered list that begins with 4', from),
      'kept as numbered list from 5, `6. fifth`',
    );
  });
});
