import { z } from 'zod';
import { SlackTeam, SlackUser } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { Secret } from '../../model/secret.ts';
import { SIGN_IN_NOT_BELIEVED } from '../../texts/approval-page.ts';
import { askSlack } from './ask-slack.ts';
import { createSlackClient } from './client.ts';

/** Somebody as Slack says who he is. */
export interface SignedIn {
  readonly team: SlackTeam;
  readonly user: SlackUser;
  /** When he showed Slack who he is, in milliseconds since 1970. */
  readonly authTime: number;
}

/**
 * Sign in with Slack: OpenID Connect. Slack takes neither `prompt` nor `max_age`, so how fresh a sign-in is says `auth_time` alone.
 * Source: https://docs.slack.dev/authentication/sign-in-with-slack and https://slack.com/.well-known/openid-configuration
 */
export interface SlackSignIn {
  /** Where a browser is sent; it comes back to `redirectUri` with a code and this `state`. */
  url(asked: { readonly state: string; readonly nonce: string; readonly redirectUri: string }): URL;
  /** Takes a code once. `now`: milliseconds since 1970. */
  exchange(
    code: string,
    asked: { readonly nonce: string; readonly redirectUri: string; readonly now: number },
  ): Promise<Outcome<SignedIn>>;
}

export interface SlackSignInOptions {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** The page on which people sign in, e.g. https://slack.com/openid/connect/authorize. */
  readonly authorizeUrl: string;
  readonly apiUrl: string;
  readonly io: Io;
}

const ISSUER = 'https://slack.com';
/** Clocks differ so much at most, in milliseconds. */
const SKEW_MS = 60_000;

const Answer = z.object({ id_token: z.string().min(1).max(20_000) });
const Claims = z.object({
  iss: z.literal(ISSUER),
  aud: z.union([
    z.string(),
    z
      .array(z.string())
      .length(1)
      .transform(([only]) => only),
  ]),
  exp: z.number(),
  iat: z.number(),
  auth_time: z.number(),
  nonce: z.string(),
  'https://slack.com/team_id': SlackTeam,
  'https://slack.com/user_id': SlackUser,
});

/**
 * The claims of a token that came straight from Slack over TLS: that is what vouches for them, so its signature is not asked
 * (OpenID Connect Core 1.0, 3.1.3.7, step 6). Null for whatever is no such token.
 */
function claimsIn(token: string): z.infer<typeof Claims> | null {
  const [, body, ...rest] = token.split('.');
  if (body === undefined || rest.length !== 1) return null;
  try {
    const read: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
    return Claims.safeParse(read).data ?? null;
  } catch {
    return null;
  }
}

export function createSlackSignIn(options: SlackSignInOptions): SlackSignIn {
  const { clientId, clientSecret, authorizeUrl, apiUrl, io } = options;
  const client = createSlackClient({ token: '', apiUrl, io });
  return {
    url({ state, nonce, redirectUri }) {
      const url = new URL(authorizeUrl);
      const asked = { response_type: 'code', scope: 'openid', client_id: clientId, state, nonce };
      for (const [name, value] of Object.entries({ ...asked, redirect_uri: redirectUri }))
        url.searchParams.set(name, value);
      return url;
    },

    async exchange(code, { nonce, redirectUri, now }) {
      const asked = { client_id: clientId, client_secret: clientSecret.reveal(), code };
      const answered = await askSlack(Answer, true, () =>
        client.openid.connect.token({
          ...asked,
          redirect_uri: redirectUri,
          grant_type: 'authorization_code',
        }),
      );
      if (answered.kind !== 'ok') return answered;
      const claims = claimsIn(answered.value.id_token);
      const isOurs = claims !== null && claims.aud === clientId && claims.nonce === nonce;
      const isCurrent = claims !== null && claims.exp * 1000 > now - SKEW_MS;
      if (claims === null || !isOurs || !isCurrent || claims.iat * 1000 > now + SKEW_MS)
        return rejected('invalid', SIGN_IN_NOT_BELIEVED);
      return ok({
        team: claims['https://slack.com/team_id'],
        user: claims['https://slack.com/user_id'],
        // A sign-in of the future would stay fresh for ever.
        authTime: Math.min(claims.auth_time * 1000, now),
      });
    },
  };
}
