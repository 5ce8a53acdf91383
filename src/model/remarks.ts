/** What a reader who has to answer for a text should see at once. */
const REMARKS = ['link', 'time', 'commitment', 'absolute', 'number'] as const;
export type RemarkKind = (typeof REMARKS)[number];

/** A stretch of a text, in UTF-16 units. */
export interface Remark {
  readonly kind: RemarkKind;
  readonly start: number;
  readonly end: number;
}

const LONGEST_LINK = 2_000;

/** Words of English; what they miss is still read, and nothing else hangs on them. */
const PATTERNS: Readonly<Record<RemarkKind, RegExp>> = {
  link: /(?:https?:\/\/|www\.)[^\s<>"']+/giu,
  time: /\b(?:today|tonight|tomorrow|immediately|at once|right away|asap|deadline|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|midnight|the end of the (?:day|week|month|year))|within \d{1,4} (?:minutes?|hours?|days?|weeks?|months?)|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d{2})\b/giu,
  commitment:
    /\b(?:(?:we|i|they|you) (?:will|shall|promise|agree|accept|guarantee|commit)|(?:we|i)['’]ll|guarantee[sd]?|promise[sd]?|commit(?:ment|ments|ted)?|refund(?:s|ed)?|compensation|liability|liable|warranty|free of charge)\b/giu,
  absolute:
    /\b(?:always|never|all|every|everyone|everybody|nobody|none|only|must|cannot|completely|fully|certainly|definitely|impossible|no risk|without exception|in any case)\b/giu,
  number: /(?:[€$£¥]\s?)?\d[\d.,]{0,30}(?:\s?(?:%|€|\$|£|EUR|USD|GBP|CHF)(?!\p{L}))?/gu,
};

/** Every remark in its order; where two would lie over each other, the kind that stands first in `REMARKS` counts. */
export function remarksIn(text: string): readonly Remark[] {
  const found: Remark[] = [];
  const taken = new Uint8Array(text.length);
  for (const kind of REMARKS) {
    for (const { 0: words, index: start } of text.matchAll(PATTERNS[kind])) {
      const length = kind === 'number' || kind === 'link' ? withoutTail(words) : words.length;
      const end = start + Math.min(length, LONGEST_LINK);
      if (taken.subarray(start, end).includes(1)) continue;
      taken.fill(1, start, end);
      found.push({ kind, start, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The length of a number or an address without the signs that end its sentence. */
function withoutTail(words: string): number {
  let { length } = words;
  while (length > 0 && '.,;:!?)'.includes(words.charAt(length - 1))) length -= 1;
  return length;
}

/**
 * Signs that nobody sees, or that turn a text around, as their names: whoever approves a text has to see all of it. The
 * joiner inside emoji stays.
 */
export function revealed(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029\u3164\uffa0]/gu, (sign) =>
      sign === '\n' || sign === '\t' || sign === '\u200d'
        ? sign
        : `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
