import { RE2JS } from 're2js';
import { removedWords } from '../texts/redaction.ts';
import { checkedNumbers, IBAN, NATIONAL_ID } from './checked-numbers.ts';
import { type Piece, saidSecrets } from './said-secrets.ts';
import { SECRET_SHAPES } from './secret-shapes.ts';

/** What an owner adds to, or takes from, what is taken out. */
export interface RedactionRules {
  /** In RE2's syntax, which runs in linear time (github.com/google/re2/wiki/Syntax); `name` is told to the person. */
  readonly patterns: readonly { readonly name: string; readonly pattern: string }[];
  /** What has to stay on tickets, such as account numbers at a desk that pays. */
  readonly keep: readonly ('iban' | 'national-id')[];
}

/** Finds what must not leave Slack in words that somebody typed there. */
export type Redactor = (text: string) => readonly Piece[];

const KEPT = { iban: IBAN, 'national-id': NATIONAL_ID } as const;

/** Why an owner's pattern cannot be used; null when it can. */
export function patternFault(pattern: string): string | null {
  try {
    return RE2JS.compile(pattern).matcher('').find() ? 'matches nothing at all, too' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @throws when a pattern is none; the configuration was checked for that */
export function createRedactor({ patterns, keep }: RedactionRules): Redactor {
  const own = patterns.map(({ name, pattern }) => ({ name, pattern: RE2JS.compile(pattern) }));
  const kept = new Set<string>(keep.map((kind) => KEPT[kind]));
  return (text) => {
    const found = [
      ...shapes(text),
      ...checkedNumbers(text).filter(({ what }) => !kept.has(what)),
      ...saidSecrets(text),
      ...own.flatMap(({ name, pattern }) => ownPieces(text, name, pattern)),
    ];
    return merged(found);
  };
}

function shapes(text: string): readonly Piece[] {
  const small = text.toLowerCase();
  return SECRET_SHAPES.flatMap(({ what, hints, pattern }) => {
    if (!hints.some((hint) => small.includes(hint))) return [];
    return [...text.matchAll(pattern)].map((match): Piece => {
      const secret = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(secret);
      return { start, end: start + secret.length, what };
    });
  });
}

function ownPieces(text: string, name: string, pattern: RE2JS): readonly Piece[] {
  const matcher = pattern.matcher(text);
  const pieces: Piece[] = [];
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start) pieces.push({ start, end, what: name });
  }
  return pieces;
}

/** In order and apart: what overlaps is one piece, under the name of what began first. */
function merged(pieces: readonly Piece[]): readonly Piece[] {
  const sorted = [...pieces].sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Piece[] = [];
  for (const piece of sorted) {
    const last = out.at(-1);
    if (last === undefined || piece.start >= last.end) out.push(piece);
    else if (piece.end > last.end) out[out.length - 1] = { ...last, end: piece.end };
  }
  return out;
}

/** The words without what was found, which is named in its place. */
export function withoutPieces(text: string, pieces: readonly Piece[]): string {
  let at = 0;
  let out = '';
  for (const { start, end, what } of pieces) {
    out += text.slice(at, start) + removedWords(what);
    at = end;
  }
  return out + text.slice(at);
}
