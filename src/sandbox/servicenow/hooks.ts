import { createHmac, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { FaultPlan, HookFault } from '../faults.ts';
import type { DeskEvent } from './desk.ts';
import { utcText } from './wall-time.ts';

/** Attempts after the first, as a sender with an outbox makes them. */
const RETRY_AFTER_MS = [60_000, 120_000, 300_000, 600_000];
const ANSWER_WITHIN_MS = 10_000;
const SOON_MS = 1000;

/** Sends what a business rule that signs for us sends, with the retries of a sender with an outbox. */
export interface HookSender {
  /** Only this machine may be named; null sends nothing. */
  setUrl(url: string | null): void;
  send(event: DeskEvent): void;
  /** Resolves when no delivery is in flight or due within the next second. */
  settled(): Promise<void>;
  stop(): void;
}

export interface HookSenderOptions {
  readonly clock: SandboxClock;
  readonly secret: string;
  readonly faults: FaultPlan<HookFault>;
}

interface Message {
  readonly id: string;
  readonly url: string;
  readonly body: string;
}

/** Outbound text is ASCII only: how the instance's HMAC treats other characters is not documented. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Standard Webhooks: base64 HMAC-SHA256 over "id.timestamp.body", with the secret's UTF-8 bytes as the key. */
function signHook(secret: string, id: string, content: { timestamp: number; body: string }): string {
  const mac = createHmac('sha256', secret).update(`${id}.${content.timestamp}.${content.body}`);
  return `v1,${mac.digest('base64')}`;
}

function loopbackUrl(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  if (/^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/.test(host)) return url;
  throw new Error(
    `The simulated ServiceNow sends hooks to this machine only, not to "${host}". Use 127.0.0.1.`,
  );
}

/** Work that is under way or due later, and when it comes to rest. */
function createAgenda(clock: SandboxClock) {
  const inFlight = new Set<Promise<void>>();
  const scheduled = new Map<symbol, { readonly at: number; readonly cancel: () => void }>();
  const waiters = new Set<() => void>();

  function isSettled(): boolean {
    const soon = clock.now().getTime() + SOON_MS;
    return inFlight.size === 0 && ![...scheduled.values()].some((entry) => entry.at <= soon);
  }
  function wake(): void {
    if (!isSettled()) return;
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  return {
    later(afterMs: number, work: () => void): void {
      const key = Symbol('scheduled');
      const cancel = clock.after(afterMs, () => {
        scheduled.delete(key);
        work();
        wake();
      });
      scheduled.set(key, { at: clock.now().getTime() + afterMs, cancel });
    },
    track(work: Promise<void>): void {
      const tracked = work.finally(() => {
        inFlight.delete(tracked);
        wake();
      });
      inFlight.add(tracked);
    },
    async settled(): Promise<void> {
      if (!isSettled()) await new Promise<void>((resolve) => waiters.add(resolve));
    },
    stop(): void {
      for (const { cancel } of scheduled.values()) cancel();
      scheduled.clear();
      wake();
    },
  };
}

/** One attempt; false when nobody took it in time, and then the outbox tries again. */
async function post(options: HookSenderOptions, message: Message, stopping: AbortSignal): Promise<boolean> {
  const timestamp = Math.floor(options.clock.now().getTime() / 1000);
  try {
    const answer = await fetch(message.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signHook(options.secret, message.id, { timestamp, body: message.body }),
      },
      body: message.body,
      signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

export function createHookSender(options: HookSenderOptions): HookSender {
  const agenda = createAgenda(options.clock);
  const stopping = new AbortController();
  let url: string | null = null;

  async function deliver(message: Message, number: number): Promise<void> {
    const isDelivered = await post(options, message, stopping.signal);
    const wait = RETRY_AFTER_MS[number];
    if (isDelivered || wait === undefined || stopping.signal.aborted) return;
    agenda.later(wait, () => agenda.track(deliver(message, number + 1)));
  }
  const start = (message: Message) => agenda.track(deliver(message, 0));

  return {
    setUrl(next) {
      url = next === null ? null : loopbackUrl(next);
    },
    send({ table, row, event }) {
      if (url === null || stopping.signal.aborted) return;
      const content = {
        table,
        sys_id: row['sys_id'],
        number: row['number'],
        event,
        at: utcText(options.clock.now()),
      };
      const message = { id: `msg_${randomUUID().replaceAll('-', '')}`, url, body: asciiJson(content) };
      const fault = options.faults.take(event);
      if (fault?.kind === 'drop') return;
      if (fault?.kind === 'delay') return agenda.later(fault.delayMs, () => start(message));
      start(message);
      if (fault?.kind === 'double') start(message);
    },
    settled: agenda.settled,
    stop() {
      stopping.abort();
      agenda.stop();
    },
  };
}
