/** A stretch of Slack's mrkdwn (docs.slack.dev/messaging/formatting-message-text) as something to show. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly url: string; readonly label: string }
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'mark'; readonly mark: Mark; readonly inner: readonly Piece[] };

export type Mark = 'bold' | 'italic' | 'strike';

/** `*bold*` needs something that is no letter before and after, as in Slack; a space of no width keeps a sign a sign. */
const MARKS: readonly (readonly [mark: Mark, pattern: RegExp])[] = [
  ['bold', /(^|[^\p{L}\p{N}])\*([^\s\u200b](?:[^*\n]*\S)?)\*(?![\p{L}\p{N}])/u],
  ['italic', /(^|[^\p{L}\p{N}])_([^\s\u200b](?:[^_\n]*\S)?)_(?![\p{L}\p{N}])/u],
  ['strike', /(^|[^\p{L}\p{N}])~([^\s\u200b](?:[^~\n]*\S)?)~(?![\p{L}\p{N}])/u],
];

function unescapeText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '');
}

/** Text without markup: breaks and emoji shortcodes are all that is left to read. */
function words(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [index, part] of text.split(/(\n|(?<![\p{L}\p{N}]):[a-z0-9_+-]+:(?![\p{L}\p{N}]))/u).entries()) {
    if (index % 2 === 0) {
      if (part !== '') pieces.push({ kind: 'text', text: unescapeText(part) });
    } else if (part === '\n') pieces.push({ kind: 'break' });
    else pieces.push({ kind: 'emoji', name: part.slice(1, -1) });
  }
  return pieces;
}

/** What stands between angle brackets: a person, a link with or without a label, or a broadcast. */
function reference(inside: string): Piece {
  const [target = '', label] = inside.split('|');
  if (target.startsWith('@')) return { kind: 'person', id: target.slice(1) };
  if (target.startsWith('!') || target.startsWith('#')) {
    return { kind: 'text', text: unescapeText(label ?? target.replace('!', '@')) };
  }
  const url = unescapeText(target);
  return { kind: 'link', url, label: label === undefined ? url : unescapeText(label) };
}

interface Marked {
  readonly before: string;
  readonly mark: Mark;
  readonly inner: string;
  readonly after: string;
}

/** The first stretch between marks; null when there is none. */
function marked(text: string): Marked | null {
  let first: Marked | null = null;
  for (const [mark, pattern] of MARKS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const begin = found.index + (found[1]?.length ?? 0);
    if (first !== null && begin >= first.before.length) continue;
    const after = text.slice(found.index + found[0].length);
    first = { before: text.slice(0, begin), mark, inner: found[2] ?? '', after };
  }
  return first;
}

const ATOM = /`([^`\n]+)`|<([^<>\n]+)>/;

/** Reads mrkdwn. Whatever it does not understand stays text; it never throws. */
export function readMrkdwn(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const mark = marked(rest);
    const atom = ATOM.exec(rest);
    if (mark !== null && (atom === null || mark.before.length <= atom.index)) {
      // What stands inside is shorter by its two marks, so this ends.
      pieces.push(...words(mark.before), { kind: 'mark', mark: mark.mark, inner: readMrkdwn(mark.inner) });
      rest = mark.after;
    } else if (atom !== null) {
      pieces.push(
        ...words(rest.slice(0, atom.index)),
        atom[1] === undefined ? reference(atom[2] ?? '') : { kind: 'code', text: unescapeText(atom[1]) },
      );
      rest = rest.slice(atom.index + atom[0].length);
    } else {
      pieces.push(...words(rest));
      rest = '';
    }
  }
  return pieces;
}
