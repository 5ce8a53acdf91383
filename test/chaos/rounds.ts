import { answer, upload } from '../crash/talk.ts';
import { countBroken, type Tally } from '../model/tally.ts';
import { shuffled } from './burst.ts';
import { DISASTERS, type Disaster } from './disasters.ts';
import { catchPlanted } from './planted.ts';
import type { Rig } from './rig.ts';

/** Requests that are under way while a disaster strikes. */
const TALKS = 2;

export interface RoundsOptions {
  readonly rig: Rig;
  readonly tally: Tally;
  readonly disasters: readonly Disaster[];
  readonly say: (line: string) => void;
  /** No further round after this. */
  readonly isOver: () => boolean;
}

/** What can strike this rig, in an order drawn by lot. */
export const disastersFor = (rig: Rig, { slow }: { readonly slow: boolean }): readonly Disaster[] =>
  shuffled(
    DISASTERS.filter((one) => (one.needs !== 'redis' || rig.redis !== null) && (slow || one.slow !== true)),
    rig.lot,
  );

/** One disaster after the other; after each, both sides have to agree. False when a promise was broken. */
export async function playRounds({ rig, tally, disasters, say, isOver }: RoundsOptions): Promise<boolean> {
  for (const disaster of disasters) {
    if (isOver()) return true;
    const began = performance.now();
    const talks = await rig.talks(TALKS);
    let wrong: string[] = [];
    try {
      tally.faults += await disaster.strike(rig, talks);
      await rig.agree(talks);
      await rig.assertAll();
    } catch (error) {
      const found = await rig.problems().catch((problem: unknown) => [String(problem)]);
      wrong = found.length > 0 ? found : [`I7 ${String(error)}`];
      say(String(error));
    }
    tally.histories += 1;
    countBroken(tally, wrong);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(
      `${wrong.length === 0 ? 'holds ' : 'BROKEN'} ${rig.world.kind.name}: ${disaster.name} (${seconds} s)`,
    );
    for (const what of wrong) say(`       ${what}`);
    if (wrong.length > 0) return false;
  }
  return true;
}

/** What repair found that no event had told. */
export async function countRepaired({ world }: Rig): Promise<number> {
  const [row] = await world.query<{ n: number }>(
    `select count(*)::int as n from delivery where key like 'repair:%' and reason is distinct from 'seen-before'`,
  );
  return row?.n ?? 0;
}

/** Deliberate mistakes in a whole world; answers the names of those that were seen. */
export async function playPlanted(rig: Rig, say: (line: string) => void): Promise<string[]> {
  const [talk] = await rig.talks(1);
  if (talk === undefined) return [];
  answer(rig.world, talk);
  upload(rig.world, talk);
  await rig.agree([talk]);
  await rig.assertAll();
  return catchPlanted(rig, talk, say);
}
