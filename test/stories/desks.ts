import type { Connector } from '../../src/connectors/connector.ts';
import { createMemoryConnector } from '../../src/connectors/memory/connector.ts';
import { createMemoryDesk } from '../../src/connectors/memory/desk.ts';
import { ConnectorId, TicketId } from '../../src/model/ids.ts';
import type { Io } from '../../src/model/io.ts';
import type { StatusCategory } from '../../src/model/ticket.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';

/** What a story needs of a ticket system, whichever it is. */
export interface Desk {
  /** As the configuration file names it. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connectors: (io: Io) => ReadonlyMap<ConnectorId, Connector>;
  setHookUrl(url: string): void;
  tickets(): readonly DeskTicketView[];
  comment(ticketId: string, text: string, options?: { internal?: boolean }): void;
  setStatus(ticketId: string, category: StatusCategory): void;
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
  readonly comments: readonly { readonly text: string; readonly internal: boolean }[];
}

export interface DeskKind {
  readonly targets: { readonly general: unknown; readonly access: unknown };
}

const id = ConnectorId.parse('desk');

export const memoryKind: DeskKind = {
  targets: { general: { queue: 'general' }, access: { queue: 'access' } },
};

export async function memoryDesk(clock: SandboxClock): Promise<Desk> {
  let hookUrl = '';
  const desk = createMemoryDesk({
    hookSecret: DESK_HOOK_SECRET,
    now: () => clock.now(),
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
      desk.tickets().map((ticket) => ({
        id: ticket.id,
        key: ticket.key,
        queue: ticket.queue,
        summary: ticket.summary,
        description: ticket.description,
        category: ticket.statusCategory,
        comments: ticket.comments.map(({ text, internal }) => ({ text, internal })),
      })),
    comment(ticketId, text, options = {}) {
      desk.comment(TicketId.parse(ticketId), text, options);
    },
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
