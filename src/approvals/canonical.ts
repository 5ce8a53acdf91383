/** What JSON can say, and nothing else. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The one text of a value (RFC 8785): keys in the order of their UTF-16 units, no blanks, numbers as ECMAScript writes them.
 * @throws TypeError for what has no such text: a number that is not finite, or half a character
 */
export function canonical(value: Json): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('Half a character has no canonical form.');
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('Only finite numbers have a canonical form.');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const parts = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${canonical(key)}:${canonical(part)}`);
  return `{${parts.join(',')}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
