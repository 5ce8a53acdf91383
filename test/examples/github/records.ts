import { createHash } from 'node:crypto';

export interface HubComment {
  readonly id: number;
  readonly issue: number;
  readonly user: string;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
}

export interface HubIssue {
  readonly number: number;
  readonly isPull: boolean;
  readonly user: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  reason: string | null;
  labels: string[];
  assignees: string[];
  readonly createdAt: number;
  updatedAt: number;
  /** Where it is now: here, deleted, or in another repository. */
  fate: 'here' | 'deleted' | 'transferred';
}

/** GitHub counts in seconds. */
export const second = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

export const REPOSITORY = 'acme/helpdesk';
const user = (login: string) => ({
  login,
  id: parseInt(createHash('md5').update(login).digest('hex').slice(0, 6), 16),
});

/** As the REST API shows them, with what a newcomer stumbles over and without what nobody reads. */
export function shownIssue(base: string, issue: HubIssue) {
  const own = `repos/${REPOSITORY}/issues/${issue.number}`;
  return {
    id: 1_000_000 + issue.number,
    node_id: `I_kwDO${issue.number}`,
    number: issue.number,
    url: `${base}/${own}`,
    html_url: `https://github.com/${REPOSITORY}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`,
    title: issue.title,
    body: issue.body === '' ? null : issue.body,
    user: user(issue.user),
    state: issue.state,
    state_reason: issue.reason,
    labels: issue.labels.map((name) => ({ id: name.length, name, color: 'ededed' })),
    assignees: issue.assignees.map(user),
    created_at: second(issue.createdAt),
    updated_at: second(issue.updatedAt),
    ...(issue.isPull ? { pull_request: { url: `${base}/repos/${REPOSITORY}/pulls/${issue.number}` } } : {}),
  };
}

export function shownComment(base: string, comment: HubComment) {
  return {
    id: comment.id,
    node_id: `IC_kwDO${comment.id}`,
    issue_url: `${base}/repos/${REPOSITORY}/issues/${comment.issue}`,
    html_url: `https://github.com/${REPOSITORY}/issues/${comment.issue}#issuecomment-${comment.id}`,
    user: user(comment.user),
    body: comment.body,
    created_at: second(comment.createdAt),
    updated_at: second(comment.updatedAt),
  };
}
