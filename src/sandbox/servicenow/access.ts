import type { Hono } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { Actor, ServiceNowPolicy } from './desk.ts';
import type { SandboxContext, SandboxEnv } from './gate.ts';
import { createTokens, type OAuthApplication } from './tokens.ts';

export interface AccessOptions {
  readonly clock: SandboxClock;
  readonly user: string;
  readonly password: string;
  readonly oauth: OAuthApplication | null;
  /** The key of the integration user; null where the plugin com.glide.tokenbased_auth is absent. */
  readonly apiKey: string | null;
  readonly policy: () => ServiceNowPolicy;
  /** Calls per hour of the one rate limit rule; null without a rule. */
  readonly perHour: number | null;
  readonly integration: Actor;
  /** An active user, by his user name; null when there is none. */
  readonly person: (userName: string) => Actor | null;
  readonly personByEmail: (email: string) => Actor | null;
}

/** The password of everybody whose password was not changed. */
export const passwordOf = (userName: string) => `sandbox-password-of-${userName}`;

/** Who is let in, and how often. */
export interface Access {
  /** POST /oauth_token.do, form-encoded, as the instance has it. */
  readonly routes: Hono<SandboxEnv>;
  /** Who calls; null for wrong credentials. */
  caller(given: {
    readonly authorization: string | undefined;
    readonly apiKey: string | undefined;
  }): Actor | null;
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
  const passwords = new Map<string, string>();
  const isPassword = (userName: string, password: string) => {
    const own = userName === options.user ? options.password : passwordOf(userName);
    return password === (passwords.get(userName) ?? own);
  };
  const person = (userName: string) =>
    userName === options.user ? options.integration : options.person(userName);
  const tokens = createTokens({ ...options, person, isPassword });

  return {
    routes: tokens.routes,
    caller({ authorization = '', apiKey }) {
      if (apiKey !== undefined) return apiKey === options.apiKey ? options.integration : null;
      const token = /^Bearer (.+)$/.exec(authorization)?.[1];
      if (token !== undefined) return tokens.holder(token);
      const [userName, password] = namedIn(authorization);
      return userName !== '' && isPassword(userName, password) ? person(userName) : null;
    },
    setPassword: (userName, password) => void passwords.set(userName, password),
    overQuota: createQuota(options),
  };
}
