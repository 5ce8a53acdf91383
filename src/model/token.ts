import type { ConnectorId, SlackUser } from './ids.ts';
import type { Outcome } from './outcome.ts';
import type { Secret } from './secret.ts';

/** What a vendor's authorization server gave us, for an hour or so. */
export interface AccessToken {
  readonly secret: Secret;
  /** What it opens, in the vendor's words: the cloud id of a site, for instance; empty where a token has one place. */
  readonly resource: string;
}

/**
 * A sign-in that renews itself. Whoever holds it asks before every call, so that a sign-in which was taken back is
 * noticed at once. Answers rejected('auth') with what to do when somebody has to sign in again.
 */
export interface Token {
  current(): Promise<Outcome<AccessToken>>;
  /** The vendor refused this one although it seemed good: answers another one; null when this one is quite new. */
  instead(refused: AccessToken): Promise<Outcome<AccessToken> | null>;
}

/** Whose sign-in a token is: the bridge's own, or that of a person of Slack. */
export type TokenHolder = SlackUser | 'bridge';

/** The sign-in of somebody at a connector, for whoever acts with it. */
export type TokenOf = (connector: ConnectorId, holder: TokenHolder) => Token;
