import { performance } from 'node:perf_hooks';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { Token as KeptToken } from '../../model/token.ts';
import {
  AN_ACCESS_TOKEN,
  CHECK_OAUTH_CLIENT,
  CHECK_OAUTH_JWT,
  CHECK_OAUTH_PASSWORD,
  noAccessToken,
  PUT_PRIVATE_KEY,
  privateKeyUnusable,
  WITHOUT_ACCESS_TOKEN,
} from '../../texts/servicenow-access.ts';
import { readAnswer } from './answers.ts';
import { signAssertion } from './assertion.ts';
import { TokenAnswer } from './schema.ts';
import type { Transport } from './transport.ts';

interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export type ServiceNowAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** Client credentials. */
  | ({ readonly kind: 'oauth' } & OAuthClient)
  /** Resource owner password. */
  | ({ readonly kind: 'oauth-password'; readonly user: string; readonly password: string } & OAuthClient)
  /** JWT bearer. `privateKey`: RSA in PEM; `clientSecret` null for a public client. */
  | {
      readonly kind: 'oauth-jwt';
      readonly clientId: string;
      readonly clientSecret: string | null;
      readonly user: string;
      readonly audience: string | null;
      readonly keyId: string | null;
      readonly privateKey: string;
    }
  | { readonly kind: 'api-key'; readonly key: string }
  /** Somebody consented: authorization code, kept and renewed elsewhere. */
  | { readonly kind: 'token'; readonly token: KeptToken };

/** The header that lets a request in. */
export type Pass = Readonly<Record<string, string>>;

/** What lets a request in. */
export interface Credentials {
  pass(): Promise<Outcome<Pass>>;
  /** Told after a 401; answers whether another try with a fresh token makes sense. */
  renew(): boolean;
}

/** A token is fetched anew this long before it ends. */
const EARLY_MS = 60_000;

/** What its administrator has to look at when the instance gives no token. */
const ADVICE = {
  oauth: CHECK_OAUTH_CLIENT,
  'oauth-password': CHECK_OAUTH_PASSWORD,
  'oauth-jwt': CHECK_OAUTH_JWT,
} as const;

type TokenAuth = Extract<ServiceNowAuth, { readonly kind: keyof typeof ADVICE }>;

function fixedPass(pass: Pass): Credentials {
  return { pass: async () => ok(pass), renew: () => false };
}

/** The grant as the instance takes it: form-encoded in the body, its only form. Null when our own key cannot sign. */
function grantOf(auth: TokenAuth, now: Date): string | null {
  const client = { client_id: auth.clientId };
  const secret = auth.clientSecret === null ? {} : { client_secret: auth.clientSecret };
  if (auth.kind === 'oauth') {
    return new URLSearchParams({ grant_type: 'client_credentials', ...client, ...secret }).toString();
  }
  if (auth.kind === 'oauth-password') {
    const person = { username: auth.user, password: auth.password };
    return new URLSearchParams({ grant_type: 'password', ...client, ...secret, ...person }).toString();
  }
  try {
    const assertion = signAssertion({ ...auth, audience: auth.audience ?? auth.clientId }, now);
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    return new URLSearchParams({ grant_type, assertion, ...client, ...secret }).toString();
  } catch {
    return null;
  }
}

interface Token {
  readonly pass: Pass;
  readonly until: number;
}

async function fetchToken(auth: TokenAuth, transport: Transport, now: Date): Promise<Outcome<Token>> {
  const body = grantOf(auth, now);
  if (body === null) {
    const advice = PUT_PRIVATE_KEY;
    return rejected('auth', privateKeyUnusable(advice));
  }
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const call = { method: 'POST', path: '/oauth_token.do', headers, body, effect: 'read' } as const;
  const answer = await transport.send(call);
  if (answer.kind === 'retry') return answer;
  const parsed = TokenAnswer.safeParse(answer.json);
  if (answer.status === 200 && parsed.success) {
    const lifeMs = Math.max(0, parsed.data.expires_in * 1000 - EARLY_MS);
    const pass = { authorization: `Bearer ${parsed.data.access_token}` };
    return ok({ pass, until: performance.now() + lifeMs });
  }
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    const what = noAccessToken(answer.status);
    return rejected('auth', `${what}. ${ADVICE[auth.kind]}.`);
  }
  const outcome = readAnswer(answer, call, AN_ACCESS_TOKEN);
  return outcome.kind === 'ok' ? rejected('auth', WITHOUT_ACCESS_TOKEN) : outcome;
}

/** A token is kept until shortly before its end; a still good one is what the instance answers again anyway. */
function tokenCredentials(auth: TokenAuth, transport: Transport, now: () => Date): Credentials {
  let token: Token | null = null;
  return {
    async pass() {
      if (token !== null && token.until > performance.now()) return ok(token.pass);
      const fetched = await fetchToken(auth, transport, now());
      if (fetched.kind !== 'ok') return fetched;
      token = fetched.value;
      return ok(token.pass);
    },
    renew() {
      const hadOne = token !== null;
      token = null;
      return hadOne;
    },
  };
}

function keptToken(token: KeptToken): Credentials {
  return {
    async pass() {
      const access = await token.current();
      return access.kind === 'ok' ? ok({ authorization: `Bearer ${access.value.secret.reveal()}` }) : access;
    },
    renew: () => false,
  };
}

export function createCredentials(auth: ServiceNowAuth, transport: Transport, now: () => Date): Credentials {
  if (auth.kind === 'basic') {
    const words = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
    return fixedPass({ authorization: `Basic ${words}` });
  }
  if (auth.kind === 'token') return keptToken(auth.token);
  return auth.kind === 'api-key'
    ? fixedPass({ 'x-sn-apikey': auth.key })
    : tokenCredentials(auth, transport, now);
}
