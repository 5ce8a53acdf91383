import { z } from 'zod';
import { Approvers, NEEDS, RISK_CLASSES, Timeout } from '../model/approval.ts';
import { RiskMatrix } from './risk.ts';

/** What becomes of an action. A block is lifted by nobody. */
const VERDICTS = ['allow', 'approve', 'escalate', 'block'] as const;

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,79}$/, {
  error: 'must be lower case letters, digits and dashes, and begin with a letter',
});

const PolicyStep = z.strictObject({
  name: Name,
  slots: z
    .array(z.strictObject({ from: Approvers, need: z.enum(NEEDS).default('any') }))
    .min(1)
    .max(8),
  deny: z.int().positive().default(1),
  timeout: Timeout,
  runs: z.boolean().default(false),
});

/** One rule of who decides about what. */
export const Policy = z
  .strictObject({
    name: Name,
    owner: z.string().min(1).max(200),
    review: z.iso.date(),
    when: z.strictObject({
      kinds: z.array(z.string().min(1)).min(1),
      from: z.enum(RISK_CLASSES).default('low'),
      to: z.enum(RISK_CLASSES).default('critical'),
      /** Whose act it is: that of a person through rights of his own, of anything else, or of both. */
      by: z.enum(['own-rights', 'others', 'anyone']).default('anyone'),
    }),
    verdict: z.enum(VERDICTS),
    evidence: z
      .strictObject({
        fields: z.array(z.string().min(1)).default([]),
        files: z.int().nonnegative().default(0),
      })
      .prefault({}),
    steps: z.array(PolicyStep).max(8).default([]),
  })
  .refine(({ verdict, steps }) => verdict !== 'approve' || steps.length > 0, {
    path: ['steps'],
    error: 'are needed where somebody approves',
  })
  .refine(({ verdict, steps }) => (verdict !== 'allow' && verdict !== 'block') || steps.length === 0, {
    path: ['steps'],
    error: 'must be left out where nobody is asked',
  })
  .refine(({ verdict, when }) => verdict !== 'allow' || when.by === 'own-rights', {
    path: ['when', 'by'],
    error: 'must be own-rights where nobody is asked: what a bot or a model would do is always gated',
  })
  .refine(({ steps }) => new Set(steps.map(({ name }) => name)).size === steps.length, {
    path: ['steps'],
    error: 'must have names of their own',
  });
export type Policy = z.infer<typeof Policy>;

export const Policies = z.strictObject({
  matrix: RiskMatrix,
  /** How long the senior reviewer has, in minutes; then it is denied. */
  senior_minutes: z.int().positive(),
  /** How long decided work may be run, in minutes. */
  run_within_minutes: z.int().positive().max(1440).default(15),
  rules: z.array(Policy).max(1000),
});
export type Policies = z.infer<typeof Policies>;
