import type { AdfDoc } from './adf.ts';
import type { JiraHooks } from './hooks.ts';
import type { JiraUser } from './seed.ts';
import type { JiraComment, JiraIssue, JiraState } from './state.ts';
import type { JiraViews } from './views.ts';

export interface NewComment {
  readonly body: AdfDoc;
  readonly visibility: JiraComment['visibility'];
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface CommentActs {
  comment(by: JiraUser, issue: JiraIssue, comment: NewComment): JiraComment;
  editComment(by: JiraUser, issue: JiraIssue, edit: { comment: JiraComment; body: AdfDoc }): JiraComment;
  removeComment(issue: JiraIssue, comment: JiraComment): void;
  /** Who may see it: the desk's property on a service desk, a role elsewhere. */
  setAudience(
    by: JiraUser,
    issue: JiraIssue,
    change: { comment: JiraComment; internal: boolean; onDesk: boolean },
  ): void;
  setCommentProperty(issue: JiraIssue, comment: JiraComment, property: readonly [string, unknown]): void;
}

/** A comment that carries this is internal, whichever API wrote it. */
export const INTERNAL_PROPERTY = 'sd.public.comment';
/** Who sees a comment that is internal where there are no customers. */
export const INTERNAL_ROLE = { type: 'role', value: 'Administrators' } as const;

function saysInternal(properties: Readonly<Record<string, unknown>>): boolean {
  const value = properties[INTERNAL_PROPERTY];
  return typeof value === 'object' && value !== null && 'internal' in value && value.internal === true;
}

/** Comment events carry a trimmed issue and no `user`, as recorded from real sites. */
const TRIMMED = ['summary', 'issuetype', 'project', 'assignee', 'priority', 'status'];

export function createCommentActs(state: JiraState, views: JiraViews, hooks: JiraHooks): CommentActs {
  function tell(event: string, issue: JiraIssue, comment: JiraComment): void {
    hooks.send({
      webhookEvent: event,
      body: { comment: views.comment(issue, comment, 2), issue: views.issue(issue, 2, TRIMMED) },
    });
  }

  /** Stores a comment of the issue as it is now: an older copy of the issue must not bring back what is gone. */
  function put(issue: JiraIssue, comment: JiraComment, event: string | null): JiraComment {
    const others = issue.comments.filter((one) => one.id !== comment.id);
    const comments = [...others, comment].sort((a, b) => Number(a.id) - Number(b.id));
    const after = { ...issue, comments, updated: state.now() };
    state.put(after);
    if (event !== null) tell(event, after, comment);
    return comment;
  }

  return {
    comment(by, issue, draft) {
      const comment: JiraComment = {
        id: state.nextId(),
        authorId: by.accountId,
        body: draft.body,
        created: state.now(),
        updated: state.now(),
        updatedBy: null,
        jsdPublic: !saysInternal(draft.properties),
        visibility: draft.visibility,
        properties: { ...draft.properties },
      };
      return put(issue, comment, 'comment_created');
    },
    editComment: (by, issue, { comment, body }) =>
      put(issue, { ...comment, body, updated: state.now(), updatedBy: by.accountId }, 'comment_updated'),
    removeComment(issue, comment) {
      const comments = issue.comments.filter((one) => one.id !== comment.id);
      const after = { ...issue, comments, updated: state.now() };
      state.put(after);
      tell('comment_deleted', after, comment);
    },
    setAudience(by, issue, { comment, internal, onDesk }) {
      const properties = { ...comment.properties, [INTERNAL_PROPERTY]: { internal } };
      const changed = onDesk
        ? { ...comment, properties, jsdPublic: !internal }
        : { ...comment, visibility: internal ? INTERNAL_ROLE : null };
      put(issue, { ...changed, updated: state.now(), updatedBy: by.accountId }, 'comment_updated');
    },
    setCommentProperty(issue, comment, [key, value]) {
      const properties = { ...comment.properties, [key]: value };
      const jsdPublic = key === INTERNAL_PROPERTY ? !saysInternal(properties) : comment.jsdPublic;
      put(issue, { ...comment, properties, jsdPublic }, null);
    },
  };
}
