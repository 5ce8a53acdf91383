/**
 * One process of the deep run: plays its share of histories, or looks for the planted bugs, and writes what it saw as the
 * last line of its output. Started by deep.ts.
 */
import { PLANTED_BUGS } from './planted-bugs.ts';
import { playMany, tell } from './ring.ts';
import { count, countBroken, emptyTally } from './tally.ts';

const {
  DEEP_PART: part = 'histories',
  DEEP_SEED = '1',
  DEEP_HISTORIES = '1000',
  DEEP_SECONDS = '600',
} = process.env;
const forMs = Number(DEEP_SECONDS) * 1_000;

const answer = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function histories(): Promise<void> {
  const tally = emptyTally();
  const { broken } = await playMany({
    seed: Number(DEEP_SEED),
    histories: Number(DEEP_HISTORIES),
    forMs,
    seen: (stage) => count(tally, stage),
  });
  if (broken !== null) {
    countBroken(tally, broken.wrong);
    process.stdout.write(`A promise is broken.\n${tell(broken)}\n`);
  }
  answer(tally);
}

/** How many histories each planted bug took; null for one that was not found. */
async function plantedBugs(): Promise<void> {
  const found: [string, number | null][] = [];
  for (const { name, sabotage } of PLANTED_BUGS) {
    const { histories: played, broken } = await playMany({
      seed: Number(DEEP_SEED),
      histories: Number(DEEP_HISTORIES),
      forMs,
      sabotage: sabotage(),
      shrink: false,
    });
    found.push([name, broken === null ? null : played]);
  }
  answer(found);
}

await (part === 'planted' ? plantedBugs() : histories());
