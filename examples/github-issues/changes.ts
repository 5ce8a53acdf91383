import * as desk from 'deskbridge/connector';
import { type Api, PAGE } from './api.ts';
import { Comment } from './comments.ts';
import { Issue } from './issues.ts';

/** Issues by the time of their change, and comments by theirs: the edit of a comment need not touch its issue. */
export function changesSince(api: Api, cursor: string | null): Promise<desk.Outcome<desk.ChangePage>> {
  return desk.pollByTime({ pageSize: PAGE, overlapMs: 120_000, ask }, cursor);

  async function ask({ since, page, order }: desk.AskedPage) {
    const direction = order === 'oldest first' ? 'asc' : 'desc';
    // GitHub counts in seconds, and does not say whether "since" takes the second itself.
    const from = new Date(Math.max(0, since.getTime() - 1000)).toISOString();
    const search = { state: 'all', sort: 'updated', direction, since: from, page };
    const issues = await api.page(Issue, api.path('issues'), search);
    if (issues.kind !== 'ok') return issues;
    return desk.mapped(await api.page(Comment, api.path('issues', 'comments'), search), (comments) => [
      issues.value.map(({ number, pull_request: pull, updated_at: at }) => {
        return { ticket: pull === undefined ? String(number) : null, at };
      }),
      comments.map(({ issue_url: url, updated_at: at }) => ({ ticket: url.replace(/^.*\//, ''), at })),
    ]);
  }
}
