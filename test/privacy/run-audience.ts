import { decideSend, type Sending, type Verdict } from '../../src/privacy/audience.ts';
import { audienceCases, isNeedless, leakIn, verdictFor } from './audience-cases.ts';
import { pathCases, playPath } from './audience-path.ts';

export interface AudienceRun {
  readonly cases: number;
  readonly paths: number;
  readonly leaks: readonly string[];
  /** Kept from people who all may read it: no leak, but wrong. */
  readonly needless: readonly string[];
}

/** The matrix place × ticket × reader through the decision, and every `step`th path through the flows. */
export async function runAudience(
  options: {
    readonly step?: number;
    readonly decide?: (sending: Sending) => Verdict;
    readonly sabotage?: Parameters<typeof playPath>[1];
  } = {},
): Promise<AudienceRun> {
  const { step = 1, decide = decideSend, sabotage } = options;
  const leaks: string[] = [];
  const needless: string[] = [];
  let cases = 0;
  for (const one of audienceCases()) {
    cases += 1;
    const verdict = verdictFor(one, decide);
    const leak = leakIn(one, verdict);
    if (leak !== null) leaks.push(`${leak}: ${JSON.stringify(one)}`);
    if (isNeedless(one, verdict)) needless.push(JSON.stringify(one));
  }
  const paths = pathCases().filter((_, index) => index % step === 0);
  for (const one of paths)
    for (const leak of await playPath(one, sabotage)) leaks.push(`${leak}: ${JSON.stringify(one)}`);
  return { cases: cases + paths.length, paths: paths.length, leaks, needless };
}
