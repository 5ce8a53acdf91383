import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createIo } from '../../../src/connectors/io.ts';
import { createJiraConnector } from '../../../src/connectors/jira/connector.ts';
import type { JiraMaps } from '../../../src/connectors/jira/maps.ts';
import { type Doc, plainDoc } from '../../../src/model/doc.ts';
import { ConnectorId, Marker, type TicketId } from '../../../src/model/ids.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { Author, CommentDraft, FileDraft } from '../../../src/model/ticket.ts';
import type { JiraSandboxOptions } from '../../../src/sandbox/jira/jira-sandbox.ts';
import { API_TOKEN, EMAIL, HOOK_SECRET, startSite } from '../../sandbox/jira/site.ts';

export const GRACE = '712020:a0000001';
export const ALAN = '712020:a0000002';
export const ALMA = {
  accountId: '712020:c0000001',
  displayName: 'Alma Ruiz',
  email: 'alma@example.test',
  apiToken: 'sandbox-alma-0123456789',
};
export const plainAuthor: Author = { name: 'Alma Ruiz', grant: null };
export const almaHerself: Author = {
  name: 'Alma Ruiz',
  grant: { account: ALMA.email, secret: createSecret(ALMA.apiToken) },
};

export function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind !== 'ok') assert.fail(JSON.stringify(outcome));
  return outcome.value;
}

/** In a few words, for a comparison. */
export function told(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'ok') return 'ok';
  return outcome.kind === 'retry' ? `retry ${outcome.effect}` : `rejected ${outcome.code}`;
}

/** A connector before a simulated site, with what a test needs around both. */
export async function openDesk(options: Partial<JiraSandboxOptions> = {}, maps: JiraMaps = {}) {
  // Loaded before any scope's time runs: on a busy machine that takes seconds.
  await import('jira.js');
  const site = await startSite(options);
  const { sandbox, clock } = site;
  const io = createIo({ metrics: noMetrics });
  const connector = createJiraConnector({
    id: ConnectorId.parse('jira-it'),
    baseUrl: site.baseUrl,
    auth: { kind: 'api-token', email: EMAIL, apiToken: API_TOKEN },
    hookSecret: HOOK_SECRET,
    maps,
    io,
  });
  let count = 0;
  const attempt = () => {
    count += 1;
    return { marker: Marker.parse(`dsk-${String(count).padStart(20, '0')}`), startedAt: clock.now() };
  };
  const run = <T>(work: () => Promise<T>) => io.run('ticket.read', { timeoutMs: 10_000 }, work);
  return {
    site,
    sandbox,
    clock,
    connector,
    attempt,
    run,
    async create(target: object = { project: 'IAM', issue_type: 'Task' }): Promise<TicketId> {
      const draft = {
        target,
        summary: 'A door is locked',
        description: plainDoc('Please open it'),
        kind: 'iam',
        priority: 'medium',
        requester: { name: 'Alma Ruiz', email: ALMA.email },
        reason: 'A rule',
        permalink: null,
      } as const;
      return value(await run(() => connector.create.send(draft, attempt()))).id;
    },
    read: async (ticket: TicketId) => value(await run(() => connector.read(ticket))),
    seen(ticket: TicketId) {
      const found = sandbox.people.tickets().find((one) => one.id === ticket);
      assert.ok(found);
      return found;
    },
    paths: (call: string) => sandbox.calls().filter((one) => one.call === call),
    close: site.close,
  };
}
export type Desk = Awaited<ReturnType<typeof openDesk>>;
export const ON_DESK = { service_desk: '1', request_type: '10', project: 'ITSD' };
export const IN_SEC = { project: 'SEC', issue_type: 'Task' };

export function said(ticket: TicketId, body: Doc | string, more: Partial<CommentDraft> = {}): CommentDraft {
  const doc = typeof body === 'string' ? plainDoc(body) : body;
  return { ticket, author: plainAuthor, body: doc, visibility: 'public', source: null, part: null, ...more };
}

export function fileDraft(
  ticket: TicketId,
  content: string | Buffer,
  more: Partial<FileDraft> = {},
): FileDraft {
  const bytes = Buffer.from(content);
  return {
    ticket,
    name: 'notes.txt',
    mime: 'text/plain',
    size: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    author: plainAuthor,
    async *open() {
      for (let at = 0; at < bytes.byteLength; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
    },
    ...more,
  };
}
