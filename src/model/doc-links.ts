import type { Doc } from './doc.ts';
import { inlineText, mapInlines } from './doc-text.ts';

/** Protocols that an address may have to become a link; everything else stays words. */
const SAFE = new Set(['http:', 'https:', 'mailto:']);

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
  const url = parsed(address);
  if (url === null || !SAFE.has(url.protocol)) return false;
  // A reader does not see format characters, so a label must not hide its address behind them.
  const shown = label.replace(/\p{C}+/gu, '').trim();
  if (shown === '' || shown === address) return true;
  if (url.protocol === 'mailto:') return !looksLikeAddress(shown) || address === `mailto:${shown}`;
  if (!looksLikeAddress(shown)) return true;
  const said = parsed(/^[a-z][a-z0-9+.-]*:\/\//i.test(shown) ? shown : `https://${shown}`);
  return said !== null && said.username === '' && said.host === url.host;
}

function looksLikeAddress(label: string): boolean {
  return (
    /:\/\/|^(mailto|www)[:.]|@/i.test(label) ||
    /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}([/?#:]|$)/u.test(label)
  );
}

function parsed(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}
