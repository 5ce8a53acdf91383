import { type Command, InvalidArgumentError } from 'commander';
import type { Role } from '../bridge.ts';
import {
  type Config,
  ConfigError,
  canonicalJson,
  configHash,
  DEFAULT_CONFIG_FILE,
  loadConfig,
} from '../config.ts';
import { joinConfiguredDatabase, launch, untilStopped } from '../launch.ts';
import { createLog } from '../log.ts';
import { OperationId } from '../model/ids.ts';
import { envelopeOf } from '../open-doors.ts';
import { postgresBackend, redisBackend } from '../queues/backends.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { createStore, installNamed, type Store } from '../store/store.ts';
import { aligned, processTerminal, type Terminal } from './terminal.ts';

interface FileOption {
  readonly config: string;
}

const CONFIG = ['-c, --config <file>', 'configuration file', DEFAULT_CONFIG_FILE] as const;

/** Adds `start`, `migrate`, `config activate` and `parked`: what an operator does with a real installation. */
export function operateCommands(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('start')
    .description('run the bridge: the doors (web), the work (worker), or both (all)')
    .option(...CONFIG)
    .option('-r, --role <role>', 'web, worker or all', readRole, 'all')
    .action((options: FileOption & { readonly role: Role }) =>
      told(terminal, () => start(options, terminal)),
    );

  program
    .command('migrate')
    .description('bring the database schema up to date; safe to run many times and at once')
    .option(...CONFIG)
    .action((options: FileOption) => told(terminal, () => migrateOnly(options, terminal)));

  const config = program.commands.find((command) => command.name() === 'config') ?? program.command('config');
  config
    .command('activate')
    .description('make the configuration file the active one for all processes of this installation')
    .option(...CONFIG)
    .action((options: FileOption) =>
      told(terminal, () => withStore(options, (store, loaded) => activate(store, loaded, terminal))),
    );

  const parked = program
    .command('parked')
    .description('what stopped on purpose: why, since when, who can fix it');
  parked
    .command('list', { isDefault: true })
    .description('list it')
    .option(...CONFIG)
    .action((options: FileOption) =>
      told(terminal, () => withStore(options, (store) => list(store, terminal))),
    );
  for (const verb of ['retry', 'skip'] as const) {
    parked
      .command(`${verb} <operation>`)
      .description(
        verb === 'retry'
          ? 'try one again by its id, or all of them with "all"'
          : 'give one up by its id (or "all") and let what follows go on',
      )
      .option(...CONFIG)
      .action((id: string, options: FileOption) =>
        told(terminal, () => withStore(options, (store) => free(store, { id, verb }, terminal))),
      );
  }
}

function readRole(text: string): Role {
  if (text === 'web' || text === 'worker' || text === 'all') return text;
  throw new InvalidArgumentError('Choose web, worker or all.');
}

/** Problems that a person can mend are sentences, not stack traces. */
async function told(terminal: Terminal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    terminal.err(error.message);
    if (error instanceof ConfigError) terminal.err(`${error.problems.length} problem(s) found.`);
    terminal.exit(1);
  }
}

async function start(options: FileOption & { readonly role: Role }, terminal: Terminal): Promise<void> {
  const config = loadConfig({ file: options.config });
  const log = createLog(config.logLevel);
  const launched = await launch({ config, role: options.role, log });
  const { address } = launched.bridge;
  terminal.out(
    address === null
      ? 'Deskbridge works. It listens nowhere; its web processes do.'
      : `Deskbridge listens on http://${address.host}:${address.port}`,
  );
  await untilStopped(
    () => launched.stop(),
    (line) => terminal.err(line),
  );
}

async function migrateOnly(options: FileOption, terminal: Terminal): Promise<void> {
  const config = loadConfig({ file: options.config });
  const log = createLog(config.logLevel);
  const database = await joinConfiguredDatabase(config, log);
  const db = openDatabase(database.url, { max: 2 });
  try {
    const backend =
      config.redisUrl === null
        ? postgresBackend({ connectionString: database.url, schema: 'bullmq' })
        : redisBackend({ url: config.redisUrl.reveal(), prefix: '{deskbridge}' });
    const applied = await migrate(db, () => backend.migrate());
    terminal.out(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
  } finally {
    await db.destroy();
    await database.stop();
  }
}

async function withStore(
  options: FileOption,
  work: (store: Store, config: Config) => Promise<void>,
): Promise<void> {
  const config = loadConfig({ file: options.config });
  const database = await joinConfiguredDatabase(config, createLog(config.logLevel));
  const db = openDatabase(database.url, { max: 2 });
  try {
    await migrate(db);
    await work(createStore(db, await installNamed(db, config.install.name), envelopeOf(config)), config);
  } finally {
    await db.destroy();
    await database.stop();
  }
}

async function activate(store: Store, config: Config, terminal: Terminal): Promise<void> {
  const hash = configHash(config);
  await store.configurations.propose(hash, canonicalJson(config.source));
  await store.configurations.activate(hash);
  await store.audit.record({
    kind: 'configuration.activated',
    actor: 'operator',
    link: null,
    data: { hash },
  });
  terminal.out(`Active is now ${hash.slice(0, 12)}. Restart the processes that still run another one.`);
}

async function list(store: Store, terminal: Terminal): Promise<void> {
  const parked = await store.operations.parked();
  if (parked.length === 0) return terminal.out('Nothing is parked.');
  const rows = parked.map((one) => [
    one.id,
    one.kind,
    one.key ?? '(no ticket yet)',
    one.since.toISOString(),
    one.reason,
  ]);
  terminal.out(aligned([['operation', 'what', 'ticket', 'since', 'why'], ...rows]));
}

async function free(
  store: Store,
  { id, verb }: { readonly id: string; readonly verb: 'retry' | 'skip' },
  terminal: Terminal,
): Promise<void> {
  const operation = OperationId.safeParse(id);
  if (!operation.success && id !== 'all') {
    throw new Error(`"${id}" is no operation. "deskbridge parked" lists them.`);
  }
  const chosen = operation.success
    ? [operation.data]
    : (await store.operations.parked()).map((one) => one.id);
  for (const one of chosen) await freeOne(store, one, verb);
  const count = chosen.length === 1 ? '1 operation' : `${chosen.length} operations`;
  terminal.out(
    verb === 'retry' ? `${count} tried again within seconds.` : `${count} given up; what follows goes on.`,
  );
}

async function freeOne(store: Store, id: OperationId, verb: 'retry' | 'skip'): Promise<void> {
  await store.transaction(async (tx) => {
    const link =
      verb === 'retry'
        ? await tx.operations.retryParked(id)
        : await tx.operations.skipParked(id, 'skipped by an operator');
    if (link === null) throw new Error(`Operation ${id} is not parked. "deskbridge parked" lists what is.`);
    await tx.audit.record({ kind: `operation.${verb}`, actor: 'operator', link, data: { operation: id } });
    await tx.links.wake(link, true);
  });
}
