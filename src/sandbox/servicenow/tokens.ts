import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import type { Actor, ServiceNowPolicy } from './desk.ts';
import type { SandboxEnv } from './gate.ts';

/** Life of an access token, in seconds: the base system's default. */
const TOKEN_LIFE_S = 1800;

export interface OAuthApplication {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of the key that assertions are signed with; without it no assertion is taken. */
  readonly assertionKey?: string;
}

export interface TokenParts {
  readonly clock: SandboxClock;
  readonly oauth: OAuthApplication | null;
  readonly policy: () => ServiceNowPolicy;
  readonly integration: Actor;
  /** An active user by his user name; null when there is none. */
  readonly person: (userName: string) => Actor | null;
  /** An active user by his e-mail address: the user field of a JWT application. */
  readonly personByEmail: (email: string) => Actor | null;
  readonly isPassword: (userName: string, password: string) => boolean;
}

/** POST /oauth_token.do, form-encoded, as the instance has it, and the tokens that it gave. */
export interface Tokens {
  readonly routes: Hono<SandboxEnv>;
  /** Whose token this is; null for none, or for one that has ended. */
  holder(token: string): Actor | null;
}

const Claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  exp: z.number(),
  iat: z.number(),
  jti: z.string(),
});

const json = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));

/** The claims of an assertion whose signature holds; null for any other text. */
function claimsOf(assertion: string, key: string): z.infer<typeof Claims> | null {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  try {
    const isOurs = z.object({ alg: z.literal('RS256') }).safeParse(json(head)).success;
    const bytes = Buffer.from(signature, 'base64url');
    const isSigned = verify('sha256', Buffer.from(`${head}.${body}`), createPublicKey(key), bytes);
    const claims = Claims.safeParse(json(body));
    return isOurs && isSigned && claims.success ? claims.data : null;
  } catch {
    return null;
  }
}

function createGrants(parts: TokenParts, seconds: () => number) {
  const usedIds = new Set<string>();

  function byAssertion(form: URLSearchParams, application: OAuthApplication): Actor | null {
    if (application.assertionKey === undefined) return null;
    const claims = claimsOf(form.get('assertion') ?? '', application.assertionKey);
    if (claims === null || usedIds.has(claims.jti)) return null;
    const isForUs = claims.iss === application.clientId && claims.aud === application.clientId;
    if (!isForUs || claims.exp <= seconds()) return null;
    usedIds.add(claims.jti);
    return parts.personByEmail(claims.sub);
  }

  function byPassword(form: URLSearchParams): Actor | null {
    const userName = form.get('username') ?? '';
    return parts.isPassword(userName, form.get('password') ?? '') ? parts.person(userName) : null;
  }

  /** Who is let in by this grant; null for nobody, undefined for a grant that is not taken. */
  return (form: URLSearchParams, application: OAuthApplication): Actor | null | undefined => {
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return parts.policy().clientCredentials ? parts.integration : undefined;
      case 'password':
        return parts.policy().passwordGrant ? byPassword(form) : undefined;
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
        return byAssertion(form, application);
      default:
        return undefined;
    }
  };
}

export function createTokens(parts: TokenParts): Tokens {
  const given = new Map<string, { readonly text: string; readonly actor: Actor; readonly until: number }>();
  const seconds = () => Math.floor(parts.clock.now().getTime() / 1000);
  const grant = createGrants(parts, seconds);
  const routes = new Hono<SandboxEnv>();

  routes.post('/oauth_token.do', async (c) => {
    const refuse = (error: string, error_description: string, status: 400 | 401 = 401) =>
      c.json({ error, error_description }, status);
    const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
    if (!isForm) return refuse('server_error', 'An unspecified error occurred', 400);
    const form = new URLSearchParams(await c.req.text());
    const application = parts.oauth;
    const isClient =
      application !== null &&
      form.get('client_id') === application.clientId &&
      form.get('client_secret') === application.clientSecret;
    if (!isClient) return refuse('invalid_client', 'access_denied');
    const actor = grant(form, application);
    if (actor === undefined) return refuse('unsupported_grant_type', 'grant_type is not supported');
    if (actor === null) return refuse('access_denied', 'access_denied');
    // A token that is still good is given out again, with less time left.
    let token = given.get(actor.sysId);
    if (token === undefined || token.until <= seconds()) {
      token = { text: randomBytes(32).toString('base64url'), actor, until: seconds() + TOKEN_LIFE_S };
      given.set(actor.sysId, token);
    }
    const answer = { access_token: token.text, scope: 'useraccount', token_type: 'Bearer' };
    return c.json({ ...answer, expires_in: token.until - seconds() });
  });

  return {
    routes,
    holder(text) {
      const token = [...given.values()].find((one) => one.text === text);
      return token === undefined || token.until <= seconds() ? null : token.actor;
    },
  };
}
