import type { Outcome } from '../model/outcome.ts';
import type { Secret } from '../model/secret.ts';
import type { TokenHolder } from '../model/token.ts';

/** What an authorization server gives for a code or for a refresh token. */
export interface Granted {
  readonly access: Secret;
  /** The one to use next time; null when there is none and the sign-in ends with the access token. */
  readonly refresh: Secret | null;
  readonly expiresInS: number;
  /** After so many days without use the refresh token ends; null when the vendor does not say. */
  readonly idleDays: number | null;
}

/** Somebody consented. */
export interface Consented extends Granted {
  /** What the token opens: see `AccessToken`. */
  readonly resource: string;
  /** Who he is there, for people who read it. */
  readonly account: string;
  /** The account's immutable id there. */
  readonly accountId: string;
}

/** Our registration with a vendor's authorization server: authorization code and refresh (RFC 6749, 4.1 and 6). */
export interface OAuthApp {
  /**
   * Where a browser is sent to consent; it comes back to `redirectUri` with a code and this `state`. The bridge may need
   * more than people do.
   */
  consentUrl(request: {
    readonly state: string;
    readonly redirectUri: string;
    readonly holder: TokenHolder;
  }): URL;
  /** Takes a code once. */
  exchange(code: string, redirectUri: string): Promise<Outcome<Consented>>;
  /**
   * rejected('auth'): the grant is gone, somebody has to consent again. rejected('forbidden'): our own registration is
   * refused, whoever consented.
   */
  renew(refresh: Secret): Promise<Outcome<Granted>>;
  /** Where people see and withdraw what they consented to, in one sentence. */
  readonly withdrawal: string;
}
