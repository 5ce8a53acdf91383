import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { Actor, ServiceNowPolicy } from './desk.ts';
import type { SandboxContext, SandboxEnv } from './gate.ts';

/** Life of an access token, in seconds: the base system's default. */
const TOKEN_LIFE_S = 1800;

export interface AccessOptions {
  readonly clock: SandboxClock;
  readonly user: string;
  readonly password: string;
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly policy: () => ServiceNowPolicy;
  /** Calls per hour of the one rate limit rule; null without a rule. */
  readonly perHour: number | null;
  readonly integration: Actor;
  /** An active user, by his user name; null when there is none. */
  readonly person: (userName: string) => Actor | null;
}

/** The password of everybody whose password was not changed. */
export const passwordOf = (userName: string) => `sandbox-password-of-${userName}`;

/** Who is let in, and how often. */
export interface Access {
  /** POST /oauth_token.do, form-encoded, as the instance has it. */
  readonly routes: Hono<SandboxEnv>;
  /** Who calls; null for wrong credentials. */
  caller(authorization: string | undefined): Actor | null;
  setPassword(userName: string, password: string): void;
  /** Seconds to wait when the hour's quota is used up, else null; sets the X-RateLimit headers. */
  overQuota(c: SandboxContext): number | null;
}

function createQuota(options: AccessOptions): Access['overQuota'] {
  let hour = -1;
  let used = 0;
  return (c) => {
    if (options.perHour === null) return null;
    const now = Math.floor(options.clock.now().getTime() / 1000);
    const current = Math.floor(now / 3600);
    if (current !== hour) [hour, used] = [current, 0];
    used += 1;
    const reset = (hour + 1) * 3600;
    c.header('X-RateLimit-Limit', String(options.perHour));
    c.header('X-RateLimit-Reset', String(reset));
    c.header('X-RateLimit-Rule', 'd41d8cd98f00b204e9800998ecf8427e');
    return used > options.perHour ? reset - now : null;
  };
}

function namedIn(authorization: string): readonly [userName: string, password: string] {
  const text = Buffer.from(/^Basic (.+)$/.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

export function createAccess(options: AccessOptions): Access {
  let token: { readonly text: string; readonly until: number } | null = null;
  const passwords = new Map<string, string>();
  const seconds = () => Math.floor(options.clock.now().getTime() / 1000);
  const basic = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;

  const routes = new Hono<SandboxEnv>();
  routes.post('/oauth_token.do', async (c) => {
    const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
    const form = new URLSearchParams(isForm ? await c.req.text() : '');
    if (!isForm)
      return c.json({ error: 'server_error', error_description: 'An unspecified error occurred' }, 400);
    if (form.get('grant_type') !== 'client_credentials' || !options.policy().clientCredentials) {
      return c.json(
        { error: 'unsupported_grant_type', error_description: 'grant_type is not supported' },
        401,
      );
    }
    const isClient =
      options.oauth !== null &&
      form.get('client_id') === options.oauth.clientId &&
      form.get('client_secret') === options.oauth.clientSecret;
    if (!isClient) return c.json({ error: 'invalid_client', error_description: 'access_denied' }, 401);
    // A token that is still good is given out again, with less time left.
    if (token === null || token.until <= seconds()) {
      token = { text: randomBytes(32).toString('base64url'), until: seconds() + TOKEN_LIFE_S };
    }
    const answer = { access_token: token.text, scope: 'useraccount', token_type: 'Bearer' };
    return c.json({ ...answer, expires_in: token.until - seconds() });
  });

  return {
    routes,
    caller(authorization) {
      const hasToken = token !== null && token.until > seconds() && authorization === `Bearer ${token.text}`;
      if (authorization === basic || hasToken) return options.integration;
      const [userName, password] = namedIn(authorization ?? '');
      const isRight = password === (passwords.get(userName) ?? passwordOf(userName));
      return isRight && userName !== options.user ? options.person(userName) : null;
    },
    setPassword: (userName, password) => void passwords.set(userName, password),
    overQuota: createQuota(options),
  };
}
