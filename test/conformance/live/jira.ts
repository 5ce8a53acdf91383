import { z } from 'zod';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { AttachmentId, CommentId, ConnectorId, TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { sha256 } from '../trial.ts';
import type { JiraAccess } from './settings.ts';
import { basic, type LiveSite, plainBytes, plainCall } from './site.ts';

const Person = z.object({ displayName: z.string() });
const Comment = z.object({
  id: z.string(),
  author: Person,
  body: z.unknown(),
  created: z.string(),
  jsdPublic: z.boolean().default(true),
  visibility: z.unknown().optional(),
});
const File = z.object({
  id: z.string(),
  filename: z.string(),
  mimeType: z.string(),
  size: z.number(),
  author: Person,
  created: z.string(),
});
const Issue = z.object({
  fields: z.object({
    summary: z.string(),
    description: z.unknown(),
    status: z.object({ statusCategory: z.object({ key: z.enum(['new', 'indeterminate', 'done']) }) }),
    priority: z.object({ name: z.string() }).nullish(),
    assignee: Person.nullish(),
    attachment: z.array(File).default([]),
  }),
});
const Node = z.looseObject({ text: z.string().optional(), content: z.array(z.unknown()).optional() });

/** The words of a document, a line for each block. */
function wordsOf(node: unknown): string {
  const { text = '', content = [] } = Node.catch({}).parse(node);
  return text + content.map(wordsOf).join(content.some((one) => Node.parse(one).content) ? '\n' : '');
}

/** A Jira site over an API token. */
export function createLiveJira(access: JiraAccess): LiveSite {
  const { url, email, token } = access;
  const authorization = basic(email, token);
  const io = createIo({ metrics: noMetrics });
  const issue = (ticket: TicketId) => `${url}/rest/api/3/issue/${ticket}`;
  const content = (id: string) => `${url}/rest/api/3/attachment/content/${id}?redirect=false`;
  const category = { new: 'new', indeterminate: 'active', done: 'done' } as const;

  return {
    label: 'jira',
    io,
    connector: createJiraConnector({
      id: ConnectorId.parse('live-jira'),
      baseUrl: url,
      auth: { kind: 'api-token', email, apiToken: token },
      hookSecret: null,
      io,
    }),
    target: { project: access.project, issue_type: access.issueType },
    missing: {
      ticket: TicketId.parse('999999999'),
      comment: CommentId.parse('999999998'),
      file: AttachmentId.parse('999999997'),
    },
    secrets: [token, authorization.slice('Basic '.length)],
    async see(ticket) {
      const { fields } = Issue.parse(await plainCall(issue(ticket), authorization));
      const listed = await plainCall(`${issue(ticket)}/comment?maxResults=100`, authorization);
      const { comments } = z.object({ comments: z.array(Comment) }).parse(listed);
      const bytes = async (id: string) => sha256(await plainBytes(content(id), authorization));
      return {
        ...{ id: ticket, impact: null, urgency: null, group: null },
        summary: fields.summary,
        description: wordsOf(fields.description),
        statusCategory: category[fields.status.statusCategory.key],
        priority: fields.priority?.name ?? null,
        assignee: fields.assignee?.displayName ?? null,
        comments: comments.map((one) => ({
          ...{ id: one.id, author: one.author.displayName, createdAt: one.created },
          ...{ text: wordsOf(one.body), body: plainDoc(wordsOf(one.body)) },
          internal: !one.jsdPublic || one.visibility !== undefined,
        })),
        files: await Promise.all(
          fields.attachment.map(async (one) => ({
            ...{ id: one.id, name: one.filename, mime: one.mimeType, size: one.size, internal: false },
            ...{ author: one.author.displayName, createdAt: one.created, sha256: await bytes(one.id) },
          })),
        ),
      };
    },
    async remove(ticket) {
      try {
        await plainCall(issue(ticket), authorization, { method: 'DELETE' });
        return true;
      } catch {
        return false;
      }
    },
  };
}
