import type { OAuthApp } from '../connectors/oauth-app.ts';
import type { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { TokenHolder } from '../model/token.ts';
import type { Store, StoreTx } from '../store/store.ts';
import type { TokenKey } from '../store/tokens.ts';
import { DEACTIVATED, OTHER_PERSONS_ACCOUNT } from '../texts/people.ts';
import { renewCards } from './approval-cards.ts';

export interface ConnectingDeps {
  readonly store: Store;
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  readonly io: Io;
  /** Where browsers reach us. */
  readonly publicUrl: string;
}

export type Connected =
  | { readonly kind: 'connected'; readonly holder: TokenHolder; readonly account: string }
  /** Used, too old, or begun in another browser. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A way back from the vendor that counts once its receipt is redeemed. */
interface Taken {
  readonly key: TokenKey;
  readonly receipt: string;
}

const MOST_RENEWED = 50;
const EXCHANGE_TIMEOUT_MS = 20_000;
const BRIDGE_HOURS = 1;
const PERSON_HOURS = 24;

/**
 * Somebody gives a sign-in: an operator makes a link, whoever opens it says yes on our page (so that nothing which only
 * looks at links uses it up), consents at the vendor, and comes back in the same browser.
 */
export function createConnecting({ store, apps, io, publicUrl }: ConnectingDeps) {
  const base = publicUrl.replace(/\/+$/, '');
  const redirectUri = (connector: ConnectorId) => `${base}/oauth/${connector}/callback`;

  async function save({ key, receipt }: Taken, app: OAuthApp, code: string): Promise<Connected> {
    const { connector, holder } = key;
    const consented = await io.run('sign-in.exchange', { timeoutMs: EXCHANGE_TIMEOUT_MS }, () =>
      app.exchange(code, redirectUri(connector)),
    );
    if (consented.kind !== 'ok') return { kind: 'failed', reason: consented.reason };
    const { account, accountId, resource, ...given } = consented.value;
    return await store.transaction(async (tx): Promise<Connected> => {
      // Somebody took his sign-ins back while the vendor was asked: what it gave is not kept.
      if (!(await tx.invitations.redeem(receipt))) return { kind: 'stale' };
      if (holder !== 'bridge') {
        const bound = await tx.principals.bind(holder, { system: connector, id: accountId }, 'sign-in');
        if (bound === 'inactive') return { kind: 'failed', reason: DEACTIVATED };
        if (bound === 'other') return { kind: 'failed', reason: OTHER_PERSONS_ACCOUNT };
      }
      await tx.tokens.save(key, { account, resource }, given);
      // By its id, which finds him whatever his profile shows.
      if (holder !== 'bridge')
        await tx.accounts.save({ user: holder, connector, account: accountId, grant: null });
      if (holder !== 'bridge') {
        await tx.homes.opened(holder);
        await renewAskedThere(tx, holder, connector);
      }
      const data = { connector, holder };
      await tx.audit.record({ kind: 'sign-in.connected', actor: `oauth:${connector}`, link: null, data });
      return { kind: 'connected', holder, account };
    });
  }

  /** What the ticket system asks him can be answered on his cards from now on. */
  async function renewAskedThere(tx: StoreTx, user: SlackUser, connector: ConnectorId): Promise<void> {
    const person = await tx.principals.of({ system: 'slack', id: user });
    const asked = person === null ? [] : await tx.approvals.askedOf(person.id, MOST_RENEWED);
    for (const record of asked) if (record.native?.connector === connector) await renewCards(tx, record);
  }

  return {
    /** The one-time link; null when nobody can sign in with OAuth there. */
    async invite(key: TokenKey): Promise<{ readonly url: string; readonly hours: number } | null> {
      if (!apps.has(key.connector)) return null;
      const hours = key.holder === 'bridge' ? BRIDGE_HOURS : PERSON_HOURS;
      const text = await store.invitations.create(key, hours);
      return { url: `${base}/oauth/${key.connector}/connect?invitation=${text}`, hours };
    },

    /** Whose link it is, and the origin of the page that follows. */
    async look(connector: ConnectorId, invitation: string) {
      const key = await store.invitations.look(invitation);
      const app = apps.get(connector);
      if (key === null || app === undefined || key.connector !== connector) return null;
      const { origin } = app.consentUrl({
        state: '',
        redirectUri: redirectUri(connector),
        holder: key.holder,
      });
      return { holder: key.holder, origin };
    },

    async begin(connector: ConnectorId, invitation: string) {
      const app = apps.get(connector);
      const key = await store.invitations.look(invitation);
      if (app === undefined || key?.connector !== connector) return null;
      const begun = await store.invitations.begin(invitation);
      if (begun === null) return null;
      const { state, browser } = begun;
      return {
        browser,
        to: app.consentUrl({ state, redirectUri: redirectUri(connector), holder: key.holder }).href,
      };
    },

    /** `code` null: the person declined at the vendor. */
    async finish(
      connector: ConnectorId,
      back: { readonly state: string; readonly browser: string; readonly code: string | null },
    ): Promise<Connected> {
      const app = apps.get(connector);
      const taken = app === undefined ? null : await store.invitations.take(back, connector);
      if (app === undefined || taken === null) return { kind: 'stale' };
      return back.code === null ? { kind: 'declined' } : await save(taken, app, back.code);
    },
  };
}

/** Links are made in one install each, and whoever opens one does not say in which: the one that knows it answers. */
export function connectingAmong(each: () => readonly ReturnType<typeof createConnecting>[]) {
  type Connecting = ReturnType<typeof createConnecting>;
  async function first<T>(ask: (one: Connecting) => Promise<T>, isAnswer: (answer: T) => boolean, none: T) {
    for (const one of each()) {
      const answer = await ask(one);
      if (isAnswer(answer)) return answer;
    }
    return none;
  }
  type Args<N extends 'look' | 'begin' | 'finish'> = Parameters<Connecting[N]>;
  return {
    look: (...args: Args<'look'>) =>
      first(
        (one) => one.look(...args),
        (found) => found !== null,
        null,
      ),
    begin: (...args: Args<'begin'>) =>
      first(
        (one) => one.begin(...args),
        (begun) => begun !== null,
        null,
      ),
    finish: (...args: Args<'finish'>) =>
      first<Connected>(
        (one) => one.finish(...args),
        ({ kind }) => kind !== 'stale',
        { kind: 'stale' },
      ),
  };
}
