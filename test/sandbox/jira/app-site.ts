import { createIo } from '../../../src/connectors/io.ts';
import { createAtlassianApp } from '../../../src/connectors/jira/oauth.ts';
import type { Consented } from '../../../src/connectors/oauth-app.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import type { AtlassianApp } from '../../../src/sandbox/jira/atlassian.ts';
import { listen } from '../../../src/sandbox/listen.ts';
import { startSite } from './site.ts';

export const GRACE = '712020:a0000001';
const CALLBACK = 'http://127.0.0.1:9/oauth/jira-it/callback';
export const APP: AtlassianApp = {
  clientId: 'sandbox-app',
  clientSecret: 'sandbox-secret-0123456789',
  redirectUris: [CALLBACK],
};
export const DAY_MS = 86_400_000;

/** A simulated site with its gateway, and an app to which somebody consents. */
export async function startAppSite() {
  // Loaded before any scope's time runs: on a busy machine that takes seconds.
  await import('jira.js');
  const site = await startSite();
  const gateway = await listen(site.sandbox.gateway);
  const { atlassian, cloudId } = site.sandbox;
  const io = createIo({ metrics: noMetrics });

  return {
    ...site,
    gateway: gateway.url,
    /** `account` consents to `app`: as the bridge, unless told, with webhooks. */
    async consent({ app = APP, account = GRACE, webhook = true } = {}): Promise<Consented> {
      atlassian.register(app);
      atlassian.consentAs(account);
      const options = { siteUrl: site.baseUrl, authUrl: gateway.url, gatewayUrl: gateway.url, io, webhook };
      const ours = createAtlassianApp({ ...app, ...options });
      const url = ours.consentUrl({ state: 'of-the-test', redirectUri: CALLBACK, holder: 'bridge' });
      const answer = await fetch(url, { redirect: 'manual' });
      const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const limits = { timeoutMs: 5_000 };
      const done = await io.run('sign-in.exchange', limits, () => ours.exchange(code, CALLBACK));
      if (done.kind !== 'ok') throw new Error(`The simulated consent failed: ${done.reason}`);
      return done.value;
    },
    /** One raw call through the gateway. `call` is "METHOD /path". */
    async ask(bearer: string, call: string, body?: unknown) {
      const [method = 'GET', path = '/'] = call.split(' ');
      const answer = await fetch(`${gateway.url}/ex/jira/${cloudId}${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const value: unknown = text === '' ? undefined : JSON.parse(text);
      return { status: answer.status, headers: answer.headers, text, value };
    },
    async close() {
      await gateway.close();
      await site.close();
    },
  };
}

export type AppSite = Awaited<ReturnType<typeof startAppSite>>;
