import { randomUUID } from 'node:crypto';
import type { Granted, OAuthApp } from '../connectors/oauth-app.ts';
import type { ConnectorId } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../model/metrics.ts';
import { type Outcome, ok, rejected, retryLater } from '../model/outcome.ts';
import type { AccessToken, TokenOf } from '../model/token.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken, TokenKey } from '../store/tokens.ts';
import {
  bridgeConnectsAgain,
  CANNOT_RENEW,
  lostWhileRenewing,
  noApp,
  nobodyConnected,
  personConnectsAgain,
  RENEWED_ELSEWHERE,
  signInEnded,
} from '../texts/sign-ins.ts';

export interface TokenKeeperDeps {
  readonly store: Store;
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  readonly io: Io;
  readonly metrics: Metrics;
  readonly log: Log;
  /** How long a renewal belongs to who began it, in milliseconds; tests shorten it. */
  readonly leaseMs?: number;
}

/** An access token is renewed this long before it ends: longer than any call takes. */
const EARLY_MS = 120_000;
/** One that is younger is not renewed because it was refused: something else is wrong. */
const NEW_MS = 60_000;
const RENEW_TIMEOUT_MS = 15_000;
/** Longer than a renewal may take, so that a second process begins only when the first has ended. */
const LEASE_MS = 25_000;
const LOOK_AGAIN_MS = 100;
const MOST_LOOKS = LEASE_MS / LOOK_AGAIN_MS;

const accessOf = ({ access, resource }: StoredToken): Outcome<AccessToken> =>
  ok({ secret: access, resource });

/** How somebody connects again, in the words of whom he asks. */
const remedy = ({ connector, holder }: TokenKey): string =>
  holder === 'bridge' ? bridgeConnectsAgain(connector) : personConnectsAgain(holder, connector);

/**
 * Sign-ins that renew themselves. Refresh tokens rotate: each renewal makes the one before worthless. So one process
 * renews, under a lease in the row of the token, and the others wait for what it saves. When it dies in between, the old
 * one is tried once more (Atlassian takes it again for some minutes); when that is refused, somebody has to connect again,
 * which is said, and everything that waits for it stays where it is.
 */
export function createTokenKeeper(deps: TokenKeeperDeps): TokenOf {
  const { store, apps, io, metrics, log, leaseMs = LEASE_MS } = deps;
  const owner = randomUUID();
  /** Renewals under way in this process, so that only one of its callers looks at the row. */
  const underWay = new Map<string, Promise<Outcome<AccessToken>>>();

  async function end(key: TokenKey, generation: number, reason: string): Promise<Outcome<never>> {
    const text = signInEnded(reason, remedy(key));
    const { connector, holder } = key;
    const ended = await store.transaction(async (tx) => {
      if (!(await tx.tokens.refuse(key, generation, text))) return false;
      const data = { connector, holder };
      await tx.audit.record({ kind: 'sign-in.ended', actor: 'deskbridge', link: null, data });
      return true;
    });
    if (ended) {
      metrics.count('deskbridge_sign_ins_ended_total', { connector });
      log.error({ connector, holder, reason: text }, 'A sign-in has ended; what needs it waits');
    }
    return rejected('auth', text);
  }

  async function settle(key: TokenKey, generation: number, outcome: Outcome<Granted>, doubtful: boolean) {
    if (outcome.kind === 'ok') {
      await store.tokens.renewed(key, generation, outcome.value);
      metrics.count('deskbridge_sign_ins_renewed_total', { connector: key.connector });
      return null;
    }
    if (outcome.kind === 'rejected' && outcome.code === 'auth') {
      const reason = doubtful ? lostWhileRenewing(outcome.reason) : outcome.reason;
      return await end(key, generation, reason);
    }
    await store.tokens.release(key, owner, outcome.kind === 'retry' && outcome.effect === 'unknown');
    if (outcome.kind === 'rejected') return refusedOurselves(key, outcome.reason);
    return retryLater(outcome.reason, outcome.scope, outcome.afterMs);
  }

  /** Our own registration is at fault. A person stays connected: his consent stands, and what he said waits. */
  function refusedOurselves({ holder }: TokenKey, reason: string) {
    return holder === 'bridge' ? rejected('auth', reason) : retryLater(reason, 'operation');
  }

  /** Renews what is of this generation, or waits until somebody has. */
  async function renew(key: TokenKey, token: StoredToken): Promise<Outcome<AccessToken>> {
    const { generation, refresh } = token;
    const app = apps.get(key.connector);
    if (app === undefined) return refusedOurselves(key, noApp(key.connector));
    if (refresh === null) return await end(key, generation, CANNOT_RENEW);
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const claim = await store.tokens.claim(key, generation, { owner, leaseMs });
      if (claim.kind === 'moved') return await stored(key);
      if (claim.kind === 'claimed') {
        const outcome = await io.run('sign-in.renew', { timeoutMs: RENEW_TIMEOUT_MS }, () =>
          app.renew(refresh),
        );
        return (await settle(key, generation, outcome, claim.doubtful)) ?? (await stored(key));
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    return retryLater(RENEWED_ELSEWHERE, 'destination');
  }

  /** As the row says it now: for after a renewal. */
  async function stored(key: TokenKey): Promise<Outcome<AccessToken>> {
    const token = await store.tokens.get(key);
    if (token === null) return rejected('auth', nobodyConnected(remedy(key)));
    return token.refused === null ? accessOf(token) : rejected('auth', token.refused);
  }

  function renewedOnce(key: TokenKey, token: StoredToken): Promise<Outcome<AccessToken>> {
    const name = `${key.connector}:${key.holder}:${token.generation}`;
    const known = underWay.get(name);
    if (known !== undefined) return known;
    const run = renew(key, token).finally(() => underWay.delete(name));
    underWay.set(name, run);
    return run;
  }

  return (connector, holder) => {
    const key = { connector, holder };
    async function current(): Promise<Outcome<AccessToken>> {
      const token = await store.tokens.get(key);
      if (token === null || token.refused !== null) return await stored(key);
      // One that cannot be renewed is good to its end.
      const earlyMs = token.refresh === null ? 0 : EARLY_MS;
      return token.leftMs > earlyMs ? accessOf(token) : await renewedOnce(key, token);
    }
    return {
      current,
      async instead(refused) {
        const token = await store.tokens.get(key);
        if (token === null || token.refused !== null) return await stored(key);
        if (token.access.reveal() !== refused.secret.reveal()) return await current();
        return token.ageMs < NEW_MS ? null : await renewedOnce(key, token);
      },
    };
  };
}
