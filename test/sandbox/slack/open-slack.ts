import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { LogLevel, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { createClock, type SandboxClock } from '../../../src/sandbox/clock.ts';
import { listen } from '../../../src/sandbox/listen.ts';
import {
  createSlackSandbox,
  type SlackSandbox,
  type SlackSandboxOptions,
} from '../../../src/sandbox/slack/slack-sandbox.ts';
import { until as untilWithin } from '../../support/until.ts';

export const SIGNING_SECRET = 'sandbox-signing-secret';
export const BOT_TOKEN = 'xoxb-sandbox-1';
export const APP_TOKEN = 'xapp-sandbox-1';

export interface OpenSlack {
  readonly slack: SlackSandbox;
  readonly clock: SandboxClock;
  readonly url: string;
  readonly apiUrl: string;
  readonly client: WebClient;
  close(): Promise<void>;
}

/** A sandbox on a free port with Slack's own client. Retries are off: one call is one request. */
export async function openSlack(options: Partial<SlackSandboxOptions> = {}): Promise<OpenSlack> {
  const clock = createClock();
  const slack = createSlackSandbox({
    clock,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    limits: false,
    ...options,
  });
  const server = await listen(slack.routes);
  slack.attach(server.server);
  const apiUrl = `${server.url}/api/`;
  const client = new WebClient(BOT_TOKEN, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
  return {
    slack,
    clock,
    url: server.url,
    apiUrl,
    client,
    async close() {
      slack.stop();
      clock.stop();
      await server.close();
    },
  };
}

const Event = z.looseObject({ type: z.string(), subtype: z.string().optional() });
const Envelope = z.looseObject({
  type: z.string(),
  event_id: z.string().optional(),
  event: Event.optional(),
});

export interface ReceivedHook {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The JSON body, or the payload or form of an interaction. */
  readonly json: z.output<typeof Envelope> | null;
  readonly form: Readonly<Record<string, string>>;
}

export interface AppAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface RecordingApp {
  readonly url: string;
  readonly received: ReceivedHook[];
  /** What the app answers from now on. */
  answer(next: (hook: ReceivedHook) => AppAnswer): void;
  close(): Promise<void>;
}

/** An app that notes what it is sent, for what Bolt would hide. */
export async function recordingApp(): Promise<RecordingApp> {
  const received: ReceivedHook[] = [];
  let answer: (hook: ReceivedHook) => AppAnswer = () => ({ status: 200 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const isForm = request.headers['content-type']?.includes('form') === true;
      const form = isForm ? Object.fromEntries(new URLSearchParams(body)) : {};
      const text = isForm ? form['payload'] : body;
      const json = text === undefined ? null : Envelope.parse(JSON.parse(text));
      const hook = { headers: request.headers, body, json, form };
      received.push(hook);
      const given = answer(hook);
      if (given.hang === true) return;
      response.writeHead(given.status, given.headers);
      response.end(given.body ?? '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/slack/events`,
    received,
    answer(next) {
      answer = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Waits until a condition holds; throws with `what` after 5 s. */
export const until = (what: string, holds: () => boolean) => untilWithin(what, 5_000, holds);

/** What a promise resolves to, within 5 s of real time: a timer of the sandbox must have fired, not a real one. */
export async function soon<T>(what: string, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  await until(what, () => isSettled);
  return settled;
}

/** The error code of a refused Web API call; throws when it was not refused. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  const Platform = z.object({
    data: z.object({
      error: z.string(),
      response_metadata: z.object({ messages: z.array(z.string()).optional() }).optional(),
    }),
  });
  try {
    await call;
  } catch (error) {
    const { data } = Platform.parse(error);
    return { error: data.error, messages: data.response_metadata?.messages ?? [] };
  }
  throw new Error('The call was expected to be refused and was not');
}
