import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import type { FetchFunction } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../model/log.ts';
import type { Metrics } from '../../model/metrics.ts';
import type { Receive, SlackReply } from './receive.ts';

/** Slack says hello at once; a line without it for this long is dead. */
const HELLO_MS = 15_000;
/** How long calls in hand may still be acknowledged on a line that Slack is about to close (it warns 10 s ahead). */
const DRAIN_MS = 5_000;
/** How long Slack may take to close its side. */
const CLOSE_MS = 1_000;

const Frame = z.object({
  type: z.string(),
  reason: z.string().nullish(),
  envelope_id: z.string().min(1).max(200).nullish(),
  payload: z.record(z.string(), z.unknown()).nullish(),
});
type Frame = z.infer<typeof Frame>;

/** `moved`: Slack asks us to use another line. `lost`: it worked and broke. `failed`: it never worked, or is forbidden. */
export type LineEnd =
  | { readonly kind: 'moved' | 'lost' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface SocketLine {
  /** Settles when another line should be opened. This one may still be acknowledging. Never rejects. */
  readonly ended: Promise<LineEnd>;
  readonly closed: Promise<void>;
  isUp(): boolean;
  hangUp(): Promise<void>;
}

export interface SocketLineDeps {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly fetch: FetchFunction;
  readonly receive: Receive;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Opens one WebSocket to Slack and serves it until it ends. */
export function openSocketLine(deps: SocketLineDeps): SocketLine {
  const client = createClient(deps, (data) => onFrame(data));
  const inHand = new Set<Promise<void>>();
  const ended = Promise.withResolvers<LineEnd>();
  const closed = Promise.withResolvers<void>();
  let up = false;

  const noHello = setTimeout(() => {
    ended.resolve({ kind: 'failed', reason: `Slack said no hello within ${HELLO_MS} ms` });
    void hangUp();
  }, HELLO_MS);

  function finish(end: LineEnd): void {
    clearTimeout(noHello);
    up = false;
    ended.resolve(end);
  }

  async function hangUp(): Promise<void> {
    finish({ kind: 'lost' });
    // Hanging up before the socket exists would not stop it from being opened.
    await opened;
    await atMost(DRAIN_MS, Promise.allSettled(inHand));
    await close(client);
    closed.resolve();
  }

  function onFrame(data: unknown): void {
    const frame = readFrame(data);
    if (frame === null) {
      deps.metrics.count('deskbridge_slack_socket_unreadable_total');
    } else if (frame.type === 'hello') {
      clearTimeout(noHello);
      up = true;
      client.emit('connected');
    } else if (frame.type === 'disconnect') {
      finish(endFor(frame.reason ?? ''));
      void hangUp();
    } else if (frame.envelope_id) {
      const work = serve(frame, frame.envelope_id, { client, deps }).finally(() => inHand.delete(work));
      inHand.add(work);
    }
  }

  client.on('disconnected', () => {
    finish(up ? { kind: 'lost' } : { kind: 'failed', reason: 'Slack closed the line before it said hello' });
    closed.resolve();
  });
  const opened = start(client, (reason) => {
    finish({ kind: 'failed', reason });
    closed.resolve();
  });

  return { ended: ended.promise, closed: closed.promise, isUp: () => up, hangUp };
}

/** Settles once there is a socket, or there will be none. */
function start(client: SocketModeClient, refused: (reason: string) => void): Promise<unknown> {
  const connecting = new Promise<void>((resolve) => client.once('connecting', () => resolve()));
  const started = client.start().catch((error: unknown) => {
    refused(error instanceof Error ? error.message : 'the line broke while it was opened');
  });
  return Promise.race([connecting, started]);
}

/**
 * The client's own reading of frames throws on an event without an inner event (app_rate_limited), which would end the
 * process (measured on 3.1.0); so we read the frames, and the client only keeps the connection alive.
 */
function createClient(deps: SocketLineDeps, onFrame: (data: unknown) => void): SocketModeClient {
  const client = new SocketModeClient({
    appToken: deps.appToken,
    autoReconnectEnabled: false,
    logger: deps.logger,
    clientOptions: {
      slackApiUrl: deps.apiUrl,
      fetch: deps.fetch,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 10_000,
      allowAbsoluteUrls: false,
    },
  });
  client.removeAllListeners('ws_message');
  client.on('ws_message', onFrame);
  return client;
}

/** A first goodbye waits for Slack's; a second one cuts the line, which the client would do only after 30 s. */
async function close(client: SocketModeClient): Promise<void> {
  const gone = await atMost(CLOSE_MS, client.disconnect());
  if (!gone) await client.disconnect();
}

/** True when the work ended in time. */
async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = pause(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}

function endFor(reason: string): LineEnd {
  if (reason === 'link_disabled') {
    return {
      kind: 'failed',
      reason: 'Socket Mode is switched off in the settings of the Slack app (link_disabled)',
    };
  }
  if (reason === 'too_many_websockets') {
    return { kind: 'failed', reason: 'the Slack app has more than 10 sockets open (too_many_websockets)' };
  }
  return { kind: 'moved' };
}

function readFrame(data: unknown): Frame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame = Frame.safeParse(JSON.parse(data));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}

/** Acknowledges after the commit. What fails is not acknowledged: Slack sends it again, on this line or another. */
async function serve(
  frame: Frame,
  envelopeId: string,
  { client, deps }: { readonly client: SocketModeClient; readonly deps: SocketLineDeps },
): Promise<void> {
  try {
    const body = frame.payload ?? {};
    const bytes = Buffer.from(JSON.stringify(body));
    const reply = await deps.receive({ body, bytes, callKey: envelopeId });
    await acknowledge(client, { envelopeId, reply });
    deps.metrics.count('deskbridge_slack_socket_calls_total', { result: 'acknowledged' });
  } catch (error) {
    deps.metrics.count('deskbridge_slack_socket_calls_total', { result: 'failed' });
    deps.log.warn(
      { part: 'slack.socket', err: error },
      'A call over the socket was not acknowledged; Slack repeats it',
    );
  }
}

function acknowledge(
  client: SocketModeClient,
  { envelopeId, reply }: { readonly envelopeId: string; readonly reply: SlackReply },
): Promise<void> {
  const payload = typeof reply.body === 'string' ? { text: reply.body } : (reply.body ?? undefined);
  const text = JSON.stringify({ envelope_id: envelopeId, ...(payload === undefined ? {} : { payload }) });
  return new Promise((resolve, reject) => {
    const line = client.websocket;
    if (line?.isActive() !== true) return reject(new Error('The line closed before the acknowledgement'));
    line.send(text, (error: unknown) => {
      if (error) reject(error instanceof Error ? error : new Error(String(error)));
      else resolve();
    });
  });
}
