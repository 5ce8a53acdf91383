import type { Block } from '../../model/doc.ts';
import { paragraphsOf } from './atoms.ts';
import { readMrkdwnInline, wordsOf } from './mrkdwn-inline.ts';
import { storable } from './storable.ts';

const FENCE = '```';
/** A quoted line; Slack escapes the sign, other tools may not. */
const QUOTED = /^(?:&gt;|>) ?/;
/** From here to the end everything is quoted. */
const QUOTED_REST = /^(?:&gt;|>){3} ?/;

/**
 * Slack's mrkdwn, which knows marks, quotes and code, and no lists: their lines stay lines. Only what has no rich text is
 * read this way: posts of apps, and words in the attachments of a message.
 */
export function readMrkdwn(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from = 0;
  const add = (more: readonly Block[]) => {
    for (const block of more) blocks.push(block);
  };
  for (;;) {
    const start = text.indexOf(FENCE, from);
    const end = start < 0 ? -1 : text.indexOf(FENCE, start + FENCE.length);
    if (end < 0) break;
    add(readLines(text.slice(from, start)));
    const value = wordsOf(storable(text.slice(start + FENCE.length, end)))
      .replace(/^\n/, '')
      .replace(/\n$/, '');
    add(
      value.trim() === ''
        ? readLines(text.slice(start, end + FENCE.length))
        : [{ type: 'code', lang: null, value }],
    );
    from = end + FENCE.length;
  }
  add(readLines(text.slice(from)));
  return blocks;
}

function readLines(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly quoted: boolean; readonly lines: string[] } | null = null;
  const close = () => {
    if (open === null) return;
    const paragraphs = paragraphsOf(readMrkdwnInline(open.lines.join('\n')));
    if (open.quoted && paragraphs.length > 0) blocks.push({ type: 'blockquote', children: paragraphs });
    else for (const paragraph of paragraphs) blocks.push(paragraph);
  };
  let restIsQuoted = false;
  for (const line of text.split(/\r\n?|\n/)) {
    restIsQuoted ||= QUOTED_REST.test(line);
    const quoted = restIsQuoted || QUOTED.test(line);
    if (open === null || open.quoted !== quoted) {
      close();
      open = { quoted, lines: [] };
    }
    open.lines.push(quoted ? line.replace(restIsQuoted ? QUOTED_REST : QUOTED, '') : line);
  }
  close();
  return blocks;
}
