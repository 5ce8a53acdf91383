import { randomUUID } from 'node:crypto';
import { type Config, canonicalJson, configHash } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createIo } from './connectors/io.ts';
import type { Rules, World } from './flows/world.ts';
import { pollTickets, retain, ringDue, sweep } from './flows/keep-going.ts';
import { createLinkWork } from './flows/work-links.ts';
import { type Accept, shardOf, StoreUnavailable } from './model/delivery.ts';
import { ConnectorId, SlackTeam, SlackUser } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';
import { type Backend, postgresBackend, redisBackend } from './queues/backends.ts';
import { createBell } from './queues/bell.ts';
import { startSchedules } from './queues/schedules.ts';
import { startWorker } from './queues/worker.ts';
import { parseSlackBody } from './slack/in/body.ts';
import { createReceive } from './slack/in/receive.ts';
import { createSlackIn, type SlackIn } from './slack/in/slack-in.ts';
import { createSlackSocket } from './slack/in/socket.ts';
import { renderCard } from './slack/out/card.ts';
import { renderMessage } from './slack/out/rich-text.ts';
import { createSlackOut, type SlackOut } from './slack/out/slack-out.ts';
import { type Db, isDatabaseAway, openDatabase } from './store/database.ts';
import { createEnvelope } from './store/envelope.ts';
import { migrate } from './store/migrate.ts';
import { createStore, installNamed, type Store } from './store/store.ts';
import { createAccept } from './web/accept.ts';
import { createHookDoor } from './web/hook-door.ts';
import { createPrometheusMetrics } from './web/prometheus.ts';
import { createWebServer, type WebServerDeps } from './web/server.ts';
import { createSlackDoor } from './web/slack-door.ts';

export type Role = 'web' | 'worker' | 'all';

export interface BridgeOptions {
  readonly config: Config;
  readonly role: Role;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly connectors: (io: Io) => ReadonlyMap<ConnectorId, Connector>;
  /** Tests end the process at these points. */
  readonly crashPoint?: (name: string) => void;
  /** More routes on the web server, e.g. of the demo. */
  readonly mount?: NonNullable<WebServerDeps['mount']>;
  /** Makes the configuration of this start the active one, whatever was active before. */
  readonly activate?: boolean;
  /** Milliseconds; tests shorten them. */
  readonly leaseMs?: number;
}

export interface Bridge {
  /** Null for a worker. */
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly world: World;
  stop(): Promise<void>;
}

/** A start that cannot go on; the message says what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

const LEASE_MS = 9_000;
const LINKS_AT_A_TIME = 32;
const JOBS_AT_A_TIME = 16;

/** Starts one process of the bridge. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { config, role, log } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const prometheus = createPrometheusMetrics();
    const { metrics } = prometheus;
    const backend = backendOf(config, options.databaseUrl);
    const db = openDatabase(options.databaseUrl, { max: 16 });
    stops.push(() => db.destroy());
    await migrate(db, () => backend.migrate());
    const store = await openStore(db, options);

    const io = createIo({ metrics, ...(options.crashPoint === undefined ? {} : { crashPoint: options.crashPoint }) });
    const slack = createSlackOut({ token: config.slack.botToken.reveal(), apiUrl: config.slack.apiUrl, io });
    const us = await whoWeAre(store, slack, io);
    const slackIn = createSlackIn({
      ...us,
      botToken: config.slack.botToken.reveal(),
      apiUrl: config.slack.apiUrl,
      fetch,
      command: config.slack.command,
      metrics,
      log,
    });
    const bell = createBell({ backend, metrics, log });
    stops.push(() => bell.close());
    const world: World = {
      store,
      io,
      slack,
      look: { card: renderCard, message: renderMessage },
      interpret: (bytes) => slackIn.interpret(parseSlackBody(bytes)),
      connectors: options.connectors(io),
      rules: rulesOf(config),
      ring: (shard) => bell.ring(shard),
      metrics,
      log,
    };
    if (role !== 'web') stops.push(await startWorking(world, backend, options));
    const address = role === 'worker' ? null : await openDoors({ options, world, slackIn, us, text: prometheus.text, stops });
    return { address, world, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function backendOf(config: Config, databaseUrl: string): Backend {
  if (config.redisUrl !== null) return redisBackend({ url: config.redisUrl.reveal(), prefix: '{deskbridge}' });
  return postgresBackend({ connectionString: databaseUrl, schema: 'bullmq' });
}

async function openStore(db: Db, options: BridgeOptions): Promise<Store> {
  const { config } = options;
  const [first, ...older] = config.encryptionKeys.map((key) => Buffer.from(key.reveal(), 'base64'));
  if (first === undefined) throw new StartProblem('DESKBRIDGE_ENCRYPTION_KEY is missing');
  const store = createStore(db, await installNamed(db, config.install.name), createEnvelope([first, ...older]));
  const hash = configHash(config);
  await store.configurations.propose(hash, canonicalJson(config.source));
  if (options.activate === true) await store.configurations.activate(hash);
  const active = await store.configurations.activateFirst(hash);
  if (active !== hash) {
    throw new StartProblem(
      `The configuration file differs from the active configuration (${active.slice(0, 12)}), and all processes must run ` +
        'the same one. Nothing was started. Run "deskbridge config activate" to switch to the file, or restore the file.',
    );
  }
  return store;
}

/** Slack says who we are; when it is away, what it said last time is good enough to start with. */
async function whoWeAre(store: Store, slack: SlackOut, io: Io) {
  const asked = await io.run('slack.read', { timeoutMs: 10_000 }, () => slack.whoAmI());
  if (asked.kind === 'ok') {
    const { user, team } = asked.value;
    await store.configurations.saveUs({ team, botUser: user });
    return { teamId: SlackTeam.parse(team), botUserId: user };
  }
  const known = asked.kind === 'retry' ? await store.configurations.us() : null;
  if (known !== null) return { teamId: SlackTeam.parse(known.team), botUserId: SlackUser.parse(known.botUser) };
  throw new StartProblem(`Slack did not say who we are: ${asked.reason} Check slack.api_url and the bot token, then start again.`);
}

function rulesOf(config: Config): Rules {
  return {
    configHash: configHash(config),
    channels: new Set(config.slack.channels.map((channel) => channel.id)),
    responders: new Set(config.slack.responders),
    routing: config.routing,
    queues: config.queues,
    reopenDays: config.reopenDays,
    inboxDays: config.retention.inboxDays,
  };
}

async function startWorking(world: World, backend: Backend, options: BridgeOptions): Promise<() => Promise<void>> {
  const { metrics, log } = world;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const work = createLinkWork({
    world,
    leases: world.store.leases(randomUUID(), leaseMs),
    limit: LINKS_AT_A_TIME,
    renewEveryMs: leaseMs / 3,
  });
  const worker = await startWorker({
    backend,
    concurrency: JOBS_AT_A_TIME,
    metrics,
    log,
    handlers: {
      'shard.ring': ({ shard }) => work.serve(shard),
      'tick.sweep': () => sweep(world),
      'tick.due': () => ringDue(world),
      'tick.poll': ({ connector }) => pollTickets(world, connector),
      'tick.retention': () => retain(world),
    },
  });
  const schedules = await startSchedules({ backend, connectors: [...world.connectors.keys()], metrics, log });
  await retain(world);
  return async () => {
    await schedules.close();
    await worker.close();
    await work.drain(10_000);
  };
}

interface DoorParts {
  readonly options: BridgeOptions;
  readonly world: World;
  readonly slackIn: SlackIn;
  readonly us: { readonly teamId: SlackTeam; readonly botUserId: SlackUser };
  readonly text: () => Promise<string>;
  readonly stops: (() => Promise<void>)[];
}

async function openDoors(parts: DoorParts) {
  const { options, world, slackIn, us, text, stops } = parts;
  const { config, log } = options;
  const { metrics } = world;
  // A pool of its own, with a limit to every query: a sender waits for the answer.
  const db = openDatabase(options.databaseUrl, { max: 4, queryTimeoutMs: 1_900 });
  stops.push(() => db.destroy());
  const doorStore = createStore(db, world.store.install, envelopeOf(config));
  const accept: Accept = createAccept({
    insert: (batch) => orUnavailable(() => doorStore.deliveries.insert(batch)),
    ring: (delivery) => world.ring(shardOf(delivery.partition)),
    metrics,
  });
  const receive = createReceive({
    answer: slackIn.answer,
    accept,
    knowsChannel: async (team, channel) =>
      world.rules.channels.has(channel) || (await orUnavailable(() => doorStore.links.hasPlaceIn(team, channel))),
    teamId: us.teamId,
    metrics,
  });
  const { transport } = config.slack;
  const socket =
    transport.mode === 'socket'
      ? createSlackSocket({ appToken: transport.appToken.reveal(), apiUrl: config.slack.apiUrl, fetch, receive, metrics, log })
      : null;
  const server = createWebServer({
    slack:
      transport.mode === 'http'
        ? createSlackDoor({
            signingSecret: transport.signingSecret.reveal(),
            calls: { parse: parseSlackBody, receive },
            now: () => new Date(),
            metrics,
          })
        : null,
    hooks: createHookDoor({
      readHook: (connector, hook) => world.connectors.get(connector)?.readHook(hook) ?? null,
      accept,
      now: () => new Date(),
      metrics,
    }),
    readiness: async () => {
      const database = await orUnavailable(() => doorStore.ping()).then(
        () => 'ok',
        () => 'The database does not answer.',
      );
      const line = socket === null || socket.connected() > 0 ? 'ok' : 'There is no Socket Mode connection to Slack.';
      return { ready: database === 'ok' && line === 'ok', checks: { database, slack: line } };
    },
    metricsText: text,
    ...(options.mount === undefined ? {} : { mount: options.mount }),
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

function envelopeOf(config: Config) {
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
