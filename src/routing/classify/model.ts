import { z } from 'zod';
import { type Evidence, featuresOf } from './features.ts';

/** A trained model, as its file holds it. Every weight has a name that a person can read. */
export const TextModel = z
  .strictObject({
    v: z.literal(1),
    kinds: z.array(z.string().min(1)).min(2),
    /** Divides the scores so that a confidence of 0.8 is right in about eight of ten cases. */
    temperature: z.number().positive(),
    /** Per feature one weight for each kind. */
    weights: z.record(z.string(), z.array(z.number())),
  })
  .refine(({ kinds, weights }) => Object.values(weights).every((row) => row.length === kinds.length), {
    error: 'has not one weight for each kind',
  });
export type TextModel = z.infer<typeof TextModel>;

export interface Guess {
  readonly kind: string;
  /** From 0 to 1; those of all kinds add up to 1. */
  readonly confidence: number;
}

/** All kinds of the model, the likeliest first. They are all alike for a text in which the model knows nothing. */
export function guess(model: TextModel, evidence: Evidence): readonly Guess[] {
  const scores = scoresOf(model, evidence);
  return softmax(scores.map((score) => score / model.temperature))
    .map((confidence, index) => ({ kind: model.kinds[index] ?? '', confidence }))
    .sort((a, b) => b.confidence - a.confidence);
}

/** Unscaled scores, one for each kind, in the order of `kinds`. */
export function scoresOf(model: Omit<TextModel, 'temperature'>, evidence: Evidence): readonly number[] {
  const scores = model.kinds.map(() => 0);
  for (const [feature, value] of featuresOf(evidence)) {
    // A word of a person may be called like something that every object has.
    if (!Object.hasOwn(model.weights, feature)) continue;
    for (const [index, weight] of (model.weights[feature] ?? []).entries())
      scores[index] = (scores[index] ?? 0) + weight * value;
  }
  return scores;
}

export function softmax(scores: readonly number[]): readonly number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
