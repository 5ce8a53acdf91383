import { type Outcome, ok } from '../../model/outcome.ts';
import type { AccessToken, Token } from '../../model/token.ts';
import { GATEWAY_DOUBT, OAUTH_DOUBT, SITE_DOUBT } from '../../texts/jira.ts';

/** How somebody signs in at Jira. Where each kind works is Atlassian's rule: see the README of this folder. */
export type JiraAuth =
  /** A classic API token: Basic, on the site's own address. */
  | { readonly kind: 'api-token'; readonly email: string; readonly apiToken: string }
  /** An API token with scopes: Basic, through the gateway. */
  | {
      readonly kind: 'scoped-token';
      readonly email: string;
      readonly apiToken: string;
      readonly cloudId: string;
    }
  /** An API token of a service account: Bearer, through the gateway. */
  | { readonly kind: 'service-account'; readonly apiToken: string; readonly cloudId: string }
  /** OAuth 2.0 (3LO): Bearer, through the gateway, for the site that was consented to. */
  | { readonly kind: 'oauth'; readonly token: Token };

/** Where Jira's API is reached. */
export interface JiraAddress {
  readonly site: string;
  /** Atlassian's gateway, https://api.atlassian.com unless an emulator takes its place. */
  readonly gateway: string;
}

export const GATEWAY = 'https://api.atlassian.com';

/** What one request carries, and where it goes. */
export interface JiraPass {
  /** Without a slash at its end. */
  readonly base: string;
  readonly authorization: string;
  /** What may not appear in anything that we say. */
  readonly secrets: readonly string[];
}

export interface JiraCredential {
  pass(): Promise<Outcome<JiraPass>>;
  /** After a 401: another pass to try with; null when there can be none. */
  another(refused: JiraPass): Promise<Outcome<JiraPass> | null>;
  /** What may be wrong when Jira does not let us in, and who can mend it. */
  readonly doubt: string;
}

const trimmed = (address: string): string => address.replace(/\/+$/, '');
const behind = (gateway: string, cloudId: string): string =>
  `${trimmed(gateway)}/ex/jira/${encodeURIComponent(cloudId)}`;

function fixed(pass: JiraPass, doubt: string): JiraCredential {
  return { pass: async () => ok(pass), another: async () => null, doubt };
}

function basic(base: string, { email, apiToken }: { readonly email: string; readonly apiToken: string }) {
  const encoded = Buffer.from(`${email}:${apiToken}`).toString('base64');
  return { base, authorization: `Basic ${encoded}`, secrets: [apiToken, encoded] };
}

function oauth(token: Token, gateway: string): JiraCredential {
  const given = new WeakMap<JiraPass, AccessToken>();
  function passOf(outcome: Outcome<AccessToken>): Outcome<JiraPass> {
    if (outcome.kind !== 'ok') return outcome;
    const { secret, resource } = outcome.value;
    const bearer = secret.reveal();
    const pass = { base: behind(gateway, resource), authorization: `Bearer ${bearer}`, secrets: [bearer] };
    given.set(pass, outcome.value);
    return ok(pass);
  }
  return {
    pass: async () => passOf(await token.current()),
    async another(refused) {
      const access = given.get(refused);
      const next = access === undefined ? null : await token.instead(access);
      return next === null ? null : passOf(next);
    },
    doubt: OAUTH_DOUBT,
  };
}

export function createJiraCredential(auth: JiraAuth, { site, gateway }: JiraAddress): JiraCredential {
  switch (auth.kind) {
    case 'api-token':
      return fixed(basic(trimmed(site), auth), SITE_DOUBT);
    case 'scoped-token':
      return fixed(basic(behind(gateway, auth.cloudId), auth), GATEWAY_DOUBT);
    case 'service-account': {
      const { apiToken, cloudId } = auth;
      const base = behind(gateway, cloudId);
      return fixed({ base, authorization: `Bearer ${apiToken}`, secrets: [apiToken] }, GATEWAY_DOUBT);
    }
    case 'oauth':
      return oauth(auth.token, gateway);
  }
}
