import type {
  RichTextElement,
  RichTextList,
  RichTextPreformatted,
  RichTextQuote,
  RichTextSection,
} from '@slack/types';
import { type Block, DEEPEST, type ListItem } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import { inlineElements, joined, LONGEST_TEXT, plain, sizeOf, textElements } from './inline-elements.ts';
import { tableText } from './table-block.ts';

/** What stands inside a rich_text block. Slack numbers a list on from `offset`; its types do not say so yet. */
export type RichPart =
  | RichTextSection
  | RichTextPreformatted
  | RichTextQuote
  | (RichTextList & { offset?: number });

type List = Extract<Block, { readonly type: 'list' }>;

const GAP: readonly RichTextElement[] = [{ type: 'text', text: '\n\n' }];
const NEXT_LINE: readonly RichTextElement[] = [{ type: 'text', text: '\n' }];
const EMPTY: RichTextElement[] = [{ type: 'text', text: ' ' }];
const RULE = '──────────';
/** Slack draws no deeper list (docs.slack.dev, rich text list). */
const DEEPEST_INDENT = 8;

/** Blocks as parts of rich text, none of them longer than Slack takes. Deeper than DEEPEST there is nothing. */
export function partsOf(blocks: readonly Block[], depth = 0): readonly RichPart[] {
  if (depth > DEEPEST) return [];
  const parts: RichPart[] = [];
  let run: RichTextElement[] = [];
  for (const block of blocks) {
    const words = wordsOf(block);
    if (words !== null) {
      run.push(...(run.length === 0 || words.length === 0 ? [] : GAP), ...words);
      continue;
    }
    parts.push(...sections(run), ...partOf(block, depth));
    run = [];
  }
  return [...parts, ...sections(run)];
}

/** A block that stands by itself. */
function partOf(block: Block, depth: number): readonly RichPart[] {
  switch (block.type) {
    case 'code':
      return preformatted(block.value);
    case 'table':
      return preformatted(tableText(block));
    case 'blockquote':
      return cut(quoted(block.children, depth + 1)).map((elements) => ({
        type: 'rich_text_quote',
        elements,
      }));
    case 'list':
      return listParts(block, { depth, indent: 0 });
    default:
      return [];
  }
}

/** A block that is one run of text with those before and after it, as what a person types; null for any other. */
function wordsOf(block: Block): readonly RichTextElement[] | null {
  switch (block.type) {
    case 'paragraph':
      return inlineElements(block.children);
    case 'heading':
      return inlineElements(block.children, { bold: true });
    case 'thematicBreak':
      return plain(RULE);
    default:
      return null;
  }
}

const sections = (elements: readonly RichTextElement[]) =>
  cut(elements).map((each): RichTextSection => ({ type: 'rich_text_section', elements: each }));

const preformatted = (text: string) =>
  plain(text).flatMap((element): readonly RichTextPreformatted[] =>
    element.type === 'text' ? [{ type: 'rich_text_preformatted', elements: [element] }] : [],
  );

/** A quote holds text alone: what is more than text in it is written as text. */
function quoted(blocks: readonly Block[], depth: number): readonly RichTextElement[] {
  if (depth > DEEPEST) return [];
  const parts = blocks.map((block): readonly RichTextElement[] => {
    const words = wordsOf(block);
    if (words !== null) return words;
    if (block.type === 'code') return plain(block.value, { code: true });
    if (block.type === 'blockquote') return quoted(block.children, depth + 1);
    return textElements(docText({ type: 'root', children: [block] }));
  });
  return parts
    .filter((elements) => elements.length > 0)
    .flatMap((elements, index) => (index === 0 ? elements : [...GAP, ...elements]));
}

interface Level {
  readonly depth: number;
  readonly indent: number;
}

/** A list as a row of lists: one ends where a deeper one, or something that is no line, comes between its items. */
function listParts(list: List, { depth, indent }: Level): readonly RichPart[] {
  if (depth > DEEPEST) return [];
  const parts: RichPart[] = [];
  let open: RichTextSection[] | null = null;
  list.children.forEach((item, index) => {
    const { line, rest } = itemParts(item, { depth, indent });
    const [first = EMPTY, ...more] = cut(line);
    if (open === null) {
      open = [];
      parts.push(listOf(list, { index, indent, elements: open }));
    }
    open.push({ type: 'rich_text_section', elements: first });
    const below = [...more.flatMap(sections), ...rest];
    if (below.length === 0) return;
    parts.push(...below);
    open = null;
  });
  return parts;
}

function listOf(
  list: List,
  at: { readonly index: number; readonly indent: number; readonly elements: RichTextSection[] },
): RichPart {
  const { index, indent, elements } = at;
  const offset = list.ordered ? Math.max(0, Math.trunc(list.start ?? 1) - 1 + index) : 0;
  return {
    type: 'rich_text_list',
    style: list.ordered ? 'ordered' : 'bullet',
    indent: Math.min(indent, DEEPEST_INDENT),
    elements,
    ...(offset > 0 && Number.isSafeInteger(offset) ? { offset } : {}),
  };
}

/** The words of an item, and what comes below them: a deeper list, code, a quote, a table and what follows those. */
function itemParts(
  item: ListItem,
  { depth, indent }: Level,
): { readonly line: readonly RichTextElement[]; readonly rest: readonly RichPart[] } {
  const line: RichTextElement[] = item.checked === null ? [] : plain(item.checked ? '☑ ' : '☐ ');
  const rest: RichPart[] = [];
  const inner = depth >= DEEPEST ? [] : item.children;
  let hasWords = false;
  for (const block of inner) {
    const words = wordsOf(block);
    if (words !== null && rest.length === 0) {
      line.push(...(hasWords ? NEXT_LINE : []), ...words);
      hasWords ||= words.length > 0;
    } else if (block.type === 'list')
      rest.push(...listParts(block, { depth: depth + 1, indent: indent + 1 }));
    else rest.push(...partsOf([block], depth + 1));
  }
  return { line, rest };
}

/** Elements in groups that are short enough for one part. */
function cut(elements: readonly RichTextElement[]): readonly RichTextElement[][] {
  const groups: RichTextElement[][] = [];
  let room = 0;
  for (const element of joined(elements)) {
    const size = sizeOf(element);
    if (size > room) {
      groups.push([]);
      room = LONGEST_TEXT;
    }
    groups.at(-1)?.push(element);
    room -= size;
  }
  return groups;
}
