import { type Command, InvalidArgumentError } from 'commander';
import { backendOf, type Role } from '../bridge.ts';
import { canonicalJson, configHash, loadConfig } from '../config.ts';
import { acceptPolicies } from '../flows/accept-policies.ts';
import { joinConfiguredDatabase, launch, reached, untilStopped } from '../launch.ts';
import { createLog } from '../log.ts';
import type { Backend } from '../queues/backends.ts';
import { type Db, openDatabase } from '../store/database.ts';
import { migrate, requireCurrentSchema, SchemaProblem } from '../store/migrate.ts';
import { grantWork, howText, roleOf, waysToAudit } from '../store/rights.ts';
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
  const { env } = terminal;
  const config = loadConfig({ file: options.config, ...(env === undefined ? {} : { env }) });
  const owner = config.databaseOwnerUrl;
  if (owner !== null && config.databaseUrl === null) throw new SchemaProblem(OWNER_ALONE);
  const database =
    owner === null
      ? await joinConfiguredDatabase(config, createLog(config.logLevel))
      : await reached(owner.reveal(), 'DATABASE_OWNER_URL');
  const db = openDatabase(database.url, { max: 2 });
  try {
    const backend = backendOf(config, database.url);
    const applied = await migrate(db, () => backend.migrate());
    terminal.out(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
    if (owner !== null && config.databaseUrl !== null)
      terminal.out(await letWork(config.databaseUrl.reveal(), db, backend));
  } finally {
    await db.destroy();
    await database.stop();
  }
}

/** The role of DATABASE_URL may do the bridge's work afterwards, and no more. Answers what to print. */
async function letWork(url: string, owner: Db, backend: Backend): Promise<string> {
  const working = openDatabase((await reached(url)).url, { max: 1 });
  try {
    const role = await roleOf(working);
    if (role === (await roleOf(owner))) throw new SchemaProblem(SAME_ROLE);
    await grantWork(owner, role);
    await backend.letWork(role);
    await requireCurrentSchema(working);
    const ways = await waysToAudit(working);
    if (ways.length > 0)
      throw new SchemaProblem(
        `The role "${role}" of DATABASE_URL could still change the audit: ${howText(ways)}. ` +
          'The schema is up to date. Take that away from it, or use another role, and run "deskbridge migrate" again.',
      );
    return `The role "${role}" may do the bridge's work. It can add to the audit and not change it.`;
  } finally {
    await working.destroy();
  }
}

const OWNER_ALONE =
  'DATABASE_OWNER_URL is set and DATABASE_URL is not. Nothing was done. Set DATABASE_URL with the role that the bridge runs as.';
const SAME_ROLE =
  'DATABASE_OWNER_URL and DATABASE_URL have the same role, so it can change the audit. The schema is up to date. ' +
  'Make a second role for DATABASE_URL, and run "deskbridge migrate" again.';

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
