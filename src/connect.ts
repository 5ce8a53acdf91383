import type { Config, ConnectorConfig } from './config.ts';
import type { Connector } from './connectors/connector.ts';
import { createJiraConnector } from './connectors/jira/connector.ts';
import { createMemoryConnector } from './connectors/memory/connector.ts';
import { createMemoryDesk } from './connectors/memory/desk.ts';
import { createServiceNowConnector } from './connectors/servicenow/connector.ts';
import type { ConnectorId } from './model/ids.ts';
import type { Io } from './model/io.ts';
import type { Log } from './model/log.ts';

/** The connectors of a configuration. A new system is added here, in its settings schema, and nowhere else. */
export function connectorsOf(config: Config, log: Log): (io: Io) => ReadonlyMap<ConnectorId, Connector> {
  return (io) => new Map([...config.connectors].map(([id, settings]) => [id, connect(settings, io, log)]));
}

function connect(settings: ConnectorConfig, io: Io, log: Log): Connector {
  const { id } = settings;
  const hookSecret = settings.hookSecret?.reveal() ?? null;
  switch (settings.system) {
    case 'jira': {
      const { baseUrl, siteUrl, email, maps } = settings;
      return createJiraConnector({
        id,
        baseUrl,
        ...(siteUrl === null ? {} : { siteUrl }),
        email,
        apiToken: settings.apiToken.reveal(),
        maps,
        hookSecret,
        io,
        log,
      });
    }
    case 'servicenow': {
      const { auth, baseUrl, maps } = settings;
      const revealed =
        auth.kind === 'basic'
          ? { kind: auth.kind, user: auth.user, password: auth.password.reveal() }
          : { kind: auth.kind, clientId: auth.clientId, clientSecret: auth.clientSecret.reveal() };
      return createServiceNowConnector({
        id,
        baseUrl,
        auth: revealed,
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
  }
}
