import type { KnownBlock, MrkdwnElement, RichTextBlock, RichTextElement } from '@slack/types';

export type KnownBlocks = KnownBlock[];

/** Slack refuses longer text in one element, and more blocks in one message; we stay below both. */
const LONGEST_TEXT = 2_900;
const LONGEST_MESSAGE = 11_000;
const LONGEST_AUTHOR = 500;
const LONGEST_ADDRESS = 900;
/** Slack wants the `text` beside the blocks below 4,000 characters. */
const LONGEST_LINE = 3_000;
const CUT = '…\n(cut: the rest stands on the ticket)';
const URL_PATTERN = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}]/g;

type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly url: string };

/**
 * Text from outside as rich_text elements: nothing in it is markup, so it cannot ping anybody (`<!channel>`) or hide a
 * link behind another name. A web address becomes a link that shows itself.
 */
function richText(text: string): KnownBlock[] {
  const blocks: RichTextBlock[] = [];
  let elements: RichTextElement[] = [];
  let room = 0;
  for (const piece of shortened(piecesOf(text.toWellFormed()))) {
    const size = sizeOf(piece);
    if (size > room) {
      elements = [];
      room = LONGEST_TEXT;
      blocks.push({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
    }
    elements.push(piece);
    room -= size;
  }
  return blocks;
}

const sizeOf = (piece: Piece) => (piece.type === 'text' ? piece.text : piece.url).length;

/** The text as pieces that fit into one element each; together they are the text again, unchanged. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: url, index } of text.matchAll(URL_PATTERN)) {
    if (url.length > LONGEST_TEXT || !URL.canParse(url)) continue;
    pieces.push(...plainPieces(text.slice(from, index)), { type: 'link', url });
    from = index + url.length;
  }
  return [...pieces, ...plainPieces(text.slice(from))];
}

function plainPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.length <= LONGEST_TEXT ? rest.length : goodEnd(rest, LONGEST_TEXT);
    pieces.push({ type: 'text', text: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  return pieces;
}

/** Where to cut before `limit`: after a line, else after a word, never inside of a character. */
function goodEnd(text: string, limit: number): number {
  for (const gap of ['\n', ' ']) {
    const at = text.lastIndexOf(gap, limit - 1);
    if (at >= limit / 2) return at + 1;
  }
  const insideOfPair = /[\ud800-\udbff]/.test(text.charAt(limit - 1));
  return insideOfPair ? limit - 1 : limit;
}

function shortened(pieces: readonly Piece[]): readonly Piece[] {
  const kept: Piece[] = [];
  let room = LONGEST_MESSAGE;
  for (const piece of pieces) {
    if (sizeOf(piece) > room) {
      if (piece.type === 'text' && room > 1)
        kept.push({ ...piece, text: piece.text.slice(0, goodEnd(piece.text, room)) });
      return [...kept, { type: 'text', text: CUT }];
    }
    kept.push(piece);
    room -= sizeOf(piece);
  }
  return kept;
}

/** Escapes what is markup in mrkdwn and in the `text` of a message: control characters of Slack, nothing more. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Foreign text escaped for the `text` of a message, cut where it would become longer than `longest` characters. */
export function escapedLine(text: string, longest: number): string {
  return cutWhileWriting(text, longest, escapeMrkdwn);
}

/** A short stretch of foreign text inside our own mrkdwn: on one line, escaped, and its formatting marks made inert. */
export function inertMrkdwn(text: string, longest: number): string {
  return cutWhileWriting(text.replace(/\s+/g, ' ').trim(), longest, (char) =>
    escapeMrkdwn(char).replace(/[*_~`]/, '\u200b$&\u200b'),
  );
}

/** Cuts by what is written, so that no escaped character is cut in the middle. */
function cutWhileWriting(text: string, longest: number, write: (char: string) => string): string {
  let written = '';
  for (const char of text.toWellFormed()) {
    const next = write(char);
    if (written.length + next.length >= longest) return `${written}…`;
    written += next;
  }
  return written;
}

/** A link in mrkdwn that its address and its name cannot break out of; the name alone when the address is no web address. */
export function mrkdwnLink(url: string, name: string, longest: number): string {
  const label = escapedLine(name.replace(/\s+/g, ' ').trim(), longest);
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) return label;
  const href = address.href
    .replaceAll('|', '%7C')
    .replaceAll('<', '%3C')
    .replaceAll('>', '%3E')
    .replaceAll('&', '&amp;');
  return href.length > LONGEST_ADDRESS ? label : `<${href}|${label}>`;
}

/** Without `verbatim` Slack looks for names of channels and people in plain words (docs.slack.dev, text object). */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Something said in the conversation: by a person of the ticket system, or by us (`author` null). */
export function renderMessage(
  author: string | null,
  text: string,
): { readonly text: string; readonly blocks: KnownBlocks } {
  const by: KnownBlock[] =
    author === null
      ? []
      : [
          {
            type: 'context',
            elements: [mrkdwn(`:speech_balloon: *${inertMrkdwn(author, LONGEST_AUTHOR)}*`)],
          },
        ];
  const line = author === null ? text : `${author}: ${text}`;
  return { text: escapedLine(line, LONGEST_LINE), blocks: [...by, ...richText(text)] };
}
