import { createStep } from '../../src/approvals/step.ts';
import { createLot } from '../support/lot.ts';
import { runModel } from './run-model.ts';
import { POLICIES } from './world.ts';

const STEPS = 1_000_000;
const seed = Number(process.env['APPROVALS_SEED'] ?? 20261121);
const { steps, histories, violations, taken } = runModel(createStep(POLICIES), createLot(seed), STEPS);
for (const line of violations) console.log(line);
console.log(
  [...taken]
    .sort()
    .map(([what, times]) => `${what}=${times}`)
    .join('\n'),
);
console.log(`seed=${seed} histories=${histories}`);
console.log(`steps=${steps} violations=${violations.length}`);
process.exitCode = violations.length === 0 && steps >= STEPS ? 0 : 1;
