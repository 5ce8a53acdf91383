/** Longest texts that the memory desk takes, in UTF-16 units. The summary's limit is Jira's, the body's near Jira's. */
const LIMITS = { summary: 255, body: 32_000 } as const;

const CONTROL = /[\p{Cc}]/gu;

/**
 * Text as it may be stored: no control characters but line breaks and tabs, no half surrogates, and no `[code`, which
 * a ticket system may take as the start of raw HTML (ServiceNow does). The break is a zero-width space, so that people
 * read what was written.
 */
export function storable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL, (character) => (character === '\n' || character === '\t' ? character : ''))
    .replace(/\[(?=\s*\/?\s*code)/giu, '[\u200b');
}

/** Cuts to `max` UTF-16 units, says so in the text itself, and never splits a character. */
export function cutVisibly(text: string, max: number): string {
  if (text.length <= max) return text;
  const notice = (left: number) => ` [… cut by Deskbridge, ${left} more characters in Slack]`;
  const room = max - notice(text.length).length;
  const last = text.charCodeAt(room - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  const kept = text.slice(0, splits ? room - 1 : room);
  return kept + notice(text.length - kept.length);
}

/** One line for a summary. */
export function summaryLine(text: string): string {
  const line = storable(text).replace(/\s+/g, ' ').trim();
  return cutVisibly(line, LIMITS.summary);
}

export function bodyText(text: string): string {
  return cutVisibly(storable(text), LIMITS.body);
}

/** True when people would see nothing. */
export function isBlank(text: string): boolean {
  return !/[^\p{C}\p{Z}\s]/u.test(text);
}
