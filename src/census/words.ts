const WORDS = /[\p{L}\p{N}]+/gu;

const wordsOf = (text: string): readonly string[] => text.normalize('NFKC').match(WORDS) ?? [];

/** Does `copy` show every word of `original`, in order? What the bridge and the systems add around them is no matter. */
export function carries(copy: string, original: string): boolean {
  const shown = wordsOf(copy);
  let at = 0;
  for (const word of wordsOf(original)) {
    at = shown.indexOf(word, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Does `text` show these very words, one after the other? */
export function quotes(text: string, words: string): boolean {
  const wanted = wordsOf(words);
  if (wanted.length === 0) return false;
  return ` ${wordsOf(text).join(' ')} `.includes(` ${wanted.join(' ')} `);
}

export const isBlank = (text: string): boolean => wordsOf(text).length === 0;
