/** Many decisions at once about one request: one counts, and its work is done once. */
import { type Ballot, type Decided, decideApproval } from '../../src/flows/decide-approval.ts';
import { prepareApproved } from '../../src/flows/run-approved.ts';
import { Marker } from '../../src/model/ids.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { isDatabaseAway } from '../../src/store/database.ts';
import type { Lot } from '../support/lot.ts';
import type { Crowd } from './crowd.ts';
import { issueNow } from './issue-now.ts';

export interface Raced {
  /** Of all decisions at once, how many counted; one is right. */
  readonly counted: number;
  /** How often the ticket system was told. */
  readonly writes: number;
  readonly status: string;
}

const PRESSES_FOR_MS = 300_000;

/** Whoever hears nothing, because the database has no connection free in time, presses again. */
async function press({ world }: Crowd, ballot: Ballot): Promise<Outcome<Decided>> {
  const until = performance.now() + PRESSES_FOR_MS;
  for (;;) {
    try {
      return await decideApproval(world, ballot);
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > until) throw error;
    }
  }
}

/** Everybody decides at once, each with a token of his own; then the work is run, and tried once more. */
export async function race(crowd: Crowd, lot: Lot): Promise<Raced> {
  const { world } = crowd;
  const { id, link } = await crowd.open();
  const ballots: Ballot[] = [];
  for (const { principal, user } of crowd.approvers) {
    const tokens = await issueNow(world, { approval: id, by: principal, surface: 'card' });
    if (tokens === null) throw new Error('There is nothing to decide');
    const decision = lot.draw() < 0.5 ? ('approve' as const) : ('deny' as const);
    ballots.push({
      ...{ approval: id, by: { system: 'slack' as const, id: user }, surface: 'card' as const },
      ...{
        means: 'button' as const,
        decision,
        reason: 'No.',
        shown: { token: tokens[decision] },
        cause: null,
      },
    });
  }
  const before = crowd.writes();
  const answers = await Promise.all(ballots.map((ballot) => press(crowd, ballot)));
  const counted = answers.filter((one) => one.kind === 'ok' && one.value.kind === 'counted').length;
  const decided = (await world.store.approvals.get(id))?.approval.status ?? 'gone';
  const body = { kind: 'run-approved' as const, approval: id, round: 1, step: 0 };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const prepared = await prepareApproved(world, link, body);
    if (prepared.kind !== 'ok') throw new Error(prepared.reason);
    if ('skip' in prepared.value) continue;
    const sent = await prepared.value.send({
      marker: Marker.parse('dsk-0000000000000000'),
      startedAt: new Date(),
    });
    if (sent.kind === 'ok') await world.store.transaction((tx) => sent.value.commit(tx));
  }
  const status = (await world.store.approvals.get(id))?.approval.status ?? 'gone';
  const isSound = decided === 'denied' ? status === 'denied' : status === 'executed';
  return {
    counted,
    writes: crowd.writes() - before,
    status: isSound ? status : `${decided}, then ${status}`,
  };
}
