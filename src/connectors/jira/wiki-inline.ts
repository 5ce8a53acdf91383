import type { Inline } from '../../model/doc.ts';
import { SOMEBODY_IN_JIRA } from '../../texts/jira.ts';
import { linkTarget } from './link-target.ts';
import { nest, plainRun, type Run, type Span } from './runs.ts';

type Names = ReadonlyMap<string, string>;

/** Marks that we show; inserted, superscript, subscript and cited words lose theirs. */
const SPAN_OF: Readonly<Record<string, Span | null>> = {
  '*': 'strong',
  _: 'emphasis',
  '-': 'delete',
  '+': null,
  '^': null,
  '~': null,
};
type Token =
  | { readonly kind: 'run'; readonly run: Run }
  | {
      readonly kind: 'mark';
      readonly sign: string;
      readonly opens: boolean;
      readonly closes: boolean;
      partner: number | null;
    };

/** Longest label or address of a link, and longest inline code, that is looked for. */
const MAX_SPAN = 4000;
const ADDRESS = /https?:\/\/[^\s|\]<>{}"\\\p{Cc}\p{Cf}]{1,4000}/uy;
const COLOR = /\{color(?::[^{}\n]{0,60})?\}/y;
const BRACED = /\{([*_+^~-])\}/y;
/** Characters that begin nothing. */
const PLAIN = /[^\n\\{[!h*_+^~-]+/y;
const WORD = /[\p{L}\p{N}]/u;
const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** Finds the next place of `sign`, searching every stretch of the text once. */
function finder(text: string, sign: string): (from: number) => number {
  let at = -2;
  return (from) => {
    if (at !== -1 && at < from) at = text.indexOf(sign, from);
    return at;
  };
}

/** Cells of a table row; a bar inside of a link or behind a backslash ends none. */
export function wikiCells(line: string): readonly string[] {
  const cells: string[] = [];
  const closing = finder(line, ']');
  let cell = '';
  let at = line.indexOf('|');
  while (at < line.length) {
    const sign = line[at] ?? '';
    if (sign === '\\') {
      cell += line.slice(at, at + 2);
      at += 2;
    } else if (sign === '[' && closing(at) !== -1 && closing(at) - at < MAX_SPAN) {
      cell += line.slice(at, closing(at) + 1);
      at = closing(at) + 1;
    } else if (sign === '|') {
      if (cell.trim() !== '') cells.push(cell);
      else if (cell !== '') cells.push('');
      cell = '';
      at += 1;
    } else {
      cell += sign;
      at += 1;
    }
  }
  return cell.trim() === '' ? cells : [...cells, cell];
}

/** Wiki markup inside of a block. Unmatched marks are words. */
export function wikiInlines(text: string, names: Names): readonly Inline[] {
  const tokens = tokensOf(text, names);
  match(tokens);
  return nest(runsOf(tokens));
}

function tokensOf(text: string, names: Names): Token[] {
  const tokens: Token[] = [];
  const ends = { link: finder(text, ']'), code: finder(text, '}}'), file: finder(text, '!') };
  let words = '';
  const flush = () => {
    if (words !== '') tokens.push({ kind: 'run', run: plainRun(words) });
    words = '';
  };
  for (let at = 0; at < text.length; ) {
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0] ?? '';
    if (plain !== '') {
      words += plain;
      at += plain.length;
      continue;
    }
    const special = specialAt(text, at, { ends, names });
    if (special === null) {
      words += text[at] ?? '';
      at += 1;
      continue;
    }
    at = special.end;
    if (special.words !== null) words += special.words;
    else {
      flush();
      tokens.push(...special.tokens);
    }
  }
  flush();
  return tokens;
}

interface Special {
  readonly end: number;
  /** Words to go on with; null when there are tokens. */
  readonly words: string | null;
  readonly tokens: readonly Token[];
}
const asWords = (end: number, words: string): Special => ({ end, words, tokens: [] });
const asRun = (end: number, run: Run): Special => ({ end, words: null, tokens: [{ kind: 'run', run }] });

interface Context {
  readonly ends: Readonly<Record<'link' | 'code' | 'file', (from: number) => number>>;
  readonly names: Names;
}

function specialAt(text: string, at: number, { ends, names }: Context): Special | null {
  const sign = text[at] ?? '';
  switch (sign) {
    case '\n':
      return asRun(at + 1, { ...plainRun(''), leaf: { type: 'break' } });
    case '\\':
      return backslash(text, at);
    case '{':
      return brace(text, at, ends.code);
    case '[': {
      const end = ends.link(at + 1);
      if (end === -1 || end - at > MAX_SPAN) return null;
      return link(text.slice(at + 1, end), end + 1, names);
    }
    case '!': {
      const end = ends.file(at + 1);
      if (end === -1 || end - at > 300) return null;
      const [, name] =
        /^([^\s!|][^!|\n]{0,250}\.[A-Za-z0-9]{1,10})(?:\|[^!\n]*)?$/.exec(text.slice(at + 1, end)) ?? [];
      return name === undefined ? null : asRun(end + 1, plainRun(`[file: ${name}]`));
    }
    case 'h':
      return WORD.test(text[at - 1] ?? '') ? null : address(text, at);
    default:
      return sign in SPAN_OF ? mark(text, at, [sign, sign.length]) : null;
  }
}

/** Two of them break a line; one before a sign shows the sign. */
function backslash(text: string, at: number): Special | null {
  const next = text[at + 1] ?? '';
  if (next === '\\' && /^\s?$/.test(text[at + 2] ?? '')) {
    const end = text[at + 2] === '\n' ? at + 3 : at + 2;
    return asRun(end, { ...plainRun(''), leaf: { type: 'break' } });
  }
  return PUNCTUATION.test(next) ? asWords(at + 2, next) : null;
}

function brace(text: string, at: number, codeEnd: (from: number) => number): Special | null {
  if (text[at + 1] === '{') {
    const end = codeEnd(at + 2);
    if (end === -1 || end - at > MAX_SPAN || end === at + 2) return null;
    const value = text.slice(at + 2, end);
    if (value.includes('\n')) return null;
    return asRun(end + 2, {
      ...plainRun(''),
      leaf: { type: 'inlineCode', value: value.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1') },
    });
  }
  COLOR.lastIndex = at;
  const color = COLOR.exec(text);
  if (color !== null) return asWords(at + color[0].length, '');
  BRACED.lastIndex = at;
  const braced = BRACED.exec(text);
  return braced === null ? null : mark(text, at, [braced[1] ?? '', braced[0].length]);
}

function address(text: string, at: number): Special | null {
  ADDRESS.lastIndex = at;
  const found = ADDRESS.exec(text)?.[0].replace(/(?<![.,;:!?)'*_])[.,;:!?)'*_]+$/, '');
  const url = found === undefined ? null : linkTarget(found);
  if (found === undefined || url === null) return null;
  return asRun(at + found.length, { ...plainRun(found), url });
}

/** `[~accountid:id]`, `[^file.pdf]`, `[address]`, `[label|address]`, `[label|address|smart-link]`; null for other brackets. */
function link(inside: string, end: number, names: Names): Special | null {
  if (inside.includes('\n')) return null;
  if (inside.startsWith('~')) {
    const id = inside.slice(1).replace(/^accountid:/, '');
    const name = names.get(id) ?? SOMEBODY_IN_JIRA;
    return asRun(end, { ...plainRun(''), leaf: { type: 'mention', user: null, name } });
  }
  if (inside.startsWith('^')) return asRun(end, plainRun(`[file: ${inside.slice(1)}]`));
  const parts = inside.split(/(?<!\\)\|/);
  const [first = ''] = parts;
  if (parts.length === 1) {
    const url = linkTarget(first);
    return url === null ? null : asRun(end, { ...plainRun(first.replace(/^mailto:/, '')), url });
  }
  const url = linkTarget(parts[1] ?? '');
  const label = first.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
  return asRun(end, { ...plainRun(label === '' ? (parts[1] ?? '') : label), url });
}

/** A mark opens before words and closes behind them, never inside of one, unless it stands in braces. */
function mark(text: string, at: number, [sign, length]: readonly [string, number]): Special {
  const before = text[at - 1] ?? '';
  const after = text[at + length] ?? '';
  const isBraced = length > 1;
  const opens = after !== '' && (isBraced || !(/\s/.test(after) || WORD.test(before)));
  const closes = before !== '' && (isBraced || !(/\s/.test(before) || WORD.test(after)));
  if (!opens && !closes) return asWords(at + length, text.slice(at, at + length));
  return { end: at + length, words: null, tokens: [{ kind: 'mark', sign, opens, closes, partner: null }] };
}

/** Pairs marks like brackets; what stands open inside of a pair stays a word. Every mark is looked at twice at most. */
function match(tokens: readonly Token[]): void {
  const open: { index: number; sign: string }[] = [];
  const count = new Map<string, number>();
  const add = (sign: string, by: number) => count.set(sign, (count.get(sign) ?? 0) + by);
  tokens.forEach((token, index) => {
    if (token.kind !== 'mark') return;
    const isEmptyPair = open.at(-1)?.index === index - 1 && open.at(-1)?.sign === token.sign;
    if (token.closes && !isEmptyPair && (count.get(token.sign) ?? 0) > 0) {
      for (let top = open.pop(); top !== undefined; top = open.pop()) {
        add(top.sign, -1);
        if (top.sign !== token.sign) continue;
        const opener = tokens[top.index];
        if (opener?.kind === 'mark') opener.partner = index;
        token.partner = top.index;
        return;
      }
    } else if (token.opens) {
      open.push({ index, sign: token.sign });
      add(token.sign, 1);
    }
  });
}

function runsOf(tokens: readonly Token[]): readonly Run[] {
  const depth = new Map<Span, number>();
  let spans: ReadonlySet<Span> = new Set();
  return tokens.flatMap((token, index): readonly Run[] => {
    if (token.kind === 'run') return [{ ...token.run, spans }];
    if (token.partner === null) return [{ ...plainRun(token.sign), spans }];
    const span = SPAN_OF[token.sign] ?? null;
    if (span !== null) depth.set(span, (depth.get(span) ?? 0) + (token.partner > index ? 1 : -1));
    spans = new Set([...depth].filter(([, times]) => times > 0).map(([one]) => one));
    return [];
  });
}
