import path from 'node:path';
import { type Bridge, type BridgeOptions, type Role, StartProblem, startBridge } from './bridge.ts';
import type { Config } from './config.ts';
import { connectorsOf, oauthAppsOf } from './connect.ts';
import type { Log } from './model/log.ts';
import { requireDatabase } from './store/database.ts';
import { type KeptPostgres, keepEmbeddedPostgres } from './store/kept-postgres.ts';

export interface Database {
  readonly url: string;
  stop(): Promise<void>;
}

/** The configured database; without one, and only where one process does everything, an embedded Postgres of our own. */
export async function openConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  role: Role,
  log: Log,
): Promise<Database> {
  if (config.databaseUrl !== null) return reached(config.databaseUrl.reveal());
  if (role !== 'all') {
    throw new StartProblem(
      `DATABASE_URL is not set. A process with --role ${role} shares its database with others, so it cannot bring its own. ` +
        'Set DATABASE_URL, or start one process with --role all.',
    );
  }
  const server = await embedded(config.dataDir, log);
  if (!server.ours) {
    throw new StartProblem(
      `Another Deskbridge process uses the database in ${server.dataDir}. Stop it first, or set DATABASE_URL to share one.`,
    );
  }
  return server;
}

/** A database of somebody else: it has to answer, and it stays when we go. */
export async function reached(url: string, variable?: string): Promise<Database> {
  await requireDatabase(url, variable);
  return { url, stop: async () => {} };
}

/** The same for a command beside a running bridge: it joins the bridge's database and leaves it running. */
export async function joinConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Log,
): Promise<Database> {
  if (config.databaseUrl !== null) return reached(config.databaseUrl.reveal());
  return embedded(config.dataDir, log);
}

const embedded = (dataDir: string, log: Log): Promise<KeptPostgres> =>
  keepEmbeddedPostgres({
    dataDir: path.resolve(dataDir, 'postgres'),
    log: (message) => log.info({}, message),
  });

export interface Launched {
  readonly bridge: Bridge;
  stop(): Promise<void>;
}

/** Database first, then the bridge; stops in the opposite order. */
export async function launch(
  options: { config: Config; role: Role; log: Log } & Pick<BridgeOptions, 'mount' | 'activate'>,
): Promise<Launched> {
  const { config, role, log } = options;
  if (config.databaseOwnerUrl !== null)
    log.warn(
      {},
      'DATABASE_OWNER_URL is set for this process, which does not need it: whoever takes it over can change the audit. ' +
        'Set it for "deskbridge migrate" alone.',
    );
  const database = await openConfiguredDatabase(config, role, log);
  try {
    const bridge = await startBridge({
      ...options,
      databaseUrl: database.url,
      connectors: connectorsOf(config, log),
      oauthApps: oauthAppsOf(config),
    });
    return {
      bridge,
      async stop() {
        await bridge.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/**
 * Resolves at the first Ctrl-C or SIGTERM, after `stop` has drained. A second signal, or `graceMs`, ends the process at
 * once: nothing is lost then either, the next start looks up what was under way.
 */
export async function untilStopped(
  stop: () => Promise<void>,
  say: (line: string) => void,
  graceMs = 25_000,
): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  say('Stopping: finishing what is under way. Press Ctrl-C again to stop at once.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const forced = setTimeout(() => process.exit(1), graceMs);
  await stop();
  clearTimeout(forced);
}
