import type { Errand } from '../model/errand.ts';
import type { Outcome } from '../model/outcome.ts';
import type { HeldErrand } from '../store/errands.ts';
import { actOnPress, answerInForm } from './act-on-press.ts';
import { keepApproval, tellAsked } from './keep-approval.ts';
import { askStandIn } from './name-delegate.ts';
import { readRecords } from './native-approvals.ts';
import { openRouted } from './open-approval.ts';
import { reviewApprovals } from './review-approval.ts';
import type { World } from './world.ts';

type Kind =
  | 'read-approvals'
  | 'open-approval'
  | 'review-approval'
  | 'ask-approval'
  | 'ask-stand-in'
  | 'keep-approval'
  | 'approval-act'
  | 'answer-in-form';
export type ApprovalErrand = Extract<Errand, { kind: Kind }>;

const FIRST_LOOK_MS = 1_000;
/** Something that the policy demands is missing: looked for ever more seldom. */
const LONGEST_LOOK_MS = 600_000;
const AGAIN_MS = 5_000;

/** Does what an approval waits for. Answers after how many milliseconds to do so again; null: it is done. */
export async function approvalErrand(
  world: World,
  held: Pick<HeldErrand, 'attempt'>,
  errand: ApprovalErrand,
): Promise<number | null> {
  switch (errand.kind) {
    case 'open-approval': {
      const opened = await openRouted(world, errand.link, errand.asked);
      if (opened.kind !== 'ok') return laterAfter(opened);
      return opened.value
        ? null
        : Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** Math.min(held.attempt - 1, 20));
    }
    case 'read-approvals': {
      const read = await readRecords(world, errand.link);
      return read.kind === 'ok' ? read.value : laterAfter(read);
    }
    case 'review-approval':
      return laterAfter(await reviewApprovals(world, errand.link));
    case 'ask-approval':
      return laterAfter(await tellAsked(world, errand));
    case 'ask-stand-in':
      return laterAfter(await askStandIn(world, errand.of));
    case 'approval-act':
      return actOnPress(world, held, errand);
    case 'answer-in-form':
      return answerInForm(world, held, errand);
    case 'keep-approval': {
      const kept = await keepApproval(world, errand);
      return kept.kind === 'ok' ? kept.value : laterAfter(kept);
    }
  }
}

/** Refusals of Slack to say who somebody is pass, or an operator mends them: nobody is let in meanwhile. */
function laterAfter(outcome: Outcome<unknown>): number | null {
  if (outcome.kind === 'ok') return null;
  return outcome.kind === 'retry' ? (outcome.afterMs ?? AGAIN_MS) : LONGEST_LOOK_MS;
}
