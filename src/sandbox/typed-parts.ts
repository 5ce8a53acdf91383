/** A stretch of what somebody typed with marks, before its words are read. */
export type TypedPart =
  | { readonly kind: 'words' | 'quote'; readonly text: string }
  /** Verbatim. */
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'list';
      readonly style: 'bullet' | 'ordered';
      /** 0 for the outermost. */
      readonly indent: number;
      /** Of the first item. */
      readonly number: number;
      readonly items: readonly string[];
    };

const ITEM = /^([ \t]{0,40})(?:([-*•])|(\d{1,4})[.)])\s+(.+)$/;
const DEEPEST_LIST = 8;

function readLine(text: string): TypedPart {
  const [, space = '', , digits, words] = ITEM.exec(text) ?? [];
  if (words !== undefined) {
    const indent = Math.min(Math.floor(space.replaceAll('\t', '  ').length / 2), DEEPEST_LIST);
    const style = digits === undefined ? 'bullet' : 'ordered';
    return { kind: 'list', style, indent, number: Number(digits ?? 1), items: [words] };
  }
  const quote = /^(?:&gt;|>)\s?(.*)$/.exec(text)?.[1];
  return quote === undefined ? { kind: 'words', text } : { kind: 'quote', text: quote };
}

/** Both as one part; null when they are two. */
function joined(last: TypedPart | undefined, next: TypedPart): TypedPart | null {
  if (last?.kind === 'list' && next.kind === 'list') {
    const same = last.style === next.style && last.indent === next.indent;
    return same ? { ...last, items: [...last.items, ...next.items] } : null;
  }
  if (last === undefined || last.kind === 'list' || next.kind === 'list') return null;
  return last.kind === next.kind ? { kind: last.kind, text: `${last.text}\n${next.text}` } : null;
}

/** Without empty lines around it; the indent of the first line counts. */
const trimmed = (text: string) => text.trimEnd().replace(/^\n+/, '');

function lineParts(text: string): TypedPart[] {
  const parts: TypedPart[] = [];
  const lines = trimmed(text);
  if (lines === '') return parts;
  for (const line of lines.split('\n').map(readLine)) {
    const one = joined(parts.at(-1), line);
    if (one === null) parts.push(line);
    else parts[parts.length - 1] = one;
  }
  return parts.flatMap((part): TypedPart[] => {
    if (part.kind === 'list') return [part];
    const words = trimmed(part.text);
    return words === '' ? [] : [{ kind: part.kind, text: words }];
  });
}

const FENCE = /```\n?([\s\S]*?)\n?```/;

/** Lists (`- a`, `1. a`, two spaces deeper), quotes (`> a`) and code between fences, as chat and ticket editors read them. */
export function typedParts(typed: string): readonly TypedPart[] {
  const parts: TypedPart[] = [];
  let rest = typed.replaceAll('\r\n', '\n');
  for (let fence = FENCE.exec(rest); fence !== null; fence = FENCE.exec(rest)) {
    parts.push(...lineParts(rest.slice(0, fence.index)));
    if (fence[1]) parts.push({ kind: 'code', text: fence[1] });
    rest = rest.slice(fence.index + fence[0].length);
  }
  return [...parts, ...lineParts(rest)];
}
