import type { Block, Doc, Inline } from '../../src/model/doc.ts';
import { type Stretch, stretchesOf } from '../support/canonical-doc.ts';

/** How the words that one looks for are shown: what lies around them, outermost first. */
export interface Shown {
  readonly look: readonly string[];
}

/** Where `probe` stands; null when it is nowhere. Without a probe: is there a rule? */
export function lookOf(doc: Doc, probe: string | null): Shown | null {
  if (probe !== null) return firstShown(doc.children, { probe, around: [] });
  return { look: doc.children.some((block) => block.type === 'thematicBreak') ? ['rule'] : [] };
}

interface Search {
  readonly probe: string;
  readonly around: readonly string[];
}

function firstShown(blocks: readonly Block[], search: Search): Shown | null {
  for (const [index, block] of blocks.entries()) {
    const found = shownIn(block, search);
    const isLater = search.around.length === 0 && index > 0 && block.type === 'paragraph';
    if (found !== null)
      return isLater ? { ...found, look: [`${ordinal(index)} paragraph`, ...found.look] } : found;
  }
  return null;
}

const ordinal = (index: number) => (index === 1 ? 'second' : 'later');

function shownIn(block: Block, search: Search): Shown | null {
  const inside = (name: string): Search => ({ ...search, around: [...search.around, name] });
  switch (block.type) {
    case 'paragraph':
      return shownAmong(block.children, search);
    case 'heading':
      return shownAmong(block.children, inside(`heading ${block.depth}`));
    case 'code': {
      if (!block.value.includes(search.probe)) return null;
      const language = block.lang === null ? [] : [`language ${block.lang}`];
      return { look: [...search.around, 'code block', ...language] };
    }
    case 'blockquote':
      return firstShown(block.children, inside('quote'));
    case 'list': {
      const from = block.start === null ? '' : ` from ${block.start}`;
      const list = inside(block.ordered ? `numbered list${from}` : 'bullet list');
      return first(block.children, (item) =>
        firstShown(item.children, {
          ...list,
          around: [...list.around, ...(item.checked === null ? [] : ['task'])],
        }),
      );
    }
    case 'table':
      return first(block.children, (row) =>
        first(row.children, (cell) => shownAmong(cell.children, inside('table'))),
      );
    case 'thematicBreak':
      return null;
  }
}

function first<T>(things: readonly T[], look: (thing: T) => Shown | null): Shown | null {
  for (const thing of things) {
    const found = look(thing);
    if (found !== null) return found;
  }
  return null;
}

function shownAmong(nodes: readonly Inline[], search: Search): Shown | null {
  const stretches = stretchesOf(nodes);
  const at = stretches.findIndex((stretch) => shownWords(stretch).includes(search.probe));
  const stretch = stretches[at];
  if (stretch === undefined) {
    return stretches.map(shownWords).join('').includes(search.probe) ? { look: search.around } : null;
  }
  const { leaf, marks, url } = stretch;
  const kind = {
    text: [],
    break: [],
    inlineCode: ['inline code'],
    mention: ['mention'],
    emoji: ['custom emoji'],
  }[leaf.type];
  const hasBreak = stretches.slice(0, at).some((one) => one.leaf.type === 'break');
  return {
    look: [
      ...search.around,
      ...(hasBreak ? ['line break'] : []),
      ...(url === null ? [] : ['link']),
      ...marks,
      ...kind,
    ],
  };
}

function shownWords({ leaf }: Stretch): string {
  switch (leaf.type) {
    case 'mention':
      return `@${leaf.name}`;
    case 'emoji':
      return `:${leaf.name}:`;
    case 'break':
      return '\n';
    default:
      return leaf.value;
  }
}
