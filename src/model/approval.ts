import { z } from 'zod';
import { ConnectorId, PrincipalId, type SlackUser, TicketId } from './ids.ts';
import { BY_RECORD } from './native-approval.ts';

/** Words of approvals: what is asked, who has said what about it, and where it stands. Times are milliseconds since 1970. */

export const ApprovalId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .brand('ApprovalId');
/** Drawn by chance (uuid v4), so that nobody can guess one from another. */
export type ApprovalId = z.infer<typeof ApprovalId>;

export const PayloadHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand('PayloadHash');
/** SHA-256 (hex) of a whole request object. */
export type PayloadHash = z.infer<typeof PayloadHash>;

/** Where somebody decides. */
export const SURFACES = ['card', 'home', 'web', 'jsm', 'servicenow'] as const;
export type Surface = (typeof SURFACES)[number];

export const DECISIONS = ['approve', 'deny'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What happens when a step has waited too long. There is no word for approving. */
export const TIMEOUTS = ['deny', 'escalate', 'stay'] as const;
export const NEEDS = ['any', 'all', 'majority'] as const;

/** What can be at stake; all five are answered, or the action is not classified. */
export const STAKES = ['external', 'money', 'access', 'regulated', 'production'] as const;
export type Stake = (typeof STAKES)[number];
export const LIKELIHOODS = ['rare', 'possible', 'likely'] as const;
export const SEVERITIES = ['minor', 'serious', 'grave'] as const;
export const REVERSIBILITIES = ['easily', 'with-effort', 'never'] as const;
/** From little to much. */
export const RISK_CLASSES = ['low', 'medium', 'high', 'critical'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** What is to be done; Deskbridge can do nothing else. */
export const ACTIONS = ['ticket.transition', 'ticket.fields'] as const;

const text = z.string().max(40_000);
const Change = z.strictObject({
  field: z.string().min(1).max(200),
  before: text.nullable(),
  after: text.nullable(),
});
const Work = z.strictObject({ action: z.enum(ACTIONS), changes: z.array(Change).min(1).max(200) });

/** Who thought of it. Whatever is no person has an owner who is one. */
const Proposer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('person'), principal: PrincipalId, own_rights: z.boolean() }),
  z.strictObject({ kind: z.literal('bot'), name: z.string().min(1).max(200), owner: PrincipalId }),
  z.strictObject({
    kind: z.literal('model'),
    name: z.string().min(1).max(200),
    prompt: z.string().min(1).max(200),
    owner: PrincipalId,
  }),
]);

/** How an action is classified. Null where nobody has said: then it is refused. */
const Classification = z.strictObject({
  stakes: z.record(z.enum(STAKES), z.boolean().nullable()),
  likelihood: z.enum(LIKELIHOODS).nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  reversible: z.enum(REVERSIBILITIES).nullable(),
});
export type Classification = z.infer<typeof Classification>;

/** Everything that an approver says yes to. One hash covers all of it: a change of any part is another request. */
export const ApprovalRequest = z.strictObject({
  v: z.literal(1),
  /** The class of what is asked for, in the owner's words, such as `access.grant`; policies match it. */
  kind: z.string().regex(/^[a-z][a-z0-9.-]{0,79}$/),
  target: z.strictObject({ system: ConnectorId, ticket: TicketId }),
  /** What runs after a step, by the name of the step. */
  work: z.record(z.string().min(1).max(80), Work),
  /** What belongs to it and is not changed: the fields and files that the policy demands, and what else was shown. */
  evidence: z.strictObject({
    fields: z.record(z.string().min(1).max(200), text),
    files: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(255),
          bytes: z.int().nonnegative(),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
        }),
      )
      .max(100),
  }),
  requester: PrincipalId,
  beneficiary: PrincipalId.nullable(),
  /** Who wrote what would be sent, where that is somebody else. */
  author: PrincipalId.nullable(),
  proposer: Proposer,
  /** What set it off: a command, a rule, a run. */
  trigger: z.string().min(1).max(500),
  rationale: text,
  /** How sure a model was, in thousandths; null for people. */
  confidence: z.int().min(0).max(1000).nullable(),
  environment: z.string().min(1).max(80),
  production_data: z.boolean(),
  external_vendor: z.boolean(),
  classification: Classification,
  risk: z.enum(RISK_CLASSES),
  policy: z.strictObject({ name: z.string().min(1).max(80), hash: PayloadHash }),
  correlation: z.string().min(1).max(200),
  /** Nothing is changed, whatever is decided: so it was asked, and so it stays. */
  simulated: z.literal(true).exactOptional(),
  expires_at: z.int().positive(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** Where approvers come from, as a word: `manager`, `service-owner`, `senior`, `group:x`, `on-call:x` or `field:x`. */
export const Approvers = z
  .string()
  // Written without classes of Unicode, because editors read it from the JSON Schema without their flag.
  .regex(/^(?:manager|service-owner|senior|(?:group|on-call|field):.{1,160})$/, {
    error:
      'must be manager, service-owner, senior, group:<name>, on-call:<schedule> or field:<name of a field>',
  })
  .refine((from) => !/\p{Cc}/u.test(from), { error: 'must hold no control characters' });

/** One seat at the table, or several of the same sort. `opened`: how many votes it needed when its step was planned. */
export const Slot = z.strictObject({
  from: z.union([Approvers, z.literal(BY_RECORD)]),
  need: z.enum(NEEDS),
  opened: z.int().positive(),
});
export type Slot = z.infer<typeof Slot>;

export const Timeout = z.strictObject({ after_minutes: z.int().positive(), outcome: z.enum(TIMEOUTS) });

export const ApprovalStep = z.strictObject({
  name: z.string().min(1).max(80),
  slots: z.array(Slot).min(1).max(8),
  /** So many refusals end the request. */
  deny: z.int().positive(),
  timeout: Timeout,
  /** Whether the work of this name runs after it; the next step opens when that has succeeded. */
  runs: z.boolean(),
  /** When its time is over; null while it is not open, or for one that stays. */
  deadline: z.int().nullable(),
});
export type ApprovalStep = z.infer<typeof ApprovalStep>;

export interface Vote {
  readonly step: number;
  readonly by: PrincipalId;
  /** In whose place: himself, or who made him his delegate. */
  readonly seat: PrincipalId;
  readonly decision: Decision;
  readonly hash: PayloadHash;
  readonly surface: Surface;
  readonly at: number;
}

export const Delegation = z.strictObject({
  from: PrincipalId,
  to: PrincipalId,
  since: z.int(),
  until: z.int(),
});
export type Delegation = z.infer<typeof Delegation>;

/** The permission to run the work of one step, once, on these bytes. */
export interface Grant {
  readonly step: number;
  readonly hash: PayloadHash;
  readonly until: number;
}

/**
 * `granted`: decided, and not run yet. `uncertain`: it was being run when the process died; a person has to look. `failed`:
 * the ticket system refused the work. `approved`, `void`: its own record says so, see model/native-approval.ts. From
 * `executed` on down nothing happens any more.
 */
export const APPROVAL_STATES = [
  'open',
  'granted',
  'executing',
  'executed',
  'denied',
  'expired',
  'blocked',
  'failed',
  'uncertain',
  'approved',
  'void',
] as const;
export type ApprovalStatus = (typeof APPROVAL_STATES)[number];

export interface Approval {
  readonly status: ApprovalStatus;
  readonly request: ApprovalRequest;
  readonly hash: PayloadHash;
  /** Raised by every change of the request; votes and tokens of an earlier round count for nothing. */
  readonly round: number;
  readonly steps: readonly ApprovalStep[];
  /** The step that is open, or whose work is to run. */
  readonly at: number;
  /** How many steps, from the first, can no longer be taken back, because work has run. */
  readonly ran: number;
  /** Of this round. */
  readonly votes: readonly Vote[];
  /** Made for this request alone. */
  readonly delegations: readonly Delegation[];
  /** While its work is to run, or runs. */
  readonly grant: Grant | null;
}

/** The operation that answers an approval of the ticket system as somebody decided it here, by his own hand. */
export interface AnswerApproval {
  readonly kind: 'answer-approval';
  readonly approval: ApprovalId;
  readonly by: PrincipalId;
  readonly user: SlackUser;
  readonly decision: Decision;
  readonly surface: Surface;
  /** His own words; empty when he said none. */
  readonly reason: string;
}
