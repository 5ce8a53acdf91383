import { z } from 'zod';
import { readBody } from '../../src/connectors/jira/adf-read.ts';
import { toAdf } from '../../src/connectors/jira/adf-write.ts';
import { commentDoc, LONGEST_COMMENT } from '../../src/connectors/jira/comment-text.ts';
import { commentText, journalDoc } from '../../src/connectors/servicenow/journal-text.ts';
import { LONGEST_ENTRY } from '../../src/connectors/servicenow/limits.ts';
import type { Doc } from '../../src/model/doc.ts';
import { joinDocs, withNames } from '../../src/model/doc-text.ts';
import { Marker, SlackUser, TicketId } from '../../src/model/ids.ts';
import { splitDoc } from '../../src/model/split-doc.ts';
import type { CommentDraft } from '../../src/model/ticket.ts';
import { messageDoc } from '../../src/slack/in/message-doc.ts';
import { LONGEST_SAID, type Look, renderMessage } from '../../src/slack/out/rich-text.ts';

/** What the words of a Slack message come as. */
export const SlackSource = z.object({
  subtype: z.string().optional(),
  text: z.string(),
  blocks: z.array(z.unknown()).optional(),
  attachments: z.array(z.unknown()).optional(),
});
export type SlackSource = z.infer<typeof SlackSource>;

const IN_SLACK = new Map([[SlackUser.parse('U0GRACE'), 'Grace Hopper']]);
const IN_JIRA = new Map([['5b10ac8d', 'Grace Hopper']]);
export const MARKER = Marker.parse('dsk-0123456789abcdef');
const LAST_LINE = `\n\nReference: ${MARKER}`;

/** Words on their way: as they are understood, as they are written, and as the other side's own reader sees them. */
export interface Passage<Written> {
  readonly read: Doc;
  /** One for each comment or message. */
  readonly written: readonly Written[];
  readonly seen: Doc;
}

/** What a person writes in Slack, with the names of those whom he mentions. */
export const fromSlack = (source: SlackSource): Doc => withNames(messageDoc(source), IN_SLACK);
/** A document of Jira, or the string that its hooks and its second version carry. */
export const fromJira = (source: unknown): Doc => readBody(source, IN_JIRA);
export const fromServiceNow = (journal: string): Doc => journalDoc(journal);

export function draftOf(body: Doc, index: number, of: number): CommentDraft {
  return {
    ticket: TicketId.parse('10001'),
    author: null,
    body,
    visibility: 'public',
    source: null,
    part: of === 1 ? null : { number: index + 1, of },
  };
}

/** A document as comments of Jira; without the line that names the author, as where he writes as himself. */
export function toJira(read: Doc): Passage<unknown> {
  const parts = splitDoc(read, LONGEST_COMMENT);
  const written = parts.map((body, index): unknown =>
    JSON.parse(JSON.stringify(toAdf(commentDoc(draftOf(body, index, parts.length), true)))),
  );
  return { read, written, seen: joinDocs(...written.map(fromJira)) };
}

/** A document as entries of a journal; without the line that holds our marker. */
export function toServiceNow(read: Doc): Passage<string> {
  const parts = splitDoc(read, LONGEST_ENTRY);
  const written = parts.map((body, index) => {
    const entry = commentText(draftOf(body, index, parts.length), MARKER);
    if (!entry.endsWith(LAST_LINE)) throw new Error(`An entry ends without its marker: ${entry.slice(-80)}`);
    return entry.slice(0, -LAST_LINE.length);
  });
  return { read, written, seen: joinDocs(...written.map(fromServiceNow)) };
}

/** A document as messages in Slack. */
export function toSlack(read: Doc): Passage<Look> {
  const parts = splitDoc(read, LONGEST_SAID);
  const written = parts.map((body, index) =>
    renderMessage({
      author: null,
      body,
      part: parts.length === 1 ? null : { number: index + 1, of: parts.length },
    }),
  );
  const seen = written.map(({ blocks }) => fromSlack({ text: '', blocks }));
  return { read, written, seen: joinDocs(...seen) };
}
