import { type Doc, plainDoc } from '../../../src/model/doc.ts';
import { docText, joinDocs, mapInlines } from '../../../src/model/doc-text.ts';
import { ok, retryLater } from '../../../src/model/outcome.ts';
import type { Visibility } from '../../../src/model/ticket.ts';
import { adding, listening, type Mistake, reading, revising, wording } from './mistake.ts';

const link = (url: string, label: string): Doc => ({
  type: 'root',
  children: [
    { type: 'paragraph', children: [{ type: 'link', url, children: [{ type: 'text', value: label }] }] },
  ],
});

/** Mistakes about revisions of our comments. */
const revisions: readonly Mistake[] = [
  {
    mistake: 'adds a comment beside the one that it revises',
    noticedBy: 'a revised comment shows the new words',
    bug: (right) =>
      revising(right, {
        async send(revision, attempt) {
          await right.comments.add.send(revision, attempt);
          return right.comments.revise.send(revision, attempt);
        },
      }),
  },
  {
    mistake: 'adds a comment when it revises for the second time',
    noticedBy: 'revising a comment twice is harmless',
    bug: (right) => {
      const sent = new Set<string>();
      return revising(right, {
        async send(revision, attempt) {
          if (sent.has(attempt.marker)) await right.comments.add.send(revision, attempt);
          sent.add(attempt.marker);
          return right.comments.revise.send(revision, attempt);
        },
      });
    },
  },
  {
    mistake: 'says that a lost revision had surely no effect',
    noticedBy: 'a revision whose answer is lost',
    bug: (right) =>
      revising(right, {
        async send(revision, attempt) {
          const outcome = await right.comments.revise.send(revision, attempt);
          return outcome.kind === 'retry' ? { ...outcome, effect: 'none' } : outcome;
        },
      }),
  },
  {
    mistake: 'takes every revision for done',
    noticedBy: 'a revision that met a web page',
    bug: (right) => revising(right, { find: async ({ comment }) => ok({ id: comment }) }),
  },
  {
    mistake: 'leaves the words of a withdrawn comment',
    noticedBy: 'a withdrawn comment says so',
    bug: (right) =>
      revising(right, {
        send: async (revision, attempt) =>
          revision.withdrawn ? ok({ id: revision.comment }) : right.comments.revise.send(revision, attempt),
      }),
  },
  {
    mistake: 'corrects a note in public',
    noticedBy: 'a revised internal note stays internal',
    bug: (right) =>
      revising(right, {
        send: (revision, attempt) => right.comments.add.send({ ...revision, visibility: 'public' }, attempt),
      }),
  },
  {
    mistake: 'answers a comment that was made internal with a public correction',
    noticedBy: 'is not made public by a revision',
    bug: (right) =>
      revising(right, { send: (revision, attempt) => right.comments.add.send(revision, attempt) }),
  },
  {
    mistake: 'writes anew what was deleted',
    noticedBy: 'a comment that is gone cannot be revised',
    bug: (right) =>
      revising(right, {
        async send(revision, attempt) {
          const outcome = await right.comments.revise.send(revision, attempt);
          return outcome.kind === 'rejected' ? right.comments.add.send(revision, attempt) : outcome;
        },
      }),
  },
];

/** Mistakes about what agents do to comments. */
const agents: readonly Mistake[] = [
  {
    mistake: 'gives an edited comment the time at which it was written',
    noticedBy: 'an agent’s edit is read',
    bug: (right) => listening(right, (comment) => ({ ...comment, updatedAt: comment.createdAt })),
  },
  {
    mistake: 'takes the time of the reading for the time of an edit',
    noticedBy: 'a comment that nobody touched reads the same',
    bug: (right) => {
      let count = 0;
      return listening(right, (comment) => {
        count += 1;
        return { ...comment, updatedAt: new Date(count) };
      });
    },
  },
  {
    mistake: 'waits for a deleted comment to come back',
    noticedBy: 'a comment that an agent deleted',
    bug: (right) => ({
      ...right,
      comments: {
        ...right.comments,
        async read(ticket, comment) {
          const outcome = await right.comments.read(ticket, comment);
          return outcome.kind === 'rejected' ? retryLater(outcome.reason, 'operation') : outcome;
        },
      },
    }),
  },
  {
    mistake: 'remembers who could see a comment at first',
    noticedBy: 'is internal at the next reading',
    bug: (right) => {
      const first = new Map<string, Visibility>();
      return listening(right, (comment) => {
        const visibility = first.get(comment.id) ?? comment.visibility;
        first.set(comment.id, visibility);
        return { ...comment, visibility };
      });
    },
  },
  {
    mistake: 'reads summaries as it likes',
    noticedBy: 'what agents set in a ticket is what we read',
    bug: (right) => reading(right, (ticket) => ({ ...ticket, summary: ticket.summary.toUpperCase() })),
  },
  {
    mistake: 'trusts hooks and polls for nothing',
    noticedBy: 'by an agent is found by the poll',
    bug: (right) => ({
      ...right,
      async changesSince(cursor) {
        const outcome = await right.changesSince(cursor);
        return outcome.kind === 'ok' ? ok({ ...outcome.value, tickets: [] }) : outcome;
      },
    }),
  },
  {
    mistake: 'reads the first page of comments only',
    noticedBy: '130 comments',
    bug: (right) => reading(right, (ticket) => ({ ...ticket, comments: ticket.comments.slice(0, 100) })),
  },
];

/** Mistakes about what messages say. */
const words: readonly Mistake[] = [
  {
    mistake: 'does not say which part of a message it writes',
    noticedBy: 'says which part it is',
    bug: (right) =>
      adding(right, {
        send: (draft, attempt) => right.comments.add.send({ ...draft, part: null }, attempt),
      }),
  },
  {
    mistake: 'loses tables',
    noticedBy: 'every word of a formatted message',
    bug: (right) =>
      wording(right, ({ body }) => ({
        ...body,
        children: body.children.filter(({ type }) => type !== 'table'),
      })),
  },
  {
    mistake: 'takes stars for bold',
    noticedBy: 'hostile words stay words',
    bug: (right) =>
      wording(right, ({ body }) =>
        mapInlines(body, (node) =>
          node.type === 'text' && /^\*.*\*/.test(node.value)
            ? { type: 'strong', children: [{ ...node, value: node.value.slice(1) }] }
            : node,
        ),
      ),
  },
  {
    mistake: 'mentions the author of a message',
    noticedBy: 'a hostile name of an author',
    bug: (right) =>
      wording(right, ({ author, body }) =>
        author === null
          ? body
          : joinDocs(
              {
                type: 'root',
                children: [
                  { type: 'paragraph', children: [{ type: 'mention', user: null, name: author.name }] },
                ],
              },
              body,
            ),
      ),
  },
  {
    mistake: 'reads a label for the address',
    noticedBy: 'links lead where they say',
    bug: (right) =>
      listening(right, (comment) =>
        docText(comment.body).includes('bank.example')
          ? { ...comment, body: link('https://evil.example/x', 'https://bank.example') }
          : comment,
      ),
  },
  {
    mistake: 'writes ids of Slack users',
    noticedBy: 'never shown by his id',
    bug: (right) =>
      wording(right, ({ body }) =>
        mapInlines(body, (node) =>
          node.type === 'mention' ? { type: 'text', value: `@${node.user}` } : node,
        ),
      ),
  },
  {
    mistake: 'promises longer comments than the system takes',
    noticedBy: 'the longest length is taken whole',
    bug: (right) => ({ ...right, comments: { ...right.comments, longest: 200_000 } }),
  },
  {
    mistake: 'reads the newest comment first',
    noticedBy: 'in parts arrives whole and in order',
    bug: (right) => reading(right, (ticket) => ({ ...ticket, comments: ticket.comments.toReversed() })),
  },
  {
    mistake: 'writes the plain words of a message twice',
    noticedBy: 'every word of a formatted message',
    bug: (right) => wording(right, ({ body }) => joinDocs(body, plainDoc(docText(body)))),
  },
];

export const wordMistakes: readonly Mistake[] = [...revisions, ...agents, ...words];
