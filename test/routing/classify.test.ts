/** The model that says of what kind a text is: what it learns, how sure it is, and what it makes of hostile text. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, suite, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { readSettings } from '../../src/cli/config-commands.ts';
import { modelText, readModel, readRows } from '../../src/config/routing-model.ts';
import { classify, kindByWords, weigh } from '../../src/routing/classify/classify.ts';
import { guess, type TextModel } from '../../src/routing/classify/model.ts';
import { figuresOf, reliability } from '../../src/routing/classify/report.ts';
import { type Labelled, train } from '../../src/routing/classify/train.ts';
import { textAlone } from '../../src/routing/table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SENTENCES = path.join(root, 'models/it-help/sentences.ndjson');
const { routing } = readSettings(path.join(root, 'deskbridge.example.yaml'));
const ask = textAlone;

suite('a small model', () => {
  const rows: readonly Labelled[] = Array.from({ length: 6 }, (_, n) => [
    { text: `apple pie ${n}`, kind: 'fruit', byWords: null },
    { text: `carrot soup ${n}`, kind: 'root', byWords: null },
  ]).flat();
  let model: TextModel | null = null;
  before(() => {
    model = train(rows);
  });
  const trained = () => model ?? assert.fail('it has been trained');

  test('learns from its rows, and from the same rows the same', () => {
    assert.equal(guess(trained(), { text: 'an apple', byWords: null })[0]?.kind, 'fruit');
    assert.equal(guess(trained(), { text: 'the carrots', byWords: null })[0]?.kind, 'root');
    assert.equal(modelText(train(rows)), modelText(trained()));
  });

  test('its confidences add up to one, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')),
        (text) => {
          const guesses = guess(trained(), { text, byWords: text });
          const sum = guesses.reduce((total, { confidence }) => total + confidence, 0);
          assert.ok(Math.abs(sum - 1) < 1e-9, String(sum));
        },
      ),
    );
  });

  test('a text of a million signs costs no more than its beginning', () => {
    const long = guess(trained(), { text: `apple ${'carrot '.repeat(150_000)}`, byWords: null });
    const short = guess(trained(), { text: `apple ${'carrot '.repeat(1_000)}`, byWords: null });
    assert.deepEqual(long, short);
  });

  test('too few rows are refused with the kind that lacks them', () => {
    assert.throws(() => train(rows.slice(0, 1)), /two kinds/);
    assert.throws(() => train([...rows, { text: 'leek', kind: 'leaf', byWords: null }]), /"leaf" has 1 rows/);
  });
});

suite('words and model together', () => {
  const guesses = [
    { kind: 'iam', confidence: 0.8 },
    { kind: 'endpoint', confidence: 0.2 },
  ];
  test('words that the model believes decide', () => {
    assert.deepEqual(weigh('iam', guesses, 0.6), { kind: 'iam', confidence: 0.8, abstained: false });
  });
  test('words that the model does not believe lead to a question, however sure it is', () => {
    assert.deepEqual(weigh('endpoint', guesses, 0.6), { kind: 'iam', confidence: 0.8, abstained: true });
  });
  test('without words the model decides when it is sure enough', () => {
    assert.equal(weigh(null, guesses, 0.6).abstained, false);
    assert.equal(weigh(null, guesses, 0.81).abstained, true);
  });
  test('a rule that looks at no text is certain', () => {
    const model = readModel();
    const chosen = classify(routing, { ...ask('hello'), form: { category: 'security' } }, { model });
    assert.deepEqual([chosen.kind, chosen.confidence, chosen.abstained], ['security', 1, false]);
  });
});

suite('the shipped model', () => {
  test('is what its sentences and the shipped table make', () => {
    const Sentence = z.object({ text: z.string(), kind: z.string() });
    const rows = readRows(SENTENCES, Sentence).map((row) => ({
      ...row,
      byWords: kindByWords(routing, row.text),
    }));
    const made = modelText(train(rows));
    const shipped = readFileSync(path.join(root, 'models/it-help/model.json'), 'utf8');
    assert.ok(
      made === shipped,
      'Make it anew: npx deskbridge routes train -c deskbridge.example.yaml --from models/it-help/sentences.ndjson --output models/it-help/model.json',
    );
  });

  test('tells the four kinds and the rest apart in words that it has not seen', () => {
    const model = readModel();
    const expected = {
      'my passwort for the timesheets ran out': 'iam',
      'the hinge of my laptop is loose': 'endpoint',
      'an odd mail wants me to pay an invoice to a new bank account, is that phishing?': 'security',
      'nobody in the warehouse can reach the server': 'incident',
      'when will the canteen open again?': 'other',
    };
    for (const [text, kind] of Object.entries(expected))
      assert.equal(classify(routing, ask(text), { model }).kind, kind, text);
  });

  test('is not sure of what says nothing', () => {
    const model = readModel();
    assert.equal(classify(routing, ask('zzzz'), { model }).abstained, true);
  });
});

test('figures and bands count what they say', () => {
  const row = (kind: string): Labelled => ({ text: '', kind, byWords: null });
  const judgements = [
    { row: row('a'), kind: 'a', confidence: 0.95, abstained: false },
    { row: row('b'), kind: 'a', confidence: 0.95, abstained: false },
    { row: row('b'), kind: 'a', confidence: 0.41, abstained: true },
    { row: row('b'), kind: 'b', confidence: 1, abstained: false },
  ];
  assert.deepEqual(figuresOf(judgements), { rows: 4, accuracy: 0.5, abstained: 1, confidentWrong: 1 });
  const bands = reliability(judgements);
  assert.deepEqual(
    bands.map(({ from, rows }) => [from, rows]),
    [
      [0.4, 1],
      [0.9, 3],
    ],
  );
  assert.equal(bands[1]?.right, 2 / 3);
});
