import { z } from 'zod';
import { adfToText } from './adf-words.ts';
import type { JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { issueOf, list, param, record, refuse, visibleProject, whole } from './endpoint.ts';
import { MAX_TEXT, readAdf, readProperties } from './issue-endpoints.ts';
import type { JiraComment, JiraIssue } from './state.ts';

const Visibility = z
  .looseObject({ type: z.enum(['role', 'group']), value: z.string() })
  .transform(({ type, value }) => ({ type, value }));

/** Longest list of ids that comment/list takes. */
const MAX_IDS = 1000;

function readBody(value: unknown) {
  if (value === undefined || value === null || value === '') {
    throw refuse(400, [], { comment: 'Comment body can not be empty!' });
  }
  const doc = readAdf(value, 'comment');
  if (adfToText(doc).length > MAX_TEXT) throw refuse(400, [], { comment: 'CONTENT_LIMIT_EXCEEDED' });
  return doc;
}

function ofIssue(issue: JiraIssue, call: JiraCall): JiraComment {
  const comment = issue.comments.find((one) => one.id === param(call, 'id'));
  if (comment === undefined) {
    throw refuse(404, [`Can not find a comment for the id: ${param(call, 'id')}.`]);
  }
  return comment;
}

function anywhere(world: JiraWorld, call: JiraCall): readonly [JiraIssue, JiraComment] {
  for (const issue of world.state.issues(call.asOf)) {
    const comment = issue.comments.find((one) => one.id === param(call, 'commentId'));
    if (comment !== undefined && visibleProject(world, issue.projectKey) !== null) return [issue, comment];
  }
  throw refuse(404, [`Can not find a comment for the id: ${param(call, 'commentId')}.`]);
}

function pages(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}/comment';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const startAt = whole(call, 'startAt', 0);
        const maxResults = Math.min(whole(call, 'maxResults', 100), 100);
        const ordered =
          call.query.get('orderBy') === '-created' ? issue.comments.toReversed() : issue.comments;
        const comments = ordered
          .slice(startAt, startAt + maxResults)
          .map((comment) => world.views.comment(issue, comment, 3));
        return { status: 200, body: { startAt, maxResults, total: ordered.length, comments } };
      },
    },
    {
      method: 'POST',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const input = record(call.body);
        const visibility = Visibility.optional().safeParse(input['visibility']);
        if (!visibility.success) throw refuse(400, [], { visibility: 'The visibility is not valid.' });
        const comment = world.acts.comment(call.me, issue, {
          body: readBody(input['body']),
          visibility: visibility.data ?? null,
          properties: readProperties(input['properties']),
        });
        return { status: 201, body: world.views.comment(issue, comment, 3) };
      },
    },
  ];
}

/** Agents and the bridge's account may change what others wrote; everybody else only what is his own. */
const mayChange = ({ me }: JiraCall, comment: JiraComment) =>
  me.agent || me.accountType === 'app' || comment.authorId === me.accountId;

function single(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/issue/{issueIdOrKey}/comment/{id}';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        return { status: 200, body: world.views.comment(issue, ofIssue(issue, call), 3) };
      },
    },
    {
      method: 'PUT',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const body = readBody(record(call.body)['body']);
        const old = ofIssue(issue, call);
        // Jira answers 400, not 403, to whoever may not edit the comments of others.
        if (!mayChange(call, old))
          throw refuse(400, ['You do not have the permission to edit this comment.']);
        const comment = world.acts.editComment(call.me, issue, { comment: old, body });
        return { status: 200, body: world.views.comment(issue, comment, 3) };
      },
    },
    {
      method: 'DELETE',
      path,
      handle(call) {
        const issue = issueOf(world, call);
        const comment = ofIssue(issue, call);
        if (!mayChange(call, comment)) {
          throw refuse(400, ['You do not have the permission to delete this comment.']);
        }
        world.acts.removeComment(issue, comment);
        return { status: 204 };
      },
    },
  ];
}

/** The only documented way to read properties of many comments at once: comment/list with expand=properties. */
function byIds(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/comment/list',
    handle(call) {
      const parsed = z.array(z.number().int()).max(MAX_IDS).safeParse(record(call.body)['ids']);
      if (!parsed.success) throw refuse(400, ['The list of comment ids is not valid.']);
      const wanted = new Set(parsed.data.map(String));
      const withProperties = list(call, 'expand')?.includes('properties') === true;
      const values = world.state
        .issues(call.asOf)
        .filter((issue) => visibleProject(world, issue.projectKey) !== null)
        .flatMap((issue) =>
          issue.comments
            .filter((comment) => wanted.has(comment.id))
            .map((comment) => ({
              ...world.views.comment(issue, comment, 3),
              ...(withProperties ? { properties: pairs(comment.properties) } : {}),
            })),
        );
      return {
        status: 200,
        body: { startAt: 0, maxResults: MAX_IDS, total: values.length, isLast: true, values },
      };
    },
  };
}

const pairs = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties).map(([key, value]) => ({ key, value }));

function commentProperties(world: JiraWorld): JiraEndpoint[] {
  const path = '/rest/api/3/comment/{commentId}/properties/{propertyKey}';
  return [
    {
      method: 'GET',
      path,
      handle(call) {
        const [, comment] = anywhere(world, call);
        const key = param(call, 'propertyKey');
        if (!(key in comment.properties)) throw refuse(404, [`The property ${key} does not exist.`]);
        return { status: 200, body: { key, value: comment.properties[key] } };
      },
    },
    {
      method: 'PUT',
      path,
      handle(call) {
        const [issue, comment] = anywhere(world, call);
        const key = param(call, 'propertyKey');
        world.acts.setCommentProperty(issue, comment, [key, call.body]);
        return { status: key in comment.properties ? 200 : 201, body: {} };
      },
    },
  ];
}

export function commentEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [...pages(world), ...single(world), byIds(world), ...commentProperties(world)];
}
