import { z } from 'zod';

/** A time in all the forms of a service desk; the milliseconds depend on no zone. */
const DeskDate = z.object({ epochMillis: z.number() }).transform(({ epochMillis }) => new Date(epochMillis));
const Duration = z.object({ millis: z.number() }).nullish();

const OngoingCycle = z.object({
  breachTime: DeskDate.nullish(),
  breached: z.boolean().default(false),
  paused: z.boolean().default(false),
  remainingTime: Duration,
});
const CompletedCycle = z.object({
  stopTime: DeskDate.nullish(),
  breachTime: DeskDate.nullish(),
  breached: z.boolean().default(false),
});
export const Sla = z.object({
  name: z.string().default(''),
  ongoingCycle: OngoingCycle.nullish(),
  completedCycles: z.array(CompletedCycle).nullish(),
});
export type Sla = z.infer<typeof Sla>;

const Decision = z.enum(['pending', 'approved', 'declined']);
export const Approval = z.object({
  id: z.string().regex(/^\d{1,15}$/),
  name: z.string().default(''),
  finalDecision: Decision,
  canAnswerApproval: z.boolean().default(false),
  approvers: z.array(
    z.object({
      approver: z.object({ accountId: z.string(), displayName: z.string().default('') }).nullish(),
      approverDecision: Decision,
    }),
  ),
  createdDate: DeskDate.nullish(),
});
export type Approval = z.infer<typeof Approval>;

export const RequestLinks = z.object({ _links: z.object({ web: z.string().nullish() }) });

/** What stands beside the type of a source is not documented as a schema; the example has these. */
export const Article = z.object({
  title: z.string().default(''),
  excerpt: z.string().nullish(),
  source: z
    .object({
      pageId: z.union([z.string(), z.number().transform(String)]).nullish(),
      spaceKey: z.string().nullish(),
    })
    .nullish(),
  content: z.object({ iframeSrc: z.string().nullish() }).nullish(),
});
export type Article = z.infer<typeof Article>;

export const Queue = z.object({ name: z.string().default(''), jql: z.string().nullish() });

export const FieldList = z.array(
  z.object({
    id: z.string(),
    name: z.string().default(''),
    clauseNames: z.array(z.string()).nullish(),
    schema: z.object({ custom: z.string().nullish() }).nullish(),
  }),
);
export type FieldList = z.infer<typeof FieldList>;

/** A condition of a query; compound ones have clauses, the others a field. Operands of unknown kinds are left unread. */
export interface Clause {
  readonly operator?: string | undefined;
  readonly clauses?: readonly Clause[] | undefined;
  readonly field?: { readonly name: string } | undefined;
  readonly operand?:
    | {
        readonly value?: string | undefined;
        readonly values?: readonly { readonly value?: string | undefined }[] | undefined;
      }
    | undefined;
}
export const Clause: z.ZodType<Clause> = z.lazy(() =>
  z.object({
    operator: z.string().optional(),
    clauses: z.array(Clause).optional(),
    field: z.object({ name: z.string() }).optional(),
    operand: z
      .object({
        value: z.string().optional().catch(undefined),
        values: z
          .array(z.object({ value: z.string().optional().catch(undefined) }))
          .optional()
          .catch(undefined),
      })
      .optional(),
  }),
);
export const ParsedQueries = z.object({
  queries: z
    .array(
      z.object({
        structure: z.object({ where: Clause.nullish() }).nullish(),
        errors: z.array(z.string()).nullish(),
      }),
    )
    .min(1),
});

export const WrittenLink = z.object({ id: z.number() });
