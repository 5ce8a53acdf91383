import type { SealCount, SealedColumn } from '../store/seals.ts';
import type { Store } from '../store/store.ts';

const BATCH = 200;

export interface Resealed {
  readonly resealed: number;
  /** Values of keys that are not configured; nobody can read them. */
  readonly lost: number;
}

/** Values that another key than the first has sealed. */
export const notOf = (sealing: string, counts: readonly SealCount[]): readonly SealCount[] =>
  counts.filter(({ key }) => key !== sealing);

/**
 * Seals everything anew that an older key has sealed, in small steps beside the work; afterwards that key can be removed.
 * Repeating it is harmless.
 */
export async function reseal(
  store: Store,
  columns: readonly SealedColumn[],
  { keys }: { readonly keys: ReadonlySet<string> },
): Promise<Resealed> {
  const others = await store.seals.counts();
  const unknown = others.filter(({ key }) => !keys.has(key));
  const lost = new Set(unknown.map(({ key }) => key));
  let resealed = 0;
  for (const column of columns) {
    for (let done = BATCH; done === BATCH; resealed += done)
      done = await store.transaction((tx) => tx.seals.reseal(column, BATCH, lost));
  }
  if (resealed > 0) {
    await store.audit.record({ kind: 'keys.resealed', actor: 'deskbridge', link: null, data: { resealed } });
  }
  return { resealed, lost: unknown.reduce((sum, { rows }) => sum + rows, 0) };
}
