import { randomUUID } from 'node:crypto';
import { type Config, canonicalJson, configHash, endingSecrets } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createIo } from './connectors/io.ts';
import type { OAuthApp } from './connectors/oauth-app.ts';
import { type ConnectingDeps, createConnecting } from './flows/connect-account.ts';
import { pollTickets, retain, ringDue, sweep } from './flows/keep-going.ts';
import { keepHooks } from './flows/keep-hooks.ts';
import { createTokenKeeper } from './flows/keep-tokens.ts';
import { repairSlack } from './flows/repair-slack.ts';
import { reseal } from './flows/reseal.ts';
import { watchSignIns } from './flows/watch-sign-ins.ts';
import { createErrandWork } from './flows/work-errands.ts';
import { createLinkWork } from './flows/work-links.ts';
import type { World } from './flows/world.ts';
import type { ConnectorId } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';
import type { TokenOf } from './model/token.ts';
import { envelopeOf, keyIdsOf, openDoors } from './open-doors.ts';
import { openWorld } from './open-world.ts';
import { type Backend, postgresBackend, redisBackend } from './queues/backends.ts';
import { createBell } from './queues/bell.ts';
import { startSchedules } from './queues/schedules.ts';
import { startWorker } from './queues/worker.ts';
import { createSlackOut, type SlackOut } from './slack/out/slack-out.ts';
import { type Db, openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { SEALED_COLUMNS } from './store/seals.ts';
import { createStore, installNamed, type Store } from './store/store.ts';
import { createPrometheusMetrics } from './web/prometheus.ts';
import type { WebServerDeps } from './web/server.ts';

export type Role = 'web' | 'worker' | 'all';

export interface BridgeOptions {
  readonly config: Config;
  readonly role: Role;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly connectors: (io: Io, tokenOf: TokenOf) => ReadonlyMap<ConnectorId, Connector>;
  /** Registrations at vendors' authorization servers; none when left out. */
  readonly oauthApps?: (io: Io) => ReadonlyMap<ConnectorId, OAuthApp>;
  /** Tests end the process at these points. */
  readonly crashPoint?: (name: string) => void;
  /** More routes on the web server, e.g. of the demo. */
  readonly mount?: NonNullable<WebServerDeps['mount']>;
  /** Makes the configuration of this start the active one, whatever was active before. */
  readonly activate?: boolean;
  /** Milliseconds; tests shorten them. */
  readonly leaseMs?: number;
  readonly pollEveryMs?: number;
  /** How long the queue leaves a job to a worker that has died. */
  readonly jobLockMs?: number;
  readonly repairEveryMs?: number;
  /** The time that signatures are compared with; this machine's unless a test has its own. */
  readonly now?: () => Date;
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

    const io = createIo({
      metrics,
      ...(options.crashPoint === undefined ? {} : { crashPoint: options.crashPoint }),
    });
    const slack = createSlackOut({ token: config.slack.botToken.reveal(), apiUrl: config.slack.apiUrl, io });
    const us = await whoWeAre(store, slack, { io, apiUrl: config.slack.apiUrl });
    // Only a configuration that gets this far may become the one that all processes have to run.
    await store.configurations.activateFirst(configHash(config));
    const bell = createBell({ backend, metrics, log });
    stops.push(() => bell.close());
    const apps = options.oauthApps?.(io) ?? new Map<ConnectorId, OAuthApp>();
    const tokenOf = createTokenKeeper({ store, apps, io, metrics, log });
    const connectors = options.connectors(io, tokenOf);
    const ring = (shard: number) => bell.ring(shard);
    const { world, slackIn } = openWorld({
      config,
      store,
      io,
      slack,
      us,
      connectors,
      tokenOf,
      ring,
      metrics,
      log,
    });
    if (role !== 'web') await startWorking(world, backend, { ...options, stops });
    const address =
      role === 'worker'
        ? null
        : await openDoors({
            ...options,
            world,
            slackIn,
            us,
            connecting: connectingOf(config, { store, apps, io }),
            metricsText: prometheus.text,
            stops,
          });
    return { address, world, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function connectingOf(config: Config, parts: Pick<ConnectingDeps, 'store' | 'apps' | 'io'>) {
  const { publicUrl } = config.server;
  return publicUrl === null || parts.apps.size === 0 ? null : createConnecting({ ...parts, publicUrl });
}

function backendOf(config: Config, databaseUrl: string): Backend {
  if (config.redisUrl !== null)
    return redisBackend({ url: config.redisUrl.reveal(), prefix: '{deskbridge}' });
  return postgresBackend({ connectionString: databaseUrl, schema: 'bullmq' });
}

async function openStore(db: Db, options: BridgeOptions): Promise<Store> {
  const { config } = options;
  const store = createStore(db, await installNamed(db, config.install.name), envelopeOf(config));
  const hash = configHash(config);
  await store.configurations.propose(hash, canonicalJson(config.source));
  if (options.activate === true) await store.configurations.activate(hash);
  const active = await store.configurations.active();
  if (active !== null && active !== hash) {
    throw new StartProblem(
      `The configuration file differs from the active configuration (${active.slice(0, 12)}), and all processes must run ` +
        'the same one. Nothing was started. Run "deskbridge config activate" to switch to the file, or restore the file.',
    );
  }
  return store;
}

/** Slack says who we are; when it is away, what it said last time is good enough to start with. */
async function whoWeAre(store: Store, slack: SlackOut, { io, apiUrl }: { io: Io; apiUrl: string }) {
  const asked = await io.run('slack.read', { timeoutMs: 10_000 }, () => slack.whoAmI());
  if (asked.kind === 'ok') {
    const us = { teamId: asked.value.team, botUserId: asked.value.user };
    await store.configurations.saveUs(us);
    return us;
  }
  const known = asked.kind === 'retry' ? await store.configurations.us() : null;
  if (known !== null) return known;
  throw new StartProblem(
    `Slack at ${apiUrl} did not say who we are: ${asked.reason.replace(/\.?$/, '.')} ` +
      'Nothing was started. Check slack.api_url, the bot token and the way to Slack, then start again.',
  );
}

/** Starts the pool, the worker and the ticks; what was started is added to `stops`, also when a later step fails. */
async function startWorking(
  world: World,
  backend: Backend,
  options: BridgeOptions & { readonly stops: (() => Promise<void>)[] },
): Promise<void> {
  const { metrics, log } = world;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const errands = createErrandWork(world);
  options.stops.push(() => errands.drain(10_000));
  const work = createLinkWork({
    world,
    leases: world.store.leases(randomUUID(), leaseMs),
    limit: LINKS_AT_A_TIME,
    renewEveryMs: leaseMs / 3,
    onErrands: () => errands.serve(),
  });
  options.stops.push(() => work.drain(10_000));
  const worker = await startWorker({
    backend,
    concurrency: JOBS_AT_A_TIME,
    ...(options.jobLockMs === undefined ? {} : { lockMs: options.jobLockMs }),
    metrics,
    log,
    handlers: {
      'shard.ring': ({ shard }) => work.serve(shard),
      'tick.sweep': () => sweep(world),
      'tick.due': () => {
        errands.serve();
        return ringDue(world);
      },
      'tick.poll': ({ connector }) => pollTickets(world, connector),
      'tick.repair': () => repairSlack(world),
      'tick.retention': () => retain(world),
      'tick.secrets': () => keepSecrets(world, options.config),
      'tick.hooks': () => keepHooks(world),
    },
  });
  options.stops.push(() => worker.close());
  const schedules = await startSchedules({
    ...(options.repairEveryMs === undefined ? {} : { every: { 'tick.repair': options.repairEveryMs } }),
    pollEveryMs: (id) => options.pollEveryMs ?? secondsToMs(options.config.connectors.get(id)?.pollSeconds),
    backend,
    connectors: [...world.connectors.keys()],
    metrics,
    log,
  });
  options.stops.push(() => schedules.close());
  await retain(world);
}

/** With one key there is nothing that another one can have sealed. */
async function keepSecrets(world: World, config: Config): Promise<void> {
  await watchSignIns(world, endingSecrets(config));
  if (config.encryptionKeys.length < 2) return;
  const { resealed, lost } = await reseal(world.store, SEALED_COLUMNS, { keys: new Set(keyIdsOf(config)) });
  if (resealed > 0) world.log.info({ resealed }, 'Sealed anew with the first key');
  if (lost > 0) world.log.error({ lost }, 'Values were sealed with a key that is not configured');
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
