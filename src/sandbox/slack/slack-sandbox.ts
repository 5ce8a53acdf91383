import type { Server } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import { createFaultPlan, type FaultPlan, type HookFault } from '../faults.ts';
import type { SandboxPerson, SlackPeople } from '../worlds.ts';
import type { SlackFault } from './broken-answers.ts';
import {
  type ChannelOption,
  channelFrom,
  DEFAULT_APP,
  DEFAULT_CHANNELS,
  DEFAULT_PEOPLE,
  DEFAULT_TEAM,
} from './default-workspace.ts';
import { createDeliveryTracker } from './delivery-tracker.ts';
import { createFileTransfer } from './file-transfer.ts';
import { createHooks } from './hooks.ts';
import { createHttpSender } from './http-sender.ts';
import { type InstalledApp, installedApp } from './installed-app.ts';
import type { JsonObject, StoredMessage } from './message-store.ts';
import { createMessaging } from './messaging.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { fileMethods } from './methods/files.ts';
import { functionMethods } from './methods/functions.ts';
import { messageMethods } from './methods/messages.ts';
import { reactionMethods } from './methods/reactions.ts';
import { unfurlMethods } from './methods/unfurl.ts';
import { userMethods } from './methods/users.ts';
import { viewMethods } from './methods/views.ts';
import { workspaceMethods } from './methods/workspace.ts';
import { createOpenId, type OpenIdApp, type SlackBrowser } from './open-id.ts';
import { createSlackPeople } from './people.ts';
import { createRateLimits } from './rate-limits.ts';
import { createResponseUrls } from './response-urls.ts';
import { restoreWorld, snapshotWorld } from './snapshot.ts';
import type { DisconnectReason } from './socket-connections.ts';
import { createSocketMode, type SocketMode } from './socket-mode.ts';
import { createSubscriptionHealth } from './subscription-health.ts';
import { assertSandboxToken, type Tokens } from './tokens.ts';
import { verifyEventsUrl } from './url-verification.ts';
import { createWebApi, type ReceivedCall } from './web-api.ts';
import { createWorld, type SlackAppInfo, type SlackTeamInfo, type SlackWorld } from './world.ts';

const METHODS = {
  ...chatMethods,
  ...messageMethods,
  ...conversationMethods,
  ...userMethods,
  ...reactionMethods,
  ...unfurlMethods,
  ...viewMethods,
  ...workspaceMethods,
  ...fileMethods,
  ...functionMethods,
};

/** A gigabyte: what Slack takes (slack.com/help, add files). */
const LARGEST_FILE = 1_073_741_824;
const SHARE_AFTER_MS = 20;
/** Calls beyond this many are forgotten, oldest first. */
const KEPT_CALLS = 10_000;

export interface SlackSandboxOptions {
  readonly clock: SandboxClock;
  readonly signingSecret: string;
  /** Must start with `xoxb-sandbox-`. */
  readonly botToken: string;
  /** Must start with `xapp-sandbox-`. */
  readonly appToken: string;
  readonly eventsUrl?: string | null;
  readonly people?: readonly SandboxPerson[];
  readonly channels?: readonly ChannelOption[];
  readonly team?: SlackTeamInfo;
  readonly app?: SlackAppInfo;
  /** The manifest from which the app was made; without it, it hears and may do everything that its scopes allow. */
  readonly manifest?: unknown;
  /** What the bot token was granted; what the manifest says, or all that the sandbox's methods need. */
  readonly scopes?: readonly string[];
  /** The app's registration for Sign in with Slack; without it nobody can. */
  readonly openId?: OpenIdApp;
  /** False switches rate limits off. */
  readonly limits?: boolean;
  /** True also sends the hidden message_replied event after every reply. */
  readonly messageReplied?: boolean;
  /** The largest file that the workspace takes, in bytes; a gigabyte unless said otherwise. */
  readonly largestFile?: number;
  /** Milliseconds from the end of an upload to the message that shows the file. */
  readonly shareAfterMs?: number;
  /** Gets one line for each failed delivery. */
  readonly log?: (line: string) => void;
}

export interface SlackSandbox {
  readonly people: SlackPeople;
  /** /api/:method, /response/:id, and the bytes of files; mount it, or serve it with `listen`. */
  readonly routes: Hono<{ Bindings: HttpBindings }>;
  /** The Web API methods that it answers. */
  readonly methods: readonly string[];
  /** Tells the sandbox where its routes are served, and takes websocket upgrades there. */
  attach(server: Server, prefix?: string): void;
  /** From now on its addresses begin like this: where it stands behind another server. */
  setBaseUrl(url: string): void;
  /** By Web API method name; `upload` and `download` for the bytes of files. */
  readonly faults: FaultPlan<SlackFault>;
  /** By event type (message, app_mention, …), payload type (block_actions, …) or `slash_commands`. */
  readonly hookFaults: FaultPlan<HookFault>;
  calls(): readonly ReceivedCall[];
  /** Saves the events URL after the url_verification handshake; rejects, and keeps the old one, when that fails. */
  setEventsUrl(url: string | null): Promise<void>;
  /** Shares a channel with another workspace (Slack Connect), or ends that; the app is told. */
  setShared(channelId: string, isShared: boolean): void;
  /** Resolves when no delivery is in flight and none is due within the next second. */
  settled(): Promise<void>;
  readonly socket: { count(): number; disconnect(reason: DisconnectReason): void };
  /** Who sits at the browser that is sent to sign in; null: somebody who declines. */
  signInAs(who: SlackBrowser | null): void;
  /** From now on the tokens answer token_revoked (true) or work again (false). */
  setRevoked(isRevoked: boolean): void;
  /** Slack changes a message by itself, as an unfurl does: message_changed without a change of text. */
  unfurl(channelId: string, ts: string): void;
  /** Slack finds out in which language a message is: message_changed without a change of text. */
  detectLanguage(channelId: string, ts: string): void;
  /** The scopes that the app made use of so far, and those that it missed. */
  readonly asked: InstalledApp['asked'];
  /** Something that concerns the installation itself happens: `app_uninstalled`, `tokens_revoked`. */
  tell(event: JsonObject): void;
  /** Channels, messages, files and views as JSON. Deliveries, triggers and response_urls are not part of it. */
  snapshot(): unknown;
  restore(json: unknown): void;
  onChange(listener: () => void): () => void;
  /** Ends all deliveries and sockets; it does not stop the clock. */
  stop(): void;
}

function worldFrom(options: SlackSandboxOptions): SlackWorld {
  const { clock, people = DEFAULT_PEOPLE, app = DEFAULT_APP, team = DEFAULT_TEAM } = options;
  const channels = (options.channels ?? DEFAULT_CHANNELS).map((each) =>
    channelFrom(each, people, app.botUserId),
  );
  return createWorld({ clock, team, app, people, channels });
}

function tokensFrom(options: SlackSandboxOptions): Tokens {
  assertSandboxToken('bot token', options.botToken, 'xoxb-sandbox-');
  assertSandboxToken('app token', options.appToken, 'xapp-sandbox-');
  const { botToken: bot, appToken: app } = options;
  return { bot, app, revoked: false };
}

/** Everything that leaves the sandbox on its own: events, interactive payloads, the socket, the verification. */
function createWayOut(options: SlackSandboxOptions, world: SlackWorld, installed: InstalledApp) {
  const { clock, signingSecret, log = () => {} } = options;
  const tracker = createDeliveryTracker(clock);
  const sender = createHttpSender({ clock, signingSecret });
  const socket = createSocketMode({ clock, appId: world.app.appId, tracker, log });
  const faults = createFaultPlan<HookFault>();
  const health = createSubscriptionHealth(clock);
  let eventsUrl = options.eventsUrl ?? null;
  const hooks = createHooks({
    world,
    installed,
    sender,
    socket,
    tracker,
    faults,
    eventsUrl: () => eventsUrl,
    health,
    log,
  });
  async function setEventsUrl(url: string | null): Promise<void> {
    if (url !== null) await tracker.track(verifyEventsUrl(sender, url));
    eventsUrl = url;
    health.reset();
  }
  function stop(): void {
    tracker.stop();
    sender.stop();
    socket.stop();
  }
  return { tracker, socket, faults, hooks, setEventsUrl, stop };
}

function messageAt(world: SlackWorld, channelId: string, ts: string): StoredMessage {
  const message = world.messages.get(channelId, ts);
  if (message === null) throw new Error(`There is no message ${ts} in ${channelId}`);
  return message;
}

function socketUrl(world: SlackWorld, socket: SocketMode): string {
  const base = world.baseUrl();
  if (base === null)
    throw new Error('The simulated Slack does not know its own address; attach it to its server');
  return base.replace(/^http/, 'ws') + socket.connections.ticket();
}

/** A simulated Slack workspace with one installed app. Throws when a token looks like a real one. */
export function createSlackSandbox(options: SlackSandboxOptions): SlackSandbox {
  const installed = installedApp(options);
  const tokens = tokensFrom(options);
  const world = worldFrom(options);
  const wayOut = createWayOut(options, world, installed);
  const { tracker, socket, faults: hookFaults, hooks, setEventsUrl, stop } = wayOut;
  const publish = (event: JsonObject) => hooks.event(event);
  const messaging = createMessaging({ world, publish, messageReplied: options.messageReplied === true });
  const faults = createFaultPlan<SlackFault>();
  const calls: ReceivedCall[] = [];
  const received = (call: ReceivedCall) => {
    calls.push(call);
    if (calls.length > KEPT_CALLS) calls.shift();
  };
  const webApi = createWebApi({
    methods: METHODS,
    context: {
      world,
      messaging,
      socketUrl: () => socketUrl(world, socket),
      later: (afterMs, work) => tracker.schedule(afterMs, work),
      may: (scope) => installed.may(scope),
      limits: {
        largestFile: options.largestFile ?? LARGEST_FILE,
        shareAfterMs: options.shareAfterMs ?? SHARE_AFTER_MS,
      },
    },
    tokens,
    installed,
    limits: options.limits === false ? null : createRateLimits(options.clock),
    faults,
    received,
  });
  const openId = createOpenId(options.clock, options.openId);
  const routes = openId.routes
    .route('/', webApi)
    .route('/', createResponseUrls({ world, messaging }))
    .route('/', createFileTransfer({ world, tokens, installed, faults, received }));

  return {
    people: createSlackPeople({ world, messaging, hooks, installed }),
    routes,
    signInAs: openId.signInAs,
    methods: Object.keys(METHODS),
    attach(server, prefix = '') {
      const address = server.address();
      if (address === null || typeof address === 'string')
        throw new Error('Attach the sandbox to a listening server');
      world.setBaseUrl(`http://127.0.0.1:${address.port}${prefix}`);
      socket.connections.attach(server, prefix);
    },
    setBaseUrl: (url) => world.setBaseUrl(url),
    faults,
    hookFaults,
    calls: () => [...calls],
    setEventsUrl,
    setShared(channelId, isShared) {
      const channel = world.channels.get(channelId);
      if (channel === undefined) throw new Error(`There is no channel ${channelId}`);
      world.channels.set(channelId, { ...channel, shared: isShared });
      // docs.slack.dev/reference/events/channel_shared
      publish({
        type: isShared ? 'channel_shared' : 'channel_unshared',
        channel: channelId,
        event_ts: `${world.clock.now().getTime() / 1000}`,
        ...(isShared
          ? { connected_team_id: 'T0OTHER' }
          : { previously_connected_team_id: 'T0OTHER', is_ext_shared: false }),
      });
    },
    settled: () => tracker.settled(),
    socket: socket.connections,
    setRevoked(isRevoked) {
      tokens.revoked = isRevoked;
    },
    unfurl(channelId, ts) {
      const message = messageAt(world, channelId, ts);
      const attachments = [...message.attachments, { id: 1, from_url: 'https://northwind.example/' }];
      messaging.change(message, { attachments }, null);
    },
    detectLanguage(channelId, ts) {
      messaging.change(messageAt(world, channelId, ts), { language: 'en' }, null);
    },
    tell: publish,
    asked: installed.asked,
    snapshot: () => snapshotWorld(world),
    restore: (json) => restoreWorld(world, json),
    onChange: (listener) => world.onChange(listener),
    stop,
  };
}
