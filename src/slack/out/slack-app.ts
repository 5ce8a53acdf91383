import { z } from 'zod';
import { SlackTeam, SlackUser } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { mapped, type Outcome, ok } from '../../model/outcome.ts';
import { createSecret, type Secret } from '../../model/secret.ts';
import type { GivenGrant, SlackToken } from '../../model/slack-grant.ts';
import { askSlack } from './ask-slack.ts';
import { createSlackClient } from './client.ts';

/**
 * Our registration with Slack: OAuth 2.0 for an app in several workspaces. rejected('auth') of `renew` and `check` means
 * that the grant is gone. Source: https://docs.slack.dev/authentication/installing-with-oauth and
 * https://docs.slack.dev/authentication/using-token-rotation
 */
export interface SlackApp {
  /** Where a browser is sent to consent; it comes back to `redirectUri` with a code and this `state`. */
  consentUrl(request: {
    readonly state: string;
    readonly redirectUri: string;
    readonly scopes: readonly string[];
  }): URL;
  /** Takes a code once. */
  exchange(code: string, redirectUri: string): Promise<Outcome<GivenGrant>>;
  /** A refresh token works once; Slack takes it again only for some moments. */
  renew(refresh: Secret): Promise<Outcome<SlackToken>>;
  /** Does Slack still take this token? */
  check(token: Secret): Promise<Outcome<null>>;
  /** Takes the app out of the workspace or organisation of this token. One that is gone already is fine. */
  uninstall(token: Secret): Promise<Outcome<null>>;
}

export interface SlackAppOptions {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** The page on which people consent, e.g. https://slack.com/oauth/v2/authorize. */
  readonly authorizeUrl: string;
  readonly apiUrl: string;
  readonly io: Io;
}

const Named = z.object({ id: SlackTeam, name: z.string().default('') });
const Token = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});
const Grant = Token.extend({
  app_id: z.string(),
  bot_user_id: SlackUser,
  scope: z.string(),
  team: Named.nullish(),
  enterprise: Named.nullish(),
  is_enterprise_install: z.boolean().default(false),
  authed_user: z.object({ id: SlackUser }),
}).refine((grant) => (grant.is_enterprise_install ? grant.enterprise : grant.team) != null);

function tokenOf({
  access_token: token,
  refresh_token: refresh,
  expires_in: seconds,
}: z.infer<typeof Token>) {
  const rotates = refresh !== undefined && seconds !== undefined;
  return {
    token: createSecret(token),
    rotation: rotates ? { refresh: createSecret(refresh), expiresInS: seconds } : null,
  };
}

function grantOf(grant: z.infer<typeof Grant>): GivenGrant {
  return {
    ...tokenOf(grant),
    appId: grant.app_id,
    botUserId: grant.bot_user_id,
    scopes: grant.scope.split(',').filter((scope) => scope !== ''),
    enterprise: grant.enterprise ?? null,
    team: grant.is_enterprise_install ? null : (grant.team ?? null),
    by: grant.authed_user.id,
  };
}

export function createSlackApp({
  clientId,
  clientSecret,
  authorizeUrl,
  apiUrl,
  io,
}: SlackAppOptions): SlackApp {
  const asApp = createSlackClient({ token: '', apiUrl, io });
  const as = (token: Secret) => createSlackClient({ token: token.reveal(), apiUrl, io });
  const ourselves = () => ({ client_id: clientId, client_secret: clientSecret.reveal() });

  return {
    consentUrl({ state, redirectUri, scopes }) {
      const url = new URL(authorizeUrl);
      const asked = { client_id: clientId, scope: scopes.join(','), redirect_uri: redirectUri, state };
      for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
      return url;
    },
    async exchange(code, redirectUri) {
      const asked = { ...ourselves(), code, redirect_uri: redirectUri };
      return mapped(await askSlack(Grant, true, () => asApp.oauth.v2.access(asked)), grantOf);
    },
    async renew(refresh) {
      const asked = { grant_type: 'refresh_token', refresh_token: refresh.reveal() } as const;
      const renewed = () => asApp.oauth.v2.access({ ...ourselves(), ...asked });
      return mapped(await askSlack(Token, true, renewed), tokenOf);
    },
    async check(token) {
      return mapped(await askSlack(z.looseObject({}), false, () => as(token).auth.test()), () => null);
    },
    async uninstall(token) {
      const done = await askSlack(z.looseObject({}), true, () => as(token).apps.uninstall(ourselves()));
      return done.kind === 'rejected' && done.code === 'auth' ? ok(null) : mapped(done, () => null);
    },
  };
}
