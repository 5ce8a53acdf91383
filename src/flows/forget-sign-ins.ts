import type { OAuthApp } from '../connectors/oauth-app.ts';
import type { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Io } from '../model/io.ts';
import type { Store } from '../store/store.ts';

interface Deps {
  readonly store: Store;
  readonly apps: ReadonlyMap<ConnectorId, OAuthApp>;
  readonly io: Io;
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
  /** What has to be done at the vendor, and what did not work there. */
  readonly notes: readonly string[];
}

/** Forgets first, then gives back at the vendor where that can be done: what is forgotten is not used any more either way. */
export async function forgetSignIns(deps: Deps, which: Which): Promise<Forgotten> {
  const { store, apps, io, actor } = deps;
  const tokens = (await store.tokens.all()).filter(
    ({ connector, holder }) =>
      (which.connector === null || connector === which.connector) &&
      (which.person === null || holder === which.person),
  );
  const grants = await store.transaction(async (tx) => {
    for (const token of tokens) await tx.tokens.remove(token);
    const forgotten = await tx.accounts.forgetGrants(which);
    const data = { ...which, tokens: tokens.length, grants: forgotten };
    await tx.audit.record({ kind: 'sign-in.revoked', actor, link: null, data });
    return forgotten;
  });
  const notes = new Set<string>();
  for (const { connector, refresh } of tokens) {
    const app = apps.get(connector);
    if (app === undefined) continue;
    const { revoke } = app;
    if (revoke === undefined || refresh === null) {
      notes.add(`${connector}: ${app.withdrawal}`);
      continue;
    }
    const gone = await io.run('sign-in.revoke', { timeoutMs: 10_000 }, () => revoke(refresh));
    if (gone.kind !== 'ok') notes.add(`${connector}: ${gone.reason} ${app.withdrawal}`);
  }
  return { tokens: tokens.length, grants, notes: [...notes] };
}
