import type { Block, Inline } from '../../model/doc.ts';

/** A person as the activity stream marks him, or an address. */
const MARKED = /@\[([^\][\n]{1,100})\]|https?:\/\/[^\s<>"|\p{Cc}\p{Cf}]+/gu;
const CLOSING = ').,;:!?\'"]}';

/** Plain words with the people and the addresses in them as nodes of their own. */
export function withPeopleAndLinks(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, person] = match;
    const node: Inline =
      person === undefined
        ? linkTo(withoutClosing(whole))
        : { type: 'mention', user: null, name: person.trim() };
    if (match.index > at) found.push({ type: 'text', value: text.slice(at, match.index) });
    found.push(node);
    at = match.index + (node.type === 'link' ? node.url.length : whole.length);
  }
  if (at < text.length) found.push({ type: 'text', value: text.slice(at) });
  return found;
}

function linkTo(url: string): Extract<Inline, { type: 'link' | 'text' }> {
  return { type: 'link', url, children: [{ type: 'text', value: url }] };
}

/** Without what ends the sentence around an address; a closing bracket stays when the address opens one. */
function withoutClosing(url: string): string {
  const opens = url.includes('(');
  let end = url.length;
  while (end > 8 && CLOSING.includes(url.charAt(end - 1))) {
    if (url.charAt(end - 1) === ')' && opens) break;
    end -= 1;
  }
  return url.slice(0, end);
}

/** What somebody typed into a plain field: a blank line begins a paragraph, and every line and indent stays. */
export function typedBlocks(text: string): Block[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .filter((part) => part.trim() !== '')
    .map((part): Block => ({ type: 'paragraph', children: part.split('\n').flatMap(typedLine) }));
}

function typedLine(line: string, index: number): Inline[] {
  return [...(index === 0 ? [] : [{ type: 'break' } as const]), ...withPeopleAndLinks(line)];
}
