/** Postgres refuses NUL in text, and UTF-8 has no half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
