import type { Block, Doc } from '../../model/doc.ts';
import { Marker, tsMicros } from '../../model/ids.ts';
import type { CommentDraft, CommentRevision } from '../../model/ticket.ts';
import { CORRECTION_OF, CUT_THERE, correctedInSlack, messageOf } from '../../texts/servicenow-talk.ts';
import { cutVisibly, storable } from '../storable-text.ts';
import { cutToJournal, inert, oneLine, plainWords } from './fields.ts';
import { htmlDoc } from './html.ts';
import { typedBlocks } from './words.ts';

/**
 * The text of a journal entry: who said it, what, and a last line that names the Slack message and carries our marker.
 * The marker makes two equal sentences two different entries, and every entry known as ours when it is read again.
 */
export function commentText(draft: CommentDraft, marker: Marker): string {
  return entryText(draft, marker, `${speakerOf(draft)}${partOf(draft)}`);
}

/** The text of the entry that corrects an earlier one, which itself stays what it was: a journal cannot be changed. */
export function revisionText(draft: CommentRevision, marker: Marker): string {
  const what = messageOf(draft.source === null ? 'before' : saidAt(draft.source.ts));
  if (draft.withdrawn) return entryText(draft, marker, `About ${what}${partOf(draft, ' ')}: `);
  const who =
    draft.author?.grant === null ? correctedInSlack(oneLine(draft.author.name, 100)) : CORRECTION_OF;
  return entryText(draft, marker, `${who} ${what}${partOf(draft, ' ')}:\n`);
}

function speakerOf({ author }: CommentDraft): string {
  return author === null || author.grant !== null ? '' : `${oneLine(author.name, 100)} (Slack): `;
}

function partOf({ part }: CommentDraft, before = ''): string {
  if (part === null) return '';
  const shown = `(${part.number}/${part.of})`;
  return before === '' ? `${shown} ` : `${before}${shown}`;
}

/** In UTC: the readers of a ticket sit anywhere. */
function saidAt(ts: Parameters<typeof tsMicros>[0]): string {
  const time = new Date(Number(tsMicros(ts) / 1000n)).toISOString();
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function entryText(draft: CommentDraft, marker: Marker, head: string): string {
  const { source } = draft;
  const origin = source === null ? null : (source.permalink ?? `message ${source.ts}`);
  const end = origin === null ? `Reference: ${marker}` : `Slack: ${oneLine(origin, 500)} (${marker})`;
  return `${inert(`${head}${cutToJournal(plainWords(draft.body).trim())}`)}\n\n${end}`;
}

const LAST_LINE = /^(?:Reference: |Slack: .{1,600} \()(dsk-[0-9a-z]{16,40})\)?$/;

/**
 * The marker in an entry's last line; null when there is none. Only the oldest entry with a marker is ours: a later one
 * is somebody's copy of it.
 */
export function markerIn(text: string): Marker | null {
  const lastLine = text.trimEnd().split('\n').at(-1) ?? '';
  const marker = Marker.safeParse(LAST_LINE.exec(lastLine)?.[1]);
  return marker.success ? marker.data : null;
}

/** No person writes more than this, in characters; reading more would hold up everybody else. */
const READ_AT_MOST = 200_000;

/**
 * A journal entry as a document. What was typed is plain text, in which nothing is markup; what stands between [code] and
 * [/code] is shown as HTML by the instance, and read as that.
 */
export function journalDoc(text: string): Doc {
  const blocks: Block[] = [];
  let joins = false;
  for (const { kind, value } of partsOf(cutVisibly(storable(text), READ_AT_MOST, CUT_THERE))) {
    if (value === '') continue;
    const read = kind === 'html' ? htmlDoc(value).children : typedBlocks(value);
    // Words before and behind a tag in one line are one paragraph.
    const goesOn = joins && (kind === 'html' || !/^[ \t]*\n/.test(value));
    append(blocks, read, goesOn);
    joins = kind === 'html' || !/\n[ \t]*$/.test(value);
  }
  return { type: 'root', children: blocks };
}

function append(blocks: Block[], more: readonly Block[], goesOn: boolean): void {
  const [first, ...rest] = more;
  const last = blocks.at(-1);
  if (goesOn && last?.type === 'paragraph' && first?.type === 'paragraph') {
    blocks[blocks.length - 1] = { type: 'paragraph', children: [...last.children, ...first.children] };
    blocks.push(...rest);
  } else blocks.push(...more);
}

interface Part {
  readonly kind: 'typed' | 'html';
  readonly value: string;
}

/** [code] without its end is no more than what it says. */
function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  const opening = /\[code\]/gi;
  const closing = /\[\/code\]/gi;
  let at = 0;
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    closing.lastIndex = opening.lastIndex;
    const close = closing.exec(text);
    if (close === null) break;
    parts.push({ kind: 'typed', value: text.slice(at, open.index) });
    parts.push({ kind: 'html', value: text.slice(opening.lastIndex, close.index) });
    at = closing.lastIndex;
    opening.lastIndex = at;
  }
  return [...parts, { kind: 'typed', value: text.slice(at) }];
}
