/**
 * HTML of strangers as a small, well-nested subset of itself: known tags, no attributes but the few that we read, no
 * scripts, no comments, never deeper than a parser can bear. One pass; every character is looked at a bounded number of
 * times, whatever the input is. What this lets through is for a real HTML parser, which then never sees a hard case.
 */
export function tidyHtml(html: string): string {
  const out: string[] = [];
  const open: string[] = [];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    if (next === -1) break;
    out.push(html.slice(at, next));
    const piece = pieceAt(html, next);
    if (piece === null) {
      at = next;
      break;
    }
    at = piece.end;
    if (piece.kind === 'text') out.push('&lt;');
    else if (piece.kind === 'open') openTag(out, open, piece);
    else if (piece.kind === 'close') closeTo(out, open, open.lastIndexOf(piece.name));
  }
  out.push(html.slice(at).replaceAll('<', '&lt;'));
  closeTo(out, open, 0);
  return out.join('');
}

type Piece =
  | { readonly kind: 'open'; readonly name: string; readonly tag: string; readonly end: number }
  | { readonly kind: 'close'; readonly name: string; readonly end: number }
  /** A lone "<". */
  | { readonly kind: 'text'; readonly end: number }
  | { readonly kind: 'nothing'; readonly end: number };

const DEEPEST_TAG = 60;
const VOID = new Set(['br', 'hr', 'img']);
const BLOCKS = new Set('p div ul ol pre blockquote table h1 h2 h3 h4 h5 h6 hr'.split(' '));
const KNOWN = new Set([...BLOCKS, ...'br img li tr td th a b strong i em s strike del code'.split(' ')]);
const UNSEEN = new Set(
  'script style title template iframe noscript textarea select svg math object'.split(' '),
);
/** What a new tag ends when it is still open, up to the nearest border. */
const ENDS: Readonly<
  Record<string, { readonly open: readonly string[]; readonly border: readonly string[] }>
> = {
  li: { open: ['li'], border: ['ul', 'ol', 'table', 'blockquote'] },
  td: { open: ['td', 'th'], border: ['table'] },
  th: { open: ['td', 'th'], border: ['table'] },
  tr: { open: ['tr'], border: ['table'] },
  a: { open: ['a'], border: [] },
};
const PARAGRAPH = { open: ['p'], border: ['li', 'td', 'th', 'table', 'blockquote', 'div'] };

/** What begins at a "<"; null when a tag there never ends, and then nothing behind it is one. */
function pieceAt(html: string, at: number): Piece | null {
  if (html.startsWith('<!--', at)) return unseenTo(html, html.indexOf('-->', at + 4), 3);
  if (html[at + 1] === '!' || html[at + 1] === '?') return unseenTo(html, html.indexOf('>', at), 1);
  const name = /[a-z][a-z0-9]{0,20}/iy;
  const isClosing = html[at + 1] === '/';
  name.lastIndex = at + (isClosing ? 2 : 1);
  const found = name.exec(html)?.[0]?.toLowerCase();
  if (found === undefined) return { kind: 'text', end: at + 1 };
  const end = endOfTag(html, name.lastIndex);
  if (end === -1) return null;
  if (isClosing) return { kind: 'close', name: found, end };
  if (!UNSEEN.has(found)) return { kind: 'open', name: found, tag: html.slice(at, end), end };
  const closing = new RegExp(`</${found}[^>]{0,100}>`, 'gi');
  closing.lastIndex = end;
  return closing.exec(html) === null
    ? { kind: 'nothing', end: html.length }
    : { kind: 'nothing', end: closing.lastIndex };
}

/** A comment; one that never ends hides all that follows, as in a browser. */
function unseenTo(html: string, found: number, length: number): Piece {
  return { kind: 'nothing', end: found === -1 ? html.length : found + length };
}

/** Behind the ">" that ends a tag; one inside of a quoted value does not. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  let before = '';
  for (let at = from; at < html.length; at += 1) {
    const char = html.charAt(at);
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '>') return at + 1;
    else if (before === '=' && (char === '"' || char === "'")) quote = char;
    if (char.trim() !== '') before = char;
  }
  return -1;
}

function openTag(out: string[], open: string[], { name, tag }: { name: string; tag: string }): void {
  if (!KNOWN.has(name)) return;
  if (BLOCKS.has(name)) endOpen(out, open, PARAGRAPH);
  const ends = ENDS[name];
  if (ends !== undefined) endOpen(out, open, ends);
  // A cell or a row without a table is no more than its words.
  if (/^t[drh]$/.test(name) && !open.includes('table')) return;
  if (!VOID.has(name) && open.length >= DEEPEST_TAG) return;
  out.push(`<${name}${attributesOf(name, tag)}>`);
  if (!VOID.has(name)) open.push(name);
}

function endOpen(
  out: string[],
  open: string[],
  ends: { readonly open: readonly string[]; readonly border: readonly string[] },
): void {
  const border = open.findLastIndex((name) => ends.border.includes(name));
  closeTo(
    out,
    open,
    open.findIndex((name, index) => index > border && ends.open.includes(name)),
  );
}

/** Closes everything from `index` on; -1 closes nothing. */
function closeTo(out: string[], open: string[], index: number): void {
  if (index === -1) return;
  for (const name of open.splice(index).reverse()) out.push(`</${name}>`);
}

const READ: Readonly<Record<string, RegExp>> = {
  a: /[\s"'/]href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
  img: /[\s"'/]alt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
  ol: /[\s"'/]start\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i,
};
const NAME: Readonly<Record<string, string>> = { a: 'href', img: 'alt', ol: 'start' };

function attributesOf(name: string, tag: string): string {
  const [, double, single, bare] = READ[name]?.exec(tag) ?? [];
  const value = double ?? single ?? bare;
  return value === undefined ? '' : ` ${NAME[name]}="${value.replaceAll('"', '&quot;')}"`;
}
