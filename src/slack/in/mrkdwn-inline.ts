import { type Atom, codeAtoms, type Mark, plainWords, textAtoms } from './atoms.ts';
import { readControl, unescaped } from './control.ts';

const MARK_OF: ReadonlyMap<string, Mark> = new Map([
  ['*', 'strong'],
  ['_', 'emphasis'],
  ['~', 'delete'],
]);

/** A control sequence, code in one line, a line end, or a sign that may begin or end a mark; a doubled one does neither. */
const SIGNS = /<[^<>]*>|`[^`\n]+`|\n|\*+|_+|~+/g;

interface Sign {
  readonly at: number;
  readonly text: string;
  /** For a sign that does begin or end a mark. */
  turns: 'on' | 'off' | null;
}

/**
 * mrkdwn without its blocks (docs.slack.dev/messaging/formatting-message-text). A mark begins before a word, ends behind
 * one, and stays within its line; what has no partner is a character like any other. Linear in the length of the text.
 */
export function readMrkdwnInline(text: string): readonly Atom[] {
  const atoms: Atom[] = [];
  const marks: Mark[] = [];
  let from = 0;
  const add = (more: readonly Atom[]) => {
    for (const atom of more) atoms.push(atom);
  };
  for (const sign of pairedSigns(text)) {
    const mark = MARK_OF.get(sign.text);
    if (/^[*_~]/.test(sign.text) && sign.turns === null) continue;
    add(textAtoms(unescaped(text.slice(from, sign.at)), [...marks]));
    from = sign.at + sign.text.length;
    if (mark !== undefined && sign.turns === 'on') marks.push(mark);
    else if (mark !== undefined) marks.pop();
    else if (sign.text.startsWith('<')) add(readControl(sign.text.slice(1, -1), [...marks]));
    else if (sign.text.startsWith('`')) add(codeAtoms(wordsOf(sign.text.slice(1, -1)), [...marks]));
    else add(textAtoms('\n', [...marks]));
  }
  add(textAtoms(unescaped(text.slice(from)), [...marks]));
  return atoms;
}

/** Plain characters for places where nothing is marked up: code, the title of a block, the words of a command. */
export function wordsOf(text: string): string {
  const shown: string[] = [];
  let from = 0;
  for (const found of text.matchAll(/<([^<>]*)>/g)) {
    shown.push(unescaped(text.slice(from, found.index)), plainWords(readControl(found[1] ?? '', [])));
    from = found.index + found[0].length;
  }
  return [...shown, unescaped(text.slice(from))].join('');
}

/** Finds which signs form pairs, like brackets: a pair that closes takes the open signs inside of it their meaning. */
function pairedSigns(text: string): readonly Sign[] {
  const signs = [...text.matchAll(SIGNS)].map(
    (found): Sign => ({
      at: found.index,
      text: found[0],
      turns: null,
    }),
  );
  const open: Sign[] = [];
  for (const sign of signs) {
    if (sign.text === '\n') open.length = 0;
    if (!MARK_OF.has(sign.text)) continue;
    const begin = open.findIndex((one) => one.text === sign.text);
    if (begin >= 0 && mayEnd(text, sign.at)) {
      const [first] = open.splice(begin);
      if (first !== undefined) first.turns = 'on';
      sign.turns = 'off';
    } else if (begin < 0 && mayBegin(text, sign.at)) {
      open.push(sign);
    }
  }
  return signs;
}

const WORD = /[\p{L}\p{N}]/u;
const SPACE = /^\s?$/;

function mayBegin(text: string, at: number): boolean {
  return !WORD.test(text.charAt(at - 1)) && !SPACE.test(text.charAt(at + 1));
}

function mayEnd(text: string, at: number): boolean {
  return !SPACE.test(text.charAt(at - 1)) && !WORD.test(text.charAt(at + 1));
}
