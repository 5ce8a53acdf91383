import type { Block, Doc } from '../../model/doc.ts';
import { honestLinks } from '../../model/doc-links.ts';
import { docText, joinDocs } from '../../model/doc-text.ts';
import { beginningOf } from '../../model/split-doc.ts';
import { inertDoc } from '../inert-doc.ts';
import { cutVisibly, storable, withoutCode } from '../storable-text.ts';

/** Longest texts that the memory desk takes, in UTF-16 units. The summary's limit is Jira's. */
const LIMITS = { summary: 255, body: 64_000 } as const;
/** What surely fits into a comment: the rest is for the line that names its author, and for brackets that are broken. */
export const LONGEST_COMMENT = 30_000;
const CUT_NOTICE = '[… cut by Deskbridge, the rest stands in Slack]';
const ZERO_WIDTH_SPACE = '\u200b';

/** Words of people as the desk may store them; `[code` is broken by a zero-width space. */
export function storableWords(text: string): string {
  return withoutCode(storable(text), ZERO_WIDTH_SPACE);
}

/** One line for a summary. */
export function summaryLine(text: string): string {
  return cutVisibly(storableWords(text).replace(/\s+/g, ' ').trim(), LIMITS.summary, ` ${CUT_NOTICE}`);
}

/**
 * A document as the desk may store it, at most as long as it takes: `head`, which is never cut, and then the words of
 * people, with links that lead where they say and without ids of Slack users.
 */
export function storableDoc(head: readonly Block[], words: Doc): Doc {
  const doc = inertDoc(joinDocs({ type: 'root', children: head }, honestLinks(words)));
  if (docText(doc).length <= LIMITS.body) return doc;
  const kept = beginningOf(doc, LIMITS.body - CUT_NOTICE.length - 2);
  return joinDocs(kept, { type: 'root', children: [line(CUT_NOTICE)] });
}

/** One paragraph of plain words. */
export function line(words: string): Block {
  return { type: 'paragraph', children: [{ type: 'text', value: words }] };
}
