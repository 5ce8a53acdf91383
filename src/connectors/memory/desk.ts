import { randomUUID } from 'node:crypto';
import type { CommentId, TicketId } from '../../model/ids.ts';
import type { StatusCategory } from '../../model/ticket.ts';
import { isBlank } from '../storable-text.ts';
import { signHook } from './hook.ts';
import { createRecords, type DeskChange, type DeskTicket, type Records } from './records.ts';
import { storable } from './text.ts';
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
}

/** A ticket system in memory, seen by its agents and by whoever breaks it. The connector uses `records` over `wire`. */
export interface MemoryDesk {
  tickets(): readonly DeskTicket[];
  /** Writes as an agent. Throws for a ticket that does not exist: the caller is a test or a demo. */
  comment(
    ticket: TicketId,
    text: string,
    options?: { readonly internal?: boolean; readonly agent?: string },
  ): CommentId;
  setStatus(ticket: TicketId, category: StatusCategory, agent?: string): void;

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

  /** The API's side of it: for the connector only. */
  readonly api: { readonly records: Records; readonly wire: Wire };
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

export function createMemoryDesk(options: MemoryDeskOptions): MemoryDesk {
  const now = options.now ?? (() => new Date());
  const outbox = createOutbox(options, now);
  const records = createRecords({ now, lagMs: options.lagMs ?? 0, changed: outbox.send });
  const wire = createWire();

  function existing(id: TicketId): DeskTicket {
    const ticket = records.byId(id);
    if (ticket === null) throw new Error(`The memory desk has no ticket ${id}`);
    return ticket;
  }

  return {
    tickets: records.all,
    comment(ticket, text, { internal = false, agent = 'Agent' } = {}) {
      if (isBlank(text)) throw new Error('An empty comment cannot be written');
      const draft = { author: agent, text: storable(text), internal, marker: null, source: null };
      return records.comment(existing(ticket), draft).id;
    },
    setStatus: (ticket, category, agent = 'Agent') => records.setStatus(existing(ticket), category, agent),
    cut: wire.cut,
    restore: wire.restore,
    failNext: (on, fault, times = 1) => wire.failNext(on, fault, times),
    clearFaults: wire.clearFaults,
    requests: wire.requests,
    loseHooks: outbox.lose,
    retryHooks: outbox.retry,
    settled: outbox.settled,
    api: { records, wire },
  };
}
