import type { ConfigFile } from './config-file.ts';

/** Domains that a Slack app may name (docs.slack.dev/reference/app-manifest, unfurl_domains). */
export const MOST_LINK_DOMAINS = 5;

/** Hosts of the configured ticket systems, each once. What a connector from outside calls its site nobody here knows. */
export function linkDomainsOf({ connectors }: Pick<ConfigFile, 'connectors'>): readonly string[] {
  const hosts = Object.values(connectors).flatMap((connector) =>
    'base_url' in connector ? [new URL(connector.base_url).hostname] : [],
  );
  return [...new Set(hosts)];
}
