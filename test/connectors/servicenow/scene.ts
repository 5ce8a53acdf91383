import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createIo } from '../../../src/connectors/io.ts';
import {
  createServiceNowConnector,
  type ServiceNowConnectorDeps,
} from '../../../src/connectors/servicenow/connector.ts';
import type { ServiceNowAuth } from '../../../src/connectors/servicenow/credentials.ts';
import type { ServiceNowMaps } from '../../../src/connectors/servicenow/maps.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import type { Attempt } from '../../../src/model/effect.ts';
import { type AttachmentId, ConnectorId, Marker, type TicketId } from '../../../src/model/ids.ts';
import type { Log } from '../../../src/model/log.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type {
  Author,
  CommentDraft,
  CommentRevision,
  FileDraft,
  TicketChange,
  TicketDraft,
  WantedFields,
} from '../../../src/model/ticket.ts';
import type { ServiceNowSandboxOptions } from '../../../src/sandbox/servicenow/sandbox.ts';
import { HOOK_SECRET, PASSWORD, startInstance, USER } from '../../sandbox/servicenow/instance.ts';

const BASIC = { kind: 'basic', user: USER, password: PASSWORD } as const;
/** Somebody without a sign-in of her own. */
export const ADA: Author = { name: 'Ada Lovelace', grant: null };
export const TARGET = { table: 'incident', assignment_group: 'Major Incident' } as const;

/** Keeps what was logged. */
function createKeptLog() {
  const warnings: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[] = [];
  const log: Log = {
    info() {},
    warn: (fields, message) => void warnings.push({ fields, message }),
    error() {},
  };
  return { log, warnings };
}

/** A connector at an address, each call in an io scope of its own. */
export function connectorAt(
  baseUrl: string,
  auth: ServiceNowAuth = BASIC,
  more: Partial<ServiceNowConnectorDeps> = {},
) {
  const io = createIo({ metrics: noMetrics });
  const deps = { id: ConnectorId.parse('snow'), baseUrl, auth, hookSecret: HOOK_SECRET, io };
  const connector = createServiceNowConnector({ ...deps, ...more });
  const limits = { timeoutMs: 10_000 };
  return {
    io,
    raw: connector,
    check: () => io.run('ticket.check', limits, () => connector.check()),
    create: (draft: TicketDraft, attempt: Attempt) =>
      io.run('ticket.create.send', limits, () => connector.create.send(draft, attempt)),
    findCreated: (draft: TicketDraft, attempt: Attempt) =>
      io.run('ticket.create.find', limits, () => connector.create.find(draft, attempt)),
    comment: (draft: CommentDraft, attempt: Attempt) =>
      io.run('ticket.comment.send', limits, () => connector.comments.add.send(draft, attempt)),
    findComment: (draft: CommentDraft, attempt: Attempt) =>
      io.run('ticket.comment.find', limits, () => connector.comments.add.find(draft, attempt)),
    revise: (draft: CommentRevision, attempt: Attempt) =>
      io.run('ticket.revise.send', limits, () => connector.comments.revise.send(draft, attempt)),
    findRevision: (draft: CommentRevision, attempt: Attempt) =>
      io.run('ticket.revise.find', limits, () => connector.comments.revise.find(draft, attempt)),
    attach: (draft: FileDraft, attempt: Attempt) =>
      io.run('ticket.file.send', limits, () => connector.files.add.send(draft, attempt)),
    findFile: (draft: FileDraft, attempt: Attempt) =>
      io.run('ticket.file.find', limits, () => connector.files.add.find(draft, attempt)),
    open: (ticket: TicketId, file: AttachmentId) =>
      io.run('ticket.read', limits, () => connector.files.open(ticket, file)),
    write: (ticket: TicketId, set: WantedFields, attempt: Attempt, more: Partial<TicketChange> = {}) =>
      io.run('ticket.write.send', limits, () =>
        connector.write.send({ ticket, set, before: null, actor: ADA, ...more }, attempt),
      ),
    findWritten: (ticket: TicketId, set: WantedFields, attempt: Attempt) =>
      io.run('ticket.write.find', limits, () =>
        connector.write.find({ ticket, set, before: null, actor: ADA }, attempt),
      ),
    read: (ticket: TicketId) => io.run('ticket.read', limits, () => connector.read(ticket)),
    form: (target: unknown) =>
      io.run('ticket.read', limits, async () => {
        assert.ok(connector.can.catalog);
        return connector.can.catalog.form(target);
      }),
    run: <T>(work: () => Promise<Outcome<T>>) => io.run('ticket.read', limits, work),
    people: (email: string) => io.run('ticket.read', limits, () => connector.people(email)),
    changes: (cursor: string | null) =>
      io.run('ticket.changes', limits, () => connector.changesSince(cursor)),
  };
}

export function draft(changes: Partial<TicketDraft> = {}): TicketDraft {
  return {
    target: TARGET,
    summary: 'Mail is down',
    description: plainDoc('Nothing arrives since nine.'),
    kind: 'incident',
    priority: 'high',
    requester: { name: 'Ada Lovelace', email: 'ada.lovelace@example.com' },
    reason: 'Rule "outages" matched the word "down"',
    permalink: 'https://acme.slack.com/archives/C1/p1',
    ...changes,
  };
}

export function words(ticket: TicketId, changes: Partial<CommentDraft> = {}): CommentDraft {
  return {
    ticket,
    author: ADA,
    body: plainDoc('Thank you'),
    visibility: 'public',
    source: null,
    part: null,
    ...changes,
  };
}

/** A simulated instance and a connector on it. */
export async function startScene(
  options: Partial<ServiceNowSandboxOptions> = {},
  auth: ServiceNowAuth = BASIC,
  maps?: ServiceNowMaps,
) {
  const instance = await startInstance(options);
  const { log, warnings } = createKeptLog();
  const more = { log, now: instance.clock.now, ...(maps === undefined ? {} : { maps }) };
  const connector = connectorAt(instance.baseUrl, auth, more);
  const attempt = (): Attempt => ({
    marker: Marker.parse(`dsk-${randomUUID().replaceAll('-', '')}`),
    startedAt: instance.clock.now(),
  });
  return {
    instance,
    sandbox: instance.sandbox,
    connector,
    warnings,
    attempt,
    agent: instance.sandbox.people.agents()[0]?.id ?? '',
    ticket: async () => value(await connector.create(draft(), attempt())).id,
    seen(ticket: string) {
      const found = instance.sandbox.people.tickets().find((candidate) => candidate.id === ticket);
      assert.ok(found, `agents see no ticket ${ticket}`);
      return found;
    },
    close: () => instance.close(),
  };
}

export type Scene = Awaited<ReturnType<typeof startScene>>;

export function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'ok') return outcome.value;
  assert.fail(`expected ok, got ${JSON.stringify(outcome)}`);
}

/** The outcome without its sentence: "rejected forbidden", "retry unknown", "ok". */
export function gist(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'ok') return 'ok';
  return outcome.kind === 'rejected'
    ? `rejected ${outcome.code}`
    : `retry ${outcome.effect} ${outcome.scope}`;
}

export function reasonOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'ok' ? '' : outcome.reason;
}
