import * as desk from 'deskbridge/connector';
import { z } from 'zod';
import { type Api, BY_MARKER, BY_STATE } from './api.ts';

export const Time = z.iso.datetime().transform((text) => new Date(text));
export const Comment = z.object({
  id: z.int().positive(),
  user: z.object({ login: z.string() }).nullish(),
  body: z.string().nullish(),
  created_at: Time,
  updated_at: Time,
  issue_url: z.string(),
});
type Comment = z.infer<typeof Comment>;

/** What would ping people, or leave a trace in another issue, is broken by a sign that nobody sees. */
const quiet = (words: string) => words.replace(/@(?=[a-z0-9])|(?:#|GH-)(?=\d)/gi, '$&\u200b');

/** GitHub takes 65,536 characters. */
export function bodyOf(head: string, words: desk.Doc, marker: string | null): string {
  const text = desk.writeMarkdown(desk.plainDoc(head), words, { longest: 65_000, quiet });
  return desk.withMarker(text, marker);
}

const idOf = ({ id }: Comment) => desk.CommentId.parse(String(id));

/** Whoever can read the repository can read every comment: there are no others. */
export function commentOf(comment: Comment): desk.TicketComment {
  return {
    id: idOf(comment),
    author: comment.user?.login ?? 'ghost',
    body: desk.readMarkdown(comment.body ?? ''),
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
    visibility: 'public',
    marker: desk.markerIn(comment.body),
  };
}

const shown = (draft: desk.CommentDraft, marker: string | null) =>
  bodyOf(desk.bylineOf(draft), draft.body, marker);

export function createComments(api: Api): desk.Comments {
  const none = desk.rejected('not-found', 'The issue has no such comment');
  const listPath = (ticket: desk.TicketId) => api.path('issues', ticket, 'comments');
  const pathOf = (comment: desk.CommentId) => api.path('issues', 'comments', comment);
  async function one(ticket: desk.TicketId, comment: desk.CommentId) {
    if (!/^[1-9]\d{0,14}$/.test(comment)) return none;
    const got = await api.read(Comment, pathOf(comment));
    return got.kind === 'ok' && !got.value.issue_url.endsWith(`/issues/${ticket}`) ? none : got;
  }

  return {
    longest: 25_000,
    add: {
      ...BY_MARKER,
      async send(draft, { marker }) {
        if (desk.isBlank(desk.docText(draft.body))) return desk.rejected('invalid', 'It has no text');
        if (draft.visibility === 'internal')
          return desk.rejected('invalid', 'On GitHub everybody reads every comment, so no note was written');
        const body = { body: shown(draft, marker) };
        const call = { method: 'POST', path: listPath(draft.ticket), body } as const;
        return desk.mapped(await api.write(Comment, draft.author, call), (made) => ({ id: idOf(made) }));
      },
      async find({ ticket }, { marker }) {
        return desk.mapped(await api.list(Comment, listPath(ticket)), (comments) => {
          const [found] = comments.filter(({ body }) => desk.markerIn(body) === marker);
          return found === undefined ? null : { id: idOf(found) };
        });
      },
    },
    revise: {
      ...BY_STATE,
      async send(revision) {
        const { ticket, comment, author } = revision;
        const now = await one(ticket, comment);
        if (now.kind !== 'ok') return now;
        const body = { body: shown(revision, desk.markerIn(now.value.body)) };
        const made = await api.write(Comment, author, { method: 'PATCH', path: pathOf(comment), body });
        return desk.mapped(made, () => ({ id: comment }));
      },
      async find(revision) {
        return desk.mapped(await one(revision.ticket, revision.comment), ({ body }) =>
          body === shown(revision, desk.markerIn(body)) ? { id: revision.comment } : null,
        );
      },
    },
    read: async (ticket, comment) => desk.mapped(await one(ticket, comment), commentOf),
  };
}
