import { looksAtText } from '../conditions.ts';
import { decide } from '../decide.ts';
import { DEFAULT_THRESHOLD, type RoutingRequest, type RoutingTable, textAlone } from '../table.ts';
import { type Guess, guess, type TextModel } from './model.ts';

export interface Verdict {
  readonly kind: string;
  /** How sure it is, from 0 to 1: of the texts with 0.8 about eight of ten are of this kind. */
  readonly confidence: number;
  /** True when the person should be asked; the kind is then only the likeliest. */
  readonly abstained: boolean;
}

export interface Classification extends Verdict {
  /** The rule of the table that decided; `default` when the model alone did. */
  readonly rule: string;
  /** What to offer when the person is asked, the likeliest first. */
  readonly guesses: readonly Guess[];
}

/**
 * The kind of a request. A rule of the table decides when one matches, and the model says how sure that is; where no rule
 * matches, the model decides. A rule that looks at no text, or a kind that the model has never seen, is taken as certain.
 */
export function classify(
  table: RoutingTable,
  request: RoutingRequest,
  { model, threshold = DEFAULT_THRESHOLD }: { readonly model: TextModel; readonly threshold?: number },
): Classification {
  const unread = { ...request, kind: null };
  const { rule: name, kind } = decide(table, unread);
  const rule = table.rules.find((each) => each.name === name);
  const byWords = rule === undefined ? null : kind;
  const guesses = guess(model, { text: request.text, byWords });
  const certain = rule !== undefined && (!looksAtText(rule.when) || !model.kinds.includes(kind));
  if (certain) return { kind, confidence: 1, abstained: false, rule: name, guesses };
  const verdict = weigh(byWords, guesses, threshold);
  if (rule !== undefined || verdict.abstained) return { ...verdict, rule: name, guesses };
  return { ...verdict, rule: decide(table, { ...unread, kind: verdict.kind }).rule, guesses };
}

/** Words and model together. Where the model does not believe the words, the person is asked, however sure the model is. */
export function weigh(byWords: string | null, guesses: readonly Guess[], threshold: number): Verdict {
  const [likeliest] = guesses;
  if (likeliest === undefined) throw new Error('A model has at least two kinds');
  const said = guesses.find(({ kind }) => kind === byWords);
  if (said !== undefined && said.confidence >= threshold) return { ...said, abstained: false };
  return { ...likeliest, abstained: said !== undefined || likeliest.confidence < threshold };
}

/** The kind that the words of a table give a text; null when none of them stand in it. */
export function kindByWords(table: RoutingTable, text: string): string | null {
  const { rule, kind } = decide(table, textAlone(text));
  return rule === 'default' ? null : kind;
}
