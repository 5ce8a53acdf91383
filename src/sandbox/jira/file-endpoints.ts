import { deskDate, deskPaged, deskUser } from './desk-views.ts';
import type { JiraAnswer, JiraCall, JiraEndpoint, JiraWorld } from './endpoint.ts';
import { findIssue, issueOf, param, refuse, refuseDesk, visibleProject } from './endpoint.ts';
import type { MediaCall } from './gate.ts';
import type { JiraAttachment, JiraIssue } from './state.ts';

/** More files in one call are refused. */
const MAX_FILES = 60;

function attachmentOf(world: JiraWorld, call: JiraCall): readonly [JiraIssue, JiraAttachment] {
  for (const issue of world.state.issues(call.asOf)) {
    const found = issue.attachments.find((one) => one.id === param(call, 'id'));
    if (found !== undefined && visibleProject(world, issue.projectKey) !== null) return [issue, found];
  }
  throw refuse(404, [`The attachment with id '${param(call, 'id')}' does not exist`]);
}

function upload(world: JiraWorld): JiraEndpoint {
  return {
    method: 'POST',
    path: '/rest/api/3/issue/{issueIdOrKey}/attachments',
    handle(call) {
      if (call.header('x-atlassian-token') !== 'no-check') {
        throw refuse(403, ['XSRF check failed']);
      }
      const found = issueOf(world, call);
      const { files } = call;
      if (files === null || files.length === 0) throw refuse(400, ['No file was sent.']);
      if (files.length > MAX_FILES) throw refuse(413, ['Too many files.']);
      if (files.some(({ bytes }) => bytes.byteLength > world.uploadLimit)) {
        throw refuse(413, [`A file is larger than ${world.uploadLimit} bytes.`]);
      }
      const added = files.map(({ name, type, bytes }) => {
        const issue = world.state.issue(found.id, null) ?? found;
        // The platform's own way shows a file to agents; the portal knows only what came with a public comment.
        const portal = world.state.project(issue.projectKey)?.desk == null;
        const mimeType = type || 'application/octet-stream';
        return world.acts.attach(call.me, issue, { filename: name, mimeType, bytes, portal });
      });
      return { status: 200, body: added.map((one) => world.views.attachment(one, 3)) };
    },
  };
}

function content(attachment: JiraAttachment): JiraAnswer {
  const bytes = Uint8Array.from(Buffer.from(attachment.content, 'base64'));
  return {
    status: 200,
    bytes,
    headers: {
      'content-type': attachment.mimeType,
      'content-length': String(bytes.byteLength),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`,
    },
  };
}

/** What the address of a redirect carries instead of a credential. */
const tokenOf = (attachment: JiraAttachment) => `media-${attachment.id}-${attachment.size}`;

/** The store behind the redirect: another host in real life, which must never see a credential of Jira. */
export function mediaAnswer(world: JiraWorld, { id, token, authorization }: MediaCall): JiraAnswer {
  if (authorization !== null) throw new Error('A credential of Jira was sent to the media store');
  const found = world.state
    .issues(null)
    .flatMap((issue) => issue.attachments)
    .find((one) => one.id === id && tokenOf(one) === token);
  return found === undefined ? { status: 403, body: {} } : content(found);
}

function single(world: JiraWorld): JiraEndpoint[] {
  return [
    {
      method: 'GET',
      path: '/rest/api/3/attachment/meta',
      handle: () => ({ status: 200, body: { enabled: true, uploadLimit: world.uploadLimit } }),
    },
    {
      method: 'GET',
      path: '/rest/api/3/attachment/{id}',
      handle(call) {
        const [, attachment] = attachmentOf(world, call);
        const view = world.views.attachment(attachment, 3);
        return { status: 200, body: { ...view, id: Number(attachment.id) } };
      },
    },
    {
      method: 'GET',
      path: '/rest/api/3/attachment/content/{id}',
      handle(call) {
        const [, attachment] = attachmentOf(world, call);
        if (call.query.get('redirect') === 'false') return content(attachment);
        const location = `${world.baseUrl()}/media/${attachment.id}?token=${tokenOf(attachment)}`;
        return { status: 303, headers: { location } };
      },
    },
    {
      method: 'DELETE',
      path: '/rest/api/3/attachment/{id}',
      handle(call) {
        const [issue, attachment] = attachmentOf(world, call);
        const isOther = attachment.authorId !== call.me.accountId;
        if (isOther && call.me.accountType === 'atlassian' && !call.me.agent) {
          throw refuse(403, ['You do not have permission to delete this attachment.']);
        }
        world.acts.detach(call.me, issue, attachment);
        return { status: 204 };
      },
    },
  ];
}

/** A file as the portal shows it. */
export function portalFile(world: JiraWorld, issue: JiraIssue, one: JiraAttachment) {
  return {
    filename: one.filename,
    ...deskUser(world, world.state.user(one.authorId)),
    created: deskDate(one.created),
    size: one.size,
    mimeType: one.mimeType,
    _links: {
      jiraRest: `${world.baseUrl()}/rest/api/2/attachment/${one.id}`,
      content: `${world.baseUrl()}/rest/servicedeskapi/request/${issue.id}/attachment/${one.id}`,
    },
  };
}

/** What customers see of a request's files. An address is all that names the attachment. */
function portal(world: JiraWorld): JiraEndpoint {
  return {
    method: 'GET',
    path: '/rest/servicedeskapi/request/{issueIdOrKey}/attachment',
    handle(call) {
      const issue = findIssue(world, call);
      if (issue === null || issue.requestTypeId === null) {
        throw refuseDesk(404, 'The request does not exist or you do not have permission to see it.');
      }
      const shown = issue.attachments.filter((one) => one.portal);
      const views = shown.map((one) => portalFile(world, issue, one));
      return { status: 200, body: deskPaged(call, views) };
    },
  };
}

export function fileEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  return [upload(world), ...single(world), portal(world)];
}
