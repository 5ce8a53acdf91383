import { z } from 'zod';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import { createSecret, type Secret } from '../../model/secret.ts';
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

const OURS =
  'Atlassian does not accept this app; the owner of Deskbridge must compare client_id, the client secret and the ' +
  'callback URL with the app in the developer console';
const GONE =
  'Atlassian does not take this sign-in any more: it was withdrawn, not used for 90 days, or already renewed';

const trimmed = (address: string): string => address.replace(/\/+$/, '');

/** What an answer without the wanted body means. The error code of the body decides, never its text. */
function refusedBy(answer: Exchanged): Outcome<never> {
  switch (answer.kind) {
    case 'not-sent':
      return retryLater(`${answer.reason}; nothing was sent and we try again`, answer.scope);
    case 'status': {
      if (answer.status === 429 || answer.status === 408)
        return retryLater('Atlassian asked us to slow down; we try again', 'destination');
      if (answer.status >= 500) return unknownEffect(`Atlassian failed (${answer.status}); we try again`);
      const refusal = Refusal.safeParse(answer.body);
      if (refusal.success && refusal.data.error === 'invalid_grant') return rejected('auth', GONE);
      return rejected('forbidden', OURS);
    }
    case 'redirect':
      return rejected(
        'forbidden',
        `Atlassian redirected us to ${answer.to}, where we do not take our secret`,
      );
    case 'lost':
      return unknownEffect(`${answer.reason}; we try again`);
    default:
      return unknownEffect('Atlassian answered something that is no token; we try again');
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
    if (!tokens.success) return unknownEffect('Atlassian answered without a token; we try again');
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
    return retryLater(
      'Atlassian did not say which sites and which account this is; start again',
      'operation',
    );
  }

  /** The site that we work for, among those that were consented to. */
  async function siteOf(access: Secret): Promise<Outcome<string>> {
    const resources = await get('/oauth/token/accessible-resources', access, Resources);
    if (resources.kind !== 'ok') return resources;
    const { origin } = new URL(options.siteUrl);
    const site = resources.value.find(({ url }) => new URL(url).origin === origin);
    if (site !== undefined) return ok(site.id);
    const others = resources.value.map(({ url }) => new URL(url).host).join(', ') || 'no site';
    return rejected(
      'invalid',
      `The consent was given for ${others}, not for ${new URL(origin).host}; start again`,
    );
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
      const account = `${displayName || 'unnamed account'} (${emailAddress ?? accountId})`;
      return ok({ ...granted.value, resource: resource.value, account, accountId });
    },
    renew: (refresh) => post({ grant_type: 'refresh_token', refresh_token: refresh.reveal() }),
    withdrawal:
      'Atlassian documents no way to give a consent back from here: remove the app at https://id.atlassian.com/manage-profile/apps, too',
  };
}
