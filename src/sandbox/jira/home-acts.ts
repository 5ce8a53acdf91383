import type { IssueActParts } from './acts.ts';
import type { JiraProject, JiraUser } from './seed.ts';
import { finalDecision, type JiraApproval, type JiraIssue, type JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface NewApproval {
  readonly name: string;
  readonly approvers: readonly string[];
  readonly needed: number;
}

/** What happens to an issue as a whole: another home, a copy of it, a decision about it. */
export interface HomeActs {
  /** Another project: the id stays, the key is new, and the old key still leads to it. */
  move(by: JiraUser, issue: JiraIssue, to: JiraProject): JiraIssue;
  /** A new issue that says the same: labels, description and fields are copied, and here entity properties, too. */
  clone(by: JiraUser, issue: JiraIssue): JiraIssue;
  /** No hook tells of approvals. */
  askApproval(issue: JiraIssue, approval: NewApproval): JiraApproval;
  decide(
    issue: JiraIssue,
    vote: { approval: JiraApproval; accountId: string; decision: 'approved' | 'declined' },
  ): JiraApproval;
}

export function createHomeActs(
  state: JiraState,
  views: JiraViews,
  { hooks, updated }: IssueActParts,
): HomeActs {
  const firstOf = (project: JiraProject) => {
    const [first] = project.statuses;
    if (first === undefined) throw new Error(`Project ${project.key} has no states`);
    return first.id;
  };
  const item = (field: string, from: string, to: string) => ({
    field,
    from,
    fromString: from,
    to,
    toString: to,
  });
  return {
    move(by, issue, to) {
      const key = state.nextKey(to);
      const category = views.statusOf(issue).category;
      const statusId = to.statuses.find((one) => one.category === category)?.id ?? firstOf(to);
      const after: JiraIssue = {
        ...issue,
        key,
        projectKey: to.key,
        issueTypeId: to.issueTypes[0]?.id ?? issue.issueTypeId,
        requestTypeId: null,
        statusId,
        formerKeys: [...issue.formerKeys, issue.key],
        updated: state.now(),
      };
      return updated(by, after, [
        'issue_moved',
        [item('project', issue.projectKey, to.key), item('Key', issue.key, key)],
      ]);
    },
    clone(by, issue) {
      const project = state.project(issue.projectKey);
      if (project === null) throw new Error(`${issue.key} has no project`);
      const copy: JiraIssue = {
        ...issue,
        id: state.nextId(),
        key: state.nextKey(project),
        summary: `CLONE - ${issue.summary}`,
        statusId: firstOf(project),
        resolution: null,
        creatorId: by.accountId,
        reporterId: by.accountId,
        created: state.now(),
        updated: state.now(),
        comments: [],
        attachments: [],
        remoteLinks: [],
        approvals: [],
        formerKeys: [],
        clones: issue.id,
        history: [],
        movedAt: null,
      };
      state.put(copy);
      hooks.send({
        webhookEvent: 'jira:issue_created',
        body: {
          issue_event_type_name: 'issue_created',
          user: views.user({ ...by, email: null }),
          issue: views.issue(copy, 2, null),
        },
      });
      return copy;
    },
    askApproval(issue, { name, approvers, needed }) {
      const approval: JiraApproval = {
        id: state.nextId(),
        name,
        approvers: approvers.map((accountId) => ({ accountId, decision: 'pending' })),
        needed,
        created: state.now(),
        completed: null,
      };
      state.put({ ...issue, approvals: [...issue.approvals, approval], updated: state.now() });
      return approval;
    },
    decide(issue, { approval, accountId, decision }) {
      const answered: JiraApproval = {
        ...approval,
        approvers: approval.approvers.map((one) =>
          one.accountId === accountId ? { ...one, decision } : one,
        ),
      };
      const isFinal = finalDecision(answered) !== 'pending';
      const after = { ...answered, completed: isFinal ? state.now() : null };
      const approvals = issue.approvals.map((one) => (one.id === after.id ? after : one));
      state.put({ ...issue, approvals, updated: state.now() });
      return after;
    },
  };
}
