import { createHmac, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { FaultPlan, HookFault } from '../faults.ts';
import type { DeskEvent } from './desk.ts';

/** Attempts after the first, as the shipped scheduled job makes them. */
const RETRY_AFTER_MS = [60_000, 120_000, 300_000, 600_000];
const ANSWER_WITHIN_MS = 10_000;
const SOON_MS = 1000;

/** Sends what our shipped business rule sends, with its outbox's retries. */
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
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Standard Webhooks: base64 HMAC-SHA256 over "id.timestamp.body", with the secret's UTF-8 bytes as the key. */
export function signHook(secret: string, id: string, content: { timestamp: number; body: string }): string {
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

export function createHookSender(options: HookSenderOptions): HookSender {
  const { clock } = options;
  const inFlight = new Set<Promise<void>>();
  const scheduled = new Map<symbol, { readonly at: number; readonly cancel: () => void }>();
  const waiters = new Set<() => void>();
  const stopping = new AbortController();
  let url: string | null = null;

  const isSettled = () => {
    const soon = clock.now().getTime() + SOON_MS;
    return inFlight.size === 0 && ![...scheduled.values()].some((entry) => entry.at <= soon);
  };
  const wake = () => {
    if (!isSettled()) return;
    for (const waiter of waiters) waiter();
    waiters.clear();
  };

  function later(afterMs: number, work: () => void): void {
    const key = Symbol('scheduled');
    const cancel = clock.after(afterMs, () => {
      scheduled.delete(key);
      work();
      wake();
    });
    scheduled.set(key, { at: clock.now().getTime() + afterMs, cancel });
  }

  async function post(message: Message): Promise<boolean> {
    const timestamp = Math.floor(clock.now().getTime() / 1000);
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
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      // Nobody listens, or not in time: the outbox tries again.
      return false;
    }
  }

  function attempt(message: Message, number: number): void {
    if (stopping.signal.aborted) return;
    const delivery = post(message).then((isDelivered) => {
      const wait = RETRY_AFTER_MS[number];
      if (!isDelivered && wait !== undefined && !stopping.signal.aborted) {
        later(wait, () => attempt(message, number + 1));
      }
      inFlight.delete(delivery);
      wake();
    });
    inFlight.add(delivery);
  }

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
        at: row['sys_updated_on'],
      };
      const message = { id: `msg_${randomUUID().replaceAll('-', '')}`, url, body: asciiJson(content) };
      const fault = options.faults.take(event);
      if (fault?.kind === 'drop') return;
      if (fault?.kind === 'delay') return later(fault.delayMs, () => attempt(message, 0));
      attempt(message, 0);
      if (fault?.kind === 'double') attempt(message, 0);
    },
    async settled() {
      if (isSettled()) return;
      await new Promise<void>((resolve) => waiters.add(resolve));
    },
    stop() {
      stopping.abort();
      for (const { cancel } of scheduled.values()) cancel();
      scheduled.clear();
      wake();
    },
  };
}
