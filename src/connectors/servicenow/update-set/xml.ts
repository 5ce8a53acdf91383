/** Elements by name, in order: text, or attributes with text. */
export type Fields = Readonly<Record<string, string | Attributed>>;
export interface Attributed {
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

export const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';

/** What XML 1.0 cannot hold at all, escaped or not. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** @throws for a character that no XML document can hold */
export function escapeXml(text: string): string {
  if (FORBIDDEN.test(text)) throw new Error('The text holds a character that XML cannot hold');
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** One element. Its content stands there as it is given: escape it first. */
export function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const given = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('');
  return content === '' ? `<${name}${given}/>` : `<${name}${given}>${content}</${name}>`;
}

/** Elements side by side. */
export function elements(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) =>
      typeof value === 'string'
        ? element(name, {}, escapeXml(value))
        : element(name, value.attributes, escapeXml(value.text)),
    )
    .join('');
}
