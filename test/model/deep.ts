/**
 * The deep run: DEEP_HISTORIES random histories (200,000) in DEEP_PROCESSES processes (one for each core), for DEEP_SECONDS
 * each at most (3,600), from DEEP_SEED on (20261121); and the planted bugs. Ends with one line of key=value pairs, and
 * fails when it did nothing, when a promise was broken, or when a planted bug was not found.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { add, emptyTally, POINTS, type Tally } from './tally.ts';

const whole = (name: string, otherwise: number) =>
  z.coerce
    .number()
    .int()
    .positive()
    .default(otherwise)
    .parse(process.env[name] || undefined);
const HISTORIES = whole('DEEP_HISTORIES', 200_000);
const PROCESSES = whole('DEEP_PROCESSES', availableParallelism());
const SECONDS = whole('DEEP_SECONDS', 3_600);
const SEED = whole('DEEP_SEED', 20_261_121);
/** Within so many histories a planted bug must be found. */
const FOR_ONE_BUG = 2_000;

const number = z.number();
const TallyLine: z.ZodType<Tally> = z.object({
  histories: number,
  violations: number,
  lost: number,
  doubled: number,
  disordered: number,
  leaked: number,
  faults: number,
  repaired: number,
  points: z.record(z.string(), number),
});
const PlantedLine = z.array(z.tuple([z.string(), z.number().nullable()]));

/** Runs one worker; its last line is its answer, all others are for people. */
async function worker(env: Readonly<Record<string, string>>): Promise<unknown> {
  const file = new URL('deep-worker.ts', import.meta.url);
  const child = spawn(process.execPath, [file.pathname], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (last !== '') process.stdout.write(`${last}\n`);
    last = line;
  });
  const [ended] = await Promise.all([
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
    new Promise((resolve) => lines.once('close', resolve)),
  ]);
  if (ended !== 0) throw new Error(`A process of the deep run ended with ${ended}. ${last}`);
  return JSON.parse(last);
}

const share = Math.ceil(HISTORIES / PROCESSES);
const answers = await Promise.all(
  Array.from({ length: PROCESSES }, (_, index) =>
    worker({
      DEEP_PART: 'histories',
      DEEP_SEED: String(SEED + index),
      DEEP_HISTORIES: String(share),
      DEEP_SECONDS: String(SECONDS),
    }),
  ),
);
const tally = emptyTally();
for (const answer of answers) add(tally, TallyLine.parse(answer));

const planted = PlantedLine.parse(
  await worker({ DEEP_PART: 'planted', DEEP_SEED: String(SEED), DEEP_HISTORIES: String(FOR_ONE_BUG) }),
);
for (const [name, histories] of planted)
  process.stdout.write(`${histories === null ? 'NOT FOUND' : `found after ${histories}`}: ${name}\n`);
const caught = planted.filter(([, histories]) => histories !== null).length;

const unhit = POINTS.filter((point) => (tally.points[point] ?? 0) === 0);
if (unhit.length > 0) process.stdout.write(`Never passed: ${unhit.join(', ')}\n`);
const { histories, violations, faults, repaired, lost, doubled, disordered, leaked } = tally;
const line = {
  histories,
  violations,
  points: POINTS.length,
  points_unhit: unhit.length,
  planted_bugs: PLANTED_BUGS.length,
  planted_bugs_caught: caught,
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
const didNothing = histories < HISTORIES || faults === 0 || repaired === 0 || caught === 0;
if (didNothing)
  process.stdout.write(
    `Of ${HISTORIES} histories ${histories} were played, so this run proves too little.\n`,
  );
process.exitCode = didNothing || violations > 0 || caught < PLANTED_BUGS.length || unhit.length > 0 ? 1 : 0;
