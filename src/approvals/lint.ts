import type { Around, PolicyDoubt } from './doubts.ts';
import { lintReach } from './lint-reach.ts';
import { lintSteps } from './lint-steps.ts';
import type { Approvals } from './settings.ts';

/** Everything that an owner should look at, in the order of the file. */
export function lintPolicies(approvals: Approvals, around: Around): readonly PolicyDoubt[] {
  return [...lintReach(approvals, around), ...lintSteps(approvals, around)];
}

/** Whether the owner speaks of approvals at all; before that nothing is checked, and everything is off. */
export const isWritten = ({ enable, kinds, rules }: Approvals): boolean =>
  enable.length > 0 || rules.length > 0 || Object.keys(kinds).length > 0;
