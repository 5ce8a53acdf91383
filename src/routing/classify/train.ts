import { type Evidence, featuresOf } from './features.ts';
import { type Guess, guess, scoresOf, softmax, type TextModel } from './model.ts';

/** A text of which somebody knows the kind. */
export interface Labelled extends Evidence {
  readonly kind: string;
}

const ROUNDS = 30;
const STEP = 0.5;
/** Pulls weights towards zero, so that a word which was seen once does not decide alone. */
const DECAY = 1e-4;
/** A feature that only one text has says nothing of others. */
const FEWEST_TEXTS = 2;
const DIGITS = 1_000;
/** Parts that are held back one after the other to see what a model does with rows that it had not seen. */
export const FOLDS = 5;

/**
 * Multinomial logistic regression over words and letter groups, by AdaGrad in the order of the rows: the same rows give
 * the same model. Its confidence is calibrated on rows that it had not seen.
 * @throws Error when the rows hold fewer than two kinds, or a kind with fewer rows than there are parts to hold back
 */
export function train(rows: readonly Labelled[]): TextModel {
  const kinds = countsOf(rows);
  if (kinds.length < 2) throw new Error('A model needs rows of at least two kinds.');
  for (const [kind, count] of kinds)
    if (count < FOLDS) throw new Error(`"${kind}" has ${count} rows; a model needs ${FOLDS} of each kind.`);
  return { ...fit(rows), temperature: temperatureOf(heldOut(rows, { always: [], folds: FOLDS })) };
}

/** How many rows each kind has. */
export function countsOf(
  rows: readonly Pick<Labelled, 'kind'>[],
): readonly (readonly [kind: string, count: number])[] {
  const kinds = new Map<string, number>();
  for (const { kind } of rows) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds];
}

export interface CrossOptions {
  /** Rows that every model learns from. */
  readonly always: readonly Labelled[];
  readonly folds: number;
}

/** Every row guessed by a model that had not seen it, with the temperature that fits the rows that it had seen. */
export function crossGuesses(
  rows: readonly Labelled[],
  { always, folds }: CrossOptions,
): readonly { readonly row: Labelled; readonly guesses: readonly Guess[] }[] {
  return parts(rows, folds).flatMap(({ held, rest }) => {
    const model = train([...always, ...rest]);
    return held.map((row) => ({ row, guesses: guess(model, row) }));
  });
}

interface HeldOut {
  readonly row: Labelled;
  readonly kinds: readonly string[];
  readonly scores: readonly number[];
}

function heldOut(rows: readonly Labelled[], { always, folds }: CrossOptions): readonly HeldOut[] {
  return parts(rows, folds).flatMap(({ held, rest }) => {
    const model = fit([...always, ...rest]);
    return held.map((row) => ({ row, kinds: model.kinds, scores: scoresOf(model, row) }));
  });
}

/** Rows in parts of equal size, each with about the same share of every kind. */
function parts(rows: readonly Labelled[], folds: number) {
  const turn = turnsOf(rows);
  return Array.from({ length: folds }, (_, part) => ({
    held: rows.filter((_row, index) => (turn[index] ?? 0) % folds === part),
    rest: rows.filter((_row, index) => (turn[index] ?? 0) % folds !== part),
  }));
}

/** How many rows of the same kind stand before each row. */
function turnsOf(rows: readonly Labelled[]): readonly number[] {
  const seen = new Map<string, number>();
  return rows.map(({ kind }) => {
    const count = seen.get(kind) ?? 0;
    seen.set(kind, count + 1);
    return count;
  });
}

interface Numbered {
  /** Numbers of its features, and their values at the same places. */
  readonly features: Int32Array;
  readonly values: Float64Array;
  readonly kind: number;
}

function fit(rows: readonly Labelled[]): Omit<TextModel, 'temperature'> {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].sort();
  const texts = interleaved(rows).map((row) => ({ features: featuresOf(row), kind: row.kind }));
  const names = commonFeatures(texts.map(({ features }) => features));
  const numbers = new Map(names.map((name, index) => [name, index]));
  const numbered = texts.map(({ features, kind }): Numbered => {
    const known = [...features].flatMap(([name, value]) => {
      const number = numbers.get(name);
      return number === undefined ? [] : [{ number, value }];
    });
    return {
      features: Int32Array.from(known, ({ number }) => number),
      values: Float64Array.from(known, ({ value }) => value),
      kind: kinds.indexOf(kind),
    };
  });
  const weights = descend(numbered, kinds.length, names.length);
  const row = (index: number) =>
    Array.from(weights.subarray(index * kinds.length, (index + 1) * kinds.length), rounded);
  return {
    v: 1,
    kinds,
    weights: Object.fromEntries(names.map((name, index) => [name, row(index)])),
  };
}
const rounded = (weight: number) => Math.round(weight * DIGITS) / DIGITS;

/** AdaGrad; answers one weight for each feature and kind, those of a feature side by side. */
function descend(texts: readonly Numbered[], kinds: number, features: number): Float64Array {
  const weights = new Float64Array(features * kinds);
  const squares = new Float64Array(features * kinds).fill(1e-8);
  const shares = Array.from(
    { length: kinds },
    (_, kind) => texts.filter((text) => text.kind === kind).length,
  );
  // A kind with few rows should not be forgotten among those with many.
  const balance = shares.map((share) => Math.sqrt(texts.length / (kinds * Math.max(share, 1))));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const text of texts) learn(text, { weights, squares, kinds, balance: balance[text.kind] ?? 1 });
  }
  return weights;
}

interface Learned {
  readonly weights: Float64Array;
  readonly squares: Float64Array;
  readonly kinds: number;
  readonly balance: number;
}

function learn({ features, values, kind }: Numbered, { weights, squares, kinds, balance }: Learned): void {
  const scores = Array.from({ length: kinds }, () => 0);
  for (let n = 0; n < features.length; n += 1) {
    const at = (features[n] ?? 0) * kinds;
    for (let k = 0; k < kinds; k += 1)
      scores[k] = (scores[k] ?? 0) + (weights[at + k] ?? 0) * (values[n] ?? 0);
  }
  const errors = softmax(scores).map((p, k) => ((k === kind ? 1 : 0) - p) * balance);
  for (let n = 0; n < features.length; n += 1) {
    for (let k = 0; k < kinds; k += 1) {
      const place = (features[n] ?? 0) * kinds + k;
      const gradient = (errors[k] ?? 0) * (values[n] ?? 0) - DECAY * (weights[place] ?? 0);
      const square = (squares[place] ?? 0) + gradient * gradient;
      squares[place] = square;
      weights[place] = (weights[place] ?? 0) + (STEP * gradient) / Math.sqrt(square);
    }
  }
}

/** By turns one of each kind, so that no kind has the last word. */
function interleaved(rows: readonly Labelled[]): readonly Labelled[] {
  const turn = turnsOf(rows);
  return rows
    .map((row, index) => ({ row, at: turn[index] ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

/** Features that more than one text has, in the order of the alphabet. */
function commonFeatures(texts: readonly ReadonlyMap<string, number>[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const features of texts)
    for (const name of features.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].flatMap(([name, count]) => (count >= FEWEST_TEXTS ? [name] : [])).sort();
}

/** The temperature under which the held-out rows are likeliest: a golden-section search on its logarithm. */
function temperatureOf(held: readonly HeldOut[]): number {
  const loss = (log: number) =>
    held.reduce((sum, { row, kinds, scores }) => {
      const p = softmax(scores.map((score) => score / Math.exp(log)))[kinds.indexOf(row.kind)] ?? 0;
      return sum - Math.log(Math.max(p, 1e-12));
    }, 0);
  let low = Math.log(0.05);
  let high = Math.log(20);
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-3) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return rounded(Math.exp((low + high) / 2));
}
