import type { Block, Doc, Inline } from '../../model/doc.ts';

const MARKS = { strong: '*', emphasis: '_', delete: '~' } as const;

function inlineTyped(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
          return node.value;
        case 'inlineCode':
          return `\`${node.value}\``;
        case 'break':
          return '\n';
        case 'mention':
          return `@${node.name}`;
        case 'emoji':
          return `:${node.name}:`;
        case 'link':
          return inlineTyped(node.children);
        default:
          return `${MARKS[node.type]}${inlineTyped(node.children)}${MARKS[node.type]}`;
      }
    })
    .join('');
}

function blockTyped(block: Block, indent: string): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inlineTyped(block.children);
    case 'code':
      return `\`\`\`\n${block.value}\n\`\`\``;
    case 'thematicBreak':
      return '---';
    case 'blockquote':
      return block.children
        .map((inner) => blockTyped(inner, ''))
        .join('\n')
        .replaceAll(/^/gm, '> ');
    case 'list':
      return block.children
        .map((item, index) => {
          const sign = block.ordered ? `${(block.start ?? 1) + index}.` : '-';
          const [first, ...rest] = item.children;
          const words = first === undefined ? '' : blockTyped(first, indent);
          return [`${indent}${sign} ${words}`, ...rest.map((inner) => blockTyped(inner, `${indent}  `))].join(
            '\n',
          );
        })
        .join('\n');
    case 'table':
      return block.children
        .map((row) => row.children.map((cell) => inlineTyped(cell.children)).join(' | '))
        .join('\n');
  }
}

/** A document as one would type it with marks, so that it can be edited. */
export function typedDoc(doc: Doc): string {
  return doc.children.map((block) => blockTyped(block, '')).join('\n\n');
}

/** The `text` of a message of Slack as its author typed it; `names` are people by id. */
export function typedMrkdwn(text: string, names: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/<@([A-Z0-9]+)>/g, (whole, id: string) => (names.has(id) ? `@${names.get(id)}` : whole))
    .replaceAll(/<(https?:[^<>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
