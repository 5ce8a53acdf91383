/**
 * Chaos: crash points and disasters on real processes, for CHAOS_SECONDS (600) or until a promise breaks. First every
 * named point of every call, then CRASH_PAIRS (24) pairs of them, then disaster after disaster with each system, and
 * mistakes on purpose. CHAOS_SEED (20261121) repeats a run; CHAOS_ONLY (a regular expression) plays some disasters alone.
 * Ends with one line of key=value pairs, and fails when it did nothing, when a promise was broken, or a mistake was missed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { bundleBridge } from '../crash/bundle-bridge.ts';
import { dropTemplate } from '../crash/crash-database.ts';
import { jira, serviceDesk, serviceNow } from '../crash/systems.ts';
import { emptyTally } from '../model/tally.ts';
import { createLot } from '../support/lot.ts';
import { DISASTERS } from './disasters.ts';
import { PLANTED } from './planted.ts';
import { type PointsReport, playPoints } from './points.ts';
import { startRig } from './rig.ts';
import { countRepaired, disastersFor, playPlanted, playRounds } from './rounds.ts';

const whole = (name: string, otherwise: number) =>
  z.coerce
    .number()
    .int()
    .nonnegative()
    .default(otherwise)
    .parse(process.env[name] || undefined);
const SECONDS = whole('CHAOS_SECONDS', 600);
const SEED = whole('CHAOS_SEED', 20_261_121);
const PAIRS = whole('CRASH_PAIRS', 24);
const ONLY = process.env['CHAOS_ONLY'] ?? '';
/** Of the time, for crash points: they come first. */
const SHARE_OF_POINTS = 0.55;

const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const say = (line: string) => void process.stdout.write(`${seconds().toFixed(0).padStart(5)} s  ${line}\n`);

const ends = new Set<() => Promise<void>>();
async function endAll(): Promise<void> {
  for (const end of [...ends].reverse()) {
    ends.delete(end);
    await end().catch((error: unknown) => say(`Not everything could be stopped: ${String(error)}`));
  }
}
say(`CHAOS_SEED=${SEED} CHAOS_SECONDS=${SECONDS} CRASH_PAIRS=${PAIRS}`);
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true;
    say(`${signal}: everything that was started is being stopped`);
    void endAll().finally(() => process.exit(130));
  });
}

const tally = emptyTally();
/** Disasters that struck, by name: what never struck was not tried. */
const struck = new Set<string>();
const bundle = await bundleBridge();
ends.add(() => bundle.remove());
ends.add(dropTemplate);
let caught: string[] = [];

/** Disasters with one system, again and again while there is time; at least one round of all of them. */
async function befall(kind: typeof jira, index: number): Promise<void> {
  for (let round = 0; !interrupted && (round === 0 || seconds() < SECONDS); round += 1) {
    const lot = createLot(SEED + 1_000 * index + round);
    const rig = await startRig({ kind, program: bundle.program, lot, redis: (index + round) % 3 === 0 });
    const close = () => rig.close();
    ends.add(close);
    const disasters = disastersFor(rig, { slow: true }).filter(({ name }) => new RegExp(ONLY).test(name));
    const isOver = () => interrupted || (round > 0 && seconds() > SECONDS);
    const holds = await playRounds({ rig, tally, disasters, say, isOver });
    for (const { name } of disasters) struck.add(name);
    tally.repaired += await countRepaired(rig);
    if (holds && caught.length === 0 && !interrupted) {
      caught = [...PLANTED.map(({ name }) => name)];
      caught = await playPlanted(rig, say);
    }
    ends.delete(close);
    await rig.close();
    if (!holds) return;
  }
}

let points: PointsReport = { hit: new Set(), unhit: [], left: 0 };
try {
  if (ONLY === '')
    points = await playPoints({
      program: bundle.program,
      seed: SEED,
      pairs: PAIRS,
      tally,
      say,
      isOver: () => interrupted || seconds() > SECONDS * SHARE_OF_POINTS,
      onBench: (close) => void ends.add(close),
    });
  const lanes = [jira, serviceDesk, serviceNow].map((kind, index) =>
    // One after the other: three clusters that are made at once take longer.
    delay(index * 500).then(() => befall(kind, index)),
  );
  const failed = (await Promise.allSettled(lanes)).filter((lane) => lane.status === 'rejected');
  for (const { reason } of failed) {
    tally.violations += 1;
    say(`BROKEN ${String(reason)}`);
  }
} finally {
  await endAll();
}

const { histories, violations, faults, repaired, lost, doubled, disordered, leaked } = tally;
if (points.unhit.length > 0) say(`Never hit: ${points.unhit.join(', ')}`);
if (points.left > 0) say(`${points.left} plans were not played for lack of time; more with CHAOS_SECONDS`);
const line = {
  histories,
  violations,
  points: points.hit.size + points.unhit.length,
  points_unhit: points.unhit.length,
  planted_bugs: PLANTED.length,
  planted_bugs_caught: caught.length,
  faults,
  repaired,
  lost,
  doubled,
  disordered,
  leaked,
};
process.stdout.write(
  `${Object.entries(line)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')}\n`,
);
const spared = ONLY === '' ? DISASTERS.filter(({ name }) => !struck.has(name)) : [];
for (const { name, needs } of spared)
  say(`NEVER STRUCK: ${name}${needs === 'redis' ? ' (is redis-server installed?)' : ''}`);
const didNothing =
  histories === 0 || faults === 0 || spared.length > 0 || (ONLY === '' && points.hit.size === 0);
if (didNothing) process.stdout.write('Too little happened, so this run proves nothing.\n');
process.exitCode =
  didNothing || violations > 0 || points.unhit.length > 0 || caught.length < PLANTED.length ? 1 : 0;
