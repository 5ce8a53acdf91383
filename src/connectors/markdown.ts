import type { ListItem as Item, PhrasingContent, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { gfm } from 'micromark-extension-gfm';
import { z } from 'zod';
import { type Block, DEEPEST, type Doc, type Inline, type ListItem, plainDoc } from '../model/doc.ts';
import { honestLinks } from '../model/doc-links.ts';
import { joinDocs, mapInlines } from '../model/doc-text.ts';
import { beginningOf } from '../model/split-doc.ts';
import { CUT_HERE } from '../texts/ticket-systems.ts';
import { inertDoc } from './inert-doc.ts';

/** Our tree is Markdown's, but for people and emoji, which become words here, and for TypeScript's `readonly`. */
const Tree = z.custom<Root>();

export interface MarkdownRules {
  /** Longest text that the system takes, in UTF-16 units. */
  readonly longest: number;
  /** What in the words of people would ping or link, made harmless; code is left as it is. */
  readonly quiet: (words: string) => string;
}

const CUT = plainDoc(CUT_HERE);

/**
 * A document in GitHub's Markdown: `head`, and behind it the words of people, which stay words. What is too long ends in
 * a line that says so.
 */
export function writeMarkdown(head: Doc, words: Doc, { longest, quiet }: MarkdownRules): string {
  const doc = mapInlines(inertDoc(honestLinks(joinDocs(head, words))), (node): Inline => {
    if (node.type === 'mention') return { type: 'text', value: quiet(`@${node.name}`) };
    if (node.type === 'emoji') return { type: 'text', value: node.value ?? `:${node.name}:` };
    return node.type === 'text' ? { ...node, value: quiet(node.value) } : node;
  });
  let text = textOf(doc);
  for (let room = longest; text.length > longest; room = Math.floor(room * 0.7))
    text = textOf(joinDocs(beginningOf(doc, room), CUT));
  return text;
}

function textOf(doc: Doc): string {
  return toMarkdown(Tree.parse(doc), { extensions: [gfmToMarkdown()], bullet: '-', rule: '-' }).trim();
}

const MARKER = /(?<!\s)\s*<!-- deskbridge:(dsk-[0-9a-z]{16,40}) -->\s*$/;

/** The text with our marker at its end, where no reader sees it. */
export function withMarker(text: string, marker: string | null): string {
  return marker === null ? text : `${text}\n\n<!-- deskbridge:${marker} -->`;
}

/** The marker at the end of a text; null when there is none of ours. */
export function markerIn(text: string | null | undefined): string | null {
  return MARKER.exec(text ?? '')?.[1] ?? null;
}

/**
 * Reading takes time that grows with the square of how many blocks and marks there are: minutes for 60 kB that were made to be
 * slow, measured. Beyond what people write, a text is taken as plain words.
 */
const BOUNDS: readonly (readonly [RegExp, number])[] = [
  [/\n/g, 2000],
  [/^[ \t]*(?:[>#*+-]|\d{1,9}[.)]|$)/gm, 500],
  [/(?<!\\)[*_~`]/g, 3000],
  [/(?<!\\)\[/g, 1000],
  [/[<>&|@\\]/g, 20_000],
  // More opening marks in a row than any reader's stack has room for.
  [/^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){30}|[*_[~]{60}/gm, 0],
];

const isWithinBounds = (text: string) =>
  BOUNDS.every(([pattern, most]) => (text.match(pattern)?.length ?? 0) <= most);

/** GitHub's Markdown as a document. The end of a line is one, tags are dropped and their words stay. */
export function readMarkdown(text: string): Doc {
  const unix = text.replaceAll('\r\n', '\n');
  if (!isWithinBounds(unix)) return plainDoc(unix);
  const tree = fromMarkdown(unix, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return honestLinks({ type: 'root', children: blocks(tree.children, 0) });
}

function blocks(nodes: readonly RootContent[], depth: number): readonly Block[] {
  return nodes.flatMap((node): readonly Block[] => {
    switch (node.type) {
      case 'paragraph':
        return [{ type: 'paragraph', children: inlines(node.children) }];
      case 'heading':
        return [{ type: 'heading', depth: node.depth, children: inlines(node.children) }];
      case 'blockquote': {
        const inner = blocks(node.children, depth + 1);
        return depth >= DEEPEST ? inner : [{ type: 'blockquote', children: inner }];
      }
      case 'list': {
        if (depth >= DEEPEST) return node.children.flatMap((one) => blocks(one.children, depth));
        const children = node.children.map((one) => itemOf(one, depth));
        return [{ type: 'list', ordered: node.ordered === true, start: node.start ?? null, children }];
      }
      case 'code':
        return [{ type: 'code', lang: node.lang ?? null, value: node.value }];
      case 'table':
        return [{ type: 'table', children: node.children.map((row) => rowOf(row.children)) }];
      case 'thematicBreak':
        return [{ type: 'thematicBreak' }];
      case 'html':
        return plainDoc(withoutTags(node.value)).children;
      case 'footnoteDefinition':
        return blocks(node.children, depth);
      default:
        return [];
    }
  });
}

function itemOf(node: Item, depth: number): ListItem {
  return { type: 'listItem', checked: node.checked ?? null, children: blocks(node.children, depth + 1) };
}

function rowOf(cells: readonly { readonly children: readonly PhrasingContent[] }[]) {
  const children = cells.map((cell) => ({ type: 'tableCell', children: inlines(cell.children) }) as const);
  return { type: 'tableRow', children } as const;
}

function withoutTags(html: string): string {
  return html.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replace(/<[^<>]*>/g, '');
}

function inlines(nodes: readonly PhrasingContent[]): readonly Inline[] {
  return nodes.flatMap((node): readonly Inline[] => {
    switch (node.type) {
      case 'text':
        return linesOf(node.value);
      case 'strong':
      case 'emphasis':
      case 'delete':
        return [{ type: node.type, children: inlines(node.children) }];
      case 'link':
        return [{ type: 'link', url: node.url, children: inlines(node.children) }];
      case 'image':
        return [{ type: 'link', url: node.url, children: [{ type: 'text', value: node.alt || 'image' }] }];
      case 'inlineCode':
        return [{ type: 'inlineCode', value: node.value }];
      case 'break':
        return [{ type: 'break' }];
      case 'linkReference':
        return inlines(node.children);
      default:
        // Tags and references to pictures: nothing that anybody wrote as words.
        return [];
    }
  });
}

function linesOf(value: string): readonly Inline[] {
  return value
    .split('\n')
    .flatMap((line, index): readonly Inline[] => [
      ...(index === 0 ? [] : [{ type: 'break' } as const]),
      ...(line === '' ? [] : [{ type: 'text', value: line } as const]),
    ]);
}
