import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { ConfigError } from '../config/problem.ts';
import { ServiceNowTarget } from '../connectors/servicenow/schema.ts';
import { updateSetXml } from '../connectors/servicenow/update-set/update-set.ts';
import { hookAddress } from '../model/hook-address.ts';
import { readSettings } from './config-commands.ts';
import { CONFIG_OPTION, type FileOption } from './operate.ts';
import { aligned, processTerminal, type Terminal, withProblems } from './terminal.ts';

interface UpdateSetCommandOptions extends FileOption {
  readonly connector?: string;
  readonly output?: string;
  readonly uninstall?: boolean;
}

/** Adds `servicenow update-set`. It needs the file alone: no secret, no database, no instance. */
export function serviceNowCommands(program: Command, terminal: Terminal = processTerminal): void {
  program
    .command('servicenow')
    .description('what a ServiceNow instance is given')
    .command('update-set')
    .description('print the application that tells Deskbridge of changes, as an update set (XML)')
    .option(...CONFIG_OPTION)
    .option('--connector <name>', 'the connector of the file; needed when there are several of ServiceNow')
    .option('-o, --output <file>', 'write it to a file')
    .option('--uninstall', 'the update set that takes everything away again')
    .action((options: UpdateSetCommandOptions) => withProblems(terminal, () => updateSet(options, terminal)));
}

function updateSet(options: UpdateSetCommandOptions, terminal: Terminal): void {
  const settings = readSettings(options.config);
  const name = connectorOf(settings, options);
  const tables = tablesOf(settings, name);
  const purpose = options.uninstall === true ? 'uninstall' : 'install';
  // To take away there is everything that any choice of tables may have installed.
  const xml = updateSetXml({ purpose, ...(purpose === 'install' ? { tables } : {}) });
  if (options.output === undefined) terminal.out(xml.trimEnd());
  else writeFileSync(options.output, xml);
  if (purpose === 'uninstall') return;
  const url = settings.server.public_url ?? 'https://<the address of Deskbridge>';
  const secret = Object.entries(settings.connectors).find(([each]) => each === name)?.[1].hook_secret_env;
  terminal.err(`It tells of ${tables.join(', ')}. After "Commit Update Set" set two properties:`);
  terminal.err(
    aligned([
      ['x_deskbridge.hook_url', hookAddress(url, name)],
      [
        'x_deskbridge.hook_secret',
        secret === undefined
          ? `a secret of 16 bytes or more; name its variable in connectors.${name}.hook_secret_env as well, or hooks are refused`
          : `the value of ${secret}`,
      ],
    ]),
  );
}

type Settings = ReturnType<typeof readSettings>;

/** @throws ConfigError when it is not clear which connector is meant */
function connectorOf({ connectors }: Settings, { connector, config }: UpdateSetCommandOptions): string {
  const names = Object.entries(connectors).flatMap(([name, { system }]) =>
    system === 'servicenow' ? [name] : [],
  );
  const [only] = names;
  if (connector !== undefined && names.includes(connector)) return connector;
  if (connector === undefined && only !== undefined && names.length === 1) return only;
  const message =
    connector !== undefined
      ? `has no connector of ServiceNow called "${connector}"; there is: ${names.join(', ') || 'none'}`
      : only === undefined
        ? 'has no connector of ServiceNow'
        : `has several connectors of ServiceNow; choose with --connector: ${names.join(', ')}`;
  throw new ConfigError([{ source: config, place: null, path: 'connectors', message }]);
}

/** The tables in which queues of this connector open tickets. */
function tablesOf({ queues }: Settings, connector: string) {
  const tables = Object.values(queues)
    .filter((queue) => queue.connector === connector)
    .map((queue) => ServiceNowTarget.parse(queue.target).table);
  const used = [...new Set(tables)].sort();
  return used.length > 0 ? used : (['incident'] as const);
}
