/**
 * The whole proof of approvals: a million steps of the machine, many decisions at once on a real Postgres, and decisions
 * that are forged, used before, of others or too late. Ends with one line of what was measured.
 */
import { createStep } from '../../src/approvals/step.ts';
import { installNamed } from '../../src/store/store.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { stopTestDatabase } from '../support/database.ts';
import { createLot } from '../support/lot.ts';
import { gather } from './crowd.ts';
import { FORGERIES, forge, target } from './forgeries.ts';
import { race } from './races.ts';
import { runModel } from './run-model.ts';
import { POLICIES } from './world.ts';

const number = (name: string, usual: number) => Number(process.env[name] ?? usual);
const STEPS = number('APPROVALS_STEPS', 1_000_000);
const RACES = number('APPROVALS_RACES', 100);
const AT_ONCE = number('APPROVALS_AT_ONCE', 200);
const FORGED = number('APPROVALS_FORGED', 10_000);
const seed = number('APPROVALS_SEED', 20261121);
const TWO_HOURS_MS = 2 * 3_600_000;
/** An open request and its tokens serve so many forgeries that leave it as it was. */
const SERVES = 50;

const ends: (() => Promise<void>)[] = [];
const scope = { after: (work: () => Promise<void>) => void ends.push(work) };

function model() {
  const { steps, histories, violations, taken } = runModel(createStep(POLICIES), createLot(seed), STEPS);
  for (const line of violations) console.log(line);
  const seen = [...taken].sort().map(([what, times]) => `${what}=${times}`);
  console.log(seen.join('\n'));
  console.log(`seed=${seed} histories=${histories}`);
  return { steps, violations: violations.length };
}

/** `double`: requests of which not exactly one decision counted, or whose work was not done exactly as often as decided. */
async function races() {
  // Fewer connections than people, as in earnest: who gets none in time presses again.
  const { db, install } = await openStore(scope, { max: 30 });
  const crowd = await gather(db, install, { approvers: AT_ONCE });
  const lot = createLot(seed);
  const ended = new Map<string, number>();
  let double = 0;
  for (let nth = 0; nth < RACES; nth += 1) {
    const { counted, writes, status } = await race(crowd, lot);
    ended.set(status, (ended.get(status) ?? 0) + 1);
    if (counted !== 1 || writes !== (status === 'executed' ? 1 : 0)) double += 1;
    else if (status !== 'executed' && status !== 'denied') double += 1;
  }
  console.log(
    [...ended].map(([status, times]) => `${status}=${times}`).join(' '),
    `decisions=${RACES * AT_ONCE}`,
  );
  return { races: RACES, double };
}

async function forgeries() {
  const { db, install, pass } = await openStore(scope);
  const own = await gather(db, install, { approvers: 6 });
  const other = await gather(db, await installNamed(db, 'other'), { approvers: 6 });
  const lot = createLot(seed);
  const spends = new Set<string>(['used before', 'too late', 'in words', 'by the requester']);
  let [forged, accepted] = [0, 0];
  for (const sort of FORGERIES) {
    const wanted = Math.ceil(FORGED / FORGERIES.length);
    let at = await target(own, lot);
    for (let nth = 0; nth < wanted; nth += 1) {
      if (nth > 0 && (spends.has(sort) || nth % SERVES === 0)) at = await target(own, lot);
      forged += 1;
      if (await forge({ own, other, lot, pass }, at, sort)) {
        accepted += 1;
        console.log(`accepted: ${sort}`);
      }
      if (sort === 'too late') await pass(-TWO_HOURS_MS);
    }
    // The same person, token and request: what is honest counts, or the others were refused for another reason.
    const last = await target(own, lot);
    const honest = await forge({ own, other, lot, pass }, last, 'nothing');
    if (!honest) throw new Error(`After "${sort}" an honest decision is refused, too: nothing was shown`);
  }
  return { forged, accepted };
}

const begun = performance.now();
const lap = (what: string) => console.log(`${what}: ${Math.round((performance.now() - begun) / 1000)} s`);
const machine = model();
lap('machine');
const raced = await races();
lap('races');
const tried = await forgeries();
lap('forgeries');
for (const end of ends.reverse()) await end();
await dropCopies();
await stopTestDatabase();
const isRight =
  machine.violations + raced.double + tried.accepted === 0 &&
  machine.steps >= STEPS &&
  raced.races >= RACES &&
  tried.forged >= FORGED;
console.log(
  `steps=${machine.steps} violations=${machine.violations} forged=${tried.forged} accepted=${tried.accepted} races=${raced.races} double=${raced.double}`,
);
process.exitCode = isRight ? 0 : 1;
