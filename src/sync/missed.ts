import { type SlackTs, tsMicros } from '../model/ids.ts';
import type { Item } from '../model/item.ts';
import { RETENTION_MS } from '../model/link.ts';

/** A message as a reading of its thread shows it. */
interface Seen {
  readonly ts: SlackTs;
  readonly edited: SlackTs | null;
  /** Only a tombstone stands there. */
  readonly gone: boolean;
}

/** A message as we were told of it. */
interface Told {
  readonly ts: SlackTs;
  readonly gone: boolean;
  /** It was given up because its thread was no request then. */
  readonly dismissed: boolean;
}

export interface ThreadSight<S extends Seen> {
  readonly seen: readonly S[];
  /** The reading shows the whole thread, so what it lacks is not there. */
  readonly whole: boolean;
  readonly told: readonly Told[];
  /** The ledger's messages of this thread's channel. */
  readonly items: readonly Item[];
  readonly now: Date;
  /** An event that is younger may still be on its way, in milliseconds. */
  readonly onItsWayMs: number;
}

/** What nobody told us. `again`: we were told, and did not need it then. `known`: it is in the ledger by another way. */
export type Missed<S extends Seen> =
  | { readonly kind: 'message'; readonly seen: S; readonly again: boolean; readonly known: boolean }
  | { readonly kind: 'edit'; readonly seen: S }
  | { readonly kind: 'deletion'; readonly ts: SlackTs };

/** Slack's reads may lag behind its writes. */
const READS_LAG_MS = 120_000;

/** Compares a reading of a thread with what we were told of it. */
export function missedIn<S extends Seen>(sight: ThreadSight<S>): readonly Missed<S>[] {
  const now = BigInt(sight.now.getTime()) * 1000n;
  const ageMs = (ts: SlackTs) => Number((now - tsMicros(ts)) / 1000n);
  const told = new Map(sight.told.map((one) => [one.ts, one]));
  const items = new Map(sight.items.map((item) => [item.nativeId, item]));
  const seen = new Map(sight.seen.map((one) => [one.ts, one]));

  const found = [...seen.values()].flatMap((one): Missed<S>[] => {
    const item = items.get(one.ts);
    if (one.gone) return item === undefined || item.gone ? [] : [{ kind: 'deletion', ts: one.ts }];
    const known = told.get(one.ts);
    if (known === undefined)
      return ageMs(one.ts) < sight.onItsWayMs
        ? []
        : [{ kind: 'message', seen: one, again: false, known: item !== undefined }];
    if (item === undefined)
      return known.dismissed ? [{ kind: 'message', seen: one, again: true, known: false }] : [];
    return isOtherThan(item, one) && ageMs(one.edited) >= sight.onItsWayMs
      ? [{ kind: 'edit', seen: one }]
      : [];
  });
  if (!sight.whole) return found;
  const lost = sight.told.filter(({ ts, gone }) => {
    const item = items.get(ts);
    const age = ageMs(ts);
    return !gone && item?.gone === false && !seen.has(ts) && age > READS_LAG_MS && age < RETENTION_MS;
  });
  return [...found, ...lost.map(({ ts }) => ({ kind: 'deletion' as const, ts }))];
}

/** Slack shows a later edit than the one that the ledger knows. */
function isOtherThan<S extends Seen>(item: Item, seen: S): seen is S & { readonly edited: SlackTs } {
  if (item.gone || seen.edited === null) return false;
  return item.stamp === null || Number(seen.edited) > Number(item.stamp);
}
