import type { Doc } from '../model/doc.ts';
import { docText, mapWords, withNames } from '../model/doc-text.ts';
import { storable, withoutCode } from './storable-text.ts';

const ZERO_WIDTH_SPACE = '\u200b';

/**
 * A document that may be written into any ticket: only characters that can be stored, whom nobody has named is no id, and
 * no `[code` stands in it, not even where two nodes meet, because a ticket of one system may be copied into another. In
 * an address a bracket is written as its code, so that it leads where it led.
 */
export function inertDoc(doc: Doc): Doc {
  const named = mapWords(
    withNames(doc, new Map()),
    (words) => withoutCode(storable(words), ZERO_WIDTH_SPACE),
    (url) => (withoutCode(url, ZERO_WIDTH_SPACE) === url ? storable(url) : encoded(storable(url))),
  );
  const text = docText(named);
  if (withoutCode(text, ZERO_WIDTH_SPACE) === text) return named;
  return mapWords(named, (words) => words.replaceAll('[', `[${ZERO_WIDTH_SPACE}`), encoded);
}

/** The brackets around an IP address have to stay. */
const encoded = (url: string) => url.replaceAll(/(?<!\/\/)\[/g, '%5B');
