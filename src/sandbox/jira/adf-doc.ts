import { type Block, DEEPEST, type Doc, type Inline, type ListItem } from '../../model/doc.ts';
import { type AdfDoc, type AdfNode, adfNode } from './adf.ts';

const attr = (node: AdfNode, name: string) => {
  const value = node.attrs?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const childrenOf = (node: AdfNode) => (node.content ?? []).map(adfNode).filter((one) => one !== null);

/** A stored document as its reader sees it. What this reader does not know is shown by what stands inside. */
export function adfDoc(doc: AdfDoc | null): Doc {
  const nodes = (doc?.content ?? []).map(adfNode).filter((one) => one !== null);
  return { type: 'root', children: nodes.flatMap((node) => block(node, 0)) };
}

function block(node: AdfNode, depth: number): Block[] {
  if (depth > DEEPEST) return [];
  const inside = () => childrenOf(node).flatMap((child) => block(child, depth + 1));
  switch (node.type) {
    case 'paragraph':
      return [{ type: 'paragraph', children: inlines(node) }];
    case 'heading':
      return [{ type: 'heading', depth: level(attr(node, 'level')), children: inlines(node) }];
    case 'codeBlock':
      return [{ type: 'code', lang: attr(node, 'language') || null, value: words(node) }];
    case 'blockquote':
      return [{ type: 'blockquote', children: inside() }];
    case 'rule':
      return [{ type: 'thematicBreak' }];
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
      return [list(node, depth)];
    case 'table':
      return [{ type: 'table', children: childrenOf(node).map(row) }];
    case 'media':
      return [{ type: 'paragraph', children: [{ type: 'text', value: attr(node, 'alt') }] }];
    default:
      return inside();
  }
}

function level(text: string) {
  const found = ([1, 2, 3, 4, 5, 6] as const).find((one) => String(one) === text);
  return found ?? 6;
}

function list(node: AdfNode, depth: number): Block {
  const ordered = node.type === 'orderedList';
  const items = childrenOf(node).map((item): ListItem => {
    const isTask = item.type === 'taskItem';
    const children: Block[] = isTask
      ? [{ type: 'paragraph', children: inlines(item) }]
      : item.type === 'taskList'
        ? [list(item, depth + 1)]
        : childrenOf(item).flatMap((child) => block(child, depth + 1));
    return { type: 'listItem', checked: isTask ? attr(item, 'state') === 'DONE' : null, children };
  });
  return {
    type: 'list',
    ordered,
    start: ordered ? Number(attr(node, 'order')) || null : null,
    children: items,
  };
}

function row(node: AdfNode) {
  const cells = childrenOf(node).map((cell) => ({
    type: 'tableCell' as const,
    children: childrenOf(cell).flatMap((child) => inlines(child)),
  }));
  return { type: 'tableRow' as const, children: cells };
}

const words = (node: AdfNode) =>
  childrenOf(node)
    .map(({ text = '' }) => text)
    .join('');

function inlines(node: AdfNode): Inline[] {
  return childrenOf(node).flatMap((child): Inline[] => {
    switch (child.type) {
      case 'text':
        return [marked(child)];
      case 'hardBreak':
        return [{ type: 'break' }];
      case 'mention':
        return [{ type: 'mention', user: null, name: attr(child, 'text').replace(/^@/, '') }];
      case 'emoji':
        return [
          { type: 'emoji', name: attr(child, 'shortName').replaceAll(':', ''), value: attr(child, 'text') },
        ];
      default: {
        const shown = attr(child, 'text') || attr(child, 'url');
        return shown === '' ? inlines(child) : [{ type: 'text', value: shown }];
      }
    }
  });
}

const MARKS: Readonly<Record<string, 'strong' | 'emphasis' | 'delete'>> = {
  strong: 'strong',
  em: 'emphasis',
  strike: 'delete',
};

function marked({ text = '', marks = [] }: AdfNode): Inline {
  const isCode = marks.some(({ type }) => type === 'code');
  return marks.reduceRight<Inline>(
    (inner, { type, attrs }) => {
      const mark = MARKS[type];
      if (mark !== undefined) return { type: mark, children: [inner] };
      return type === 'link' && attrs?.href !== undefined
        ? { type: 'link', url: attrs.href, children: [inner] }
        : inner;
    },
    { type: isCode ? 'inlineCode' : 'text', value: text },
  );
}
