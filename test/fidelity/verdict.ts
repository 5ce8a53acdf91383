import type { Doc } from '../../src/model/doc.ts';
import { docText, mapInlines } from '../../src/model/doc-text.ts';
import { canonical, plainLeaves } from '../support/canonical-doc.ts';
import type { NamedGolden } from './goldens.ts';
import { lookOf } from './look-of.ts';
import type { Passage } from './paths.ts';

/** Where words stand, and not what they are dressed in: worth a word only when it is lost. */
const PLACES = ['line break', 'second paragraph', 'later paragraph'];

/** What becomes of a construct on one path, as a cell of the table. */
export function verdict(golden: NamedGolden, passage: Passage<unknown>): string {
  const { probe, means } = golden;
  const { read, written, seen } = passage;
  const missing = missingWords(read, seen);
  const inLabels = missing.length > 0 && missingWords(withoutLabels(read), seen).length === 0;
  if (inLabels) return `kept as ${asCode(docText(seen))}; lost: the label`;
  const shown = lookOf(seen, probe);
  if (shown === null || missing.length > 0) return `LOST: ${missing.slice(0, 5).map(asCode).join(', ')}`;
  if (written.length > 1) return `kept, in ${written.length} parts`;
  const lost = without(means, shown.look);
  const gained = without(shown.look, means).filter((name) => !PLACES.includes(name));
  const isSame = lost.length + gained.length === 0;
  if (isSame && sameTree(read, seen)) return 'kept';
  const dress = shown.look.filter((name) => !PLACES.includes(name));
  const signs = newSigns(passage, probe, golden.drawn === true || isSame);
  const kept = [
    ...(dress.length === 0 ? [] : [dress.join(' in ')]),
    ...(signs === '' ? [] : [asCode(signs)]),
  ];
  // Signs stand for what they replace; a gained dress does, too.
  const named = signs === '' && gained.length === 0 ? [`lost: ${lost.join(', ')}`] : [];
  return [...(kept.length === 0 ? [] : [`kept as ${kept.join(', ')}`]), ...named].join('; ');
}

const sameTree = (one: Doc, other: Doc) =>
  JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));

/**
 * The line of `probe` as the other side shows it, when it shows more than the words that were written: the number of an
 * item, the name of a person. `always`: in any case.
 */
function newSigns({ read, seen }: Passage<unknown>, probe: string | null, always: boolean): string {
  const before = plainText(read).split('\n');
  const isNew = (line: string) => always || !before.some((one) => one.trim() === line);
  const isTold = (line: string) => line !== '' && (probe === null || line.includes(probe));
  const lines = docText(seen).split('\n');
  return lines.map((line) => line.trim()).find((line) => isTold(line) && isNew(line)) ?? '';
}

/** The words without people and emoji: those are more than words. */
const plainText = (doc: Doc) => plainLeaves(doc.children, 'words');

const asCode = (line: string) => {
  const shown = line.length > 70 ? `${line.slice(0, 69)}…` : line;
  return `\`${shown.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|').replaceAll('`', "'")}\``;
};

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return some.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const words = (doc: Doc) => plainLeaves(doc.children).match(/[\p{L}\p{N}]+/gu) ?? [];

const withoutLabels = (doc: Doc) =>
  mapInlines(doc, (node) => (node.type === 'link' ? { ...node, children: [] } : node));

function missingWords(read: Doc, seen: Doc): readonly string[] {
  const there = new Set(words(seen));
  return words(read).filter((word) => !there.has(word));
}
