/** Longest comment or description that Jira stores, in UTF-16 units; longer ones are answered with 400. */
export const MAX_BODY = 32_767;
/** Longest summary. */
export const MAX_SUMMARY = 255;

/**
 * Text as Jira can store it: no control characters but tab and line break, no half surrogates. `[code` is broken by a
 * zero-width space: other systems take it for raw markup when a ticket is copied on, and Jira's wiki syntax knows it too.
 */
export function storable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll(/\[(?=\s*\/?\s*code)/gi, '[\u200b');
}

export function oneLine(text: string): string {
  return storable(text).replaceAll(/\s+/g, ' ').trim();
}

/** Cuts to `max` UTF-16 units between characters, and says in the text that something is missing. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const notice = ' … (shortened by Deskbridge, the rest stands in Slack)';
  const kept = text.slice(0, max - notice.length);
  const last = kept.charCodeAt(kept.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept) + notice;
}

/** True when a reader would see nothing. */
export function isEmptyToReaders(text: string): boolean {
  return !/[^\p{C}\p{Z}\s]/u.test(text);
}

/** Longest path of a link back to Slack, a name, a reason: they may never push out the words of the requester. */
const MAX_PART = 2000;

/** A part of a ticket's footer, on one line. */
export function part(text: string): string {
  return shorten(oneLine(text), MAX_PART);
}

/**
 * Backslashes before the marks of Jira's wiki syntax, which the service desk API reads in plain strings: without them a
 * message could mention people, embed images or call macros. Addresses stay as they are, else they would break.
 */
export function escapeWiki(text: string): string {
  return text
    .split(/(https?:\/\/[^\s[\]{}|!]+)/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll(/[[\]{}|!*_^~+?]/g, '\\$&')))
    .join('');
}
