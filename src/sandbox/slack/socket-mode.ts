import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import type { DeliveryTracker } from './delivery-tracker.ts';
import { ANSWER_MS } from './http-sender.ts';
import type { JsonObject } from './message-store.ts';
import { createSocketConnections, type SocketConnections, sendFrame } from './socket-connections.ts';

/** An unacknowledged event is sent again after about 4 s (bolt-js#2487), later ones on the schedule of HTTP. */
const RESEND_MS = [4_000, 60_000, 300_000] as const;

const Ack = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands';

interface Envelope {
  readonly frame: JsonObject;
  /** Resolves with the payload of the acknowledgement, or with null when the sender gave up. */
  readonly settled: Promise<{ payload: unknown } | null>;
  readonly settle: (ack: { payload: unknown } | null) => void;
  attempts: number;
  /** The connection that holds it; null while it waits for one. */
  on: WebSocket | null;
}

export interface SocketMode {
  readonly connections: SocketConnections;
  /** Sends until it is acknowledged or the re-sends are used up; without a connection it waits for one. */
  sendEvent(payload: JsonObject): void;
  /** The payload of the acknowledgement, or null when none came within 3 s. */
  ask(type: 'interactive' | 'slash_commands', payload: JsonObject): Promise<{ payload: unknown } | null>;
  stop(): void;
}

function readAck(frame: string): z.infer<typeof Ack> | null {
  try {
    return Ack.safeParse(JSON.parse(frame)).data ?? null;
  } catch {
    return null;
  }
}

export interface SocketModeDeps {
  readonly clock: SandboxClock;
  readonly appId: string;
  readonly tracker: DeliveryTracker;
  readonly log: (line: string) => void;
}

/** The envelopes that no connection has acknowledged yet. */
function createEnvelopes({ clock, appId, tracker, log }: SocketModeDeps) {
  const unacked = new Map<string, Envelope>();

  /** An answer is expected within 3 s of each transmission; after that the envelope rests until its next one. */
  function expectAnswer(envelope: Envelope): void {
    const answered = new Promise<void>((resolve) => {
      const cancel = clock.after(ANSWER_MS, resolve);
      void envelope.settled.then(() => {
        cancel();
        resolve();
      });
    });
    void tracker.track(answered);
  }

  function transmit(envelope: Envelope): void {
    const socket = connections.next(envelope.on);
    envelope.on = socket;
    if (socket === null) return;
    const { attempts, frame } = envelope;
    envelope.attempts += 1;
    const retry = attempts === 0 ? {} : { retry_attempt: attempts, retry_reason: 'timeout' };
    sendFrame(socket, { ...frame, ...retry });
    expectAnswer(envelope);
  }

  /** Unacknowledged envelopes go to another connection, or to the next one that opens (bolt-js#2788). */
  function transmitAll(held: WebSocket | null): void {
    for (const envelope of [...unacked.values()]) {
      if (envelope.on !== held) continue;
      envelope.on = null;
      transmit(envelope);
    }
  }

  const connections = createSocketConnections({
    clock,
    appId,
    log,
    opened: () => transmitAll(null),
    closed: (socket) => transmitAll(socket),
    received(frame) {
      const ack = readAck(frame);
      if (ack === null) log('socket mode: the app sent a frame that is no acknowledgement');
      else unacked.get(ack.envelope_id)?.settle({ payload: ack.payload });
    },
  });

  function send(type: EnvelopeType, payload: JsonObject): Envelope {
    const id = randomUUID();
    const frame = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
    const { promise, resolve } = Promise.withResolvers<{ payload: unknown } | null>();
    const settle = (ack: { payload: unknown } | null) => {
      unacked.delete(id);
      resolve(ack);
    };
    const envelope: Envelope = { frame, settled: promise, settle, attempts: 0, on: null };
    unacked.set(id, envelope);
    transmit(envelope);
    return envelope;
  }

  return { connections, send, transmit };
}

export function createSocketMode(deps: SocketModeDeps): SocketMode {
  const { clock, tracker, log } = deps;
  const { connections, send, transmit } = createEnvelopes(deps);

  function resendLater(envelope: Envelope, round: number): void {
    const afterMs = RESEND_MS[round];
    if (afterMs === undefined) {
      log(`socket mode: envelope ${String(envelope.frame['envelope_id'])} was never acknowledged; given up`);
      envelope.settle(null);
      return;
    }
    const cancel = tracker.schedule(afterMs, () => {
      transmit(envelope);
      resendLater(envelope, round + 1);
    });
    void envelope.settled.then(cancel);
  }

  return {
    connections,
    sendEvent(payload) {
      resendLater(send('events_api', payload), 0);
    },
    async ask(type, payload) {
      const envelope = send(type, payload);
      const cancel = clock.after(ANSWER_MS, () => envelope.settle(null));
      const ack = await envelope.settled;
      cancel();
      return ack;
    },
    stop: () => connections.stop(),
  };
}
