import type { SandboxClock } from '../../../src/sandbox/clock.ts';
import type { createHooks } from './hooks.ts';
import { type HubComment, type HubIssue, REPOSITORY, shownComment, shownIssue } from './records.ts';

export const TOKEN = 'sandbox-github-token-of-the-bridge';
export const OWN_TOKEN = 'sandbox-github-token-of-alan';
export const HOOK_SECRET = 'sandbox-github-hooks-0123456789';
export const BRIDGE = 'deskbridge-bot';
export const ALAN = 'alan-turing';
export const GRACE = 'grace-hopper';
export const AGENT = 'agent-smith';
/** How long the list of issues lags behind here; the documentation promises nothing. */
export const LAG_MS = 2000;

export interface Write {
  readonly by: string;
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly reason?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
}

/** What the simulated GitHub holds, and what changes it: whoever calls, an agent in the browser or the API. */
export function createRecords(clock: SandboxClock, hooks: ReturnType<typeof createHooks>) {
  const issues = new Map<number, HubIssue>();
  const comments = new Map<number, HubComment>();
  const assignable = new Set([GRACE, AGENT, ALAN]);
  const base = 'https://api.github.com';
  let [lastNumber, lastComment] = [0, 4_000_000];
  const now = () => clock.now().getTime();
  const payload = (action: string, issue: HubIssue) => ({
    action,
    issue: shownIssue(base, issue),
    repository: { full_name: REPOSITORY, private: true },
    sender: { login: issue.user },
  });

  function create(
    { by, title = '', body = '', labels = [], assignees = [] }: Write,
    isPull = false,
  ): HubIssue {
    lastNumber += 1;
    const at = now();
    const people = assignees.filter((login) => assignable.has(login));
    const fresh = { title, body, labels: [...labels], assignees: people, createdAt: at, updatedAt: at };
    const issue: HubIssue = {
      ...fresh,
      number: lastNumber,
      isPull,
      user: by,
      state: 'open',
      reason: null,
      fate: 'here',
    };
    issues.set(issue.number, issue);
    hooks.send(isPull ? 'pull_request' : 'issues', payload('opened', issue));
    return issue;
  }

  function change(issue: HubIssue, write: Write): void {
    const { title = issue.title, body = issue.body, state = issue.state } = write;
    const action = state !== issue.state ? (state === 'closed' ? 'closed' : 'reopened') : 'edited';
    const reason =
      state === issue.state ? issue.reason : state === 'closed' ? (write.reason ?? 'completed') : 'reopened';
    Object.assign(issue, { title, body, state, reason, updatedAt: now() });
    if (write.labels !== undefined) issue.labels = [...new Set(write.labels)];
    // Whom nobody may assign is passed over in silence.
    if (write.assignees !== undefined)
      issue.assignees = write.assignees.filter((login) => assignable.has(login));
    hooks.send('issues', payload(action, issue));
  }

  function comment(issue: HubIssue, by: string, body: string): HubComment {
    lastComment += 1;
    const made = { id: lastComment, issue: issue.number, user: by, body, createdAt: now(), updatedAt: now() };
    comments.set(made.id, made);
    issue.updatedAt = now();
    hooks.send('issue_comment', { ...payload('created', issue), comment: shownComment(base, made) });
    return made;
  }

  /** Editing or deleting a comment leaves its issue as it was: nothing documents that it does more. */
  function touch(comment: HubComment, body: string | null): void {
    const issue = issues.get(comment.issue);
    if (body === null) comments.delete(comment.id);
    else Object.assign(comment, { body, updatedAt: now() });
    const action = body === null ? 'deleted' : 'edited';
    if (issue !== undefined)
      hooks.send('issue_comment', { ...payload(action, issue), comment: shownComment(base, comment) });
  }

  return { issues, comments, assignable, create, change, comment, touch, now };
}
export type Records = ReturnType<typeof createRecords>;
