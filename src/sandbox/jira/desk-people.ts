import type { TicketCommentView, TicketPeople, TicketView } from '../worlds.ts';
import type { JiraActs } from './acts.ts';
import { adfToText, textToAdf } from './adf.ts';
import type { JiraUser } from './seed.ts';
import type { JiraComment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

const CATEGORY = { new: 'new', indeterminate: 'active', done: 'done' } as const;

/** What agents do and see. An internal comment is an internal note on a service desk, a restricted one elsewhere. */
export function createDeskPeople(state: JiraState, views: JiraViews, acts: JiraActs): TicketPeople {
  const name = (accountId: string | null) => state.user(accountId)?.displayName ?? null;

  function agent(id: string): JiraUser {
    const user = state.user(id);
    if (user?.agent !== true) throw new Error(`There is no agent ${id} in this Jira`);
    return user;
  }

  function ticket(idOrKey: string): JiraIssue {
    const issue = state.issue(idOrKey, null);
    if (issue === null) throw new Error(`There is no ticket ${idOrKey} in this Jira`);
    return issue;
  }

  const commentView = (comment: JiraComment): TicketCommentView => ({
    id: comment.id,
    author: name(comment.authorId) ?? 'Former user',
    text: adfToText(comment.body),
    createdAt: new Date(comment.created).toISOString(),
    internal: !comment.jsdPublic || comment.visibility !== null,
  });

  function ticketView(issue: JiraIssue): TicketView {
    const project = state.project(issue.projectKey);
    const status = views.statusOf(issue);
    const request = project?.desk?.requestTypes.find((one) => one.id === issue.requestTypeId);
    const type = project?.issueTypes.find((one) => one.id === issue.issueTypeId);
    return {
      id: issue.id,
      key: issue.key,
      product: project?.desk ? 'Jira Service Management' : 'Jira',
      queue: `${project?.name ?? issue.projectKey} / ${request?.name ?? type?.name ?? 'unknown type'}`,
      summary: issue.summary,
      description: adfToText(issue.description),
      status: status.name,
      statusCategory: CATEGORY[status.category],
      priority: issue.priority,
      assignee: name(issue.assigneeId),
      reporter: name(issue.reporterId),
      labels: issue.labels,
      createdAt: new Date(issue.created).toISOString(),
      updatedAt: new Date(issue.updated).toISOString(),
      comments: issue.comments.map(commentView),
      nextStatuses: [...new Set(acts.transitions(issue).map((step) => step.to))],
    };
  }

  return {
    agents: () =>
      state.users
        .filter((user) => user.agent)
        .map(({ accountId, displayName, email }) => ({ id: accountId, name: displayName, email })),
    tickets: () =>
      state
        .issues(null)
        .map(ticketView)
        .sort((a, b) => Number(b.id) - Number(a.id)),
    comment(agentId, ticketId, text, options = {}) {
      const issue = ticket(ticketId);
      const internal = options.internal === true;
      const onDesk = state.project(issue.projectKey)?.desk != null;
      return acts.comment(agent(agentId), issue, {
        body: textToAdf(text),
        visibility: internal && !onDesk ? { type: 'role', value: 'Administrators' } : null,
        properties: internal && onDesk ? { 'sd.public.comment': { internal: true } } : {},
      }).id;
    },
    setStatus(agentId, ticketId, status) {
      const issue = ticket(ticketId);
      const to = acts.transitions(issue).find((step) => step.to === status);
      if (to === undefined) {
        const possible = acts.transitions(issue).map((step) => step.to);
        throw new Error(`${issue.key} cannot move to ${status} now, only to ${possible.join(', ')}`);
      }
      acts.transition(agent(agentId), issue, { to, resolution: to.resolution ? 'Done' : null });
    },
    assign(agentId, ticketId, assigneeId) {
      acts.edit(agent(agentId), ticket(ticketId), {
        assigneeId: assigneeId === null ? null : agent(assigneeId).accountId,
      });
    },
  };
}
