import { randomUUID } from 'node:crypto';
import { plainDoc } from '../../model/doc.ts';
import { docText } from '../../model/doc-text.ts';
import type { AttachmentId, CommentId, TicketId } from '../../model/ids.ts';
import type { StatusCategory } from '../../model/ticket.ts';
import { isBlank } from '../storable-text.ts';
import { signHook } from './hook.ts';
import {
  createRecords,
  type DeskChange,
  type DeskComment,
  type DeskFields,
  type DeskFile,
  type DeskTicket,
  type Records,
} from './records.ts';
import { storableDoc } from './text.ts';
import { type CallKind, createWire, type Wire, type WireFault } from './wire.ts';

export interface SentHook {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface MemoryDeskOptions {
  readonly hookSecret: string;
  /** Receives every hook; answers whether it was taken. Not taken, or thrown: `retryHooks` sends it again. */
  readonly onHook?: (hook: SentHook) => Promise<boolean>;
  readonly now?: () => Date;
  /** How long searches lag behind writes, in milliseconds; 0 unless told. */
  readonly lagMs?: number;
  readonly people?: readonly DeskPerson[];
  /** Any name is a group unless they are told. */
  readonly groups?: readonly string[];
  readonly articles?: readonly DeskArticle[];
}

/** What everybody may read. */
export interface DeskArticle {
  readonly title: string;
  readonly text: string;
}

/** Somebody whom the desk knows. */
export interface DeskPerson {
  readonly account: string;
  readonly name: string;
  /** In lower case. */
  readonly email: string;
  /** With it he acts as himself; null when he never signed in. */
  readonly secret: string | null;
}

/** A ticket as agents see it: texts as plain words. */
export interface SeenTicket extends Omit<DeskTicket, 'description' | 'comments'> {
  readonly description: string;
  readonly comments: readonly (DeskComment & { readonly text: string })[];
}

/**
 * A ticket system in memory, seen by its agents and by whoever breaks it. Verbs throw for what does not exist: their
 * caller is a test or a demo. The connector uses `api` alone.
 */
export interface MemoryDesk {
  tickets(): readonly SeenTicket[];
  comment(
    ticket: TicketId,
    text: string,
    options?: { readonly internal?: boolean; readonly agent?: string },
  ): CommentId;
  editComment(ticket: TicketId, comment: CommentId, text: string): void;
  deleteComment(ticket: TicketId, comment: CommentId): void;
  setInternal(ticket: TicketId, comment: CommentId, internal: boolean): void;
  attach(
    ticket: TicketId,
    file: Pick<DeskFile, 'name' | 'mime' | 'bytes'>,
    options?: { readonly internal?: boolean; readonly agent?: string },
  ): AttachmentId;
  removeFile(ticket: TicketId, file: AttachmentId): void;
  setStatus(ticket: TicketId, category: StatusCategory, agent?: string): void;
  setFields(ticket: TicketId, set: Partial<DeskFields>, agent?: string): void;

  /** Asks these accounts for a decision; answers its id. */
  askApproval(ticket: TicketId, name: string, approvers: readonly string[]): string;

  /** Nobody listens until `restore`. */
  cut(): void;
  restore(): void;
  failNext(on: CallKind, fault: WireFault, times?: number): void;
  clearFaults(): void;
  requests(): number;

  loseHooks(times: number): void;
  /** Sends again, with the same ids, what was not taken. */
  retryHooks(): Promise<void>;
  /** Resolves when no hook is under way. */
  settled(): Promise<void>;

  readonly api: DeskApi;
}

/** The API's side of a desk: for the connector only. */
export interface DeskApi {
  readonly records: Records;
  readonly wire: Wire;
  readonly people: readonly DeskPerson[];
  /** Null: any name is one. */
  readonly groups: readonly string[] | null;
  readonly articles: readonly DeskArticle[];
  now(): Date;
  /** The name of whoever signs in with this; null when the desk does not let him in. */
  nameOf(account: string, secret: string): string | null;
}

interface Outbox {
  send(change: DeskChange): void;
  lose(times: number): void;
  retry(): Promise<void>;
  settled(): Promise<void>;
}

function createOutbox(options: MemoryDeskOptions, now: () => Date): Outbox {
  const underWay = new Set<Promise<void>>();
  let refused: { readonly id: string; readonly body: Uint8Array }[] = [];
  let losing = 0;
  const deliver = options.onHook ?? (async () => true);

  async function attempt(hook: { readonly id: string; readonly body: Uint8Array }): Promise<void> {
    const headers = signHook(options.hookSecret, { ...hook, at: now() });
    const taken = await deliver({ headers, body: hook.body }).catch(() => false);
    if (!taken) refused.push(hook);
  }

  function start(hook: { readonly id: string; readonly body: Uint8Array }): void {
    // A hook leaves after the call that caused it has been answered, or before: nobody may count on either.
    const sending = new Promise((resolve) => setImmediate(resolve))
      .then(() => attempt(hook))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  async function settled(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    send({ at, ticket, event }) {
      if (losing > 0) {
        losing -= 1;
        return;
      }
      const body = new TextEncoder().encode(JSON.stringify({ event, ticket, at: at.toISOString() }));
      start({ id: randomUUID(), body });
    },
    lose(times) {
      losing += times;
    },
    async retry() {
      const again = refused;
      refused = [];
      for (const hook of again) start(hook);
      await settled();
    },
    settled,
  };
}

function seen(ticket: DeskTicket): SeenTicket {
  const comments = ticket.comments.map((comment) => ({ ...comment, text: docText(comment.body) }));
  return { ...ticket, description: docText(ticket.description), comments };
}

/** What agents do. */
function agentsOf(records: Records) {
  function existing(id: TicketId): DeskTicket {
    const ticket = records.byId(id);
    if (ticket === null) throw new Error(`The memory desk has no ticket ${id}`);
    return ticket;
  }

  function withComment(id: TicketId, comment: CommentId): DeskTicket {
    const ticket = existing(id);
    if (ticket.comments.some((one) => one.id === comment)) return ticket;
    throw new Error(`The ticket ${ticket.key} has no comment ${comment}`);
  }

  function words(text: string) {
    if (isBlank(text)) throw new Error('An empty comment cannot be written');
    return storableDoc([], plainDoc(text));
  }

  return {
    tickets: () => records.all().map(seen),
    comment(ticket, text, { internal = false, agent = 'Agent' } = {}) {
      const draft = { author: agent, body: words(text), internal, marker: null, source: null };
      return records.addComment(existing(ticket), draft).id;
    },
    editComment: (ticket, comment, text) =>
      records.changeComment(withComment(ticket, comment), comment, { body: words(text) }),
    deleteComment: (ticket, comment) => records.removeComment(withComment(ticket, comment), comment),
    setInternal: (ticket, comment, internal) =>
      records.changeComment(withComment(ticket, comment), comment, { internal }),
    attach: (ticket, file, { internal = false, agent = 'Agent' } = {}) =>
      records.addFile(existing(ticket), { ...file, author: agent, internal, marker: null }).id,
    removeFile(id, file) {
      const ticket = existing(id);
      if (!ticket.files.some((one) => one.id === file))
        throw new Error(`The ticket ${ticket.key} has no file ${file}`);
      records.removeFile(ticket, file);
    },
    setStatus(id, category, agent = 'Agent') {
      const ticket = existing(id);
      if (ticket.statusCategory !== category) records.setFields(ticket, { statusCategory: category }, agent);
    },
    setFields: (ticket, set, agent = 'Agent') => records.setFields(existing(ticket), set, agent),
  } satisfies Partial<MemoryDesk>;
}

export function createMemoryDesk(options: MemoryDeskOptions): MemoryDesk {
  const now = options.now ?? (() => new Date());
  const outbox = createOutbox(options, now);
  const records = createRecords({ now, lagMs: options.lagMs ?? 0, changed: outbox.send });
  const wire = createWire();
  const people = options.people ?? [];
  return {
    ...agentsOf(records),
    askApproval(id, name, approvers) {
      const ticket = records.byId(id);
      if (ticket === null) throw new Error(`The memory desk has no ticket ${id}`);
      const approval = { id: randomUUID(), name, approvers, createdAt: now(), decided: null };
      records.keep(ticket, { approvals: [...ticket.approvals, approval] });
      return approval.id;
    },
    cut: wire.cut,
    restore: wire.restore,
    failNext: (on, fault, times = 1) => wire.failNext(on, fault, times),
    clearFaults: wire.clearFaults,
    requests: wire.requests,
    loseHooks: outbox.lose,
    retryHooks: outbox.retry,
    settled: outbox.settled,
    api: {
      records,
      wire,
      people,
      groups: options.groups ?? null,
      articles: options.articles ?? [],
      now,
      nameOf: (account, secret) =>
        people.find((one) => one.account === account && one.secret !== null && one.secret === secret)?.name ??
        null,
    },
  };
}
