import type { DeskField, TicketPeople } from '../worlds.ts';
import type { IssueEdit, JiraActs } from './acts.ts';
import { textToAdf } from './adf.ts';
import { INTERNAL_PROPERTY, INTERNAL_ROLE } from './comment-acts.ts';
import { type DeskViewParts, ticketView } from './desk-ticket-view.ts';
import { editedAdf } from './editor.ts';
import { type JiraUser, PRIORITY_NAMES, RESOLUTIONS } from './seed.ts';
import type { JiraComment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

/** What agents do and see. An internal comment is an internal note on a service desk, a restricted one elsewhere. */
export function createDeskPeople(state: JiraState, views: JiraViews, acts: JiraActs): TicketPeople {
  const parts: DeskViewParts = { state, views, acts };

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

  const onDesk = (issue: JiraIssue) => state.project(issue.projectKey)?.desk != null;

  function commentOf(issue: JiraIssue, id: string): JiraComment {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment === undefined) throw new Error(`${issue.key} has no comment ${id}`);
    return comment;
  }

  return {
    agents: () =>
      state.users
        .filter((user) => user.agent)
        .map(({ accountId, displayName, email }) => ({ id: accountId, name: displayName, email })),
    tickets: () =>
      state
        .issues(null)
        .map((issue) => ticketView(parts, issue))
        .sort((a, b) => Number(b.id) - Number(a.id)),
    comment(agentId, ticketId, text, options = {}) {
      const issue = ticket(ticketId);
      const internal = options.internal === true;
      return acts.comment(agent(agentId), issue, {
        body: options.formatted === true ? editedAdf(text) : textToAdf(text),
        visibility: internal && !onDesk(issue) ? INTERNAL_ROLE : null,
        properties: internal && onDesk(issue) ? { [INTERNAL_PROPERTY]: { internal: true } } : {},
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
    editComment(agentId, ticketId, commentId, edit) {
      const issue = ticket(ticketId);
      const comment = commentOf(issue, commentId);
      acts.editComment(agent(agentId), issue, {
        comment,
        body: typeof edit === 'string' ? textToAdf(edit) : editedAdf(edit.text),
      });
    },
    deleteComment(agentId, ticketId, commentId) {
      agent(agentId);
      const issue = ticket(ticketId);
      acts.removeComment(issue, commentOf(issue, commentId));
    },
    setInternal(agentId, ticketId, commentId, internal) {
      const issue = ticket(ticketId);
      const comment = commentOf(issue, commentId);
      acts.setAudience(agent(agentId), issue, { comment, internal, onDesk: onDesk(issue) });
    },
    attach(agentId, ticketId, { name: filename, mime: mimeType, bytes }) {
      // An agent who shares a file with a customer does it with a public comment.
      return acts.attach(agent(agentId), ticket(ticketId), { filename, mimeType, bytes, portal: true }).id;
    },
    removeFile(agentId, ticketId, fileId) {
      const issue = ticket(ticketId);
      const file = issue.attachments.find((one) => one.id === fileId);
      if (file === undefined) throw new Error(`${issue.key} has no file ${fileId}`);
      acts.detach(agent(agentId), issue, file);
    },
    fileBytes(ticketId, fileId) {
      const file = ticket(ticketId).attachments.find((one) => one.id === fileId);
      return file === undefined ? null : Buffer.from(file.content, 'base64');
    },
    setField(agentId, ticketId, field, value) {
      const issue = ticket(ticketId);
      acts.edit(agent(agentId), issue, fieldEdit(state, issue, [field, value]));
    },
  };
}

function fieldEdit(
  state: JiraState,
  issue: JiraIssue,
  [field, value]: readonly [DeskField, string],
): IssueEdit {
  const oneOf = (choices: readonly string[]) => {
    if (choices.includes(value)) return value;
    throw new Error(`${value} is no ${field} of ${issue.key}; it has ${choices.join(', ')}`);
  };
  if (field === 'summary') return { summary: value };
  if (field === 'resolution') return { resolution: oneOf(RESOLUTIONS) };
  const project = state.project(issue.projectKey);
  if (field === 'priority') return { priority: oneOf(project?.priority === true ? PRIORITY_NAMES : []) };
  const own = project?.fields.find((one) => one.role === field);
  if (own === undefined) throw new Error(`${issue.key} has no field for ${field}`);
  return { custom: { ...issue.custom, [own.id]: oneOf(own.options) } };
}
