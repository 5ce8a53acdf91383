import { z } from 'zod';
import { Approvers, NEEDS, RISK_CLASSES, TIMEOUTS } from '../model/approval.ts';
import { RiskMatrix, STANDARD_MATRIX } from './risk.ts';

/** What becomes of an action. A block is lifted by nobody. */
const VERDICTS = ['allow', 'approve', 'escalate', 'block'] as const;

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,79}$/, {
  error: 'must be lower case letters, digits and dashes, and begin with a letter',
});

/** A class of request, in the owner's words; routes name it, policies match it. */
export const KindName = z.string().regex(/^[a-z][a-z0-9.-]{0,79}$/, {
  error: 'must be lower case letters, digits, dashes and points, and begin with a letter',
});

const PolicyTimeout = z
  .strictObject({
    after_minutes: z.int().positive().meta({ description: 'How long the step waits, in minutes.' }),
    outcome: z.enum(TIMEOUTS).meta({
      description:
        '`deny`: the request has expired. `escalate`: the senior reviewers are asked instead. `stay`: it goes on waiting. None approves.',
    }),
  })
  .meta({ description: 'What happens when nobody decides.' });

const PolicySlot = z.strictObject({
  from: Approvers.meta({
    description:
      'Who: `manager` of the requester, `service-owner`, `senior`, `group:<group of the directory>`, `on-call:<list>` or `field:<field of the form>`.',
  }),
  need: z.enum(NEEDS).default('any').meta({ description: 'How many of them: one, all, or more than half.' }),
});

const PolicyStep = z.strictObject({
  name: Name.meta({ description: 'Its name, shown to people; the work that follows it has the same.' }),
  slots: z.array(PolicySlot).min(1).max(8).meta({
    description:
      'Seats that must all be filled, in any order, each person in one of them. Two seats are a dual approval.',
  }),
  deny: z.int().positive().default(1).meta({ description: 'So many refusals end the request.' }),
  timeout: PolicyTimeout,
  runs: z.boolean().default(false).meta({
    description:
      'Whether the work of this name in the kind runs after it; the next step opens when that has succeeded. The last step always runs `main`.',
  }),
});

/** One rule of who decides about what. */
export const Policy = z
  .strictObject({
    name: Name.meta({ description: 'Its name; cards, tickets and the audit log cite it.' }),
    owner: z.string().trim().min(1).max(200).meta({ description: 'Who answers for this rule.' }),
    review: z.iso.date().meta({ description: 'When it has to be looked at again, such as 2027-06-30.' }),
    text: z
      .url({ protocol: /^https?$/, error: 'must be a web address' })
      .nullable()
      .default(null)
      .meta({ description: 'Where the rule stands in words for people; cards link there. Null: nowhere.' }),
    when: z
      .strictObject({
        kinds: z.array(KindName).min(1).meta({ description: 'Names below `approvals.kinds`.' }),
        from: z.enum(RISK_CLASSES).default('low').meta({ description: 'The lowest risk that it takes.' }),
        to: z.enum(RISK_CLASSES).default('critical').meta({ description: 'The highest risk that it takes.' }),
        by: z.enum(['own-rights', 'others', 'anyone']).default('anyone').meta({
          description:
            'Whose act it is: of a person through rights of his own, of anything else (bots and models among it), or of both.',
        }),
      })
      .meta({ description: 'What it decides about; all must hold.' }),
    verdict: z.enum(VERDICTS).meta({
      description:
        '`allow`: nobody is asked, and it is logged; only for a person through his own rights. `approve`: the steps decide. `escalate`: the steps, and a senior reviewer last. `block`: nobody can allow it.',
    }),
    evidence: z
      .strictObject({
        fields: z.array(z.string().min(1)).default([]).meta({
          description:
            'Fields of the form that must be filled in; `request`: the words of who asks; `ticket.<field>`: a bound field of the ticket.',
        }),
        files: z.int().nonnegative().default(0).meta({ description: 'How many files must be there.' }),
      })
      .prefault({})
      .meta({ description: 'What must be there before anybody is asked.' }),
    steps: z
      .array(PolicyStep)
      .max(8)
      .default([])
      .meta({ description: 'Who is asked, in this order; a step opens when the one before it is decided.' }),
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
  matrix: RiskMatrix.default(STANDARD_MATRIX).meta({
    description: 'How a classification becomes a class of risk: low, medium, high or critical.',
  }),
  senior_minutes: z.int().positive().default(480).meta({
    description: 'How long a senior reviewer has, in minutes; then it is denied.',
  }),
  run_within_minutes: z.int().positive().max(1440).default(15).meta({
    description: 'How long decided work may be run, in minutes.',
  }),
  rules: z.array(Policy).max(1000).default([]).meta({
    description:
      'Policies. One that blocks stands above all others; of the rest the first that matches decides. What none knows is refused.',
  }),
});
export type Policies = z.infer<typeof Policies>;
