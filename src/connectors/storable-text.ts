/** Text that every ticket system stores as it is: no half surrogates, no control characters but tab and line feed. */
export function storable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '');
}

/**
 * Puts `mark` into every `[code`: ServiceNow's journals render `[code]…[/code]` as HTML, and a ticket of another system
 * may be copied there.
 */
export function withoutCode(text: string, mark: string): string {
  return text.replace(/\[(?=[\s\p{Cf}]*\/?[\s\p{Cf}]*code)/giu, `[${mark}`);
}

/** At most `max` UTF-16 units, ending in `notice` when something was cut off; never half a character. */
export function cutVisibly(text: string, max: number, notice: string): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - notice.length);
  return (/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept) + notice;
}

/** True when a reader would see nothing. */
export function isBlank(text: string): boolean {
  return !/[^\p{C}\p{Z}\s]/u.test(text);
}

/** Words of people as one line of at most `max` UTF-16 units, for a title; empty when a reader would see nothing. */
export function oneLine(text: string, max: number): string {
  const line = withoutCode(storable(text), '\u200b').replace(/\s+/g, ' ').trim();
  return isBlank(line) ? '' : cutVisibly(line, max, ' […]');
}
