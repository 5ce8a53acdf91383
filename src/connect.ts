import type { Config, ConnectorConfig, JiraAuthConfig, ServiceNowAuthConfig } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createJiraConnector, type JiraConnectorOptions } from './connectors/jira/connector.ts';
import type { JiraAuth } from './connectors/jira/credentials.ts';
import { createAtlassianApp } from './connectors/jira/oauth.ts';
import { JiraTarget } from './connectors/jira/targets.ts';
import { type WantedWebhook, wantedWebhook } from './connectors/jira/webhooks.ts';
import { createMemoryConnector } from './connectors/memory/connector.ts';
import { createMemoryDesk } from './connectors/memory/desk.ts';
import type { OAuthApp } from './connectors/oauth-app.ts';
import { createServiceNowConnector } from './connectors/servicenow/connector.ts';
import type { ServiceNowAuth } from './connectors/servicenow/credentials.ts';
import type { Budget } from './model/budget.ts';
import { hookAddress } from './model/hook-address.ts';
import type { ConnectorId } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';
import type { Secret } from './model/secret.ts';
import type { TokenOf } from './model/token.ts';

/**
 * The connectors of a configuration. A new system of our own is added here, in its settings schema, and nowhere else; one
 * from outside is a `module`.
 */
export function connectorsOf(
  config: Config,
  log: Log,
): (io: Io, tokenOf: TokenOf, budget: Budget) => ReadonlyMap<ConnectorId, Connector> {
  return (io, tokenOf, budget) =>
    new Map(
      [...config.connectors].map(([id, settings]) => [
        id,
        connect(settings, { config, io, log, tokenOf, budget }),
      ]),
    );
}

/** Where people, and the bridge itself, can sign in with OAuth. */
export function oauthAppsOf(config: Config): (io: Io) => ReadonlyMap<ConnectorId, OAuthApp> {
  return (io) =>
    new Map(
      [...config.connectors].flatMap(([id, settings]) => {
        if (settings.system !== 'jira' || settings.oauthApp === null) return [];
        const { baseUrl: siteUrl, gatewayUrl, oauthApp } = settings;
        const { clientId, authUrl, webhook } = oauthApp;
        const clientSecret = oauthApp.clientSecret.reveal();
        return [
          [id, createAtlassianApp({ clientId, clientSecret, siteUrl, authUrl, gatewayUrl, webhook, io })],
        ];
      }),
    );
}

interface Means {
  readonly config: Config;
  readonly io: Io;
  readonly log: Log;
  readonly tokenOf: TokenOf;
  readonly budget: Budget;
}

function connect(settings: ConnectorConfig, { config, io, log, tokenOf, budget }: Means): Connector {
  const { id } = settings;
  const hookSecret = settings.hookSecret?.reveal() ?? null;
  switch (settings.system) {
    case 'jira': {
      const { baseUrl, gatewayUrl, maps, readingAuth, approvalsAuth } = settings;
      const authOf = (auth: JiraAuthConfig): JiraAuth =>
        auth.kind === 'oauth'
          ? { kind: auth.kind, token: tokenOf(id, 'bridge') }
          : { ...auth, apiToken: auth.apiToken.reveal() };
      return createJiraConnector({
        id,
        baseUrl,
        gatewayUrl,
        auth: authOf(settings.auth),
        ...(readingAuth === null ? {} : { readingAuth: authOf(readingAuth) }),
        ...(approvalsAuth === null ? {} : { approvalsAuth: authOf(approvalsAuth) }),
        maps,
        hookSecret,
        ...appWebhookOf(config, settings),
        budget,
        io,
        log,
      });
    }
    case 'servicenow': {
      const { auth, readingAuth, approvalsAuth, baseUrl, maps, eSignature, knowledgeBases } = settings;
      return createServiceNowConnector({
        id,
        baseUrl,
        auth: revealed(auth),
        ...(readingAuth === null ? {} : { readingAuth: revealed(readingAuth) }),
        ...(approvalsAuth === null ? {} : { approvalsAuth: revealed(approvalsAuth) }),
        eSignature,
        knowledgeBases,
        hookSecret,
        ...(maps === null ? {} : { maps }),
        io,
        log,
      });
    }
    case 'memory':
      return createMemoryConnector({
        id,
        desk: createMemoryDesk({ hookSecret: hookSecret ?? '' }),
        io,
        hookSecret,
      });
    case 'module':
      return settings.module.connect({
        ...settings,
        hookSecret,
        secret: secretOf(settings.secrets),
        io,
        log,
      });
  }
}

type JiraConfig = Extract<ConnectorConfig, { system: 'jira' }>;

/** What Jira should tell us, and where; null while we have no address of our own, or no queue there. */
export function wantedWebhookOf(config: Config, { id }: JiraConfig): WantedWebhook | null {
  const { publicUrl } = config.server;
  const targets = [...config.queues.values()].filter(({ connector }) => connector === id);
  const projects = targets.map(({ target }) => JiraTarget.parse(target).project);
  if (publicUrl === null || projects.length === 0) return null;
  return wantedWebhook(id, { url: hookAddress(publicUrl, id), projects });
}

function appWebhookOf(config: Config, settings: JiraConfig): Pick<JiraConnectorOptions, 'appWebhook'> {
  const { oauthApp } = settings;
  const wanted = oauthApp?.webhook === true ? wantedWebhookOf(config, settings) : null;
  if (oauthApp === null || wanted === null) return {};
  const { clientId, clientSecret } = oauthApp;
  return { appWebhook: { app: { clientId, clientSecret: clientSecret.reveal() }, wanted } };
}

function secretOf(secrets: ReadonlyMap<string, Secret>) {
  return (name: string): Secret => {
    const secret = secrets.get(name);
    if (secret === undefined)
      throw new Error(`The connector asks for the secret "${name}", which it never declared`);
    return secret;
  };
}

function revealed(auth: ServiceNowAuthConfig): ServiceNowAuth {
  switch (auth.kind) {
    case 'basic':
      return { ...auth, password: auth.password.reveal() };
    case 'api-key':
      return { ...auth, key: auth.key.reveal() };
    case 'oauth':
      return { ...auth, clientSecret: auth.clientSecret.reveal() };
    case 'oauth-password':
      return { ...auth, clientSecret: auth.clientSecret.reveal(), password: auth.password.reveal() };
    case 'oauth-jwt':
      return {
        ...auth,
        clientSecret: auth.clientSecret?.reveal() ?? null,
        privateKey: auth.privateKey.reveal(),
      };
  }
}
