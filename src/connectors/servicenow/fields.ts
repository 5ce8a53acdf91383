import type { Doc } from '../../model/doc.ts';
import { docText, withNames } from '../../model/doc-text.ts';
import { CUT_NOTICE, WITHOUT_TITLE } from '../../texts/servicenow-tickets.ts';
import { cutVisibly, isBlank, storable, withoutCode } from '../storable-text.ts';

/** What every ticket of ours carries beside its marker; the poll asks for it. */
export const CORRELATION_DISPLAY = 'Deskbridge';

/** Lengths of the base system's columns, in UTF-16 units; a longer text would lose its end without a word. */
const SUMMARY_LENGTH = 160;
const DESCRIPTION_LENGTH = 4000;
const JOURNAL_LENGTH = 30_000;

/** A character that nobody sees and that joins two words. */
const JOINER = '\u2060';

/**
 * Words of people as a record may hold them: an invisible character takes the meaning of `[code` away, which would be shown
 * as HTML, and of `@[`, which would call somebody.
 */
export const inert = (text: string) =>
  withoutCode(storable(text), JOINER).replace(/@(?=[\s\p{Cf}]*\[)/gu, `@${JOINER}`);

/** A document as plain words; whom nobody named is a person, never a raw id. */
export function plainWords(doc: Doc): string {
  return docText(withNames(doc, new Map()));
}

/** One line for a name or a title. */
export function oneLine(text: string, length = SUMMARY_LENGTH): string {
  return cutVisibly(inert(text).replace(/\s+/g, ' ').trim(), length, '…');
}

export function summaryText(summary: string): string {
  return isBlank(summary) ? WITHOUT_TITLE : oneLine(summary);
}

/** The description: what was asked, then who, why here and where from, which a cut never takes away. */
export function descriptionText(details: string, facts: readonly string[]): string {
  const shown = facts.map((fact) => oneLine(fact, 500)).join('\n');
  const room = DESCRIPTION_LENGTH - shown.length - 2;
  const body = cutVisibly(inert(details).trim(), room, CUT_NOTICE);
  return body === '' ? shown : `${body}\n\n${shown}`;
}

/** A text that a journal surely takes. */
export function cutToJournal(text: string): string {
  return cutVisibly(text, JOURNAL_LENGTH, CUT_NOTICE);
}

const FILE_NAME_LENGTH = 100;

/** A file's name as the record shows it: one line, no path, its ending kept when it is cut. */
export function fileName(name: string): string {
  const plain = oneLine(name.replace(/[\\/]/g, '_'), 1000);
  if (isBlank(plain)) return 'file';
  if (plain.length <= FILE_NAME_LENGTH) return plain;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(plain)?.[0] ?? '';
  return (
    cutVisibly(plain.slice(0, plain.length - ending.length), FILE_NAME_LENGTH - ending.length, '…') + ending
  );
}
