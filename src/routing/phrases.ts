/**
 * Words and phrases in text that people wrote. No regular expression comes from the configuration, and the time grows
 * with the length of the text only.
 */

/** Formatting characters that nobody sees: they must not hide a word from the table. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/**
 * Longest run of combining marks that is kept, the limit of the Stream-Safe Text Format (Unicode UAX #15). Without it
 * normalising a run takes quadratic time: 100,000 alternating marks took 5.8 s here.
 */
const LONG_MARKS = /(\p{M}{30})\p{M}+/gu;
const APOSTROPHE = /(?<=\p{L})['’ʼ](?=\p{L})/gu;
/**
 * Scripts that put no space between words count one character as one word, so that a phrase finds itself inside a
 * longer stretch; elsewhere a word is a run of letters, digits and marks.
 */
const WORDS =
  /[[\p{L}\p{N}\p{M}]&&[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]|[[\p{L}\p{N}\p{M}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]]+/gv;

/** Text in the form in which it is compared: NFKC, without case, invisible characters and apostrophes inside words. */
export function fold(text: string): string {
  const safe = text.replace(INVISIBLE, '').replace(LONG_MARKS, '$1');
  // Through upper case, because only that makes ß and ss, or the two small sigmas, one; first through lower case, because
  // a capital ẞ stays alone otherwise.
  const folded = safe
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
  return folded.replace(APOSTROPHE, '');
}

export function wordsOf(text: string): readonly string[] {
  return fold(text).match(WORDS) ?? [];
}

interface PhraseWord {
  readonly text: string;
  /** True when it was written with a `*` and stands for every word that begins so. */
  readonly prefix: boolean;
}

export interface Phrase {
  /** As the configuration writes it. */
  readonly source: string;
  readonly words: readonly [PhraseWord, ...PhraseWord[]];
}

const SHORTEST_PREFIX = 3;
const LONGEST_PHRASE = 40;

/** Reads one entry of a word list; answers what is wrong with it as a sentence when it cannot be read. */
export function readPhrase(source: string): Phrase | string {
  const words: PhraseWord[] = [];
  for (const chunk of source.split(/\s+/u)) {
    const prefix = chunk.endsWith('*');
    if (chunk.slice(0, -1).includes('*')) return 'a * may only stand at the end of a word';
    const parts = wordsOf(chunk);
    const last = parts.at(-1) ?? '';
    if (prefix && last.length < SHORTEST_PREFIX) {
      return `a * needs at least ${SHORTEST_PREFIX} letters in front of it`;
    }
    for (const [index, text] of parts.entries()) {
      words.push({ text, prefix: prefix && index === parts.length - 1 });
    }
  }
  const [first, ...rest] = words;
  if (first === undefined) return 'has no letter or digit that could be found in a text';
  if (words.length > LONGEST_PHRASE) return `is longer than ${LONGEST_PHRASE} words`;
  return { source, words: [first, ...rest] };
}

/** Finds in one pass which of many phrases a text holds; answers their sources. */
export type FindPhrases = (text: string) => ReadonlySet<string>;

export function createPhraseFinder(phrases: Iterable<Phrase>): FindPhrases {
  const exact = new Map<string, Phrase[]>();
  const prefixes = new Map<string, Phrase[]>();
  for (const phrase of phrases) {
    const [first] = phrase.words;
    const starts = first.prefix ? prefixes : exact;
    starts.set(first.text, [...(starts.get(first.text) ?? []), phrase]);
  }
  const prefixLengths = new Set([...prefixes.keys()].map((text) => text.length));

  return (text) => {
    const words = wordsOf(text);
    const found = new Set<string>();
    for (const [index, word] of words.entries()) {
      collect(exact.get(word), { words, index, found });
      for (const length of prefixLengths) {
        if (word.length >= length) collect(prefixes.get(word.slice(0, length)), { words, index, found });
      }
    }
    return found;
  };
}

interface Position {
  readonly words: readonly string[];
  readonly index: number;
  readonly found: Set<string>;
}

function collect(candidates: readonly Phrase[] | undefined, at: Position): void {
  for (const phrase of candidates ?? []) {
    if (!at.found.has(phrase.source) && standsAt(phrase, at)) at.found.add(phrase.source);
  }
}

function standsAt(phrase: Phrase, { words, index }: Position): boolean {
  return phrase.words.every((wanted, offset) => {
    const word = words[index + offset];
    if (word === undefined) return false;
    return wanted.prefix ? word.startsWith(wanted.text) : word === wanted.text;
  });
}
