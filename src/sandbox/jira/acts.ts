import type { AdfDoc } from './adf.ts';
import { type CommentActs, createCommentActs } from './comment-acts.ts';
import { createFileActs, type FileActs } from './file-acts.ts';
import { createHomeActs, type HomeActs } from './home-acts.ts';
import type { JiraHooks } from './hooks.ts';
import type { JiraProject, JiraTransition, JiraUser } from './seed.ts';
import type { JiraIssue, JiraState } from './state.ts';
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
  /** Whom it is for; whoever makes it when not given. */
  readonly reporterId?: string;
  readonly components?: readonly string[];
  readonly custom?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly participants?: readonly string[];
  readonly organizations?: readonly string[];
}

export interface ChangedField {
  readonly field: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

export type IssueEdit = Partial<
  Pick<
    JiraIssue,
    | 'summary'
    | 'description'
    | 'labels'
    | 'priority'
    | 'resolution'
    | 'assigneeId'
    | 'reporterId'
    | 'security'
    | 'custom'
    | 'values'
    | 'components'
    | 'participants'
    | 'organizations'
    | 'requestTypeId'
  >
>;

/** Stores an issue and tells everybody what changed. */
export type Updated = (
  by: JiraUser,
  issue: JiraIssue,
  change: readonly [string, readonly ChangedField[]],
) => JiraIssue;

/** Everything that can happen to an issue, whoever does it: over REST or by a person at the desk. */
export interface JiraActs extends CommentActs, FileActs, HomeActs {
  create(by: JiraUser, issue: NewIssue): JiraIssue;
  edit(by: JiraUser, issue: JiraIssue, edit: IssueEdit): JiraIssue;
  remove(by: JiraUser, issue: JiraIssue): void;
  transitions(issue: JiraIssue): readonly JiraTransition[];
  transition(
    by: JiraUser,
    issue: JiraIssue,
    step: {
      readonly to: JiraTransition;
      readonly resolution: string | null;
      readonly values?: Readonly<Record<string, unknown>>;
    },
  ): JiraIssue;
  setProperty(issue: JiraIssue, key: string, value: unknown): void;
  setRemoteLink(issue: JiraIssue, globalId: string, link: unknown): number;
}

export function createJiraActs(state: JiraState, views: JiraViews, hooks: JiraHooks): JiraActs {
  const updated: Updated = (by, changed, [type, items]) => {
    const id = state.nextId();
    const entry = { id, by: by.accountId, at: state.now(), items: [...items] };
    const issue = { ...changed, history: [...changed.history, entry] };
    state.put(issue);
    hooks.send({
      webhookEvent: 'jira:issue_updated',
      body: {
        issue_event_type_name: type,
        user: views.user({ ...by, email: null }),
        issue: views.issue(issue, 2, null),
        changelog: {
          id,
          items: items.map((item) => ({ ...item, fieldtype: 'jira', fieldId: item.field })),
        },
      },
    });
    return issue;
  };

  return {
    ...createCommentActs(state, views, hooks),
    ...createFileActs(state, views, { hooks, updated }),
    ...issueActs(state, views, { hooks, updated }),
    ...createHomeActs(state, views, { hooks, updated }),
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

export interface IssueActParts {
  readonly hooks: JiraHooks;
  readonly updated: Updated;
}

function issueActs(state: JiraState, views: JiraViews, { hooks, updated }: IssueActParts) {
  const statusName = (issue: JiraIssue) => views.statusOf(issue).name;
  return {
    create(by, draft) {
      const first = draft.project.statuses[0];
      if (first === undefined) throw new Error(`Project ${draft.project.key} has no states`);
      const { project, labels, properties, reporterId = by.accountId, ...rest } = draft;
      const issue: JiraIssue = {
        values: {},
        custom: {},
        ...rest,
        components: [...(draft.components ?? [])],
        participants: [...(draft.participants ?? [])],
        organizations: [...(draft.organizations ?? [])],
        creatorId: by.accountId,
        clones: null,
        formerKeys: [],
        approvals: [],
        history: [],
        movedAt: null,
        id: state.nextId(),
        key: state.nextKey(project),
        projectKey: project.key,
        statusId: first.id,
        resolution: null,
        reporterId,
        labels: [...labels],
        created: state.now(),
        updated: state.now(),
        properties: { ...properties },
        remoteLinks: [],
        comments: [],
        attachments: [],
        security: null,
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
      const items = changedFields(issue, after);
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
    transition(by, issue, { to, resolution, values = {} }) {
      const target = state.project(issue.projectKey)?.statuses.find((one) => one.name === to.to);
      if (target === undefined) throw new Error(`Transition ${to.id} leads to an unknown state`);
      const done = target.category === 'done';
      const after: JiraIssue = {
        ...issue,
        statusId: target.id,
        resolution: done ? (resolution ?? issue.resolution ?? 'Done') : null,
        values: { ...issue.values, ...values },
        movedAt: state.now(),
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

const EDITED = ['summary', 'description', 'labels', 'priority', 'resolution', 'security'] as const;

/** What the changelog says of an edit: nothing about a field that was set to what it was. */
function changedFields(before: JiraIssue, after: JiraIssue): ChangedField[] {
  const shown = (value: unknown) => (typeof value === 'string' ? value : null);
  const plain = EDITED.filter((field) => before[field] !== after[field]).map((field) => ({
    ...plainChange(field),
    fromString: shown(before[field]),
    toString: shown(after[field]),
  }));
  const own = Object.entries(after.custom)
    .filter(([id, value]) => before.custom[id] !== value)
    .map(([id, value]) => ({ ...plainChange(id), fromString: before.custom[id] ?? null, toString: value }));
  const { assigneeId: from } = before;
  const { assigneeId: to } = after;
  return [...plain, ...own, ...(from === to ? [] : [{ ...plainChange('assignee'), from, to }])];
}
