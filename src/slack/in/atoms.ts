import type { Block, Inline } from '../../model/doc.ts';
import { inlineText } from '../../model/doc-text.ts';
import { SlackUser } from '../../model/ids.ts';
import { A_PERSON } from '../../texts/names.ts';
import { storable } from './storable.ts';

/** What a stretch of text wears; at most one of each, so a tree made of them has at most four levels. */
export type Mark = 'strong' | 'emphasis' | 'delete' | `link:${string}`;

/** One stretch with all of its marks: the flat form in which Slack sends text, and into which mrkdwn is read. */
export interface Atom {
  readonly leaf: Exclude<Inline, { children: unknown }>;
  readonly marks: readonly Mark[];
}

const LINE_END = /\r\n?|\n/;

/** Text that a person sees; every line end becomes a break. */
export function textAtoms(text: string, marks: readonly Mark[] = []): readonly Atom[] {
  return inLines('text', text, marks);
}

export function codeAtoms(text: string, marks: readonly Mark[] = []): readonly Atom[] {
  return inLines('inlineCode', text, marks);
}

function inLines(type: 'text' | 'inlineCode', text: string, marks: readonly Mark[]): readonly Atom[] {
  return storable(text)
    .split(LINE_END)
    .flatMap((value, index): readonly Atom[] => [
      ...(index === 0 ? [] : [{ leaf: { type: 'break' }, marks } as const]),
      ...(value === '' ? [] : [{ leaf: { type, value }, marks } as const]),
    ]);
}

/** A person whose name is found later. What cannot be an id stays as text. */
export function personAtoms(id: string, marks: readonly Mark[] = [], name = ''): readonly Atom[] {
  const user = SlackUser.safeParse(id);
  if (!user.success) return textAtoms(`@${name === '' ? id : name}`, marks);
  return [{ leaf: { type: 'mention', user: user.data, name: storable(name) }, marks }];
}

/** Invisible and turning characters can make an address look like another one: such an address is no link. */
const LINKABLE = /^(?:https?:\/\/|mailto:)[^\s<>"\p{Cc}\p{Cf}\p{Cs}]+$/iu;

export function isLinkable(url: string): boolean {
  return LINKABLE.test(url) && URL.canParse(url);
}

/** A link to the web or a mail address; any other target is shown beside its label, where it can do nothing. */
export function linkAtoms(url: string, label: string, marks: readonly Mark[] = []): readonly Atom[] {
  const plain = url.replace(/^mailto:/i, '');
  const shown = label === '' ? plain : label;
  if (isLinkable(url)) return textAtoms(shown, [...marks, `link:${url}`]);
  return textAtoms(shown === url || shown === plain ? shown : `${shown} (${url})`, marks);
}

/** Atoms as paragraphs: blank lines part them, other line ends are breaks. Blank space around a paragraph is gone. */
export function paragraphsOf(atoms: readonly Atom[]): readonly Block[] {
  const paragraphs: Atom[][] = [];
  let open: Atom[] | null = null;
  for (const line of linesOf(atoms)) {
    if (isBlankLine(line)) open = null;
    else if (open === null) {
      open = [...line];
      paragraphs.push(open);
    } else {
      open.push(breakBetween(open.at(-1), line[0]));
      for (const atom of line) open.push(atom);
    }
  }
  return paragraphs.map((paragraph) => ({ type: 'paragraph', children: nested(trimmed(paragraph)) }));
}

/** Atoms as one run of inline nodes, where no blocks may stand: in the cell of a table, in a /me message. */
export function inlinesOf(atoms: readonly Atom[]): readonly Inline[] {
  const lines = linesOf(atoms).filter((line) => !isBlankLine(line));
  const run = lines.flatMap((line, index) =>
    index === 0 ? line : [breakBetween(lines[index - 1]?.at(-1), line[0]), ...line],
  );
  return nested(trimmed(run));
}

/** Atoms as plain characters. A link shows its address; nobody looks for the name of a person there. */
export function plainWords(atoms: readonly Atom[]): string {
  const named = atoms.map((atom): Atom => {
    if (atom.leaf.type !== 'mention') return atom;
    return { ...atom, leaf: { ...atom.leaf, user: null, name: atom.leaf.name || A_PERSON } };
  });
  return inlineText(nested(named));
}

function linesOf(atoms: readonly Atom[]): readonly (readonly Atom[])[] {
  const lines: Atom[][] = [[]];
  for (const atom of atoms) {
    if (atom.leaf.type === 'break') lines.push([]);
    else lines.at(-1)?.push(atom);
  }
  return lines;
}

function isBlankLine(line: readonly Atom[]): boolean {
  return line.every(({ leaf }) => leaf.type === 'text' && leaf.value.trim() === '');
}

/** A break wears what both of its neighbours wear, so that it does not cut a mark in two. */
function breakBetween(before: Atom | undefined, after: Atom | undefined): Atom {
  return {
    leaf: { type: 'break' },
    marks: (before?.marks ?? []).filter((mark) => after?.marks.includes(mark)),
  };
}

function trimmed(atoms: readonly Atom[]): readonly Atom[] {
  const isBlank = ({ leaf }: Atom) => leaf.type === 'text' && leaf.value.trim() === '';
  const first = atoms.findIndex((atom) => !isBlank(atom));
  const last = atoms.findLastIndex((atom) => !isBlank(atom));
  if (first < 0) return [];
  return atoms.slice(first, last + 1).map((atom, index, kept) => {
    if (atom.leaf.type !== 'text') return atom;
    const start = index === 0 ? atom.leaf.value.trimStart() : atom.leaf.value;
    const value = index === kept.length - 1 ? start.trimEnd() : start;
    return { ...atom, leaf: { type: 'text', value } };
  });
}

/** The tree: at each place the mark that reaches furthest goes outside. Linear, since a stretch has at most four marks. */
function nested(atoms: readonly Atom[], done: readonly Mark[] = []): readonly Inline[] {
  const nodes: Inline[] = [];
  for (let at = 0; at < atoms.length; ) {
    const run = longestRun(atoms, at, done);
    const atom = atoms[at];
    if (run !== null) {
      nodes.push(wrapped(run.mark, nested(atoms.slice(at, run.end), [...done, run.mark])));
      at = run.end;
    } else {
      if (atom !== undefined) nodes.push(atom.leaf);
      at += 1;
    }
  }
  return joined(nodes);
}

function longestRun(atoms: readonly Atom[], start: number, done: readonly Mark[]) {
  let longest: { readonly mark: Mark; readonly end: number } | null = null;
  for (const mark of atoms[start]?.marks ?? []) {
    if (done.includes(mark)) continue;
    let end = start + 1;
    while (atoms[end]?.marks.includes(mark)) end += 1;
    if (longest === null || end > longest.end) longest = { mark, end };
  }
  return longest;
}

function wrapped(mark: Mark, children: readonly Inline[]): Inline {
  if (mark === 'strong' || mark === 'emphasis' || mark === 'delete') return { type: mark, children };
  return { type: 'link', url: mark.slice('link:'.length), children };
}

/** Neighbours of one kind become one node; collected first, so that ten thousand of them cost no more than their length. */
function joined(nodes: readonly Inline[]): readonly Inline[] {
  const result: Inline[] = [];
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at];
    at += 1;
    if (node === undefined) continue;
    if (node.type !== 'text' && node.type !== 'inlineCode') {
      result.push(node);
      continue;
    }
    const values = [node.value];
    for (let next = nodes[at]; next?.type === node.type && 'value' in next; next = nodes[at]) {
      values.push(next.value ?? '');
      at += 1;
    }
    result.push({ type: node.type, value: values.join('') });
  }
  return result;
}
