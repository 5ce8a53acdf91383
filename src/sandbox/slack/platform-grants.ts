import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { SandboxClock } from '../clock.ts';
import type { PlatformApp, PlatformWorkspace } from './app-platform.ts';
import { DEFAULT_APP } from './default-workspace.ts';
import type { JsonObject } from './message-store.ts';

const TOKEN_S = 43_200;
const secret = (prefix: string) => `${prefix}${randomBytes(12).toString('hex')}`;
const failed = (error: string) => Response.json({ ok: false, error });

interface Token {
  readonly place: string;
  used: boolean;
  readonly endsAt: number | null;
}

interface Code {
  readonly place: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** Consent, codes and tokens of the platform: https://docs.slack.dev/authentication/installing-with-oauth */
export function createPlatformGrants(deps: {
  readonly clock: SandboxClock;
  readonly app: PlatformApp;
  readonly within: (place: string) => readonly PlatformWorkspace[];
}) {
  const { clock, app, within } = deps;
  if (!app.clientSecret.startsWith('sandbox-'))
    throw new Error('The simulated Slack takes no real client secret');
  const tokens = new Map<string, Token>();
  const refreshes = new Map<string, string>();
  const codes = new Map<string, Code>();
  let consenting: string | null = null;

  function authorize(c: Context): Response {
    const { client_id: client, redirect_uri: redirectUri = '', state = '', scope = '' } = c.req.query();
    if (client !== app.clientId) return c.text('invalid_client_id', 400);
    if (!app.redirectUris.includes(redirectUri)) return c.text('bad_redirect_uri', 400);
    const back = new URL(redirectUri);
    back.searchParams.set('state', state);
    if (consenting === null) back.searchParams.set('error', 'access_denied');
    else {
      const code = secret('code-');
      const scopes = scope.split(',').filter((each) => app.scopes.includes(each));
      codes.set(code, { place: consenting, redirectUri, scopes });
      back.searchParams.set('code', code);
    }
    return c.redirect(back.href);
  }

  function issue(place: string): JsonObject {
    const token = secret('xoxb-sandbox-');
    const rotates = app.rotates === true;
    tokens.set(token, {
      place,
      used: false,
      endsAt: rotates ? clock.now().getTime() + TOKEN_S * 1000 : null,
    });
    if (!rotates) return { access_token: token };
    const refresh = secret('xoxe-sandbox-');
    refreshes.set(refresh, place);
    return { access_token: token, refresh_token: refresh, expires_in: TOKEN_S };
  }

  function grant(place: string, scopes: readonly string[]): JsonObject {
    const [first] = within(place);
    const organisation = first?.organisation ?? null;
    return {
      ok: true,
      token_type: 'bot',
      app_id: DEFAULT_APP.appId,
      bot_user_id: DEFAULT_APP.botUserId,
      scope: scopes.join(','),
      team: organisation === null ? { id: place, name: first?.name } : null,
      enterprise: organisation,
      is_enterprise_install: organisation !== null,
      authed_user: { id: first?.people[0]?.id },
      ...issue(place),
    };
  }

  function access(args: JsonObject): Response {
    if (args['client_id'] !== app.clientId) return failed('invalid_client_id');
    if (args['client_secret'] !== app.clientSecret) return failed('bad_client_secret');
    if (args['grant_type'] === 'refresh_token') {
      const refresh = String(args['refresh_token']);
      const place = refreshes.get(refresh);
      if (place === undefined) return failed('invalid_refresh_token');
      refreshes.delete(refresh);
      return Response.json({ ok: true, ...issue(place) });
    }
    const code = codes.get(String(args['code']));
    codes.delete(String(args['code']));
    if (code === undefined) return failed('invalid_code');
    if (code.redirectUri !== args['redirect_uri']) return failed('bad_redirect_uri');
    return Response.json(grant(code.place, code.scopes));
  }

  function take(place: string): void {
    for (const [token, { place: own }] of tokens) if (own === place) tokens.delete(token);
    for (const [refresh, own] of refreshes) if (own === place) refreshes.delete(refresh);
  }

  return {
    authorize,
    access,
    take,
    consentAs(place: string | null): void {
      consenting = place;
    },
    /** Whose token it is, while it works. */
    placeOf(token: string) {
      const known = tokens.get(token);
      if (known === undefined) return { kind: 'refused', error: 'account_inactive' } as const;
      if (known.endsAt !== null && known.endsAt <= clock.now().getTime())
        return { kind: 'refused', error: 'token_expired' } as const;
      known.used = true;
      return { kind: 'known', place: known.place } as const;
    },
    /** Was every token that works now used? */
    allUsed: (): boolean => [...tokens.values()].every(({ used }) => used),
    places: (): readonly string[] => [...tokens.values()].map(({ place }) => place),
  };
}
