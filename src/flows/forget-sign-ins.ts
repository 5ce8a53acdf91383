import type { OAuthApp } from '../connectors/oauth-app.ts';
import type { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Store, StoreTx } from '../store/store.ts';

interface Deps {
  readonly store: Store;
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  readonly actor: string;
}

/** Null: every one. */
export interface Which {
  readonly connector: ConnectorId | null;
  readonly person: SlackUser | null;
}

export interface Forgotten {
  readonly tokens: number;
  /** API tokens and passwords of people. */
  readonly grants: number;
  /** What has to be done at the vendor. */
  readonly notes: readonly string[];
}

/** Forgets what is stored, whether or not a key still opens it, and takes back the links that were given out. */
export async function forgetSignIns(deps: Deps, which: Which): Promise<Forgotten> {
  const { store, apps, actor } = deps;
  return await store.transaction(async (tx) => {
    const { tokens, grants } = await forgetIn(tx, which);
    const data = { ...which, tokens: tokens.length, grants };
    await tx.audit.record({ kind: 'sign-in.revoked', actor, link: null, data });
    const notes = tokens.flatMap(({ connector }) => {
      const app = apps.get(connector);
      return app === undefined ? [] : [`${connector}: ${app.withdrawal}`];
    });
    return { tokens: tokens.length, grants, notes: [...new Set(notes)] };
  });
}

/** The same in the caller's transaction, without a record of it. */
export async function forgetIn(tx: StoreTx, which: Which) {
  await tx.invitations.forget(which);
  const tokens = (await tx.tokens.all()).filter(
    ({ connector, holder }) =>
      (which.connector === null || connector === which.connector) &&
      (which.person === null || holder === which.person),
  );
  for (const token of tokens) await tx.tokens.remove(token);
  return { tokens, grants: await tx.accounts.forgetGrants(which) };
}
