import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Our registration, as far as it proves from whom a hook comes. */
export interface HookApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Clocks differ. */
const SKEW_S = 120;
const LONGEST = 8_192;
const BEARER = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i;

const Header = z.object({ alg: z.literal('HS256') });
const Claims = z.object({ exp: z.number(), iss: z.string().optional(), nbf: z.number().optional() });

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Why the token of an app's webhook proves nothing; null when it does. Atlassian documents that it is a JWT, signed with HS256
 * and the app's client secret, and not what it says. So the signature decides; it must have an end that has not passed, and an
 * issuer, where it names one, has to be our client id, as has been seen.
 * Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/#webhooks-authentication-for-oauth-2-0-apps
 */
export function tokenFault(authorization: string | undefined, app: HookApp, now: Date): string | null {
  const [, header = '', claims = '', signature = ''] =
    authorization === undefined || authorization.length > LONGEST ? [] : (BEARER.exec(authorization) ?? []);
  const alleged = Buffer.from(signature, 'base64url');
  const expected = createHmac('sha256', app.clientSecret).update(`${header}.${claims}`).digest();
  const isOurs = alleged.length === expected.length && timingSafeEqual(alleged, expected);
  if (!isOurs || !Header.safeParse(decoded(header)).success)
    return 'The token of the hook is missing or wrong; compare the client secret of the app with ours';
  const said = Claims.safeParse(decoded(claims));
  if (!said.success) return 'The token of the hook has no end, so it could be used for ever';
  const { exp, nbf = 0, iss = app.clientId } = said.data;
  const seconds = now.getTime() / 1000;
  if (exp + SKEW_S < seconds || nbf - SKEW_S > seconds)
    return 'The token of the hook is not valid at this time; compare the clock of this machine';
  return iss === app.clientId ? null : 'The token of the hook was made for another app';
}
