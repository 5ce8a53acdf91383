/** A Jira at which people and the bridge sign in with OAuth, with the simulated Atlassian behind it. */
import { createJiraConnector } from '../../src/connectors/jira/connector.ts';
import { createAtlassianApp } from '../../src/connectors/jira/oauth.ts';
import { ConnectorId } from '../../src/model/ids.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import { listen } from '../../src/sandbox/listen.ts';
import { startSite } from '../sandbox/jira/site.ts';
import { DESK_HOOK_SECRET, type Desk } from './desks.ts';
import { jiraDeskAt } from './vendor-desks.ts';

export const DESK = ConnectorId.parse('desk');
export const GRACE = '712020:a0000001';
export const CALLBACK = 'http://127.0.0.1:9/oauth/desk/callback';

export async function oauthDesk(clock: SandboxClock) {
  const site = await startSite({ clock, hookSecret: DESK_HOOK_SECRET });
  const gateway = await listen(site.sandbox.gateway);
  const { atlassian } = site.sandbox;
  const client = { clientId: 'sandbox-app', clientSecret: 'sandbox-secret-0123456789' };
  atlassian.register({ ...client, redirectUris: [CALLBACK] });
  const addresses = { siteUrl: site.baseUrl, authUrl: gateway.url, gatewayUrl: gateway.url };
  const desk = jiraDeskAt(site);
  const oauth: NonNullable<Desk['oauth']> = {
    connectors(io, tokenOf) {
      const auth = { kind: 'oauth', token: tokenOf(DESK, 'bridge') } as const;
      const { baseUrl } = site;
      const hookSecret = DESK_HOOK_SECRET;
      const options = { id: DESK, baseUrl, gatewayUrl: gateway.url, auth, hookSecret, io };
      return new Map([[DESK, createJiraConnector(options)]]);
    },
    oauthApps: (io) => new Map([[DESK, createAtlassianApp({ ...client, ...addresses, io })]]),
  };
  return {
    ...desk,
    atlassian,
    oauth,
    async stop() {
      await gateway.close();
      await desk.stop();
    },
  };
}
