import type { Doc } from './doc.ts';
import { inlineText, mapInlines } from './doc-text.ts';
import { isLyingLabel, safeAddress } from './link-honesty.ts';

/**
 * The same document with links that lead where they say: only http, https and mailto are links, and a label that reads
 * like another address is given up. What is no link any more stands there as words, label and address.
 */
export function honestLinks(doc: Doc): Doc {
  return mapInlines(doc, (node) =>
    node.type !== 'link' || isHonest(node.url, inlineText(node.children))
      ? node
      : { type: 'text', value: inlineText([node]) },
  );
}

function isHonest(address: string, label: string): boolean {
  const url = safeAddress(address);
  return url !== null && (label === address || !isLyingLabel(label, url));
}
