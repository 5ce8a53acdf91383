import { wordsOf } from '../phrases.ts';

/** Only the beginning of a long text is looked at, so that the time to classify it has a bound. */
const LONGEST_TEXT = 4_000;
const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 4;
/** Marks the beginning and the end of a word inside of letter groups. */
const EDGE = '_';

/** What a model may look at. */
export interface Evidence {
  readonly text: string;
  /** The kind that the words of the routing table chose; null when none of them stand in the text. */
  readonly byWords: string | null;
}

/**
 * What a model knows of a text: words, pairs of neighbouring words, and groups of three and four letters, which carry
 * over typing mistakes and word endings. The weights of one text have the length one.
 */
export function featuresOf({ text, byWords }: Evidence): ReadonlyMap<string, number> {
  const words = wordsOf(text.slice(0, LONGEST_TEXT));
  const counts = new Map<string, number>();
  const count = (feature: string) => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const [index, word] of words.entries()) {
    count(`w ${word}`);
    const next = words[index + 1];
    if (next !== undefined) count(`p ${word} ${next}`);
    const letters = [EDGE, ...word, EDGE];
    for (let length = SHORTEST_GRAM; length <= LONGEST_GRAM; length += 1) {
      for (let start = 0; start + length <= letters.length; start += 1) {
        count(`g ${letters.slice(start, start + length).join('')}`);
      }
    }
  }
  let square = 0;
  for (const [feature, times] of counts) {
    const weight = (1 + Math.log(times)) * (feature.startsWith('g ') ? GRAM_WEIGHT : 1);
    counts.set(feature, weight);
    square += weight * weight;
  }
  const length = Math.sqrt(square) || 1;
  for (const [feature, weight] of counts) counts.set(feature, weight / length);
  if (byWords !== null) counts.set(`r ${byWords}`, 1);
  return counts;
}

/** A word has many letter groups; together they should not outvote the word itself. */
const GRAM_WEIGHT = 0.4;
