import { wordsOf } from './phrases.ts';

/** Only the beginning of a long text is looked at. */
const LONGEST_TEXT = 4_000;
/** Shorter words say what a sentence is made of, not what it is about; numbers say which one. */
const SHORTEST_WORD = 3;
/** Two texts with fewer words in common say nothing of each other. */
const FEWEST_SHARED = 3;
/** What most requests say, whatever they are about. */
const EVERYWHERE = new Set(
  (
    'about after again all also and any anybody anyone are because been but can cannot cant could did does doesnt dont ' +
    'for from get gets getting got had has have hello help here how into its ive just know like need needs not now only ' +
    'our out please should since some somebody someone still thank thanks that the their them then there they this today ' +
    'too try trying two was way were what when where which who why will wish with would yes yesterday you your'
  ).split(' '),
);

/** From this likeness on two requests of one person may be about the same thing: see docs/decisions/0022. */
export const LIKELY_THE_SAME = 0.6;

function tellingWords(text: string): ReadonlySet<string> {
  const words = wordsOf(text.slice(0, LONGEST_TEXT));
  return new Set(
    words.filter((word) => (word.length >= SHORTEST_WORD || /\p{N}/u.test(word)) && !EVERYWHERE.has(word)),
  );
}

/** How much of the shorter text's words the other has, from 0 to 1; 0 where they share too few to tell. */
export function likenessOf(a: string, b: string): number {
  const [one, other] = [tellingWords(a), tellingWords(b)];
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared < FEWEST_SHARED ? 0 : shared / Math.min(one.size, other.size);
}
