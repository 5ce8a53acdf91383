import type { Command } from 'commander';
import { type Config, ConfigError, type ConnectorConfig, loadConfig, secretFromVariable } from '../config.ts';
import { oauthAppsOf, wantedWebhookOf } from '../connect.ts';
import { createIo } from '../connectors/io.ts';
import { createAdminWebhooks } from '../connectors/jira/admin-webhooks.ts';
import { type AppWebhooks, createAppWebhooks } from '../connectors/jira/app-webhooks.ts';
import { createJiraClient } from '../connectors/jira/client.ts';
import { createJiraCredential, type JiraAuth } from '../connectors/jira/credentials.ts';
import {
  addressFault,
  type JiraWebhook,
  type JiraWebhooks,
  ownWebhook,
  type WantedWebhook,
  webhookFaults,
} from '../connectors/jira/webhooks.ts';
import { createTokenKeeper } from '../flows/keep-tokens.ts';
import { createLog } from '../log.ts';
import type { Io } from '../model/io.ts';
import { noLog } from '../model/log.ts';
import { noMetrics } from '../model/metrics.ts';
import type { Outcome } from '../model/outcome.ts';
import { CONFIG_OPTION, count, type FileOption, oneLine, told, withStore } from './operate.ts';
import { aligned, processTerminal, type Terminal } from './terminal.ts';

interface WebhookOptions extends FileOption {
  readonly connector?: string;
  readonly as?: string;
  readonly secretEnv?: string;
}

const TIMEOUT_MS = 30_000;

/** Adds `jira webhook install`, `renew` and `check`. They ask the site; the app's own sign-in comes from the database. */
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
      .option('--connector <name>', 'the connector of the file; needed when there are several of Jira');
  const asAdmin = (command: Command) =>
    command
      .option('--as <email>', "an administrator of the site; without it the connector's own account")
      .option('--secret-env <name>', "variable with that administrator's API token; used now and not kept");
  asAdmin(action('install', 'make the webhook, or correct the one that is there')).action(
    (options: WebhookOptions) => told(terminal, () => withSite(options, terminal, install)),
  );
  action('renew', 'prolong the webhook of an app by thirty days; a running bridge does it by itself').action(
    (options: WebhookOptions) => told(terminal, () => renew(options, terminal)),
  );
  asAdmin(action('check', 'say whether it is there and right; exit code 1 when it is not')).action(
    (options: WebhookOptions) => told(terminal, () => withSite(options, terminal, check)),
  );
}

interface Site<Webhooks extends JiraWebhooks = JiraWebhooks> {
  readonly terminal: Terminal;
  readonly webhooks: Webhooks;
  readonly wanted: WantedWebhook;
  ask<T>(work: () => Promise<Outcome<T>>): Promise<T>;
}

const endOf = (own: JiraWebhook | null): string =>
  own === null || own.expiresAt === null
    ? 'never'
    : `${own.expiresAt.toISOString().slice(0, 10)}, unless it is renewed`;

async function install({ terminal, webhooks, wanted, ask }: Site): Promise<void> {
  const done = await ask(() => webhooks.install(wanted));
  const found = await ask(() => webhooks.list());
  terminal.out(`The webhook "${wanted.name}" was ${done}.`);
  terminal.out(
    aligned([
      ['address', wanted.url],
      ['events', wanted.events.join(', ')],
      ['filter', wanted.jql],
      ['ends', endOf(ownWebhook(found, wanted))],
    ]),
  );
  const faults = webhookFaults(found, wanted, new Date());
  if (faults.length > 0) throw new Error(`It is not as it should be all the same:\n${faults.join('\n')}`);
}

async function check({ terminal, webhooks, wanted, ask }: Site): Promise<void> {
  const found = await ask(() => webhooks.list());
  const faults = webhookFaults(found, wanted, new Date());
  if (faults.length === 0) {
    const own = ownWebhook(found, wanted);
    terminal.out(`The webhook "${oneLine(own?.name ?? '')}" is there and right. It ends: ${endOf(own)}.`);
    return;
  }
  for (const fault of faults) terminal.out(oneLine(fault));
  throw new Error(`${count(faults.length, 'fault')}. "deskbridge jira webhook install" corrects it.`);
}

async function renew(options: WebhookOptions, terminal: Terminal): Promise<void> {
  const place = placeOf(options, terminal);
  if (!place.isOfApp) {
    terminal.out(
      `Nothing expires: the webhook of ${place.connector.id} is an administrator's, which has no end. Nothing was changed.`,
    );
    return;
  }
  await withApp(place, async ({ webhooks, wanted, ask }) => {
    await ask(() => webhooks.renew());
    const own = ownWebhook(await ask(() => webhooks.list()), wanted);
    if (own === null)
      throw new Error(`There is no webhook to renew. "deskbridge jira webhook install" makes it.`);
    terminal.out(`The webhook "${wanted.name}" was renewed. It ends: ${endOf(own)}.`);
  });
}

type JiraConfig = Extract<ConnectorConfig, { system: 'jira' }>;

/** Which connector is meant, and which kind of webhook it has. */
interface Place {
  readonly options: WebhookOptions;
  readonly terminal: Terminal;
  readonly config: Config;
  readonly connector: JiraConfig;
  readonly isOfApp: boolean;
}

function placeOf(options: WebhookOptions, terminal: Terminal): Place {
  const { env } = terminal;
  const config = loadConfig({ file: options.config, ...(env === undefined ? {} : { env }) });
  const connector = connectorOf(config, options);
  const isOfApp =
    options.as === undefined && options.secretEnv === undefined && connector.oauthApp?.webhook === true;
  return { options, terminal, config, connector, isOfApp };
}

async function withSite(
  options: WebhookOptions,
  terminal: Terminal,
  work: (site: Site) => Promise<void>,
): Promise<void> {
  const place = placeOf(options, terminal);
  await (place.isOfApp ? withApp(place, work) : work(adminSite(place)));
}

/** With the sign-in of the app itself, as the database keeps it. */
async function withApp(place: Place, work: (site: Site<AppWebhooks>) => Promise<void>): Promise<void> {
  const { options, terminal, connector } = place;
  const wanted = wantedOf(place);
  await withStore(options, terminal, async ({ store, config }) => {
    const io = createIo({ metrics: noMetrics, ...config.network });
    const apps = oauthAppsOf(config)(io);
    const tokenOf = createTokenKeeper({ store, apps, io, metrics: noMetrics, log: noLog });
    const client = clientOf(place, io, { kind: 'oauth', token: tokenOf(connector.id, 'bridge') });
    const webhooks = createAppWebhooks(client, wanted.name);
    await work({ terminal, webhooks, wanted, ask: (ask) => asked(io, ask, APP_RIGHTS) });
  });
}

function adminSite(place: Place): Site {
  const { options, terminal, connector } = place;
  const secret = connector.hookSecret;
  if (secret === null)
    throw problem(
      options,
      `connectors.${connector.id}.hook_secret_env`,
      'is not set; without a secret every hook is refused',
    );
  const wanted = wantedOf(place);
  const io = createIo({ metrics: noMetrics, ...place.config.network });
  const client = clientOf(place, io, signInOf(connector, options, terminal.env));
  const webhooks = createAdminWebhooks(client, secret.reveal());
  return { terminal, webhooks, wanted, ask: (work) => asked(io, work, ADMIN_RIGHTS) };
}

function clientOf({ config, connector }: Place, io: Io, auth: JiraAuth) {
  const { baseUrl: site, gatewayUrl: gateway } = connector;
  const credential = createJiraCredential(auth, { site, gateway });
  return createJiraClient({ credential, io, log: createLog(config.logLevel) });
}

/** @throws when Jira could not deliver, or has nothing to tell of */
function wantedOf({ options, config, connector }: Place): WantedWebhook {
  if (config.server.publicUrl === null)
    throw problem(options, 'server.public_url', 'is not set; Jira has to know where to deliver');
  const wanted = wantedWebhookOf(config, connector);
  if (wanted === null)
    throw new Error(`No queue opens tickets in ${connector.id}, so there is nothing to tell of.`);
  const fault = addressFault(wanted.url);
  if (fault !== null) throw problem(options, 'server.public_url', fault);
  return wanted;
}

const ADMIN_RIGHTS =
  'Webhooks are made and seen by administrators of the site (global permission "Administer Jira") with an API token ' +
  'without scopes: name one with --as and --secret-env.';
const APP_RIGHTS =
  'The app needs the scope manage:jira-webhook in the developer console, and has to be connected anew after it was given.';

async function asked<T>(io: Io, work: () => Promise<Outcome<T>>, rights: string): Promise<T> {
  const outcome = await io.run('ticket.read', { timeoutMs: TIMEOUT_MS }, work);
  if (outcome.kind === 'ok') return outcome.value;
  const isRight = outcome.kind === 'rejected' && outcome.code !== 'invalid';
  throw new Error(`${outcome.reason}.${isRight ? ` ${rights}` : ''}`);
}

/** @throws ConfigError when the account could not do it anyway */
function signInOf(
  { auth }: JiraConfig,
  { as, secretEnv, config }: WebhookOptions,
  env: Terminal['env'],
): JiraAuth {
  if (as !== undefined && secretEnv !== undefined) {
    const apiToken = secretFromVariable(secretEnv, env).reveal();
    return { kind: 'api-token', email: as, apiToken };
  }
  if (as === undefined && secretEnv === undefined && auth.kind === 'api-token')
    return { ...auth, apiToken: auth.apiToken.reveal() };
  const apps = auth.kind === 'oauth' ? ', or set oauth_app.webhook so that the app makes its own' : '';
  const message =
    as === undefined && secretEnv === undefined
      ? `signs in with scopes, and no scope reaches webhooks of the site; name an administrator with --as and --secret-env${apps}`
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
