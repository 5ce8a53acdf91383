import { type Mark, type Piece, readMrkdwn } from '../mrkdwn.ts';
import { type TypedPart, typedParts } from '../typed-parts.ts';
import type { JsonObject } from './message-store.ts';

type Style = Readonly<Partial<Record<Mark | 'code', true>>>;

function elementsOf(pieces: readonly Piece[], style: Style = {}): JsonObject[] {
  const styled = Object.keys(style).length === 0 ? {} : { style };
  return pieces.flatMap((piece): JsonObject[] => {
    switch (piece.kind) {
      case 'text':
        return [{ type: 'text', text: piece.text, ...styled }];
      case 'break':
        return [{ type: 'text', text: '\n' }];
      case 'code':
        return [{ type: 'text', text: piece.text, style: { ...style, code: true } }];
      case 'emoji':
        return [{ type: 'emoji', name: piece.name }];
      case 'person':
        return [{ type: 'user', user_id: piece.id }];
      case 'link':
        return [{ type: 'link', url: piece.url, ...styled }];
      case 'mark':
        return elementsOf(piece.inner, { ...style, [piece.mark]: true });
    }
    return [];
  });
}

const words = (text: string) => elementsOf(readMrkdwn(text));

/** In code nothing is a link or a person. */
function verbatim(text: string): string {
  return text
    .replaceAll(/<([^<>\n]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function richPart(part: TypedPart): JsonObject {
  switch (part.kind) {
    case 'code':
      return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: verbatim(part.text) }] };
    case 'quote':
      return { type: 'rich_text_quote', elements: words(part.text) };
    case 'words':
      return { type: 'rich_text_section', elements: words(part.text) };
    case 'list':
      return {
        type: 'rich_text_list',
        style: part.style,
        indent: part.indent,
        ...(part.style === 'ordered' && part.number > 1 ? { offset: part.number - 1 } : {}),
        elements: part.items.map((item) => ({ type: 'rich_text_section', elements: words(item) })),
      };
  }
}

/**
 * The parts of a rich_text block as Slack's editor makes them of typed marks (slack.com/help, "Format your messages").
 * `source` is escaped, with people and links in their control sequences.
 */
export function composedParts(source: string): JsonObject[] {
  return typedParts(source).map(richPart);
}
