import type { Intake } from '../../model/intake.ts';

/** What is counted under `reason` and then left alone. */
export function ignored(reason: string): Extract<Intake, { kind: 'ignored' }> {
  return { kind: 'ignored', reason };
}
