import type { Config } from './config.ts';
import type { World } from './flows/world.ts';
import { type Accept, StoreUnavailable, shardOf } from './model/delivery.ts';
import type { SlackTeam, SlackUser } from './model/ids.ts';
import type { DoorPoint } from './model/io.ts';
import type { Log } from './model/log.ts';
import { parseSlackBody } from './slack/in/body.ts';
import { createReceive, type Receive } from './slack/in/receive.ts';
import type { SlackIn } from './slack/in/slack-in.ts';
import { createSlackSocket, type SlackSocket } from './slack/in/socket.ts';
import { isDatabaseAway, openDatabase } from './store/database.ts';
import { createEnvelope, type Envelope, keyId } from './store/envelope.ts';
import { createStore, type Store } from './store/store.ts';
import { createAccept } from './web/accept.ts';
import { type Connecting, createConnectDoor } from './web/connect-door.ts';
import { createHookDoor } from './web/hook-door.ts';
import { createWebServer, type WebServerDeps } from './web/server.ts';
import { createSlackDoor } from './web/slack-door.ts';

export interface DoorParts {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly world: World;
  readonly slackIn: SlackIn;
  readonly us: { readonly teamId: SlackTeam; readonly botUserId: SlackUser };
  /** Null where nobody can sign in with OAuth. */
  readonly connecting: Connecting | null;
  readonly metricsText: () => Promise<string>;
  readonly mount?: NonNullable<WebServerDeps['mount']>;
  readonly now?: () => Date;
  /** Tests end the process at these points. */
  readonly crashPoint?: (name: string) => void;
  /** What has to be stopped later is added here. */
  readonly stops: (() => Promise<void>)[];
}

/** Opens the doors: HTTP always, Socket Mode when Slack comes in that way. */
export async function openDoors(parts: DoorParts): Promise<{ readonly host: string; readonly port: number }> {
  const { config, world, stops, log } = parts;
  const { metrics } = world;
  const now = parts.now ?? (() => new Date());
  const crashPoint: (name: DoorPoint) => void = parts.crashPoint ?? (() => {});
  // A pool of its own, with a limit to every query: a sender waits for the answer.
  const db = openDatabase(parts.databaseUrl, { max: 4, queryTimeoutMs: 1_900 });
  stops.push(() => db.destroy());
  const store = createStore(db, world.store.install, envelopeOf(config));
  const accept: Accept = createAccept({
    insert: async (batch) => {
      crashPoint('inbox.insert:before');
      const verdicts = await orUnavailable(() => store.deliveries.insert(batch));
      crashPoint('inbox.insert:after');
      return verdicts;
    },
    ring: (delivery) => world.ring(shardOf(delivery.partition)),
    metrics,
  });
  const receive = createReceive({
    answer: parts.slackIn.answer,
    accept,
    knowsChannel: async (team, channel) =>
      world.rules.channels.has(channel) || (await orUnavailable(() => store.links.hasPlaceIn(team, channel))),
    us: parts.us,
    marks: config.slack.emoji,
    metrics,
  });
  const socket = openSocket(parts, receive);
  const { transport } = config.slack;
  const calls = { parse: parseSlackBody, receive };
  const server = createWebServer({
    slack:
      transport.mode === 'http'
        ? createSlackDoor({ signingSecret: transport.signingSecret.reveal(), calls, now, metrics })
        : null,
    hooks: createHookDoor({
      readHook: (connector, hook) => world.connectors.get(connector)?.readHook(hook) ?? null,
      accept,
      now,
      metrics,
    }),
    ...(parts.connecting === null || config.server.publicUrl === null
      ? {}
      : { connect: createConnectDoor(parts.connecting, config.server.publicUrl) }),
    readiness: () => readiness(store, socket),
    metricsText: parts.metricsText,
    ...(parts.mount === undefined ? {} : { mount: parts.mount }),
    metrics,
    log,
  });
  const address = await server.listen(config.server.host, config.server.port);
  stops.push(() => server.stop());
  if (socket !== null) {
    socket.start();
    stops.push(() => socket.stop());
  }
  return address;
}

function openSocket({ config, world, log }: DoorParts, receive: Receive): SlackSocket | null {
  const { transport, apiUrl } = config.slack;
  if (transport.mode !== 'socket') return null;
  return createSlackSocket({
    appToken: transport.appToken.reveal(),
    apiUrl,
    fetch,
    receive,
    metrics: world.metrics,
    log,
  });
}

async function readiness(store: Store, socket: SlackSocket | null) {
  const database = await orUnavailable(() => store.ping()).then(
    () => 'ok',
    () => 'The database does not answer.',
  );
  const slack =
    socket === null || socket.connected() > 0 ? 'ok' : 'There is no Socket Mode connection to Slack.';
  return { ready: database === 'ok' && slack === 'ok', checks: { database, slack } };
}

/** The ids of the configured keys, the one that seals first: what `keys status` shows. */
export function keyIdsOf(config: Pick<Config, 'encryptionKeys'>): readonly string[] {
  return config.encryptionKeys.map((key) => keyId(Buffer.from(key.reveal(), 'base64')).toString('hex'));
}

/** The envelope of the configured keys: the first seals, all of them open. */
export function envelopeOf(config: Pick<Config, 'encryptionKeys'>): Envelope {
  const [first, ...older] = config.encryptionKeys;
  const bytes = (key: typeof first) => Buffer.from(key.reveal(), 'base64');
  return createEnvelope([bytes(first), ...older.map(bytes)]);
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseAway(error)) throw new StoreUnavailable('The database did not answer in time');
    throw error;
  }
}
