import { createHmac, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { FaultPlan, HookFault } from '../faults.ts';

/** Jira sends a hook again up to five times, five minutes or more apart. */
const MAX_RETRIES = 5;
const RETRY_AFTER_MS = 5 * 60_000;
/** Hooks of a bulk change come minutes behind it. */
const BULK_AFTER_MS = 2 * 60_000;
const RETRIED_STATUS = new Set([408, 409, 425, 429]);

export interface JiraHook {
  readonly webhookEvent: string;
  readonly body: Record<string, unknown>;
}

/** Where a hook goes, and how it shows from whom it comes. */
export interface HookTarget {
  readonly url: string;
  /** Headers for these bytes, at the moment of sending. */
  readonly authorize: (bytes: string) => Readonly<Record<string, string>>;
  /** Ids of an app's webhooks that the event matches; absent for administrators' webhooks. */
  readonly matchedWebhookIds?: readonly number[];
}

export interface JiraHooks {
  send(hook: JiraHook): void;
  /** What is sent during `work` belongs to one bulk change: it leaves later and as the fallout that it is. */
  inBulk(work: () => void): void;
  setUrl(url: string | null): void;
  /** Resolves when nothing is on its way or due within the next second. */
  settled(): Promise<void>;
  stop(): void;
}

export interface JiraHooksOptions {
  readonly clock: SandboxClock;
  readonly secret: string;
  readonly url: string | null;
  /** Webhooks of the site beside the one at `url`. */
  readonly targetsOf: (hook: JiraHook) => readonly HookTarget[];
  /** How long we wait for an answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly faults: FaultPlan<HookFault>;
  readonly log: (line: string) => void;
}

interface Delivery {
  readonly event: string;
  readonly identifier: string;
  readonly flow: string;
  readonly bytes: string;
  readonly target: () => HookTarget | null;
  readonly retry: number;
}

/** The signature of an administrator's webhook, over the bytes. */
export const signedWith =
  (secret: string): HookTarget['authorize'] =>
  (bytes) => ({ 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}` });

/** Sends webhooks as Jira does: signed, each with an identifier that its repetitions share, in no promised order. */
export function createJiraHooks(options: JiraHooksOptions): JiraHooks {
  const { clock, faults, log } = options;
  const due = new Map<symbol, { readonly at: number; readonly cancel: () => void }>();
  const waiting = new Set<() => void>();
  const stopped = new AbortController();
  let url = options.url;
  let inFlight = 0;
  let isBulk = false;

  const busy = () => inFlight > 0 || [...due.values()].some(({ at }) => at <= clock.now().getTime() + 1000);
  function wake(): void {
    if (busy()) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  function schedule(delivery: Delivery, afterMs: number): void {
    const key = Symbol(delivery.identifier);
    const work = () => {
      due.delete(key);
      inFlight += 1;
      void deliver(delivery).finally(() => {
        inFlight -= 1;
        wake();
      });
    };
    due.set(key, { at: clock.now().getTime() + afterMs, cancel: clock.after(afterMs, work) });
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const target = delivery.target();
    if (target === null || stopped.signal.aborted) return;
    const status = await post(target, delivery).catch(() => 0);
    const again = status === 0 || status >= 500 || RETRIED_STATUS.has(status);
    if (!again) return;
    log(`jira hook ${delivery.event} ${delivery.identifier} was answered with ${status || 'nothing'}`);
    if (delivery.retry < MAX_RETRIES && !stopped.signal.aborted) {
      schedule({ ...delivery, retry: delivery.retry + 1 }, RETRY_AFTER_MS);
    }
  }

  async function post({ url: to, authorize }: HookTarget, delivery: Delivery): Promise<number> {
    const answer = await fetch(to, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'user-agent': 'Atlassian Webhook HTTP Client',
        'x-atlassian-webhook-identifier': delivery.identifier,
        'x-atlassian-webhook-flow': delivery.flow,
        ...authorize(delivery.bytes),
        ...(delivery.retry === 0 ? {} : { 'x-atlassian-webhook-retry': String(delivery.retry) }),
      },
      body: delivery.bytes,
      redirect: 'manual',
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  return {
    send(hook) {
      // The one that was set from outside may move or go while a delivery waits.
      const own = {
        to: () => (url === null ? null : { url, authorize: signedWith(options.secret) }),
        ids: {},
      };
      const made = options.targetsOf(hook).map((target) => {
        const { matchedWebhookIds } = target;
        return { to: () => target, ids: matchedWebhookIds === undefined ? {} : { matchedWebhookIds } };
      });
      const targets = url === null ? made : [own, ...made];
      if (targets.length === 0) return;
      const fault = faults.take(hook.webhookEvent);
      if (fault?.kind === 'drop') return;
      const { webhookEvent, body } = hook;
      const flow = isBulk ? 'Secondary' : 'Primary';
      const timestamp = clock.now().getTime();
      const afterMs = (isBulk ? BULK_AFTER_MS : 0) + (fault?.kind === 'delay' ? fault.delayMs : 0);
      for (const { to: target, ids } of targets) {
        const bytes = JSON.stringify({ timestamp, webhookEvent, ...body, ...ids });
        const delivery = { event: webhookEvent, identifier: randomUUID(), flow, bytes, target, retry: 0 };
        schedule(delivery, afterMs);
        if (fault?.kind === 'double') schedule(delivery, afterMs);
      }
    },
    inBulk(work) {
      isBulk = true;
      try {
        work();
      } finally {
        isBulk = false;
      }
    },
    setUrl(next) {
      url = next;
    },
    settled: () => (busy() ? new Promise((resolve) => waiting.add(resolve)) : Promise.resolve()),
    stop() {
      stopped.abort();
      for (const { cancel } of due.values()) cancel();
      due.clear();
      wake();
    },
  };
}
