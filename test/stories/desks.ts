import type { BridgeOptions } from '../../src/bridge.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import { createMemoryConnector } from '../../src/connectors/memory/connector.ts';
import { createMemoryDesk } from '../../src/connectors/memory/desk.ts';
import { CommentId, ConnectorId, TicketId } from '../../src/model/ids.ts';
import type { Io } from '../../src/model/io.ts';
import type { StatusCategory } from '../../src/model/ticket.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import type { AgentFile } from '../../src/sandbox/worlds.ts';

/** What a story needs of a ticket system, whichever it is. */
export interface Desk {
  /** As the configuration file names it. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connectors: (io: Io) => ReadonlyMap<ConnectorId, Connector>;
  /** Instead of these, where the bridge signs in with OAuth. */
  readonly oauth?: Pick<BridgeOptions, 'connectors'> & Required<Pick<BridgeOptions, 'oauthApps'>>;
  setHookUrl(url: string): void;
  tickets(): readonly DeskTicketView[];
  /** Answers the id of the comment. */
  comment(ticketId: string, text: string, options?: { internal?: boolean }): string;
  /** Throws where the product lets nobody change what was written. */
  editComment(ticketId: string, commentId: string, text: string): void;
  deleteComment(ticketId: string, commentId: string): void;
  setInternal(ticketId: string, commentId: string, internal: boolean): void;
  attach(ticketId: string, file: AgentFile): string;
  setField(ticketId: string, field: 'summary' | 'priority' | 'group', value: string): void;
  setStatus(ticketId: string, category: StatusCategory): void;
  /** Hides the ticket from agents that are not named, where the system has a level for that. */
  restrict?(ticketId: string, restricted: boolean): void;
  /** To a state by its own name, where the system has names of its own. */
  moveTo(ticketId: string, state: string): void;
  /** The next creates or comments of the bridge fail after they were committed. */
  failAfterCommit(times: number): void;
  clearFaults(): void;
  cut(): void | Promise<void>;
  restore(): void | Promise<void>;
  loseHooks(times: number): void;
  /** No hook is under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export const DESK_SECRET = 'sandbox-desk-secret-0123456789';
export const DESK_HOOK_SECRET = 'sandbox-desk-hooks-0123456789';

export interface DeskTicketView {
  readonly id: string;
  readonly key: string;
  readonly queue: string;
  readonly summary: string;
  readonly description: string;
  readonly category: StatusCategory;
  readonly priority: string | null;
  readonly comments: readonly {
    readonly id: string;
    readonly author: string;
    readonly text: string;
    readonly internal: boolean;
  }[];
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
}

export interface DeskKind {
  readonly targets: { readonly general: unknown; readonly access: unknown };
}

const id = ConnectorId.parse('desk');

export const memoryKind: DeskKind = {
  targets: { general: { queue: 'general' }, access: { queue: 'access' } },
};

/** What people have to know of a ticket, whatever else its system shows of it. */
export function ticketView<T extends DeskTicketView>(ticket: T): DeskTicketView {
  const { id, key, queue, summary, description, category, priority } = ticket;
  return {
    id,
    key,
    queue,
    summary,
    description,
    category,
    priority,
    comments: ticket.comments.map(({ id, author, text, internal }) => ({ id, author, text, internal })),
    files: ticket.files.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
  };
}

/** Somebody who has signed in at the memory desk himself. */
export const ALMA_AT_DESK = {
  account: 'alma@desk.example',
  name: 'Alma of the desk',
  email: 'alma.reyes@northwind.example',
  secret: 'own-sign-in-of-alma-0123456789',
};

export async function memoryDesk(clock: SandboxClock): Promise<Desk> {
  let hookUrl = '';
  const desk = createMemoryDesk({
    hookSecret: DESK_HOOK_SECRET,
    now: () => clock.now(),
    people: [ALMA_AT_DESK],
    groups: ['Endpoint Support'],
    onHook: async (hook) => {
      if (hookUrl === '') return false;
      const answer = await fetch(hookUrl, {
        method: 'POST',
        headers: hook.headers,
        body: Buffer.from(hook.body),
      });
      return answer.ok;
    },
  });
  return {
    settings: { system: 'memory', hook_secret_env: 'DESK_HOOK_SECRET' },
    connectors: (io) =>
      new Map([[id, createMemoryConnector({ id, desk, io, hookSecret: DESK_HOOK_SECRET })]]),
    setHookUrl(url) {
      hookUrl = url;
    },
    tickets: () =>
      desk.tickets().map((ticket) =>
        ticketView({
          ...ticket,
          category: ticket.statusCategory,
          files: ticket.files.map((file) => ({ ...file, size: file.bytes.length })),
        }),
      ),
    comment: (ticketId, text, options = {}) => desk.comment(TicketId.parse(ticketId), text, options),
    editComment: (ticketId, commentId, text) =>
      desk.editComment(TicketId.parse(ticketId), CommentId.parse(commentId), text),
    deleteComment: (ticketId, commentId) =>
      desk.deleteComment(TicketId.parse(ticketId), CommentId.parse(commentId)),
    setInternal: (ticketId, commentId, internal) =>
      desk.setInternal(TicketId.parse(ticketId), CommentId.parse(commentId), internal),
    attach: (ticketId, file) => desk.attach(TicketId.parse(ticketId), file),
    setField: (ticketId, field, value) => desk.setFields(TicketId.parse(ticketId), { [field]: value }),
    restrict: (ticketId, restricted) => desk.setFields(TicketId.parse(ticketId), { restricted }),
    moveTo() {
      throw new Error('The memory desk has categories only');
    },
    setStatus: (ticketId, category) => desk.setStatus(TicketId.parse(ticketId), category),
    failAfterCommit: (times) => desk.failNext('writes', { kind: 'fail-after', status: 502 }, times),
    clearFaults: () => desk.clearFaults(),
    cut: () => desk.cut(),
    restore: () => desk.restore(),
    loseHooks: (times) => desk.loseHooks(times),
    settled: () => desk.settled(),
    stop: async () => {},
  };
}
