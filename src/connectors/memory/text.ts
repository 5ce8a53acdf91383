import { cutVisibly, storable as storableText, withoutCode } from '../storable-text.ts';

/** Longest texts that the memory desk takes, in UTF-16 units. The summary's limit is Jira's, the body's near Jira's. */
const LIMITS = { summary: 255, body: 32_000 } as const;
const CUT_NOTICE = ' [… cut by Deskbridge, the rest stands in Slack]';

/** Words of people as the desk may store them; `[code` is broken by a zero-width space. */
export function storable(text: string): string {
  return withoutCode(storableText(text), '\u200b');
}

/** One line for a summary. */
export function summaryLine(text: string): string {
  return cutVisibly(storable(text).replace(/\s+/g, ' ').trim(), LIMITS.summary, CUT_NOTICE);
}

export function bodyText(text: string): string {
  return cutVisibly(storable(text), LIMITS.body, CUT_NOTICE);
}
