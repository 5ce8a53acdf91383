import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import { readArguments } from './read-arguments.ts';

export interface OpenIdApp {
  readonly clientId: string;
  /** Must start with `sandbox-`. */
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
}

/** Whose browser it is, and since when he is signed in at Slack, in milliseconds since 1970; now when left out. */
export interface SlackBrowser {
  readonly user: string;
  readonly team: string;
  readonly authTime?: number;
}

/** An app that nobody can sign in to. */
const NOBODY: OpenIdApp = { clientId: '', clientSecret: 'sandbox-', redirectUris: [] };
const TOKEN_S = 300;
const failed = (error: string) => Response.json({ ok: false, error });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Sign in with Slack. Its tokens carry a signature that nobody can check: ours are believed because they come from the token
 * endpoint itself. Source: https://docs.slack.dev/authentication/sign-in-with-slack and
 * https://docs.slack.dev/reference/methods/openid.connect.token
 */
export function createOpenId(clock: SandboxClock, app: OpenIdApp = NOBODY) {
  if (!app.clientSecret.startsWith('sandbox-'))
    throw new Error('The simulated Slack takes no real client secret');
  let browser: SlackBrowser | null = null;
  const codes = new Map<string, SlackBrowser & { readonly redirectUri: string; readonly nonce: string }>();

  function tokenFor({ user, team, authTime, nonce }: SlackBrowser & { readonly nonce: string }): string {
    const now = Math.floor(clock.now().getTime() / 1000);
    const claims = {
      ...{ iss: 'https://slack.com', sub: user, aud: app.clientId, exp: now + TOKEN_S, iat: now },
      ...{ auth_time: authTime === undefined ? now : Math.floor(authTime / 1000), nonce },
      ...{ 'https://slack.com/team_id': team, 'https://slack.com/user_id': user },
    };
    return `${part({ alg: 'RS256', typ: 'JWT', kid: 'sandbox' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
  }

  const routes = new Hono<{ Bindings: HttpBindings }>()
    .get('/openid/connect/authorize', (c) => {
      const asked = c.req.query();
      const { client_id: client, redirect_uri: redirectUri = '', state = '', nonce = '' } = asked;
      if (client !== app.clientId) return c.text('invalid_client_id', 400);
      if (!app.redirectUris.includes(redirectUri)) return c.text('bad_redirect_uri', 400);
      const scopes = (asked['scope'] ?? '').split(/[ ,]/);
      if (asked['response_type'] !== 'code' || !scopes.includes('openid'))
        return c.text('invalid_scope', 400);
      const back = new URL(redirectUri);
      back.searchParams.set('state', state);
      if (browser === null) back.searchParams.set('error', 'access_denied');
      else {
        const code = randomBytes(16).toString('hex');
        codes.set(code, { ...browser, redirectUri, nonce });
        back.searchParams.set('code', code);
      }
      return c.redirect(back.href);
    })
    .post('/api/openid.connect.token', async (c) => {
      const args = (await readArguments(c.req.raw)) ?? {};
      if (args['client_id'] !== app.clientId) return failed('invalid_client_id');
      if (args['client_secret'] !== app.clientSecret) return failed('bad_client_secret');
      const code = codes.get(String(args['code']));
      codes.delete(String(args['code']));
      if (code === undefined) return failed('invalid_code');
      if (code.redirectUri !== args['redirect_uri']) return failed('bad_redirect_uri');
      return Response.json({
        ...{ ok: true, access_token: `xoxp-sandbox-${randomBytes(8).toString('hex')}`, token_type: 'Bearer' },
        id_token: tokenFor(code),
      });
    });

  return {
    routes,
    /** Who sits at the browser; null: somebody who declines. */
    signInAs(who: SlackBrowser | null): void {
      browser = who;
    },
  };
}
