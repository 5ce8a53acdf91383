/** What people and the program do about an approval, in one line each. */
import assert from 'node:assert/strict';
import { type Ballot, decideApproval } from '../../src/flows/decide-approval.ts';
import { prepareApproved } from '../../src/flows/run-approved.ts';
import type { ApprovalId, Decision } from '../../src/model/approval.ts';
import { Marker } from '../../src/model/ids.ts';
import type { Link } from '../../src/model/link.ts';
import type { Crowd, Person } from './crowd.ts';
import { issueNow } from './issue-now.ts';

export const attempt = { marker: Marker.parse('dsk-0000000000000000'), startedAt: new Date() };

export async function ballot(
  crowd: Crowd,
  id: ApprovalId,
  by: Person,
  decision: Decision = 'approve',
): Promise<Ballot> {
  const tokens = await issueNow(crowd.world, { approval: id, by: by.principal, surface: 'card' });
  assert.ok(tokens);
  return {
    ...{ approval: id, by: { system: 'slack', id: by.user }, surface: 'card', means: 'button' },
    ...{ decision, reason: 'No.', shown: { token: tokens[decision] }, cause: null },
  };
}

/** `counted`, or why not. */
export async function vote(
  crowd: Crowd,
  id: ApprovalId,
  by: Person,
  decision: Decision = 'approve',
): Promise<string> {
  const answer = await decideApproval(crowd.world, await ballot(crowd, id, by, decision));
  if (answer.kind !== 'ok') return answer.reason;
  return answer.value.kind === 'refused' ? answer.value.why : answer.value.kind;
}

export const stateOf = async ({ world }: Crowd, id: ApprovalId) =>
  (await world.store.approvals.get(id))?.approval ?? assert.fail('it is gone');
export const statusOf = async (crowd: Crowd, id: ApprovalId) => (await stateOf(crowd, id)).status;

/** Runs the work as the ticket's lane does, once. */
export async function run(crowd: Crowd, link: Link, id: ApprovalId): Promise<string> {
  const { round, at: step } = await stateOf(crowd, id);
  const prepared = await prepareApproved(crowd.world, link, {
    kind: 'run-approved',
    approval: id,
    round,
    step,
  });
  assert.equal(prepared.kind, 'ok');
  if (prepared.kind !== 'ok' || 'skip' in prepared.value) return 'skipped';
  const sent = await prepared.value.send(attempt);
  if (sent.kind === 'ok') await crowd.world.store.transaction((tx) => sent.value.commit(tx));
  return sent.kind;
}
