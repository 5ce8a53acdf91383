import type { AdfDoc } from './adf.ts';
import { adfToWiki } from './adf-words.ts';
import { cloneLinks, screenValues } from './field-views.ts';
import type { JiraProject, JiraStatus, JiraUser } from './seed.ts';
import { PRIORITY_NAMES, RESOLUTIONS } from './seed.ts';
import type { JiraAttachment, JiraComment, JiraIssue, JiraState } from './state.ts';

/** REST version 3 carries documents, version 2 (which webhooks carry too) plain strings. */
export type ApiVersion = 2 | 3;

export interface JiraViews {
  user(user: JiraUser): Record<string, unknown>;
  status(status: JiraStatus): Record<string, unknown>;
  project(project: JiraProject): Record<string, unknown>;
  priority(name: string): Record<string, unknown>;
  resolution(name: string): Record<string, unknown>;
  attachment(attachment: JiraAttachment, version: ApiVersion): Record<string, unknown>;
  comment(issue: JiraIssue, comment: JiraComment, version: ApiVersion): Record<string, unknown>;
  /** `only` keeps these fields; null keeps all. */
  issue(issue: JiraIssue, version: ApiVersion, only: readonly string[] | null): Record<string, unknown>;
  statusOf(issue: JiraIssue): JiraStatus;
}

/** Jira writes times with a numeric zone and no colon. */
export function jiraTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

const CATEGORIES = {
  new: { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  indeterminate: { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  done: { id: 3, key: 'done', colorName: 'green', name: 'Done' },
} as const;

const bodyOf = (doc: AdfDoc | null, version: ApiVersion) => (version === 3 ? doc : adfToWiki(doc));

export function createJiraViews(state: JiraState, baseUrl: () => string): JiraViews {
  const rest = (version: ApiVersion, path: string) => `${baseUrl()}/rest/api/${version}/${path}`;

  const user: JiraViews['user'] = (person) => ({
    self: rest(3, `user?accountId=${encodeURIComponent(person.accountId)}`),
    accountId: person.accountId,
    accountType: person.accountType,
    displayName: person.displayName,
    active: true,
    timeZone: 'Etc/UTC',
    ...(person.email === null ? {} : { emailAddress: person.email }),
  });

  const person = (accountId: string | null) => {
    const found = state.user(accountId);
    return found === null ? null : user(found);
  };

  const status: JiraViews['status'] = (value) => ({
    self: rest(3, `status/${value.id}`),
    id: value.id,
    name: value.name,
    description: '',
    statusCategory: {
      self: rest(3, `statuscategory/${CATEGORIES[value.category].id}`),
      ...CATEGORIES[value.category],
    },
  });

  const project: JiraViews['project'] = (value) => ({
    self: rest(3, `project/${value.id}`),
    id: value.id,
    key: value.key,
    name: value.name,
    projectTypeKey: value.type,
    simplified: false,
  });

  const named = (path: string, all: readonly string[]) => (name: string) => {
    const id = String(all.indexOf(name) + 1);
    return { self: rest(3, `${path}/${id}`), id, name };
  };
  const priority = named('priority', PRIORITY_NAMES);
  const resolution = named('resolution', RESOLUTIONS);

  const statusOf: JiraViews['statusOf'] = (issue) => {
    const found = state.project(issue.projectKey)?.statuses.find((one) => one.id === issue.statusId);
    if (found === undefined) throw new Error(`${issue.key} is in a state that its project does not have`);
    return found;
  };

  const comment: JiraViews['comment'] = (issue, one, version) => ({
    self: rest(version, `issue/${issue.id}/comment/${one.id}`),
    id: one.id,
    author: person(one.authorId),
    updateAuthor: person(one.updatedBy ?? one.authorId),
    body: bodyOf(one.body, version),
    created: jiraTime(one.created),
    updated: jiraTime(one.updated),
    jsdPublic: one.jsdPublic,
    ...(one.visibility === null
      ? {}
      : { visibility: { ...one.visibility, identifier: one.visibility.value } }),
  });

  const attachment: JiraViews['attachment'] = (one, version) => ({
    self: rest(version, `attachment/${one.id}`),
    id: one.id,
    filename: one.filename,
    author: person(one.authorId),
    created: jiraTime(one.created),
    size: one.size,
    mimeType: one.mimeType,
    content: rest(version, `attachment/content/${one.id}`),
  });

  function fields(issue: JiraIssue, version: ApiVersion): Record<string, unknown> {
    const home = state.project(issue.projectKey);
    const type = home?.issueTypes.find((one) => one.id === issue.issueTypeId);
    return {
      summary: issue.summary,
      description: issue.description === null ? null : bodyOf(issue.description, version),
      status: status(statusOf(issue)),
      priority: issue.priority === null ? null : priority(issue.priority),
      resolution: issue.resolution === null ? null : resolution(issue.resolution),
      assignee: person(issue.assigneeId),
      reporter: person(issue.reporterId),
      creator: person(issue.creatorId ?? issue.reporterId),
      issuelinks: cloneLinks(state, issue, rest),
      labels: issue.labels,
      attachment: issue.attachments.map((one) => attachment(one, version)),
      ...(issue.security === null ? {} : { security: { id: '10100', name: issue.security } }),
      ...screenValues(state, [issue, version], person),
      created: jiraTime(issue.created),
      updated: jiraTime(issue.updated),
      project: home === null ? null : project(home),
      issuetype: { self: rest(3, `issuetype/${issue.issueTypeId}`), id: issue.issueTypeId, name: type?.name },
    };
  }

  return {
    user,
    status,
    project,
    priority,
    resolution,
    attachment,
    comment,
    statusOf,
    issue(issue, version, only) {
      const all = fields(issue, version);
      const shown =
        only === null ? all : Object.fromEntries(Object.entries(all).filter(([name]) => only.includes(name)));
      return { id: issue.id, key: issue.key, self: rest(version, `issue/${issue.id}`), fields: shown };
    },
  };
}
