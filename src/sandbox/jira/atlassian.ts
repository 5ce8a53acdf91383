import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { SandboxClock } from '../clock.ts';
import { createFaultPlan, type Fault, type FaultPlan } from '../faults.ts';
import type { JiraUser } from './seed.ts';

export interface AtlassianOptions {
  readonly clock: SandboxClock;
  readonly cloudId: string;
  /** Of the one site that there is. */
  readonly siteUrl: () => string;
  readonly user: (accountId: string) => JiraUser | null;
}

/** What the developer console knows of an app. The secret must begin with `sandbox-`. */
export interface AtlassianApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** Who made it, while it is not distributed; absent: anybody may use it. */
  readonly owner?: string;
}

/** A simulated auth.atlassian.com with its rotating refresh tokens, and the list of sites of api.atlassian.com. */
export interface Atlassian {
  readonly routes: Hono;
  /** "POST /oauth/token". */
  readonly faults: FaultPlan<Fault>;
  /** Who sits before the browser and consents; null: somebody who declines. */
  consentAs(accountId: string | null): void;
  /** Another registration of the app. */
  register(app: AtlassianApp): void;
  /** He removes the app from his account. */
  withdraw(accountId: string): void;
  /** Pairs of tokens that were given for a refresh token. */
  renewals(): number;
  /** Whose access token it is, while it lasts. */
  granted(
    bearer: string,
  ): { readonly user: JiraUser; readonly scopes: ReadonlySet<string>; readonly app: string } | null;
  /** The registration as it is now. */
  app(): AtlassianApp;
}

const ACCESS_S = 3600;
const CODE_MS = 5 * 60_000;
/** A used refresh token is taken again for ten minutes, so that a lost answer costs nothing. */
const REUSE_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens */
const IDLE_MS = 90 * DAY_MS;
const ABSOLUTE_MS = 365 * DAY_MS;

/** One consent and everything that was ever given for it. */
interface Family {
  readonly clientId: string;
  readonly user: JiraUser;
  readonly scopes: ReadonlySet<string>;
  readonly since: number;
  dead: boolean;
}
interface Given {
  readonly family: Family;
  readonly at: number;
  usedAt: number | null;
}

const TokenRequest = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    client_id: z.string(),
    client_secret: z.string(),
    code: z.string(),
    redirect_uri: z.string(),
  }),
  z.object({
    grant_type: z.literal('refresh_token'),
    client_id: z.string(),
    client_secret: z.string(),
    refresh_token: z.string(),
  }),
]);
type TokenRequest = z.infer<typeof TokenRequest>;

interface TokenAnswer {
  readonly status: 200 | 400 | 401 | 403;
  readonly body: Readonly<Record<string, unknown>>;
}

const random = (kind: string) => `sandbox-${kind}-${randomBytes(24).toString('base64url')}`;
const refusal = (status: 400 | 401 | 403, error: string, description: string): TokenAnswer => ({
  status,
  body: { error, error_description: description },
});
const NO_GRANT = refusal(403, 'invalid_grant', 'Unknown or invalid refresh token.');
const DEFAULT_APP = {
  clientId: 'sandbox-app',
  clientSecret: 'sandbox-app-secret-0123456789',
  redirectUris: [],
};

export function createAtlassian(options: AtlassianOptions): Atlassian {
  const now = () => options.clock.now().getTime();
  const faults = createFaultPlan<Fault>();
  const codes = new Map<string, Given & { readonly redirectUri: string }>();
  const accesses = new Map<string, Given>();
  const refreshes = new Map<string, Given>();
  let app: AtlassianApp = DEFAULT_APP;
  let consenting: string | null = null;
  let renewals = 0;

  function give(family: Family): TokenAnswer {
    const [access, refresh] = [random('access'), random('refresh')];
    accesses.set(access, { family, at: now(), usedAt: null });
    const offline = family.scopes.has('offline_access');
    if (offline) refreshes.set(refresh, { family, at: now(), usedAt: null });
    const scope = [...family.scopes].join(' ');
    const body = { access_token: access, scope, expires_in: ACCESS_S, token_type: 'Bearer' };
    return { status: 200, body: offline ? { ...body, refresh_token: refresh } : body };
  }

  function byCode(request: Extract<TokenRequest, { grant_type: 'authorization_code' }>): TokenAnswer {
    const code = codes.get(request.code);
    codes.delete(request.code);
    if (code === undefined || now() - code.at > CODE_MS || code.redirectUri !== request.redirect_uri)
      return refusal(403, 'invalid_grant', 'Invalid authorization code');
    return give(code.family);
  }

  /** Used again after a while, a refresh token is taken for stolen, and everything of its consent ends. */
  function byRefresh(request: Extract<TokenRequest, { grant_type: 'refresh_token' }>): TokenAnswer {
    const known = refreshes.get(request.refresh_token);
    if (known === undefined || known.family.dead) return NO_GRANT;
    const { family, at, usedAt } = known;
    if (usedAt !== null && now() - usedAt > REUSE_MS) {
      family.dead = true;
      return NO_GRANT;
    }
    if (now() - at > IDLE_MS || now() - family.since > ABSOLUTE_MS) return NO_GRANT;
    known.usedAt ??= now();
    renewals += 1;
    return give(family);
  }

  function answerOf(body: unknown): TokenAnswer {
    const request = TokenRequest.safeParse(body);
    if (!request.success) return refusal(400, 'invalid_request', 'Missing or unknown parameters');
    const { client_id: id, client_secret: secret } = request.data;
    if (id !== app.clientId || secret !== app.clientSecret)
      return refusal(401, 'access_denied', 'Unauthorized');
    return request.data.grant_type === 'authorization_code' ? byCode(request.data) : byRefresh(request.data);
  }

  function granted(bearer: string) {
    const found = accesses.get(bearer);
    if (found === undefined || found.family.dead || now() - found.at >= ACCESS_S * 1000) return null;
    const { user, scopes, clientId } = found.family;
    return { user, scopes, app: clientId };
  }

  const routes = new Hono();
  routes.get('/authorize', (c) => {
    const asked = c.req.query();
    const redirectUri = asked['redirect_uri'] ?? '';
    const sound = asked['audience'] === 'api.atlassian.com' && asked['response_type'] === 'code';
    if (!sound || asked['client_id'] !== app.clientId || !app.redirectUris.includes(redirectUri))
      return c.text('Something went wrong: the app cannot be authorized.', 400);
    const back = new URL(redirectUri);
    const user = consenting === null ? null : options.user(consenting);
    if (user === null) back.searchParams.set('error', 'access_denied');
    else {
      const code = random('code');
      const scopes = new Set((asked['scope'] ?? '').split(' '));
      const family = { clientId: app.clientId, user, scopes, since: now(), dead: false };
      codes.set(code, { family, at: now(), usedAt: null, redirectUri });
      back.searchParams.set('code', code);
    }
    back.searchParams.set('state', asked['state'] ?? '');
    return c.redirect(back.href, 302);
  });
  routes.post('/oauth/token', async (c) => {
    const fault = faults.take('POST /oauth/token');
    if (fault?.kind === 'fail-before') return new Response(null, { status: fault.status });
    const isJson = (c.req.header('content-type') ?? '').startsWith('application/json');
    const body: unknown = isJson ? await c.req.json().catch(() => null) : null;
    const answer = answerOf(body);
    if (fault?.kind === 'fail-after') return new Response(null, { status: fault.status });
    return c.json(answer.body, answer.status);
  });
  routes.get('/oauth/token/accessible-resources', (c) => {
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const found = granted(bearer);
    if (found === null) return c.json({ code: 401, message: 'Unauthorized' }, 401);
    const scopes = [...found.scopes].filter((scope) => scope !== 'offline_access');
    const site = { id: options.cloudId, url: options.siteUrl(), name: 'acme', scopes, avatarUrl: '' };
    return c.json([site]);
  });

  return {
    routes,
    faults,
    consentAs: (accountId) => {
      consenting = accountId;
    },
    register(registered) {
      if (!registered.clientSecret.startsWith('sandbox-'))
        throw new Error('The simulated Atlassian takes only secrets that begin with "sandbox-"');
      app = registered;
    },
    withdraw(accountId) {
      for (const { family } of [...accesses.values(), ...refreshes.values()])
        if (family.user.accountId === accountId) family.dead = true;
    },
    renewals: () => renewals,
    granted,
    app: () => app,
  };
}
