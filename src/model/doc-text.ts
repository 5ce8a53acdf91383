import { type Block, DEEPEST, type Doc, type Inline, type ListItem } from './doc.ts';
import type { SlackUser } from './ids.ts';

/** A document as plain words, for summaries, routing, logs of size and systems that know no formatting. */
export function docText(doc: Doc): string {
  return blocksText(doc.children, 0);
}

function blocksText(blocks: readonly Block[], depth: number): string {
  if (depth > DEEPEST) return '';
  return blocks
    .map((block) => blockText(block, depth))
    .filter((shown) => shown !== '')
    .join('\n\n');
}

function blockText(block: Block, depth: number): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inlineText(block.children);
    case 'code':
      return block.value;
    case 'thematicBreak':
      return '---';
    case 'blockquote':
      return blocksText(block.children, depth + 1).replaceAll(/^/gm, '> ');
    case 'table':
      return block.children
        .map((row) => row.children.map((cell) => inlineText(cell.children)).join(' | '))
        .join('\n');
    case 'list':
      return block.children
        .map((item, index) => itemText(item, block.ordered ? `${(block.start ?? 1) + index}. ` : '- ', depth))
        .join('\n');
  }
}

function itemText(item: ListItem, sign: string, depth: number): string {
  const box = item.checked === null ? '' : item.checked ? '[x] ' : '[ ] ';
  const inner = item.children
    .map((block) => (depth >= DEEPEST ? '' : blockText(block, depth + 1)))
    .filter((shown) => shown !== '')
    .join('\n');
  return `${sign}${box}${inner.replaceAll('\n', `\n${' '.repeat(sign.length)}`)}`;
}

/** Inline nodes as plain words; a link whose label is not its address shows both, so that no label can lie. */
export function inlineText(nodes: readonly Inline[], depth = 0): string {
  if (depth > DEEPEST * 2) return '';
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
        case 'inlineCode':
          return node.value;
        case 'break':
          return '\n';
        case 'mention':
          return `@${node.name}`;
        case 'emoji':
          return node.value ?? `:${node.name}:`;
        case 'link': {
          const label = inlineText(node.children, depth + 1);
          const plain = node.url.replace(/^mailto:/, '');
          return label === '' || label === node.url || label === plain ? plain : `${label} (${plain})`;
        }
        default:
          return inlineText(node.children, depth + 1);
      }
    })
    .join('');
}

/** True when a reader would see nothing: white space and characters without a shape are nothing. */
export function isBlankDoc(doc: Doc): boolean {
  return !/[^\p{Cc}\p{Cf}\p{Z}\s]/u.test(docText(doc));
}

/** Everybody of Slack who is mentioned and whose name is still to be found. */
export function peopleIn(doc: Doc): ReadonlySet<SlackUser> {
  const found = new Set<SlackUser>();
  mapInlines(doc, (node) => {
    if (node.type === 'mention' && node.user !== null) found.add(node.user);
    return node;
  });
  return found;
}

/** The same document with people by their names; whom nobody names is "a person in Slack". Never a raw id. */
export function withNames(doc: Doc, names: ReadonlyMap<SlackUser, string>): Doc {
  return mapInlines(doc, (node) =>
    node.type === 'mention' && node.user !== null
      ? { ...node, user: null, name: names.get(node.user) ?? 'a person in Slack' }
      : node,
  );
}

/** The same document with every inline node replaced by what `change` makes of it; parents before children. */
export function mapInlines(doc: Doc, change: (node: Inline) => Inline): Doc {
  const inlines = (nodes: readonly Inline[]): Inline[] =>
    nodes.map((node) => {
      const changed = change(node);
      return 'children' in changed ? { ...changed, children: inlines(changed.children) } : changed;
    });
  const block = (node: Block): Block => {
    switch (node.type) {
      case 'paragraph':
      case 'heading':
        return { ...node, children: inlines(node.children) };
      case 'blockquote':
        return { ...node, children: node.children.map(block) };
      case 'list':
        return {
          ...node,
          children: node.children.map((item) => ({ ...item, children: item.children.map(block) })),
        };
      case 'table':
        return {
          ...node,
          children: node.children.map((row) => ({
            ...row,
            children: row.children.map((cell) => ({ ...cell, children: inlines(cell.children) })),
          })),
        };
      default:
        return node;
    }
  };
  return { type: 'root', children: doc.children.map(block) };
}

/** The same document with every text that a reader sees, and every address, replaced by what is made of it. */
export function mapWords(
  doc: Doc,
  change: (words: string) => string,
  changeAddress: (url: string) => string = change,
): Doc {
  const code = (node: Block): Block => {
    switch (node.type) {
      case 'code':
        return { ...node, lang: node.lang === null ? null : change(node.lang), value: change(node.value) };
      case 'blockquote':
        return { ...node, children: node.children.map(code) };
      case 'list':
        return {
          ...node,
          children: node.children.map((item) => ({ ...item, children: item.children.map(code) })),
        };
      default:
        return node;
    }
  };
  const { children } = mapInlines(doc, (node) => {
    switch (node.type) {
      case 'text':
      case 'inlineCode':
        return { ...node, value: change(node.value) };
      case 'mention':
        return { ...node, name: change(node.name) };
      case 'emoji':
        return { ...node, name: change(node.name), value: node.value === null ? null : change(node.value) };
      case 'link':
        return { ...node, url: changeAddress(node.url) };
      default:
        return node;
    }
  });
  return { type: 'root', children: children.map(code) };
}

/** Names of the emoji that stand in a document, also where they are only typed. */
export function emojiIn(doc: Doc): ReadonlySet<string> {
  const names = new Set<string>();
  mapInlines(doc, (node) => {
    if (node.type === 'emoji') names.add(node.name);
    if (node.type === 'text')
      for (const [, name] of node.value.matchAll(/:([a-z0-9_+'-]{1,100}):/g)) if (name) names.add(name);
    return node;
  });
  return names;
}

/** `parts` one after the other. */
export function joinDocs(...parts: readonly Doc[]): Doc {
  return { type: 'root', children: parts.flatMap((part) => part.children) };
}
