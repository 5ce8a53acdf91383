import type { KnownBlock, RichTextBlock } from '@slack/types';
import { type Block, type Doc, plainDoc } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import { cutText, splitDoc } from '../../model/split-doc.ts';
import { CUT, commentDeleted, NO_TEXT } from '../../texts/card.ts';
import { partsOf, type RichPart } from './doc-parts.ts';
import { LONGEST_TEXT, plain, sizeOf } from './inline-elements.ts';
import { escapedLine, inertMrkdwn, mrkdwn } from './mrkdwn.ts';
import { type Table, tableBlock } from './table-block.ts';

export type KnownBlocks = KnownBlock[];

/** How something looks in Slack: Block Kit, and one line for notifications and screen readers. */
export interface Look {
  readonly text: string;
  readonly blocks: KnownBlocks;
}

/** Something said in the conversation. */
export interface Said {
  /** Who said it and where, "Dana Novak on IAM-1"; null when it speaks for us. */
  readonly author: string | null;
  readonly body: Doc;
  /** Of something that is too long for one message; null for a whole one. */
  readonly part: { readonly number: number; readonly of: number } | null;
  /** A few words beside the author, such as the time of something that comes late. */
  readonly note?: string | null;
}

/** Characters of plain text that surely fit into one message, however they are formatted. */
export const LONGEST_SAID = 10_000;

const LONGEST_AUTHOR = 500;
/** Slack wants the `text` beside the blocks below 4,000 characters, also in an edit (docs.slack.dev, chat.update). */
const LONGEST_LINE = 3_000;
/** Slack takes 50 blocks in a message; one is the line with the author. */
const MOST_BLOCKS = 48;
/** Formatting that weighs more than this is given up for the plain words. */
const HEAVIEST = 60_000;

/** What somebody said, formatted as in its own system as far as Slack can. */
export function renderMessage(said: Said): Look {
  const { author, part, note } = said;
  const body = fitting(said.body);
  const words = docText(body);
  const counted = part === null ? '' : ` (${part.number}/${part.of})`;
  const name = author === null ? [] : [`:speech_balloon: *${inertMrkdwn(author, LONGEST_AUTHOR)}*${counted}`];
  const by = author === null && part !== null ? [counted.trim()] : name;
  const head = [...by, ...(note ? [inertMrkdwn(note, LONGEST_AUTHOR)] : [])];
  const line = author === null ? words : `${author}${counted}: ${words}`;
  return {
    text: escapedLine(line === '' ? NO_TEXT : line, LONGEST_LINE),
    blocks: [...(head.length === 0 ? [] : [context(head.join(' · '))]), ...bodyBlocks(body)],
  };
}

/** A notice of ours: plain words. */
export function renderNotice(text: string): Look {
  return renderMessage({ author: null, body: plainDoc(text), part: null });
}

/** What stands where a comment stood that is gone; `author` is the name alone. */
export function renderTombstone(author: string | null, key: string): Look {
  const line = commentDeleted(author === null ? '' : `${author}: `, key);
  const by = author === null ? '' : `*${inertMrkdwn(author, LONGEST_AUTHOR)}*: `;
  const shown = `:wastebasket: ${commentDeleted(by, inertMrkdwn(key, LONGEST_AUTHOR))}`;
  return { text: escapedLine(line, LONGEST_LINE), blocks: [context(shown)] };
}

const context = (text: string): KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] });

/** Whoever says more has split it before; whoever has not loses the end, visibly, and not the whole. */
function fitting(body: Doc): Doc {
  const [first = body, ...rest] = splitDoc(body, LONGEST_SAID);
  return rest.length === 0
    ? first
    : { type: 'root', children: [...first.children, ...plainDoc(CUT).children] };
}

function bodyBlocks(body: Doc): KnownBlocks {
  const blocks = formatted(body);
  if (blocks.length === 0) return packed(partsOf(plainDoc(NO_TEXT).children));
  // A table has its own limits.
  const weighed = blocks.filter((block) => block.type !== 'table');
  const light = blocks.length <= MOST_BLOCKS && JSON.stringify(weighed).length <= HEAVIEST;
  return light ? blocks : unformatted(docText(body));
}

function formatted(body: Doc): KnownBlocks {
  const at = onlyTable(body.children);
  const table = at === null ? null : tableBlock(at);
  if (at === null || table === null) return packed(partsOf(body.children));
  const index = body.children.indexOf(at);
  const [before, after] = [body.children.slice(0, index), body.children.slice(index + 1)];
  return [...packed(partsOf(before)), table, ...packed(partsOf(after))];
}

function onlyTable(blocks: readonly Block[]): Table | null {
  const [only = null, ...others] = blocks.filter((block) => block.type === 'table');
  return others.length === 0 ? only : null;
}

/** The words without their formatting: as few blocks and elements as there can be. */
function unformatted(words: string): KnownBlocks {
  return cutText(words, LONGEST_TEXT).map((piece) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: plain(piece) }],
  }));
}

/** Parts in as few blocks as their length allows. */
function packed(parts: readonly RichPart[]): KnownBlocks {
  const blocks: RichTextBlock[] = [];
  let room = 0;
  for (const part of parts) {
    const size = sizeOfPart(part);
    const last = blocks.at(-1);
    if (last === undefined || size > room) {
      blocks.push({ type: 'rich_text', elements: [part] });
      room = LONGEST_TEXT;
    } else last.elements.push(part);
    room -= size;
  }
  return blocks;
}

function sizeOfPart(part: RichPart): number {
  const sizes =
    part.type === 'rich_text_list' ? part.elements.flatMap((item) => item.elements) : part.elements;
  return sizes.reduce((sum, element) => sum + sizeOf(element), 0);
}
