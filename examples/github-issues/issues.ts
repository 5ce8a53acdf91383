import * as desk from 'deskbridge/connector';
import { z } from 'zod';
import { type Api, BY_MARKER } from './api.ts';
import { bodyOf, Comment, commentOf, Time } from './comments.ts';

/** Where a queue's tickets land: in the one repository, with these labels. */
export const Target = z.strictObject({ labels: z.array(z.string().min(1).max(50)).max(20) });

const Label = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
export const Issue = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  labels: z.array(Label),
  assignees: z.array(z.object({ login: z.string() })),
  updated_at: Time,
  /** Pull requests are listed among the issues; only they have this. */
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof Issue>;

/** GitHub takes titles of 256 characters. */
export const titleOf = (text: string) => desk.oneLine(text, 256);

function refOf({ settings }: Api, { number, html_url: url }: Issue): desk.TicketRef {
  const [, name] = settings.repository.split('/');
  return { id: desk.TicketId.parse(String(number)), key: `${name}#${number}`, url };
}

/** By its number, which never changes within its repository; the interface finds it by nothing else. */
export async function issueOf(api: Api, ticket: desk.TicketId): Promise<desk.Outcome<Issue>> {
  const none = desk.rejected('not-found', 'The repository has no issue of this number');
  if (!/^[1-9]\d{0,14}$/.test(ticket)) return none;
  const got = await api.read(Issue, api.path('issues', ticket));
  return got.kind === 'ok' && got.value.pull_request !== undefined ? none : got;
}

/** GitHub knows open and closed; whether somebody works on an open one, a label says. */
export function fieldsOf({ settings }: Api, issue: Issue): desk.TicketFields {
  const isActive = issue.labels.includes(settings.active_label);
  const category = issue.state === 'closed' ? 'done' : isActive ? 'active' : 'new';
  return {
    summary: issue.title,
    status: { category, name: { done: 'Closed', active: 'In progress', new: 'Open' }[category] },
    resolution: category === 'done' ? (issue.state_reason ?? 'completed').replaceAll('_', ' ') : null,
    assignee: issue.assignees.map((one) => one.login).join(', ') || null,
    ...{ priority: null, impact: null, urgency: null, group: null },
  };
}

export async function readIssue(api: Api, id: desk.TicketId): Promise<desk.Outcome<desk.TicketSnapshot>> {
  const got = await issueOf(api, id);
  if (got.kind !== 'ok') return got;
  const { value: issue } = got;
  const seen = { ...refOf(api, issue), ...fieldsOf(api, issue), updatedAt: issue.updated_at, files: [] };
  const listed = await api.list(Comment, api.path('issues', id, 'comments'));
  return desk.mapped(listed, (comments) => ({ ...seen, comments: comments.map(commentOf) }));
}

export function createIssue(api: Api): desk.Connector['create'] {
  return {
    ...BY_MARKER,
    async send({ target, summary, requester, reason, permalink, description }, { marker }) {
      const { data } = Target.safeParse(target);
      if (data === undefined) return desk.rejected('invalid', 'The target of this queue is none of GitHub');
      // Not his address: everybody who can read the repository would read it.
      const head = `Requested by ${requester.name}\n\n${reason}\n\n${permalink ?? ''}`;
      const body = bodyOf(head, description, marker);
      const issue = { title: titleOf(summary) || '(no summary)', body, labels: data.labels };
      const made = await api.write(Issue, null, { method: 'POST', path: api.path('issues'), body: issue });
      return desk.mapped(made, (value) => refOf(api, value));
    },
    // Listed, not searched: the index of the search lags, and nobody says by how much.
    async find(_draft, { marker, startedAt }) {
      const since = new Date(startedAt.getTime() - 600_000).toISOString();
      const search = { state: 'all', sort: 'created', direction: 'asc', since };
      return desk.mapped(await api.list(Issue, api.path('issues'), search), (issues) => {
        const found = issues.find(({ body }) => desk.markerIn(body) === marker);
        return found === undefined ? null : refOf(api, found);
      });
    },
  };
}
