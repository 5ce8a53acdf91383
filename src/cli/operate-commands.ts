import { type Command, InvalidArgumentError } from 'commander';
import type { Role } from '../bridge.ts';
import { canonicalJson, configHash, loadConfig } from '../config.ts';
import { acceptPolicies } from '../flows/accept-policies.ts';
import { joinConfiguredDatabase, launch, untilStopped } from '../launch.ts';
import { createLog } from '../log.ts';
import { postgresBackend, redisBackend } from '../queues/backends.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { censusCommand } from './census-command.ts';
import { linksCommand } from './links-command.ts';
import { CONFIG_OPTION, type FileOption, type Hand, operator, told, withStore } from './operate.ts';
import { parkedCommands } from './parked-commands.ts';
import { peopleCommands } from './people-commands.ts';
import { repairCommand } from './repair-command.ts';
import { signInCommands } from './sign-in-commands.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** Adds `start`, `migrate`, `config activate`, `parked`, `links`, `repair`, `people` and `census`: what an operator does with a real installation. */
export function operateCommands(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('start')
    .description('run the bridge: the doors (web), the work (worker), or both (all)')
    .option(...CONFIG_OPTION)
    .option('-r, --role <role>', 'web, worker or all', readRole, 'all')
    .action((options: FileOption & { readonly role: Role }) =>
      told(terminal, () => start(options, terminal)),
    );

  program
    .command('migrate')
    .description('bring the database schema up to date; safe to run many times and at once')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => migrateOnly(options, terminal)));

  const config = program.commands.find((command) => command.name() === 'config') ?? program.command('config');
  config
    .command('activate')
    .description('make the configuration file the active one for all processes of this installation')
    .option(...CONFIG_OPTION)
    .action((options: FileOption) => told(terminal, () => withStore(options, terminal, activate)));

  parkedCommands(program, terminal);
  linksCommand(program, terminal);
  repairCommand(program, terminal);
  peopleCommands(program, terminal);
  signInCommands(program, terminal);
  censusCommand(program, terminal);
}

function readRole(text: string): Role {
  if (text === 'web' || text === 'worker' || text === 'all') return text;
  throw new InvalidArgumentError('Choose web, worker or all.');
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

async function activate({ home: store, config, terminal }: Hand): Promise<void> {
  const hash = configHash(config);
  await store.transaction(async (tx) => {
    const policies = await acceptPolicies(tx, config.keeping, operator());
    if (policies.kind === 'refused') throw new Error(`${policies.why} Nothing was changed.`);
    await tx.configurations.propose(hash, canonicalJson(config.source));
    await tx.configurations.activate(hash);
    const kind = 'configuration.activated';
    await tx.audit.record({ kind, actor: operator(), link: null, data: { hash } });
  });
  terminal.out(`Active is now ${hash.slice(0, 12)}. Restart the processes that still run another one.`);
}
