import type { FaultPlan, HookFault } from '../faults.ts';
import type { DeliveryTracker } from './delivery-tracker.ts';
import { eventEnvelope, sendEventOverHttp } from './event-sender.ts';
import { ANSWER_MS, type HttpSender, type SignedRequest } from './http-sender.ts';
import type { InstalledApp } from './installed-app.ts';
import type { JsonObject } from './message-store.ts';
import type { SocketMode } from './socket-mode.ts';
import type { SubscriptionHealth } from './subscription-health.ts';
import type { SlackWorld } from './world.ts';

/** What came back from the app: its parsed answer (null for an empty one), or Slack's name for the failure. */
export type AppAnswer =
  | { readonly kind: 'answered'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** The way from the sandbox to the app: over a socket when one is connected, else over HTTP. Faults apply on both. */
export interface Hooks {
  event(event: JsonObject): void;
  /** A payload that a person waits for. `fault` names it in the fault plan, e.g. `block_actions`. */
  interactive(fault: string, payload: JsonObject): Promise<AppAnswer>;
  command(form: Readonly<Record<string, string>>): Promise<AppAnswer>;
}

export interface HooksDeps {
  readonly world: SlackWorld;
  readonly installed: InstalledApp;
  readonly sender: HttpSender;
  readonly socket: SocketMode;
  readonly tracker: DeliveryTracker;
  readonly faults: FaultPlan<HookFault>;
  readonly eventsUrl: () => string | null;
  readonly health: SubscriptionHealth;
  readonly log: (line: string) => void;
}

/** The app answers with JSON, or with plain text where text is allowed. */
function parseAnswer(body: string): unknown {
  if (body === '') return null;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

export function createHooks(deps: HooksDeps): Hooks {
  const { world, installed, sender, socket, tracker, faults, eventsUrl } = deps;

  function sendEvent(envelope: JsonObject): void {
    if (socket.connections.everConnected()) socket.sendEvent(envelope);
    else if (eventsUrl() !== null) sendEventOverHttp(deps, envelope);
  }

  async function overHttp(request: SignedRequest, signedAt: Date): Promise<AppAnswer> {
    const url = eventsUrl();
    if (url === null) return { kind: 'failed', reason: 'dispatch_failed' };
    const result = await sender.send(url, request, signedAt);
    if (result.kind === 'answered') return { kind: 'answered', body: parseAnswer(result.body) };
    if (result.reason === 'http_timeout') return { kind: 'failed', reason: 'operation_timeout' };
    return { kind: 'failed', reason: 'dispatch_failed' };
  }

  async function overSocket(type: 'interactive' | 'slash_commands', payload: JsonObject): Promise<AppAnswer> {
    const ack = await socket.ask(type, payload);
    if (ack === null) return { kind: 'failed', reason: 'operation_timeout' };
    return { kind: 'answered', body: ack.payload ?? null };
  }

  function delayed(afterMs: number): Promise<void> {
    return new Promise((resolve) => {
      tracker.schedule(afterMs, resolve);
    });
  }

  async function ask(fault: string, send: () => Promise<AppAnswer>): Promise<AppAnswer> {
    const planned = faults.take(fault);
    if (planned?.kind === 'drop') return { kind: 'failed', reason: 'operation_timeout' };
    if (planned?.kind === 'delay' && planned.delayMs >= ANSWER_MS) {
      // Nobody waits that long: the person reads that it did not work, and the call comes when it comes.
      tracker.schedule(planned.delayMs, () => void tracker.track(send()));
      await delayed(ANSWER_MS);
      return { kind: 'failed', reason: 'operation_timeout' };
    }
    if (planned?.kind === 'delay') await delayed(planned.delayMs);
    if (planned?.kind === 'double') void tracker.track(send());
    return tracker.track(send());
  }

  function requestOf(type: 'interactive' | 'slash_commands', payload: JsonObject, body: string) {
    const signedAt = world.clock.now();
    return () =>
      socket.connections.everConnected()
        ? overSocket(type, payload)
        : overHttp({ body, contentType: 'application/x-www-form-urlencoded' }, signedAt);
  }

  return {
    event(event) {
      if (!installed.hears(event)) return;
      const planned = faults.take(String(event['type']));
      if (planned?.kind === 'drop') return;
      const envelope = eventEnvelope(world, event);
      if (planned?.kind === 'delay') {
        tracker.schedule(planned.delayMs, () => sendEvent(envelope));
        return;
      }
      sendEvent(envelope);
      if (planned?.kind !== 'double') return;
      sendEvent(envelope);
      sendEvent(eventEnvelope(world, event));
    },
    interactive(fault, payload) {
      if (!installed.isInteractive)
        return Promise.resolve({ kind: 'failed', reason: 'dispatch_failed' } as const);
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      return ask(fault, requestOf('interactive', payload, body));
    },
    command(form) {
      const body = new URLSearchParams(form).toString();
      return ask('slash_commands', requestOf('slash_commands', form, body));
    },
  };
}
