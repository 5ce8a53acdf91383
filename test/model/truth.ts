/** What only the world itself knows: which words are whose, which were secret, and which were taken back. */
export interface Truth {
  /** A new version of what a message or comment says: a word that stands nowhere else. */
  word(of: string): string;
  /** The newest word of it. */
  current(of: string): string;
  /** Words that were never public. */
  readonly secrets: Set<string>;
  /** Words that were changed or taken back, and of what. */
  readonly retracted: Map<string, string>;
}

export function createTruth(): Truth {
  const names = new Map<string, string>();
  const versions = new Map<string, number>();
  function nameOf(of: string): string {
    const known = names.get(of) ?? `w${names.size + 1}`;
    names.set(of, known);
    return known;
  }
  const current = (of: string) => `${nameOf(of)}v${versions.get(of) ?? 0}`;
  return {
    word(of) {
      versions.set(of, (versions.get(of) ?? 0) + 1);
      return current(of);
    },
    current,
    secrets: new Set(),
    retracted: new Map(),
  };
}

const FILLER = 'the quick brown fox jumps over the lazy dog and runs away again';

/** What somebody says with this word in it; a long text carries it in every part. */
export function sayWith(word: string, how: 'short' | 'long' | 'mention' | 'secret'): string {
  if (how === 'long') return Array.from({ length: 6 }, () => `${word} ${FILLER}`).join('\n\n');
  if (how === 'secret') return `${word} is confidential`;
  return `${word} please help`;
}
