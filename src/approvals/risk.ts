import { z } from 'zod';
import {
  type Classification,
  LIKELIHOODS,
  REVERSIBILITIES,
  RISK_CLASSES,
  type RiskClass,
  SEVERITIES,
  STAKES,
} from '../model/approval.ts';

const RiskName = z.enum(RISK_CLASSES);

/** How an action's classification becomes a class of risk. Each cell is written: none is guessed. */
export const RiskMatrix = z.strictObject({
  cells: z.record(z.enum(SEVERITIES), z.record(z.enum(LIKELIHOODS), RiskName)).meta({
    description: 'The class for each severity and likelihood.',
  }),
  at_least: z.record(z.enum(STAKES), RiskName).meta({
    description: 'The lowest class that an action has when this is at stake.',
  }),
  raises: z.record(z.enum(REVERSIBILITIES), z.int().min(0).max(3)).meta({
    description: 'By how many classes it rises where what was done can be undone only so.',
  }),
  rate: z.strictObject({ most: z.int().positive(), minutes: z.int().positive() }).meta({
    description: 'The same action of one identity more often than this rises one class.',
  }),
});
export type RiskMatrix = z.infer<typeof RiskMatrix>;

/** What applies where the owner writes no other. */
export const STANDARD_MATRIX: RiskMatrix = {
  cells: {
    minor: { rare: 'low', possible: 'low', likely: 'medium' },
    serious: { rare: 'medium', possible: 'medium', likely: 'high' },
    grave: { rare: 'high', possible: 'high', likely: 'critical' },
  },
  at_least: { external: 'medium', money: 'high', access: 'high', regulated: 'high', production: 'medium' },
  raises: { easily: 0, 'with-effort': 0, never: 1 },
  rate: { most: 5, minutes: 60 },
};

export type Rated =
  | { readonly kind: 'rated'; readonly risk: RiskClass; readonly why: readonly string[] }
  /** Nobody has said enough about it; `missing` says what. */
  | { readonly kind: 'unclassified'; readonly missing: readonly string[] };

const rank = (risk: RiskClass) => RISK_CLASSES.indexOf(risk);
export const isAtLeast = (risk: RiskClass, floor: RiskClass): boolean => rank(risk) >= rank(floor);
const raised = (risk: RiskClass, by: number): RiskClass =>
  RISK_CLASSES[Math.min(rank(risk) + by, RISK_CLASSES.length - 1)] ?? 'critical';

/** `before`: how often the same identity did the same within `rate.minutes`. */
export function rate(matrix: RiskMatrix, said: Classification, before: number): Rated {
  const { likelihood, severity, reversible } = said;
  const missing = [
    ...STAKES.filter((stake) => said.stakes[stake] === null),
    ...(likelihood === null ? ['likelihood'] : []),
    ...(severity === null ? ['severity'] : []),
    ...(reversible === null ? ['reversible'] : []),
  ];
  if (missing.length > 0 || likelihood === null || severity === null || reversible === null)
    return { kind: 'unclassified', missing };
  let risk = matrix.cells[severity][likelihood];
  const why = [`severity ${severity} and likelihood ${likelihood}: ${risk}`];
  for (const stake of STAKES) {
    const floor = matrix.at_least[stake];
    if (said.stakes[stake] !== true || isAtLeast(risk, floor)) continue;
    risk = floor;
    why.push(`${stake} is at stake: at least ${floor}`);
  }
  const steps = matrix.raises[reversible];
  if (steps > 0) {
    risk = raised(risk, steps);
    why.push(`can be undone ${reversible}: ${risk}`);
  }
  if (before >= matrix.rate.most) {
    risk = raised(risk, 1);
    why.push(`more than ${matrix.rate.most} times in ${matrix.rate.minutes} minutes: ${risk}`);
  }
  return { kind: 'rated', risk, why };
}
