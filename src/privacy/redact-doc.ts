import type { Block, Doc, Inline, ListItem } from '../model/doc.ts';
import { removedWords } from '../texts/redaction.ts';
import type { Redactor } from './redact.ts';
import type { Piece } from './said-secrets.ts';

/** Stands for what has no words of its own, such as an emoji: no pattern goes across it unseen. */
const OTHER = '\uFFFC';

/**
 * Takes what was found out of a document. It is searched as one text, as a reader sees it: a password may be bold, stand in a
 * code block below the words that announce it, or have become a link.
 */
export function redactDoc(
  redactor: Redactor,
  doc: Doc,
): { readonly doc: Doc; readonly found: readonly string[] } {
  const texts: string[] = [];
  visitBlocks(doc.children, (text) => {
    texts.push(text);
    return text;
  });
  const pieces = redactor(texts.join(''));
  const addresses = addressesIn(doc).filter((url) => redactor(url).length > 0);
  if (pieces.length === 0 && addresses.length === 0) return { doc, found: [] };
  const cut = createCut(pieces);
  const bad = new Set(addresses);
  const children = visitBlocks(doc.children, cut, (url) => !bad.has(url));
  const found = [...pieces, ...addresses.flatMap(redactor)].map(({ what }) => what);
  return { doc: { type: 'root', children }, found: [...new Set(found)] };
}

/** Called with every text in the order in which the document was searched: answers what is left of it. */
function createCut(pieces: readonly Piece[]): (text: string) => string {
  let offset = 0;
  return (text) => {
    const [from, to] = [offset, offset + text.length];
    offset = to;
    let out = '';
    let at = from;
    for (const { start, end, what } of pieces) {
      if (end <= from || start >= to) continue;
      out += text.slice(at - from, Math.max(start, from) - from);
      if (start >= from) out += removedWords(what);
      at = Math.min(end, to);
    }
    return out + text.slice(at - from);
  };
}

type Visit = (text: string) => string;
type KeepsAddress = (url: string) => boolean;
const always: KeepsAddress = () => true;

/** The same blocks with every text as `visit` answers it; between blocks it is asked about a line break. */
function visitBlocks(blocks: readonly Block[], visit: Visit, keeps: KeepsAddress = always): Block[] {
  return blocks.flatMap((block) => {
    const changed = visitBlock(block, visit, keeps);
    visit('\n');
    return changed === null ? [] : [changed];
  });
}

function visitBlock(block: Block, visit: Visit, keeps: KeepsAddress): Block | null {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return { ...block, children: visitInlines(block.children, visit, keeps) };
    case 'code':
      return { ...block, value: visit(block.value) };
    case 'blockquote':
      return { ...block, children: visitBlocks(block.children, visit, keeps) };
    case 'list':
      return {
        ...block,
        children: block.children.map(
          (item): ListItem => ({ ...item, children: visitBlocks(item.children, visit, keeps) }),
        ),
      };
    case 'table':
      return {
        ...block,
        children: block.children.map((row) => ({
          ...row,
          children: row.children.map((cell) => {
            const children = visitInlines(cell.children, visit, keeps);
            visit('\t');
            return { ...cell, children };
          }),
        })),
      };
    case 'thematicBreak':
      return block;
  }
}

function visitInlines(nodes: readonly Inline[], visit: Visit, keeps: KeepsAddress): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    switch (node.type) {
      case 'text':
      case 'inlineCode': {
        const value = visit(node.value);
        return value === '' ? [] : [{ ...node, value }];
      }
      case 'break':
        return visit('\n') === '\n' ? [node] : [];
      case 'mention':
      case 'emoji': {
        const left = visit(OTHER);
        return left === OTHER ? [node] : left === '' ? [] : [{ type: 'text', value: left }];
      }
      case 'link': {
        const before = JSON.stringify(node.children);
        const children = visitInlines(node.children, visit, keeps);
        // Its address may say again what was taken out of its label.
        const isWhole = keeps(node.url) && JSON.stringify(children) === before;
        return isWhole ? [node] : labelOf(node.url, children, keeps);
      }
      default: {
        const children = visitInlines(node.children, visit, keeps);
        return children.length === 0 ? [] : [{ ...node, children }];
      }
    }
  });
}

function labelOf(url: string, children: readonly Inline[], keeps: KeepsAddress): Inline[] {
  if (keeps(url)) return [...children];
  const isAddress = JSON.stringify(children).includes(JSON.stringify(url).slice(1, -1));
  return isAddress ? [] : [...children];
}

function addressesIn(doc: Doc): readonly string[] {
  const found: string[] = [];
  visitBlocks(
    doc.children,
    (text) => text,
    (url) => {
      found.push(url);
      return true;
    },
  );
  return found;
}
