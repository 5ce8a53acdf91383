import type { AdfDoc } from './adf.ts';
import type { JiraHooks } from './hooks.ts';
import type { JiraProject, JiraTransition, JiraUser } from './seed.ts';
import type { JiraComment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface NewIssue {
  readonly project: JiraProject;
  readonly issueTypeId: string;
  readonly requestTypeId: string | null;
  readonly summary: string;
  readonly description: AdfDoc | null;
  readonly labels: readonly string[];
  readonly priority: string | null;
  readonly assigneeId: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface NewComment {
  readonly body: AdfDoc;
  readonly visibility: JiraComment['visibility'];
  readonly properties: Readonly<Record<string, unknown>>;
}

interface ChangedField {
  readonly field: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

export type IssueEdit = Partial<
  Pick<JiraIssue, 'summary' | 'description' | 'labels' | 'priority' | 'assigneeId'>
>;

/** Everything that can happen to an issue, whoever does it: over REST or by a person at the desk. */
export interface JiraActs {
  create(by: JiraUser, issue: NewIssue): JiraIssue;
  edit(by: JiraUser, issue: JiraIssue, edit: IssueEdit): JiraIssue;
  remove(by: JiraUser, issue: JiraIssue): void;
  comment(by: JiraUser, issue: JiraIssue, comment: NewComment): JiraComment;
  editComment(issue: JiraIssue, comment: JiraComment, body: AdfDoc): JiraComment;
  removeComment(issue: JiraIssue, comment: JiraComment): void;
  setCommentProperty(issue: JiraIssue, comment: JiraComment, property: readonly [string, unknown]): void;
  transitions(issue: JiraIssue): readonly JiraTransition[];
  transition(
    by: JiraUser,
    issue: JiraIssue,
    step: { readonly to: JiraTransition; readonly resolution: string | null },
  ): JiraIssue;
  setProperty(issue: JiraIssue, key: string, value: unknown): void;
  setRemoteLink(issue: JiraIssue, globalId: string, link: unknown): number;
}

/** A comment that carries this is internal, whichever API wrote it. */
const INTERNAL_PROPERTY = 'sd.public.comment';

function saysInternal(properties: Readonly<Record<string, unknown>>): boolean {
  const value = properties[INTERNAL_PROPERTY];
  return typeof value === 'object' && value !== null && 'internal' in value && value.internal === true;
}

export function createJiraActs(state: JiraState, views: JiraViews, hooks: JiraHooks): JiraActs {
  /** Comment events carry a trimmed issue and no `user`, as recorded from real sites. */
  function commentHook(event: string, issue: JiraIssue, comment: JiraComment): void {
    const trimmed = views.issue(issue, 2, [
      'summary',
      'issuetype',
      'project',
      'assignee',
      'priority',
      'status',
    ]);
    hooks.send({
      webhookEvent: event,
      body: { comment: views.comment(issue, comment, 2), issue: trimmed },
    });
  }

  function updated(by: JiraUser, issue: JiraIssue, change: [string, readonly ChangedField[]]): JiraIssue {
    const [type, items] = change;
    state.put(issue);
    hooks.send({
      webhookEvent: 'jira:issue_updated',
      body: {
        issue_event_type_name: type,
        user: views.user({ ...by, email: null }),
        issue: views.issue(issue, 2, null),
        changelog: {
          id: state.nextId(),
          items: items.map((item) => ({ ...item, fieldtype: 'jira', fieldId: item.field })),
        },
      },
    });
    return issue;
  }

  function withComment(issue: JiraIssue, comment: JiraComment): JiraIssue {
    const others = issue.comments.filter((one) => one.id !== comment.id);
    const comments = [...others, comment].sort((a, b) => Number(a.id) - Number(b.id));
    return { ...issue, comments, updated: state.now() };
  }

  const replaceComment = (issue: JiraIssue, comment: JiraComment, event: string | null) => {
    const after = withComment(issue, comment);
    state.put(after);
    if (event !== null) commentHook(event, after, comment);
    return comment;
  };

  return {
    ...commentActs(state, replaceComment, commentHook),
    ...issueActs(state, views, { hooks, updated }),
    setProperty(issue, key, value) {
      state.put({ ...issue, properties: { ...issue.properties, [key]: value } });
      hooks.send({
        webhookEvent: 'issue_property_set',
        body: { issue: views.issue(issue, 2, null), issueProperty: { key } },
      });
    },
    setRemoteLink(issue, globalId, link) {
      const known = issue.remoteLinks.find((one) => one.globalId === globalId);
      const id = known?.id ?? Number(state.nextId());
      const others = issue.remoteLinks.filter((one) => one.id !== id);
      state.put({ ...issue, remoteLinks: [...others, { id, globalId, link }], updated: state.now() });
      return id;
    },
  };
}

type ReplaceComment = (issue: JiraIssue, comment: JiraComment, event: string | null) => JiraComment;
type CommentHook = (event: string, issue: JiraIssue, comment: JiraComment) => void;

function commentActs(state: JiraState, replace: ReplaceComment, hook: CommentHook) {
  return {
    comment(by, issue, draft) {
      const comment: JiraComment = {
        id: state.nextId(),
        authorId: by.accountId,
        body: draft.body,
        created: state.now(),
        updated: state.now(),
        jsdPublic: !saysInternal(draft.properties),
        visibility: draft.visibility,
        properties: { ...draft.properties },
      };
      return replace(issue, comment, 'comment_created');
    },
    editComment: (issue, comment, body) =>
      replace(issue, { ...comment, body, updated: state.now() }, 'comment_updated'),
    removeComment(issue, comment) {
      const comments = issue.comments.filter((one) => one.id !== comment.id);
      const after = { ...issue, comments, updated: state.now() };
      state.put(after);
      hook('comment_deleted', after, comment);
    },
    setCommentProperty(issue, comment, [key, value]) {
      replace(issue, { ...comment, properties: { ...comment.properties, [key]: value } }, null);
    },
  } satisfies Partial<JiraActs>;
}

interface IssueActParts {
  readonly hooks: JiraHooks;
  readonly updated: (by: JiraUser, issue: JiraIssue, change: [string, readonly ChangedField[]]) => JiraIssue;
}

function issueActs(state: JiraState, views: JiraViews, { hooks, updated }: IssueActParts) {
  const statusName = (issue: JiraIssue) => views.statusOf(issue).name;
  return {
    create(by, draft) {
      const first = draft.project.statuses[0];
      if (first === undefined) throw new Error(`Project ${draft.project.key} has no states`);
      const { project, labels, properties, ...rest } = draft;
      const issue: JiraIssue = {
        ...rest,
        id: state.nextId(),
        key: state.nextKey(project),
        projectKey: project.key,
        statusId: first.id,
        resolution: null,
        reporterId: by.accountId,
        labels: [...labels],
        created: state.now(),
        updated: state.now(),
        properties: { ...properties },
        remoteLinks: [],
        comments: [],
      };
      state.put(issue);
      hooks.send({
        webhookEvent: 'jira:issue_created',
        body: {
          issue_event_type_name: 'issue_created',
          user: views.user({ ...by, email: null }),
          issue: views.issue(issue, 2, null),
        },
      });
      return issue;
    },
    edit(by, issue, edit) {
      const after = { ...issue, ...edit, updated: state.now() };
      const items = Object.keys(edit).map((field) =>
        plainChange(field === 'assigneeId' ? 'assignee' : field),
      );
      return updated(by, after, ['assigneeId' in edit ? 'issue_assigned' : 'issue_updated', items]);
    },
    remove(by, issue) {
      state.remove(issue.id);
      hooks.send({
        webhookEvent: 'jira:issue_deleted',
        body: { user: views.user({ ...by, email: null }), issue: views.issue(issue, 2, null) },
      });
    },
    transitions(issue) {
      const all = state.project(issue.projectKey)?.transitions ?? [];
      const here = statusName(issue);
      return all.filter((one) => (one.from === null ? one.to !== here : one.from.includes(here)));
    },
    transition(by, issue, { to, resolution }) {
      const target = state.project(issue.projectKey)?.statuses.find((one) => one.name === to.to);
      if (target === undefined) throw new Error(`Transition ${to.id} leads to an unknown state`);
      const done = target.category === 'done';
      const after: JiraIssue = {
        ...issue,
        statusId: target.id,
        resolution: done ? (resolution ?? issue.resolution ?? 'Done') : null,
        updated: state.now(),
      };
      const status: ChangedField = {
        field: 'status',
        from: issue.statusId,
        fromString: statusName(issue),
        to: target.id,
        toString: target.name,
      };
      const items = after.resolution === issue.resolution ? [status] : [status, plainChange('resolution')];
      return updated(by, after, ['issue_generic', items]);
    },
  } satisfies Partial<JiraActs>;
}

function plainChange(field: string): ChangedField {
  return { field, from: null, fromString: null, to: null, toString: null };
}
