import { type Config, canonicalJson, configHash } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createIo } from './connectors/io.ts';
import type { OAuthApp } from './connectors/oauth-app.ts';
import { acceptPolicies } from './flows/accept-policies.ts';
import { createFormShelf } from './flows/form-shelf.ts';
import type { Home } from './flows/keep-hooks.ts';
import { createTokenKeeper } from './flows/keep-tokens.ts';
import type { World } from './flows/world.ts';
import type { Budget } from './model/budget.ts';
import type { ConnectorId, InstallId } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';
import type { Secret } from './model/secret.ts';
import type { TokenOf } from './model/token.ts';
import { envelopeOf, type Granting, openDoors } from './open-doors.ts';
import { grantedTenants, oneTenant, type Tenant, type TenantParts, type Tenants } from './open-tenants.ts';
import { shelfRulesOf } from './open-world.ts';
import { type Backend, postgresBackend, redisBackend } from './queues/backends.ts';
import { createBell } from './queues/bell.ts';
import { createSlackApp } from './slack/out/slack-app.ts';
import { createSlackOut } from './slack/out/slack-out.ts';
import { type Pace, startWorking } from './start-working.ts';
import { type Db, openDatabase } from './store/database.ts';
import { createGrants } from './store/grants.ts';
import { migrateOrRequire } from './store/migrate.ts';
import { createStore, installNamed, type Store } from './store/store.ts';
import { createPrometheusMetrics } from './web/prometheus.ts';
import type { WebServerDeps } from './web/server.ts';

export type Role = 'web' | 'worker' | 'all';

export interface BridgeOptions extends Pace {
  readonly config: Config;
  readonly role: Role;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly connectors: (io: Io, tokenOf: TokenOf, budget: Budget) => ReadonlyMap<ConnectorId, Connector>;
  /** Registrations at vendors' authorization servers; none when left out. */
  readonly oauthApps?: (io: Io) => ReadonlyMap<ConnectorId, OAuthApp>;
  /** Tests end the process at these points. */
  readonly crashPoint?: (name: string) => void;
  /** More routes on the web server, e.g. of the demo. */
  readonly mount?: NonNullable<WebServerDeps['mount']>;
  /** Makes the configuration of this start the active one, whatever was active before. */
  readonly activate?: boolean;
  /** The time that signatures are compared with; this machine's unless a test has its own. */
  readonly now?: () => Date;
}

export interface Bridge {
  /** Null for a worker. */
  readonly address: { readonly host: string; readonly port: number } | null;
  /** Of the one workspace that is served. @throws where several are: see `worlds` */
  readonly world: World;
  /** Those that are served now. */
  worlds(): ReadonlyMap<InstallId, World>;
  stop(): Promise<void>;
}

/** A start that cannot go on; the message says what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

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
    await migrateOrRequire(db, backend);
    const store = await openStore(db, options);

    const io = createIo({
      metrics,
      ...config.network,
      ...(options.crashPoint === undefined ? {} : { crashPoint: options.crashPoint }),
    });
    const bell = createBell({ backend, metrics, log });
    stops.push(() => bell.close());
    const apps = options.oauthApps?.(io) ?? new Map<ConnectorId, OAuthApp>();
    const tokenOf = createTokenKeeper({ store, apps, io, metrics, log });
    const home: Home = {
      store,
      connectors: options.connectors(io, tokenOf, store.budgets),
      io,
      metrics,
      log,
    };
    const shelf = createFormShelf({ ...home, rules: shelfRulesOf(config) });
    const parts: TenantParts = {
      config,
      db,
      envelope: envelopeOf(config),
      home: store,
      io,
      metrics,
      log,
      ring: (install, shard) => bell.ring(install, shard),
      apps,
      shelf,
      connectors: options.connectors,
    };
    const granting = grantingOf(parts);
    const tenants = await openTenants(parts, granting);
    stops.push(() => tenants.stop());
    // Only a configuration that gets this far may become the one that all processes have to run.
    await store.configurations.activateFirst(configHash(config));
    if (role !== 'web') await startWorking({ ...options, home, tenants, granting, backend, parts, stops });
    const address =
      role === 'worker'
        ? null
        : await openDoors({
            ...options,
            home,
            shelf,
            tenants,
            granting,
            apps,
            metricsText: prometheus.text,
            stops,
          });
    const worlds = () => new Map(tenants.all().map(({ install, world }) => [install, world]));
    return {
      address,
      get world() {
        const only = worlds().get(store.install);
        if (only === undefined || granting !== null)
          throw new Error('Several workspaces are served; each has a world of its own');
        return only;
      },
      worlds,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Null where one workspace is served with a token from the environment. */
function grantingOf({ config, db, home, envelope, io }: TenantParts): Granting | null {
  const { grant, apiUrl } = config.slack;
  if (grant.kind === 'token') return null;
  return {
    grants: createGrants({ db, install: home.install, envelope }),
    app: createSlackApp({ ...grant, apiUrl, io }),
  };
}

async function openTenants(parts: TenantParts, granting: Granting | null): Promise<Tenants> {
  if (granting !== null) return await grantedTenants({ ...parts, ...granting });
  const { grant } = parts.config.slack;
  if (grant.kind !== 'token') throw new Error('Without grants there is a token');
  return oneTenant(parts, await whoWeAre(parts, grant.botToken), grant.botToken);
}

/** Where the job bell of this configuration hangs. */
export function backendOf(config: Config, databaseUrl: string): Backend {
  if (config.redisUrl !== null)
    return redisBackend({ url: config.redisUrl.reveal(), prefix: '{deskbridge}' });
  return postgresBackend({ connectionString: databaseUrl, schema: 'bullmq' });
}

async function openStore(db: Db, options: BridgeOptions): Promise<Store> {
  const { config } = options;
  const store = createStore(db, await installNamed(db, config.install.name), envelopeOf(config));
  const hash = configHash(config);
  await store.configurations.propose(hash, canonicalJson(config.source));
  const active = await store.configurations.active();
  if (options.activate !== true && active !== null && active !== hash) {
    throw new StartProblem(
      `The configuration file differs from the active configuration (${active.slice(0, 12)}), and all processes must run ` +
        'the same one. Nothing was started. Run "deskbridge config activate" to switch to the file, or restore the file.',
    );
  }
  const policies = await store.transaction((tx) => acceptPolicies(tx, config.keeping, 'deskbridge'));
  if (policies.kind === 'refused') throw new StartProblem(`${policies.why} Nothing was started.`);
  if (options.activate === true) await store.configurations.activate(hash);
  return store;
}

/** Slack says who we are; when it is away, what it said last time is good enough to start with. */
async function whoWeAre({ home: store, io, config }: TenantParts, botToken: Secret): Promise<Tenant['us']> {
  const { apiUrl } = config.slack;
  const slack = createSlackOut({ token: botToken.reveal(), apiUrl, io });
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
