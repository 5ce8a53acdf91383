import { z } from 'zod';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import { createSecret, type Secret } from '../../model/secret.ts';
import {
  APP_NOT_ACCEPTED,
  ATLASSIAN_SLOW_DOWN,
  atlassianFailed,
  atlassianRedirectedTo,
  consentForOtherSite,
  NO_SITE,
  NO_TOKEN_IN_ANSWER,
  nothingSent,
  SIGN_IN_GONE,
  SITE_NOT_SAID,
  triedAgain,
  UNNAMED_ACCOUNT,
  WITHDRAW_THERE,
  WITHOUT_TOKEN,
} from '../../texts/jira.ts';
import { type Exchanged, exchange } from '../exchange.ts';
import type { Consented, Granted, OAuthApp } from '../oauth-app.ts';
import { Myself } from './schema.ts';

export interface AtlassianAppOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The site that has to be among those that were consented to. */
  readonly siteUrl: string;
  /** https://auth.atlassian.com and https://api.atlassian.com, unless an emulator takes their place. */
  readonly authUrl: string;
  readonly gatewayUrl: string;
  /** The bridge's own sign-in registers the app's webhook; absent: none is registered. */
  readonly webhook?: boolean;
  readonly io: Io;
}

/** Classic scopes; see the README for the reason of each. The last one brings the refresh token. */
const SCOPES = [
  'read:jira-user',
  'read:jira-work',
  'write:jira-work',
  'read:servicedesk-request',
  'write:servicedesk-request',
  'offline_access',
];
const WEBHOOK_SCOPE = 'manage:jira-webhook';
/** https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens: a refresh token ends after 90 idle days. */
const IDLE_DAYS = 90;

const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
});
const Refusal = z.object({ error: z.string() });
const Resources = z.array(
  z.object({ id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), url: z.url(), name: z.string().default('') }),
);

const trimmed = (address: string): string => address.replace(/\/+$/, '');

/** What an answer without the wanted body means. The error code of the body decides, never its text. */
function refusedBy(answer: Exchanged): Outcome<never> {
  switch (answer.kind) {
    case 'not-sent':
      return retryLater(nothingSent(answer.reason), answer.scope);
    case 'status': {
      if (answer.status === 429 || answer.status === 408)
        return retryLater(ATLASSIAN_SLOW_DOWN, 'destination');
      if (answer.status >= 500) return unknownEffect(atlassianFailed(answer.status));
      const refusal = Refusal.safeParse(answer.body);
      if (refusal.success && refusal.data.error === 'invalid_grant') return rejected('auth', SIGN_IN_GONE);
      return rejected('forbidden', APP_NOT_ACCEPTED);
    }
    case 'redirect':
      return rejected('forbidden', atlassianRedirectedTo(answer.to));
    case 'lost':
      return unknownEffect(triedAgain(answer.reason));
    default:
      return unknownEffect(NO_TOKEN_IN_ANSWER);
  }
}

/** OAuth 2.0 (3LO) at Atlassian: https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/ */
export function createAtlassianApp(options: AtlassianAppOptions): OAuthApp {
  const { clientId, clientSecret, io } = options;
  const authUrl = trimmed(options.authUrl);
  const gateway = trimmed(options.gatewayUrl);

  async function post(body: Readonly<Record<string, string>>): Promise<Outcome<Granted>> {
    const answer = await exchange(io, {
      system: 'Atlassian',
      url: new URL(`${authUrl}/oauth/token`),
      wants: 'json',
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'Deskbridge' },
      body: JSON.stringify({ ...body, client_id: clientId, client_secret: clientSecret }),
    });
    if (answer.kind !== 'json') return refusedBy(answer);
    const tokens = Tokens.safeParse(answer.body);
    if (!tokens.success) return unknownEffect(WITHOUT_TOKEN);
    const { access_token: access, refresh_token: refresh, expires_in: expiresInS } = tokens.data;
    const next = refresh === undefined ? null : createSecret(refresh);
    return ok({ access: createSecret(access), refresh: next, expiresInS, idleDays: IDLE_DAYS });
  }

  async function get<T>(path: string, access: Secret, schema: z.ZodType<T>): Promise<Outcome<T>> {
    const answer = await exchange(io, {
      system: 'Atlassian',
      url: new URL(`${gateway}${path}`),
      wants: 'json',
      method: 'GET',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${access.reveal()}`,
        'user-agent': 'Deskbridge',
      },
      body: null,
    });
    const parsed = answer.kind === 'json' ? schema.safeParse(answer.body) : null;
    if (parsed?.success === true) return ok(parsed.data);
    return retryLater(SITE_NOT_SAID, 'operation');
  }

  /** The site that we work for, among those that were consented to. */
  async function siteOf(access: Secret): Promise<Outcome<string>> {
    const resources = await get('/oauth/token/accessible-resources', access, Resources);
    if (resources.kind !== 'ok') return resources;
    const { origin } = new URL(options.siteUrl);
    const site = resources.value.find(({ url }) => new URL(url).origin === origin);
    if (site !== undefined) return ok(site.id);
    const others = resources.value.map(({ url }) => new URL(url).host).join(', ') || NO_SITE;
    return rejected('invalid', consentForOtherSite(others, new URL(origin).host));
  }

  return {
    consentUrl({ state, redirectUri, holder }) {
      const more = options.webhook === true && holder === 'bridge' ? [WEBHOOK_SCOPE] : [];
      const url = new URL(`${authUrl}/authorize`);
      url.search = new URLSearchParams({
        audience: 'api.atlassian.com',
        client_id: clientId,
        scope: [...SCOPES, ...more].join(' '),
        redirect_uri: redirectUri,
        state,
        response_type: 'code',
        prompt: 'consent',
      }).toString();
      return url;
    },
    async exchange(code, redirectUri): Promise<Outcome<Consented>> {
      const granted = await post({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
      if (granted.kind !== 'ok') return granted;
      const { access } = granted.value;
      const resource = await siteOf(access);
      if (resource.kind !== 'ok') return resource;
      const me = await get(`/ex/jira/${resource.value}/rest/api/3/myself`, access, Myself);
      if (me.kind !== 'ok') return me;
      const { displayName, emailAddress, accountId } = me.value;
      const account = `${displayName || UNNAMED_ACCOUNT} (${emailAddress ?? accountId})`;
      return ok({ ...granted.value, resource: resource.value, account, accountId });
    },
    renew: (refresh) => post({ grant_type: 'refresh_token', refresh_token: refresh.reveal() }),
    withdrawal: WITHDRAW_THERE,
  };
}
