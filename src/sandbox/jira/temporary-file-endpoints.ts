import { textToAdf } from './adf.ts';
import { INTERNAL_PROPERTY } from './comment-acts.ts';
import { commentView, deskIssue, deskOf, fromWiki } from './desk-endpoints.ts';
import { deskPaged } from './desk-views.ts';
import type { JiraEndpoint, JiraWorld } from './endpoint.ts';
import { param, record, refuse, refuseDesk } from './endpoint.ts';
import { portalFile } from './file-endpoints.ts';

/** Longest list of files in one comment. */
const MAX_FILES = 60;
/** How long a file waits for the request that it is meant for, in milliseconds. */
const WAITING_MS = 60 * 60_000;

/** The service desk's own way to attach: a file is left there first, then given to a request with a comment. */
export function temporaryFileEndpoints(world: JiraWorld): readonly JiraEndpoint[] {
  const waiting = new Map<
    string,
    { name: string; type: string; bytes: Uint8Array; at: number; by: string }
  >();
  let last = 0;
  return [
    {
      method: 'POST',
      path: '/rest/servicedeskapi/servicedesk/{serviceDeskId}/attachTemporaryFile',
      handle(call) {
        if (call.header('x-atlassian-token') !== 'no-check') throw refuse(403, ['XSRF check failed']);
        deskOf(world, param(call, 'serviceDeskId'));
        const { files } = call;
        if (files === null || files.length === 0) throw refuseDesk(400, 'No file was sent.');
        if (files.length > MAX_FILES || files.some(({ bytes }) => bytes.byteLength > world.uploadLimit)) {
          throw refuseDesk(413, 'The file is too large.');
        }
        const temporaryAttachments = files.map((file) => {
          last += 1;
          const temporaryAttachmentId = `temp${String(last).padStart(16, '0')}`;
          waiting.set(temporaryAttachmentId, { ...file, at: world.state.now(), by: call.me.accountId });
          return { temporaryAttachmentId, fileName: file.name };
        });
        return { status: 201, body: { temporaryAttachments } };
      },
    },
    {
      method: 'POST',
      path: '/rest/servicedeskapi/request/{issueIdOrKey}/attachment',
      handle(call) {
        const [, issue] = deskIssue(world, call);
        const input = record(call.body);
        const ids = Array.isArray(input['temporaryAttachmentIds']) ? input['temporaryAttachmentIds'] : [];
        const files = ids.map((id) => waiting.get(String(id)));
        const isFresh = (file: (typeof files)[number]) =>
          file !== undefined && file.at + WAITING_MS > world.state.now() && file.by === call.me.accountId;
        if (typeof input['public'] !== 'boolean' || files.length === 0 || !files.every(isFresh)) {
          throw refuseDesk(400, 'The temporary attachments have expired or do not exist.');
        }
        const words = record(input['additionalComment'])['body'];
        const isPublic = input['public'];
        const attached = files
          .filter((file) => file !== undefined)
          .map(({ name, type, bytes }) => {
            const now = world.state.issue(issue.id, null) ?? issue;
            const mimeType = type || 'application/octet-stream';
            return world.acts.attach(call.me, now, { filename: name, mimeType, bytes, portal: isPublic });
          });
        for (const id of ids) waiting.delete(String(id));
        const names = attached.map(({ filename }) => `[^${filename}]`);
        const comment = world.acts.comment(call.me, world.state.issue(issue.id, null) ?? issue, {
          body: textToAdf([...(typeof words === 'string' ? [fromWiki(words)] : []), ...names].join('\n')),
          visibility: null,
          properties: isPublic ? {} : { [INTERNAL_PROPERTY]: { internal: true } },
        });
        const list = attached.map((one) => portalFile(world, issue, one));
        return {
          status: 201,
          body: { comment: commentView(world, issue, comment), attachments: deskPaged(call, list) },
        };
      },
    },
  ];
}
