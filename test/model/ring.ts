import fc from 'fast-check';
import { Acts, type AnyAct } from './acts.ts';
import { playHistory } from './history.ts';
import type { Sabotage } from './processes.ts';
import type { Stage } from './stage.ts';

/** What a run of many histories showed. */
export interface Found {
  readonly histories: number;
  /** The smallest history that breaks a promise, and how to play it again; null when all held. */
  readonly broken: {
    readonly acts: readonly AnyAct[];
    readonly wrong: readonly string[];
    readonly replay: string;
  } | null;
}

export interface RunOptions {
  readonly seed: number;
  readonly histories: number;
  /** Stops after so many milliseconds, at the end of the history in hand. */
  readonly forMs?: number;
  readonly path?: string;
  readonly sabotage?: Sabotage;
  /** Called with every history that was played. */
  readonly seen?: (stage: Stage) => void;
  /** Finding one is enough where nobody reads it. */
  readonly shrink?: boolean;
}

/** Plays random histories until one breaks a promise, and makes that one as small as it gets. */
export async function playMany(options: RunOptions): Promise<Found> {
  const { seed, histories, sabotage = {}, seen, path, forMs, shrink = true } = options;
  let played = 0;
  const property = fc.asyncProperty(Acts, async (acts) => {
    const { wrong, stage } = await playHistory(acts, sabotage);
    played += 1;
    seen?.(stage);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  });
  const result = await fc.check(property, {
    seed,
    numRuns: histories,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
    ...(forMs === undefined ? {} : { interruptAfterTimeLimit: forMs }),
  });
  if (!result.failed || result.counterexample === null) return { histories: played, broken: null };
  const [acts] = result.counterexample;
  const { wrong } = await playHistory(acts, sabotage);
  const replay = `seed=${result.seed} path=${result.counterexamplePath ?? ''}`;
  return { histories: played, broken: { acts, wrong, replay } };
}

/** For people: how to play it again, what happened, and what is wrong then. */
export function tell({ acts, wrong, replay }: NonNullable<Found['broken']>): string {
  return [
    replay,
    ...acts.map((act) => `  ${JSON.stringify(act)}`),
    ...wrong.map((one) => `  => ${one}`),
  ].join('\n');
}
