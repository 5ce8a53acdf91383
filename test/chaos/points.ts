import { createCrashBench } from '../crash/crash-bench.ts';
import { ALL_POINTS, crashPairs, NEVER_MET, type Plan, plansFor } from '../crash/crash-points.ts';
import { jira, type SystemKind, serviceDesk, serviceNow } from '../crash/systems.ts';
import { countBroken, type Tally } from '../model/tally.ts';
import { createLot } from '../support/lot.ts';
import { shuffled } from './burst.ts';

export interface PointsOptions {
  readonly program: string;
  readonly seed: number;
  readonly pairs: number;
  readonly tally: Tally;
  readonly say: (line: string) => void;
  /** No further plan after this, but for those whose points nobody has hit yet. */
  readonly isOver: () => boolean;
  /** What has to be closed when somebody interrupts. */
  readonly onBench: (close: () => Promise<void>) => void;
}

export interface PointsReport {
  readonly hit: ReadonlySet<string>;
  readonly unhit: readonly string[];
  /** Plans for which there was no time. */
  readonly left: number;
}

const KINDS: readonly SystemKind[] = [jira, serviceDesk, serviceNow];
/** Each plan needs a channel of its own. */
const PLANS_A_WORLD = 40;

interface Lane {
  readonly kind: SystemKind;
  /** Together with those of the other lanes these hit every point. */
  readonly first: readonly Plan[];
  /** The same plans with this system that another lane plays first, and its pairs. */
  readonly later: readonly Plan[];
}

/** Every plan goes to one system at first, so that all points are hit soon, and to the others afterwards. */
function lanesOf({ seed, pairs }: PointsOptions): Lane[] {
  const lot = createLot(seed);
  const owner = new Map<string, number>();
  shuffled(plansFor(jira), lot).forEach((plan, n) => {
    const able = KINDS.flatMap((kind, index) => {
      const canPlay = plansFor(kind).some((one) => one.join() === plan.join());
      return canPlay ? [index] : [];
    });
    owner.set(plan.join(), able[n % able.length] ?? 0);
  });
  const drawn = crashPairs(seed, pairs);
  return KINDS.map((kind, index) => {
    const mine = (plan: Plan) => owner.get(plan.join()) === index;
    const plans = plansFor(kind);
    const possible = (plan: Plan) => plans.some((one) => one[0] === plan[0]);
    return {
      kind,
      first: plans.filter(mine),
      later: [
        ...drawn.filter((pair, n) => n % KINDS.length === index && possible(pair)),
        ...shuffled(
          plans.filter((plan) => !mine(plan)),
          lot,
        ),
      ],
    };
  });
}

/** Kills bridges at every named point, with all systems side by side. */
export async function playPoints(options: PointsOptions): Promise<PointsReport> {
  const hit = new Set<string>();
  let left = 0;
  await Promise.all(
    lanesOf(options).map(async (lane) => {
      const plans = [...lane.first, ...lane.later];
      const played = await playLane(options, { lane, plans, hit });
      left += plans.length - played;
    }),
  );
  const unhit = ALL_POINTS.filter((name) => !hit.has(name) && NEVER_MET[name] === undefined);
  return { hit, unhit, left };
}

async function playLane(
  { program, tally, say, isOver, onBench }: PointsOptions,
  { lane, plans, hit }: { readonly lane: Lane; readonly plans: readonly Plan[]; readonly hit: Set<string> },
): Promise<number> {
  const { kind, first } = lane;
  let played = 0;
  while (played < plans.length && (played < first.length || !isOver())) {
    const bench = createCrashBench({ kind, program: () => program });
    onBench(() => bench.close());
    const some = plans.slice(played, played + PLANS_A_WORLD);
    for (const plan of some) {
      if (played >= first.length && isOver()) break;
      played += 1;
      tally.histories += 1;
      const wrong = await bench.play(plan).then(
        () => [],
        (error: unknown) => [String(error)],
      );
      if (wrong.length === 0) for (const point of plan) hit.add(point);
      tally.faults += plan.length;
      countBroken(tally, wrong);
      say(`${wrong.length === 0 ? 'holds ' : 'BROKEN'} ${kind.name}: killed at ${plan.join(', then ')}`);
      for (const what of wrong) say(`       ${what}`);
    }
    const late = await bench.letHoursPass().then(
      () => [],
      (error: unknown) => [String(error)],
    );
    countBroken(tally, late);
    for (const what of late) say(`BROKEN ${kind.name}, hours later: ${what}`);
    await bench.close();
  }
  return played;
}
