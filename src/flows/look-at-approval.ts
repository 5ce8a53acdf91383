import type { ApprovalId } from '../model/approval.ts';
import type { PrincipalId } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { StoredApproval } from '../store/approval-rows.ts';
import type { IdentityKey } from '../store/principals.ts';
import type { Approving } from './approving.ts';
import { questionOf, unfitFor } from './move-approval.ts';
import { askedNow, rosterIn, unfitAmong } from './roster.ts';
import type { World } from './world.ts';

export interface SeenApproval {
  readonly record: StoredApproval;
  /** What he has to do with it: he is asked now, has decided, was asked of what is over, or it is his own request. */
  readonly part: 'asked' | 'decided' | 'over' | 'asks';
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
  if (!askedNow(approval, roster, now).includes(person.id)) return ok(null);
  if (approval.status === 'open') return ok({ record, part: 'asked' });
  return ok((await wasAsked(world, record, person.id)) ? { record, part: 'over' } : null);
}

async function wasAsked({ store }: World, { id, approval }: StoredApproval, person: PrincipalId) {
  const asked = await store.approvals.asked.of({ approval: id, round: approval.round, step: approval.at });
  return asked.some(({ principal }) => principal === person);
}

/**
 * Of these approvals, all asked of him once, those that are asked of him still, by our own rows: who lost the role that he was
 * asked for, or whose seat is somebody else's, is shown nothing of them.
 */
export async function stillAsked(
  world: World,
  approving: Approving,
  records: readonly StoredApproval[],
  person: PrincipalId,
): Promise<readonly StoredApproval[]> {
  if (records.length === 0) return [];
  const unfit = await unfitAmong(world, [person]);
  const now = (await world.store.now()).getTime();
  const asked: StoredApproval[] = [];
  for (const record of records) {
    const roster = await rosterIn(
      approving,
      world.store,
      questionOf(record, [person]),
      // That Slack does not answer takes nothing away that our own rows give; whoever votes is asked about again.
      unfit.kind === 'ok' ? unfit.value : new Set(),
    );
    if (askedNow(record.approval, roster, now).includes(person)) asked.push(record);
  }
  return asked;
}
