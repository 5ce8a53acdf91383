import type { Command } from 'commander';
import { type Config, ConfigError, type ConnectorConfig, loadConfig, secretFromVariable } from '../config.ts';
import { createIo } from '../connectors/io.ts';
import { createAdminWebhooks } from '../connectors/jira/admin-webhooks.ts';
import { createJiraClient } from '../connectors/jira/client.ts';
import { createJiraCredential } from '../connectors/jira/credentials.ts';
import { JiraTarget } from '../connectors/jira/targets.ts';
import {
  addressFault,
  type JiraWebhooks,
  ownWebhook,
  type WantedWebhook,
  wantedWebhook,
  webhookFaults,
} from '../connectors/jira/webhooks.ts';
import { createLog } from '../log.ts';
import type { Io } from '../model/io.ts';
import { noMetrics } from '../model/metrics.ts';
import type { Outcome } from '../model/outcome.ts';
import { hookAddress } from './hook-address.ts';
import { CONFIG_OPTION, count, type FileOption, oneLine, told } from './operate.ts';
import { aligned, processTerminal, type Terminal } from './terminal.ts';

interface WebhookOptions extends FileOption {
  readonly connector?: string;
  readonly as?: string;
  readonly secretEnv?: string;
}

const TIMEOUT_MS = 30_000;

/** Adds `jira webhook install` and `check`. They ask the site, and need no database and no running bridge. */
export function jiraCommands(program: Command, terminal: Terminal = processTerminal): void {
  const webhook = program
    .command('jira')
    .description('what a Jira site is given')
    .command('webhook')
    .description('the webhook that tells of changes at once');
  const action = (name: string, description: string) =>
    webhook
      .command(name)
      .description(description)
      .option(...CONFIG_OPTION)
      .option('--connector <name>', 'the connector of the file; needed when there are several of Jira')
      .option('--as <email>', "an administrator of the site; without it the connector's own account")
      .option('--secret-env <name>', "variable with that administrator's API token; used now and not kept");
  action('install', 'make the webhook, or correct the one that is there').action((options: WebhookOptions) =>
    told(terminal, () => install(site(options, terminal))),
  );
  action('check', 'say whether it is there and right; exit code 1 when it is not').action(
    (options: WebhookOptions) => told(terminal, () => check(site(options, terminal))),
  );
}

interface Site {
  readonly terminal: Terminal;
  readonly webhooks: JiraWebhooks;
  readonly wanted: WantedWebhook;
  ask<T>(work: () => Promise<Outcome<T>>): Promise<T>;
}

async function install({ terminal, webhooks, wanted, ask }: Site): Promise<void> {
  const done = await ask(() => webhooks.install(wanted));
  terminal.out(`The webhook "${wanted.name}" was ${done}.`);
  terminal.out(
    aligned([
      ['address', wanted.url],
      ['events', wanted.events.join(', ')],
      ['filter', wanted.jql],
    ]),
  );
  const found = await ask(() => webhooks.list());
  const faults = webhookFaults(found, wanted, new Date());
  if (faults.length > 0) throw new Error(`It is not as it should be all the same:\n${faults.join('\n')}`);
}

async function check({ terminal, webhooks, wanted, ask }: Site): Promise<void> {
  const found = await ask(() => webhooks.list());
  const faults = webhookFaults(found, wanted, new Date());
  if (faults.length === 0) {
    terminal.out(`The webhook "${oneLine(ownWebhook(found, wanted)?.name ?? '')}" is there and right.`);
    return;
  }
  for (const fault of faults) terminal.out(oneLine(fault));
  throw new Error(`${count(faults.length, 'fault')}. "deskbridge jira webhook install" corrects it.`);
}

type JiraConfig = Extract<ConnectorConfig, { system: 'jira' }>;

function site(options: WebhookOptions, terminal: Terminal): Site {
  const env = terminal.env;
  const config = loadConfig({ file: options.config, ...(env === undefined ? {} : { env }) });
  const connector = connectorOf(config, options);
  const secret = connector.hookSecret;
  if (secret === null)
    throw problem(
      options,
      `connectors.${connector.id}.hook_secret_env`,
      'is not set; without a secret every hook is refused',
    );
  const url = hookAddress(config.server.publicUrl ?? '', connector.id);
  const fault =
    config.server.publicUrl === null ? 'is not set; Jira has to know where to deliver' : addressFault(url);
  if (fault !== null) throw problem(options, 'server.public_url', fault);
  const io = createIo({ metrics: noMetrics });
  const credential = createJiraCredential(signInOf(connector, options, env), {
    site: connector.baseUrl,
    gateway: connector.gatewayUrl,
  });
  const client = createJiraClient({ credential, io, log: createLog(config.logLevel) });
  return {
    terminal,
    webhooks: createAdminWebhooks(client, secret.reveal()),
    wanted: wantedWebhook(connector.id, { url, projects: projectsOf(config, connector) }),
    ask: (work) => asked(io, work),
  };
}

async function asked<T>(io: Io, work: () => Promise<Outcome<T>>): Promise<T> {
  const outcome = await io.run('ticket.read', { timeoutMs: TIMEOUT_MS }, work);
  if (outcome.kind === 'ok') return outcome.value;
  const admin =
    'Webhooks are made and seen by administrators of the site (global permission "Administer Jira") with an API token ' +
    'without scopes: name one with --as and --secret-env.';
  const isRight = outcome.kind === 'rejected' && outcome.code !== 'invalid';
  throw new Error(`${outcome.reason}.${isRight ? ` ${admin}` : ''}`);
}

/** @throws ConfigError when the account could not do it anyway */
function signInOf({ auth }: JiraConfig, { as, secretEnv, config }: WebhookOptions, env: Terminal['env']) {
  if (as !== undefined && secretEnv !== undefined) {
    const apiToken = secretFromVariable(secretEnv, env).reveal();
    return { kind: 'api-token', email: as, apiToken } as const;
  }
  if (as === undefined && secretEnv === undefined && auth.kind === 'api-token')
    return { ...auth, apiToken: auth.apiToken.reveal() };
  const message =
    as === undefined && secretEnv === undefined
      ? 'signs in with scopes, and no scope reaches webhooks of the site; name an administrator with --as and --secret-env'
      : '--as and --secret-env belong together';
  throw problem({ config }, 'auth', message);
}

const problem = ({ config }: FileOption, path: string, message: string) =>
  new ConfigError([{ source: config, place: null, path, message }]);

/** @throws ConfigError when it is not clear which connector is meant */
function connectorOf(config: Config, options: WebhookOptions): JiraConfig {
  const all = [...config.connectors.values()].filter((each): each is JiraConfig => each.system === 'jira');
  const chosen = options.connector === undefined ? all : all.filter(({ id }) => id === options.connector);
  const [first, ...more] = chosen;
  if (first !== undefined && more.length === 0) return first;
  const names = all.map(({ id }) => id).join(', ') || 'none';
  throw problem(
    options,
    'connectors',
    `must hold the one connector of Jira that is meant; choose with --connector: ${names}`,
  );
}

function projectsOf(config: Config, { id }: JiraConfig): readonly string[] {
  const targets = [...config.queues.values()].filter(({ connector }) => connector === id);
  const projects = targets.map(({ target }) => JiraTarget.parse(target).project);
  if (projects.length === 0)
    throw new Error(`No queue opens tickets in ${id}, so there is nothing to tell of.`);
  return projects;
}
