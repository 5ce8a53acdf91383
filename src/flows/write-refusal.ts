import type { Surface } from '../model/approval.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { IdentityKey } from '../store/principals.ts';
import type { World } from './world.ts';

/** A decision that was turned away before anybody asked whether it counts. */
export interface TurnedAway {
  /** Null: what he sent names no approval. */
  readonly record: StoredApproval | null;
  /** Who he is, from the call's own signature or session. */
  readonly by: IdentityKey;
  readonly surface: Surface;
  /** Why, in one word of ours. */
  readonly result: string;
  readonly cause: string | null;
}

/** Writes into the audit that it was refused: nothing that somebody tried is lost. */
export async function writeRefusal(
  world: World,
  { record, by, surface, result, cause }: TurnedAway,
): Promise<void> {
  const kind = 'approval.refused';
  const actor = `${by.system}:${by.id}`;
  const principal = (await world.store.principals.of(by))?.id ?? null;
  await world.store.transaction(async (tx) => {
    if (record !== null)
      await tx.approvals.refused(record, { kind, actor, principal, surface, result, cause });
    else
      await tx.approvals.unopened({
        ...{ kind, actor, principal, surface, result, cause, why: null },
        ...{ link: null, action: null, object: null, asked: null },
      });
  });
  world.metrics.count('deskbridge_approval_decisions', { surface, result });
}
