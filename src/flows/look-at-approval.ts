import type { ApprovalId } from '../model/approval.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { IdentityKey } from '../store/principals.ts';
import { questionOf, unfitFor } from './move-approval.ts';
import { askedNow, rosterIn } from './roster.ts';
import type { World } from './world.ts';

export interface SeenApproval {
  readonly record: StoredApproval;
  /** What he has to do with it: he is asked now, has decided, or it is his own request. */
  readonly part: 'asked' | 'decided' | 'asks';
}

/** An approval for somebody who names it by its id. Null: there is none, or it does not concern him; he cannot tell which. */
export async function approvalFor(
  world: World,
  { approval: id, by }: { readonly approval: ApprovalId; readonly by: IdentityKey },
): Promise<Outcome<SeenApproval | null>> {
  const approving = world.approvals;
  const record = approving === undefined ? null : await world.store.approvals.get(id);
  const person = await world.store.principals.of(by);
  if (approving === undefined || record === null || person === null || !person.active) return ok(null);
  const { approval } = record;
  const { requester, beneficiary } = approval.request;
  if (requester === person.id || beneficiary === person.id) return ok({ record, part: 'asks' });
  const unfit = await unfitFor(world, approving, { record, actor: [person.id] });
  if (unfit.kind !== 'ok') return unfit;
  const roster = await rosterIn(approving, world.store, questionOf(record, [person.id]), unfit.value);
  if (approval.votes.some((vote) => vote.by === person.id)) return ok({ record, part: 'decided' });
  const now = (await world.store.now()).getTime();
  const isAsked = approval.status === 'open' && askedNow(approval, roster, now).includes(person.id);
  return ok(isAsked ? { record, part: 'asked' } : null);
}
