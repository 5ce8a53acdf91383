import { z } from 'zod';
import type { Block, Doc, Inline } from '../../model/doc.ts';
import type { SlackMessageView } from '../worlds.ts';

/** What both sides are compared by: letters and digits, because each system has its own marks and line ends. */
export function comparable(text: string): string {
  const words = text.replaceAll(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
  return words === '' ? text.trim() : words;
}

/** The words of a document without numbers of lists and without emoji, which each system writes in its own way. */
export function docWords({ children }: Pick<Doc, 'children'>): string {
  return children.map(blockWords).join('\n');
}

function blockWords(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inlineWords(block.children);
    case 'code':
      return block.value;
    case 'thematicBreak':
      return '';
    case 'blockquote':
      return docWords(block);
    case 'list':
      return block.children.map(docWords).join('\n');
    case 'table':
      return block.children
        .flatMap((row) => row.children.map((cell) => inlineWords(cell.children)))
        .join('\n');
  }
}

function inlineWords(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
        case 'inlineCode':
          return node.value.replaceAll(SHORTCODE, '');
        case 'mention':
          return node.name;
        case 'break':
          return '\n';
        case 'emoji':
          return '';
        default:
          return inlineWords(node.children);
      }
    })
    .join('');
}

const SHORTCODE = /(?<![\p{L}\p{N}]):[a-z0-9_+-]+:(?![\p{L}\p{N}])/gu;

/** The words inside of a block: elements nest. */
const Part = z.looseObject({
  type: z.string().optional(),
  text: z.unknown().optional(),
  url: z.string().optional(),
  user_id: z.string().optional(),
  elements: z.array(z.unknown()).optional(),
  rows: z.array(z.array(z.unknown())).optional(),
});

export type Names = ReadonlyMap<string, string>;

function partWords(value: unknown, names: Names): string {
  const part = Part.safeParse(value).data;
  if (part === undefined) return '';
  const { type, text, url, user_id: user, elements = [], rows = [] } = part;
  if (type === 'emoji') return '';
  if (user !== undefined) return names.get(user) ?? '';
  if (typeof text === 'string') return text.replaceAll(SHORTCODE, '');
  if (url !== undefined) return url;
  return [...elements, ...rows.flat()].map((inside) => partWords(inside, names)).join('');
}

/** The words of a message as its reader sees them; what stands in lines of context is no part of them. */
export function messageWords({ blocks, text }: SlackMessageView, names: Names): string {
  const told = blocks.filter((block) => {
    const type = Part.safeParse(block).data?.type;
    return type === 'rich_text' || type === 'table';
  });
  if (told.length > 0) return told.map((block) => partWords(block, names)).join('\n');
  return text
    .replaceAll(/<@([A-Z0-9]+)>/g, (_, id: string) => names.get(id) ?? '')
    .replaceAll(/<[#!][^>]*>/g, '')
    .replaceAll(/<([^>|]+)(?:\|([^>]*))?>/g, (_, url: string, label: string | undefined) => label ?? url)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(SHORTCODE, '');
}

/** Who is said to speak in a message of the bridge, from its line of context; null when nobody is. */
export function speakerOf({ blocks }: SlackMessageView): string | null {
  const first = z
    .looseObject({ type: z.literal('context'), elements: z.array(z.object({ text: z.string() })) })
    .safeParse(blocks[0]);
  return /^:speech_balloon: \*(.+)\*/.exec(first.data?.elements[0]?.text ?? '')?.[1] ?? null;
}
