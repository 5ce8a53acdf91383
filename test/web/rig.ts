import { createHmac } from 'node:crypto';
import { type Accept, type NewDelivery, StoreUnavailable } from '../../src/model/delivery.ts';
import { SlackChannel, SlackTeam, SlackUser } from '../../src/model/ids.ts';
import { noLog } from '../../src/model/log.ts';
import type { Metrics } from '../../src/model/metrics.ts';
import { parseSlackBody } from '../../src/slack/in/body.ts';
import { createReceive } from '../../src/slack/in/receive.ts';
import { createSlackIn, type SlackIn } from '../../src/slack/in/slack-in.ts';
import { createAccept, type Verdict } from '../../src/web/accept.ts';
import { createHookDoor, type HookDoorDeps } from '../../src/web/hook-door.ts';
import { createWebServer, type WebServer, type WebServerDeps } from '../../src/web/server.ts';
import { createSlackDoor } from '../../src/web/slack-door.ts';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const TEAM = SlackTeam.parse('T0OURS');
export const BOT_USER = SlackUser.parse('U0BOT');
export const KNOWN_CHANNEL = SlackChannel.parse('C0KNOWN');

/** An inbox that keeps the same promises as the real one: unique by key, unique by identity, all or nothing. */
export interface MemoryInbox {
  readonly rows: NewDelivery[];
  readonly inserts: readonly number[];
  /** While set, every insert waits for it. */
  gate: Promise<void> | null;
  /** While true, every insert is refused as an outage. */
  away: boolean;
  insert(batch: readonly NewDelivery[]): Promise<readonly Verdict[]>;
}

export function memoryInbox(): MemoryInbox {
  const seen = new Set<string>();
  const inserts: number[] = [];
  const inbox: MemoryInbox = {
    rows: [],
    inserts,
    gate: null,
    away: false,
    async insert(batch) {
      inserts.push(batch.length);
      await (inbox.gate ?? new Promise((resolve) => setImmediate(resolve)));
      if (inbox.away) throw new StoreUnavailable('The database is away');
      return batch.map((delivery): Verdict => {
        const names = [`k ${delivery.source} ${delivery.key}`];
        if (delivery.identity !== null) names.push(`i ${delivery.source} ${delivery.identity}`);
        if (names.some((name) => seen.has(name))) return 'duplicate';
        for (const name of names) seen.add(name);
        inbox.rows.push(delivery);
        return 'stored';
      });
    },
  };
  return inbox;
}

export interface RecordedMetrics extends Metrics {
  /** How often this was counted with (at least) these labels. */
  counted(name: string, labels?: Readonly<Record<string, string>>): number;
}

export function recordedMetrics(): RecordedMetrics {
  const counts: { name: string; labels: Readonly<Record<string, string>>; by: number }[] = [];
  return {
    count(name, labels = {}, by = 1) {
      counts.push({ name, labels, by });
    },
    observe() {},
    counted(name, labels = {}) {
      const fits = counts.filter(
        (entry) =>
          entry.name === name && Object.entries(labels).every(([key, value]) => entry.labels[key] === value),
      );
      return fits.reduce((sum, entry) => sum + entry.by, 0);
    },
  };
}

export interface Rig {
  readonly url: string;
  readonly port: number;
  readonly inbox: MemoryInbox;
  readonly rung: NewDelivery[];
  readonly metrics: RecordedMetrics;
  readonly slackIn: SlackIn;
  readonly accept: Accept;
  readonly server: WebServer;
  /** The time that the doors believe in. */
  now: Date;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RigOptions {
  /** Base of the Slack that views.open goes to. */
  readonly slackUrl?: string;
  readonly readHook?: HookDoorDeps['readHook'];
  readonly server?: Partial<WebServerDeps>;
  readonly knowsChannel?: () => Promise<boolean>;
}

/** The whole web process but for the database: real HTTP on loopback, real Bolt, the inbox in memory. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const inbox = memoryInbox();
  const metrics = recordedMetrics();
  const rung: NewDelivery[] = [];
  const accept = createAccept({ insert: inbox.insert, ring: (delivery) => rung.push(delivery), metrics });
  const slackIn = createTestSlackIn(metrics, { slackUrl: options.slackUrl });
  const knowsChannel =
    options.knowsChannel ?? (async (_: SlackTeam, channel: SlackChannel) => channel === KNOWN_CHANNEL);
  const receive = createReceive({
    answer: slackIn.answer,
    accept,
    knowsChannel,
    us: { teamId: TEAM, botUserId: BOT_USER },
    metrics,
  });
  const now = () => rig.now;
  const server = createWebServer({
    slack: createSlackDoor({
      signingSecret: SECRET,
      calls: { parse: parseSlackBody, receive },
      now,
      metrics,
    }),
    hooks: createHookDoor({ readHook: options.readHook ?? (() => null), accept, now, metrics }),
    readiness: async () => ({ ready: true, checks: {} }),
    metricsText: async () => 'deskbridge_up 1\n',
    metrics,
    log: noLog,
    ...options.server,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  const rig: Rig = {
    url: `http://127.0.0.1:${port}`,
    port,
    inbox,
    rung,
    metrics,
    slackIn,
    accept,
    server,
    now: new Date(),
    [Symbol.asyncDispose]: () => server.stop(1000),
  };
  return rig;
}

/** Port 9 is "discard": a test that calls Slack without saying where gets an error, never a stranger. */
export function createTestSlackIn(
  metrics: Metrics,
  {
    slackUrl = 'http://127.0.0.1:9/api/',
    bots = () => false,
  }: { readonly slackUrl?: string | undefined; readonly bots?: (botId: string) => boolean } = {},
): SlackIn {
  return createSlackIn({
    botToken: () => 'xoxb-sandbox-1',
    botUserId: BOT_USER,
    teamId: TEAM,
    apiUrl: slackUrl,
    fetch: globalThis.fetch,
    command: '/desk',
    bots,
    metrics,
    log: noLog,
  });
}

const secondsOf = (date: Date): string => String(Math.floor(date.getTime() / 1000));

/** Headers as Slack sends them with this body at this time. */
export function signedHeaders(body: string | Uint8Array, at: Date, secret = SECRET): Record<string, string> {
  const timestamp = secondsOf(at);
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${hmac}` };
}

export interface Posted {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Posted> {
  const answer = await fetch(url, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

/** Posts to the Slack door, signed now. */
export function postSigned(rig: Rig, body: string, headers: Record<string, string> = {}): Promise<Posted> {
  return post(`${rig.url}/slack/events`, body, { ...signedHeaders(body, rig.now), ...headers });
}

export const asPayload = (payload: unknown): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

let counter = 0;

/** A message event as Slack sends it; every call has ids of its own unless told otherwise. */
export function messageEvent(event: Record<string, unknown> = {}, outer: Record<string, unknown> = {}) {
  counter += 1;
  const ts = `1700000000.${String(counter).padStart(6, '0')}`;
  return {
    type: 'event_callback',
    team_id: TEAM,
    api_app_id: 'A0OURS',
    event_id: `Ev${counter}`,
    event_time: 1700000000,
    authorizations: [
      { enterprise_id: null, team_id: TEAM, user_id: BOT_USER, is_bot: true, is_enterprise_install: false },
    ],
    event: {
      type: 'message',
      channel: KNOWN_CHANNEL,
      channel_type: 'channel',
      user: 'U0ANN',
      text: 'My laptop is locked',
      ts,
      event_ts: ts,
      ...event,
    },
    ...outer,
  };
}

export const messageBody = (
  event: Record<string, unknown> = {},
  outer: Record<string, unknown> = {},
): string => JSON.stringify(messageEvent(event, outer));

/** A command as Slack sends it: a form. */
export function commandBody(fields: Record<string, string> = {}): string {
  return new URLSearchParams({
    token: 'old',
    team_id: TEAM,
    team_domain: 'acme',
    channel_id: KNOWN_CHANNEL,
    channel_name: 'it-help',
    user_id: 'U0ANN',
    user_name: 'ann',
    command: '/desk',
    text: '',
    response_url: 'http://127.0.0.1:9/response',
    trigger_id: '1.2.3',
    api_app_id: 'A0OURS',
    is_enterprise_install: 'false',
    ...fields,
  }).toString();
}

/** The form of /desk, sent. */
export function submission(values: Record<string, string>, view: Record<string, unknown> = {}) {
  const inputs = Object.entries(values).map(([name, value]) => [
    name,
    {
      value:
        name === 'category'
          ? { type: 'static_select', selected_option: { value } }
          : { type: 'plain_text_input', value },
    },
  ]);
  return {
    type: 'view_submission',
    team: { id: TEAM, domain: 'acme' },
    user: { id: 'U0ANN', username: 'ann', name: 'ann', team_id: TEAM },
    api_app_id: 'A0OURS',
    token: 'old',
    trigger_id: '1.2.3',
    view: {
      id: 'V0FORM',
      type: 'modal',
      callback_id: 'desk_form',
      private_metadata: KNOWN_CHANNEL,
      hash: '1.abc',
      state: { values: Object.fromEntries(inputs) },
      ...view,
    },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  };
}

/** A promise and the function that settles it, to hold something up. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
