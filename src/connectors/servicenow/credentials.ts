import { performance } from 'node:perf_hooks';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { readAnswer } from './answers.ts';
import { TokenAnswer } from './schema.ts';
import type { Transport } from './transport.ts';

export type ServiceNowAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string };

/** What lets a request in. */
export interface Credentials {
  /** The value of the Authorization header. */
  header(): Promise<Outcome<string>>;
  /** Told after a 401; answers whether another try with a fresh token makes sense. */
  renew(): boolean;
}

/** A token is fetched anew this long before it ends. */
const EARLY_MS = 60_000;

function basicCredentials(user: string, password: string): Credentials {
  const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { header: async () => ok(header), renew: () => false };
}

/** Client credentials grant; the parameters go form-encoded in the body, the only form that the instance takes. */
function oauthCredentials(
  client: { clientId: string; clientSecret: string },
  transport: Transport,
): Credentials {
  let token: { readonly header: string; readonly until: number } | null = null;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
  }).toString();

  async function fetchToken(): Promise<Outcome<string>> {
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    const call = { method: 'POST', path: '/oauth_token.do', headers, body, effect: 'read' } as const;
    const answer = await transport.send(call);
    if (answer.kind === 'retry') return answer;
    const parsed = TokenAnswer.safeParse(answer.json);
    if (answer.status === 200 && parsed.success) {
      const lifeMs = Math.max(0, parsed.data.expires_in * 1000 - EARLY_MS);
      token = { header: `Bearer ${parsed.data.access_token}`, until: performance.now() + lifeMs };
      return ok(token.header);
    }
    if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
      const advice =
        'A ServiceNow administrator must check the OAuth client and that client credentials are allowed';
      return rejected('auth', `ServiceNow gave us no access token (${answer.status}). ${advice}.`);
    }
    const outcome = readAnswer(answer, call, 'an access token');
    return outcome.kind === 'ok' ? rejected('auth', 'ServiceNow answered without an access token.') : outcome;
  }

  return {
    header: async () => (token !== null && token.until > performance.now() ? ok(token.header) : fetchToken()),
    renew() {
      const hadOne = token !== null;
      token = null;
      return hadOne;
    },
  };
}

export function createCredentials(auth: ServiceNowAuth, transport: Transport): Credentials {
  return auth.kind === 'basic'
    ? basicCredentials(auth.user, auth.password)
    : oauthCredentials(auth, transport);
}
