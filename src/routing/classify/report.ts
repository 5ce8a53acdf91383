import { type Verdict, weigh } from './classify.ts';
import { type CrossOptions, countsOf, crossGuesses, FOLDS, type Labelled } from './train.ts';

/** One row as the report counts it. */
export interface Judged extends Verdict {
  readonly row: Labelled;
}

export interface Figures {
  readonly rows: number;
  /** Share of rows whose kind was right, those included about which it would have asked. */
  readonly accuracy: number;
  readonly abstained: number;
  /** Wrong and sure enough not to ask. */
  readonly confidentWrong: number;
}

/** One band of confidence: of `rows` that said about `said`, the share `right` was right. */
export interface Band {
  readonly from: number;
  readonly rows: number;
  readonly said: number;
  readonly right: number;
}

export interface JudgeOptions extends CrossOptions {
  readonly threshold: number;
}

/** Every row judged by a model that was trained without it. */
export function judge(rows: readonly Labelled[], options: JudgeOptions): readonly Judged[] {
  return crossGuesses(rows, options).map(({ row, guesses }) => ({
    row,
    ...weigh(row.byWords, guesses, options.threshold),
  }));
}

export function figuresOf(judgements: readonly Judged[]): Figures {
  const isRight = ({ row, kind }: Judged) => row.kind === kind;
  const sure = judgements.filter(({ abstained }) => !abstained);
  return {
    rows: judgements.length,
    accuracy: judgements.length === 0 ? 0 : judgements.filter(isRight).length / judgements.length,
    abstained: judgements.length - sure.length,
    confidentWrong: sure.filter((one) => !isRight(one)).length,
  };
}

/** Are there rows enough that each kind can be trained on when a part of them is held back? */
export function canJudge(rows: readonly Labelled[], folds: number): boolean {
  return countsOf(rows).every(([, count]) => count - Math.ceil(count / folds) >= FOLDS);
}

const BANDS = 10;

/** How far a confidence can be believed. Bands without rows are left out. */
export function reliability(judgements: readonly Judged[]): readonly Band[] {
  return Array.from({ length: BANDS }, (_, index) => {
    const inside = judgements.filter(
      ({ confidence }) => Math.min(Math.floor(confidence * BANDS), BANDS - 1) === index,
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      from: index / BANDS,
      rows: inside.length,
      said: mean(inside.map(({ confidence }) => confidence)),
      right: mean(inside.map(({ row, kind }) => (row.kind === kind ? 1 : 0))),
    };
  }).filter(({ rows }) => rows > 0);
}
