import { AttachmentId, type TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { OpenFile, TicketFile, Visibility } from '../../model/ticket.ts';
import { FILE_GONE, FORMER_USER, OTHER_SIZE, PAGE_FOR_FILE } from '../../texts/jira.ts';
import type { JiraClient } from './client.ts';
import { foreignId, type Home } from './comments.ts';
import { type Attachment, IssueFiles, Nothing, RequestAttachments } from './schema.ts';

const PAGE = 50;
const MAX_PAGES = 100;

/** Everything that hangs on an issue, oldest first. */
export async function listAttachments(
  client: JiraClient,
  ticket: TicketId,
): Promise<Outcome<readonly Attachment[]>> {
  const issue = await client.read(IssueFiles, ({ cloud }) =>
    cloud.issues.getIssue({ issueIdOrKey: ticket, fields: ['attachment'] }),
  );
  return issue.kind === 'ok' ? ok(byAge(issue.value.fields.attachment ?? [])) : issue;
}

function byAge(attachments: readonly Attachment[]): readonly Attachment[] {
  return attachments.toSorted(
    (a, b) => a.created.getTime() - b.created.getTime() || Number(BigInt(a.id) - BigInt(b.id)),
  );
}

/** Ids of the attachments that customers see in the portal; null when Jira does not say. */
async function portalFiles(
  client: JiraClient,
  ticket: TicketId,
): Promise<Outcome<ReadonlySet<string> | null>> {
  const shown = new Set<string>();
  for (let page = 0, start = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.read(RequestAttachments, ({ desk }) =>
      desk.request.getAttachmentsForRequest({ issueIdOrKey: ticket, start, limit: PAGE }),
    );
    if (answer.kind === 'retry') return answer;
    if (answer.kind === 'rejected') return ok(null);
    const { values, isLastPage } = answer.value;
    for (const { _links: links } of values) {
      const [, id] =
        /\/(?:attachment|content)\/(\d+)(?:[/?#]|$)/.exec(links.jiraRest ?? links.content ?? '') ?? [];
      if (id !== undefined) shown.add(id);
    }
    start += values.length;
    if (isLastPage !== false || values.length === 0) break;
  }
  return ok(shown);
}

/**
 * Files of a ticket. On a project everybody who may see the issue sees them. On a service desk only what the portal
 * lists is public; where the portal does not answer, nobody can tell.
 */
export async function presentFiles(
  client: JiraClient,
  { ticket, attachments }: { readonly ticket: TicketId; readonly attachments: readonly Attachment[] },
  home: Home,
): Promise<Outcome<readonly TicketFile[]>> {
  if (attachments.length === 0) return ok([]);
  const asksPortal = home.onServiceDesk && !home.secured;
  const portal = asksPortal ? await portalFiles(client, ticket) : ok(null);
  if (portal.kind !== 'ok') return portal;
  const visibilityOf = (id: string): Visibility => {
    if (home.secured) return 'internal';
    if (!home.onServiceDesk) return 'public';
    if (portal.value === null) return 'unknown';
    return portal.value.has(id) ? 'public' : 'internal';
  };
  return ok(
    byAge(attachments).map(({ id, filename, mimeType, size, author, created }) => ({
      id: AttachmentId.parse(id),
      name: filename,
      mime: mimeType,
      size,
      author: author?.displayName ?? FORMER_USER,
      createdAt: created,
      visibility: visibilityOf(id),
    })),
  );
}

/** The attachment of this very ticket; another ticket's is not found. */
async function ownAttachment(
  client: JiraClient,
  ticket: TicketId,
  file: AttachmentId,
): Promise<Outcome<Attachment | null>> {
  const foreign = foreignId(ticket, file);
  if (foreign !== null) return foreign;
  const all = await listAttachments(client, ticket);
  return all.kind === 'ok' ? ok(all.value.find(({ id }) => id === file) ?? null) : all;
}

/** The content of an attachment, from Jira itself: no other host is asked, so the credential goes nowhere else. */
export async function openFile(
  client: JiraClient,
  ticket: TicketId,
  file: AttachmentId,
): Promise<Outcome<OpenFile>> {
  const known = await ownAttachment(client, ticket, file);
  if (known.kind !== 'ok') return known;
  if (known.value === null) {
    return rejected('not-found', FILE_GONE);
  }
  const { mimeType, size } = known.value;
  const content = await client.download(`/rest/api/3/attachment/content/${file}`, { redirect: false });
  if (content.kind !== 'ok') return content;
  const { headers, bytes } = content.value;
  const announced = headers.get('content-length');
  const isPage = /html/i.test(headers.get('content-type') ?? '');
  const isWrong =
    announced !== null && headers.get('content-encoding') === null && Number(announced) !== size;
  if (isWrong || (isPage && !(/html/i.test(mimeType) && announced !== null))) {
    await bytes[Symbol.asyncIterator]().return?.();
    return rejected('invalid', isPage ? PAGE_FOR_FILE : OTHER_SIZE);
  }
  return ok({ mime: mimeType, size, bytes: exactly(bytes, size) });
}

/** Passes the bytes on and throws when they are not as many as they should be: half a file is none. */
async function* exactly(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const piece of bytes) {
    read += piece.byteLength;
    if (read > size) break;
    yield piece;
  }
  if (read !== size)
    throw new Error(`Jira sent ${read > size ? 'more' : 'less'} than the ${size} bytes of the file`);
}

/** Takes a file off its ticket. One that is not there is gone already, and another ticket's is left alone. */
export async function removeFile(
  client: JiraClient,
  ticket: TicketId,
  file: AttachmentId,
): Promise<Outcome<null>> {
  const known = await ownAttachment(client, ticket, file);
  if (known.kind !== 'ok') return known;
  if (known.value === null) return ok(null);
  const removed = await client.write(Nothing, ({ cloud }) =>
    cloud.issueAttachments.removeAttachment({ id: file }),
  );
  if (removed.kind === 'rejected' && removed.code === 'not-found') return ok(null);
  return removed.kind === 'ok' ? ok(null) : removed;
}
