import { type Mark, type Piece, readMrkdwn } from '../mrkdwn.ts';
import { type TypedPart, typedParts } from '../typed-parts.ts';
import type { AdfDoc } from './adf.ts';

interface Node {
  readonly type: string;
  readonly content?: Node[];
  readonly [key: string]: unknown;
}

type AdfMark = { readonly type: string; readonly attrs?: { readonly href: string } };

const MARKS = { bold: 'strong', italic: 'em', strike: 'strike' } as const satisfies Record<Mark, string>;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An address becomes a link when it is typed. */
const withLinks = (text: string) => escaped(text).replaceAll(/https?:\/\/[^\s&]+(?:&amp;[^\s&]+)*/g, '<$&>');

function textNodes(pieces: readonly Piece[], marks: readonly AdfMark[] = []): Node[] {
  const node = (text: string, more: readonly AdfMark[] = []): Node => {
    const all = [...marks, ...more];
    return { type: 'text', text, ...(all.length === 0 ? {} : { marks: all }) };
  };
  return pieces.flatMap((piece): Node[] => {
    switch (piece.kind) {
      case 'text':
        return [node(piece.text)];
      case 'break':
        return [{ type: 'hardBreak' }];
      case 'code':
        // Beside code the editor allows no other mark but a link.
        return [{ type: 'text', text: piece.text, marks: [{ type: 'code' }] }];
      case 'emoji':
        return [{ type: 'emoji', attrs: { shortName: `:${piece.name}:`, text: `:${piece.name}:` } }];
      case 'person':
        return [node(`@${piece.id}`)];
      case 'link':
        return [node(piece.label, [{ type: 'link', attrs: { href: piece.url } }])];
      case 'mark':
        return textNodes(piece.inner, [...marks, { type: MARKS[piece.mark] }]);
    }
    return [];
  });
}

const paragraph = (text: string): Node => ({
  type: 'paragraph',
  content: textNodes(readMrkdwn(withLinks(text))),
});
const paragraphs = (text: string) => text.split(/\n{2,}/).map(paragraph);

type TypedList = Extract<TypedPart, { readonly kind: 'list' }>;

function listNode({ style, number, items }: TypedList): Node {
  const content = items.map((item): Node => ({ type: 'listItem', content: [paragraph(item)] }));
  if (style === 'bullet') return { type: 'bulletList', content };
  return { type: 'orderedList', ...(number > 1 ? { attrs: { order: number } } : {}), content };
}

/** Goes on with the list above, or hangs a deeper one below its last item; false when there is no such list. */
function goOn(above: Node | undefined, list: TypedList, depth: number): boolean {
  const items = above?.content;
  const next = listNode(list);
  if (above === undefined || items === undefined || !/List$/.test(above.type)) return false;
  if (depth === 0) {
    if (above.type !== next.type) return false;
    items.push(...(next.content ?? []));
    return true;
  }
  const inside = items.at(-1)?.content;
  if (inside === undefined) return false;
  if (!goOn(inside.at(-1), list, depth - 1)) inside.push(next);
  return true;
}

function blockNodes(part: Exclude<TypedPart, TypedList>): Node[] {
  if (part.kind === 'code') return [{ type: 'codeBlock', content: [{ type: 'text', text: part.text }] }];
  if (part.kind === 'words') return paragraphs(part.text);
  return [{ type: 'blockquote', content: paragraphs(part.text) }];
}

/** What Jira's editor makes of typed marks: lists, quotes, code, bold, italic, struck words and links. */
export function editedAdf(typed: string): AdfDoc {
  const content: Node[] = [];
  for (const part of typedParts(typed)) {
    if (part.kind !== 'list') content.push(...blockNodes(part));
    else if (!goOn(content.at(-1), part, part.indent)) content.push(listNode(part));
  }
  return { type: 'doc', version: 1, content };
}
