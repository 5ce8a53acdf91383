import { isDeepStrictEqual } from 'node:util';
import type { Block, Doc } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import { type Outcome, rejected } from '../../model/outcome.ts';
import type { CommentDraft, TicketComment } from '../../model/ticket.ts';
import type { Comments } from '../connector.ts';
import { isBlank } from '../storable-text.ts';
import { type Ask, TIMEOUT_MS } from './ask.ts';
import type { DeskComment } from './records.ts';
import { LONGEST_COMMENT, line, storableDoc } from './text.ts';
import { error, value } from './wire.ts';

export function commentOf(comment: DeskComment): TicketComment {
  const { id, author, body, createdAt, updatedAt, marker, internal } = comment;
  return { id, author, body, createdAt, updatedAt, marker, visibility: internal ? 'internal' : 'public' };
}

/** What the comment shows: who said it, unless it is written in his own name, which part it is, and the words. */
function shown({ author, part, body }: CommentDraft): Doc {
  const number = part === null ? '' : `(${part.number}/${part.of})`;
  if (author === null || author.grant !== null) return storableDoc(number === '' ? [] : [line(number)], body);
  const head: Block = {
    type: 'paragraph',
    children: [
      { type: 'strong', children: [{ type: 'text', value: author.name }] },
      { type: 'text', value: ` via Slack ${number}`.trimEnd() },
    ],
  };
  return storableDoc([head], body);
}

const BLANK: Outcome<never> = rejected(
  'invalid',
  'The message has no text that could be shown in the ticket',
);

function addEffect(ask: Ask, settleMs: number): Comments['add'] {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    async send(draft, { marker }) {
      if (isBlank(docText(draft.body))) return BLANK;
      const body = shown(draft);
      const internal = draft.visibility === 'internal';
      const source = draft.source?.permalink ?? null;
      return ask.as(draft.author, (records, author) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        return value({ id: records.addComment(ticket, { author, body, internal, marker, source }).id });
      });
    },
    find: (draft, { marker }) =>
      ask('reads', (records) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        const found = records.searchComment(ticket, marker);
        return value(found === null ? null : { id: found.id });
      }),
  };
}

/** Its visibility stays what it is: what an agent made internal since then must not become public by an edit. */
function reviseEffect(ask: Ask, settleMs: number): Comments['revise'] {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    async send(revision) {
      if (isBlank(docText(revision.body))) return BLANK;
      const body = shown(revision);
      return ask.as(revision.author, (records) => {
        const ticket = records.byId(revision.ticket);
        const comment = ticket?.comments.find(({ id }) => id === revision.comment);
        if (ticket === null || comment === undefined) return error(404);
        if (!isDeepStrictEqual(comment.body, body)) records.changeComment(ticket, comment.id, { body });
        return value({ id: comment.id });
      });
    },
    find: (revision) =>
      ask('reads', (records) => {
        const ticket = records.byId(revision.ticket);
        const comment = ticket?.comments.find(({ id }) => id === revision.comment);
        if (comment === undefined) return error(404);
        return value(isDeepStrictEqual(comment.body, shown(revision)) ? { id: comment.id } : null);
      }),
  };
}

export function createComments(ask: Ask, settleMs: number): Comments {
  return {
    longest: LONGEST_COMMENT,
    add: addEffect(ask, settleMs),
    revise: reviseEffect(ask, settleMs),
    read: (ticket, comment) =>
      ask('reads', (records) => {
        const found = records.byId(ticket)?.comments.find(({ id }) => id === comment);
        return found === undefined ? error(404) : value(commentOf(found));
      }),
  };
}
