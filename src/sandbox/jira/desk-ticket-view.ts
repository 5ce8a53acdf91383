import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DeskField, TicketCommentView, TicketFileView, TicketView } from '../worlds.ts';
import type { JiraActs } from './acts.ts';
import { adfDoc } from './adf-doc.ts';
import { adfToText } from './adf-words.ts';
import { type JiraField, type JiraProject, PRIORITY_NAMES, RESOLUTIONS } from './seed.ts';
import type { JiraAttachment, JiraComment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface DeskViewParts {
  readonly state: JiraState;
  readonly views: JiraViews;
  readonly acts: JiraActs;
}

const WebLink = z.object({ object: z.object({ title: z.string(), url: z.string() }) });
const CATEGORY = { new: 'new', indeterminate: 'active', done: 'done' } as const;
const nameOf = (state: JiraState, accountId: string | null) => state.user(accountId)?.displayName ?? null;

const commentView = (state: JiraState, comment: JiraComment): TicketCommentView => ({
  id: comment.id,
  author: nameOf(state, comment.authorId) ?? 'Former user',
  text: adfToText(comment.body),
  body: adfDoc(comment.body),
  createdAt: new Date(comment.created).toISOString(),
  internal: !comment.jsdPublic || comment.visibility !== null,
});

const fileView = (state: JiraState, file: JiraAttachment): TicketFileView => ({
  id: file.id,
  name: file.filename,
  mime: file.mimeType,
  size: file.size,
  sha256: createHash('sha256').update(Buffer.from(file.content, 'base64')).digest('hex'),
  author: nameOf(state, file.authorId) ?? 'Former user',
  createdAt: new Date(file.created).toISOString(),
  internal: !file.portal,
});

/** A ticket as an agent sees it. */
export function ticketView({ state, views, acts }: DeskViewParts, issue: JiraIssue): TicketView {
  const project = state.project(issue.projectKey);
  const status = views.statusOf(issue);
  const request = project?.desk?.requestTypes.find((one) => one.id === issue.requestTypeId);
  const type = project?.issueTypes.find((one) => one.id === issue.issueTypeId);
  const own = (role: JiraField['role']) => {
    const id = project?.fields.find((field) => field.role === role)?.id;
    return id === undefined ? null : (issue.custom[id] ?? null);
  };
  return {
    id: issue.id,
    key: issue.key,
    product: project?.desk ? 'Jira Service Management' : 'Jira',
    queue: `${project?.name ?? issue.projectKey} / ${request?.name ?? type?.name ?? 'unknown type'}`,
    summary: issue.summary,
    description: adfToText(issue.description),
    status: status.name,
    statusCategory: CATEGORY[status.category],
    resolution: issue.resolution,
    priority: issue.priority,
    impact: own('impact'),
    urgency: own('urgency'),
    group: own('group'),
    assignee: nameOf(state, issue.assigneeId),
    reporter: nameOf(state, issue.reporterId),
    labels: issue.labels,
    createdAt: new Date(issue.created).toISOString(),
    updatedAt: new Date(issue.updated).toISOString(),
    comments: issue.comments.map((one) => commentView(state, one)),
    files: issue.attachments.map((one) => fileView(state, one)),
    nextStatuses: [...new Set(acts.transitions(issue).map((step) => step.to))],
    choices: choicesOf(project, status.category === 'done'),
    fixedComments: false,
    links: issue.remoteLinks.map(({ link }) => WebLink.parse(link).object),
  };
}

/** A resolution is asked for where an issue is done. */
function choicesOf(project: JiraProject | null, isDone: boolean): TicketView['choices'] {
  const own = (project?.fields ?? []).map(({ role, options }): [DeskField, readonly string[]] => [
    role,
    options,
  ]);
  return {
    ...(project?.priority === true ? { priority: PRIORITY_NAMES } : {}),
    ...(isDone ? { resolution: RESOLUTIONS } : {}),
    ...Object.fromEntries(own),
  };
}
