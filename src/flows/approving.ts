import type { Approvals } from '../approvals/settings.ts';
import type { Refusal } from '../approvals/step.ts';
import type { ApprovalTokens } from '../approvals/token.ts';
import type { ApprovalId, PayloadHash } from '../model/approval.ts';
import type { Hours } from '../routing/hours.ts';

/** Approvals as a process serves them; absent where the owner has enabled them nowhere. */
export interface Approving {
  readonly rules: Approvals;
  /** When people may be reminded; null: at any time. */
  readonly reminderHours: Hours | null;
  readonly tokens: ApprovalTokens;
  /** The page on which somebody who signed in decides; null, and when left out: there is none. */
  readonly pageOf?: ((id: ApprovalId) => string) | null;
}

/** Where nothing of approvals is configured any more, what is open is looked at again after so long. */
export const SWITCHED_OFF_MS = 3_600_000;

/** Why a decision does not count: what the machine refuses, and what does not even reach it. */
export type BallotRefusal =
  | Refusal
  /** No approval has this id, or approvals are switched off. */
  | 'no-such'
  /** Nobody knows who he is. */
  | 'unknown-person'
  /** The button or link was not made here, or not for this. */
  | 'forged'
  /** It was made for somebody else. */
  | 'not-yours'
  | 'used'
  | 'expired'
  /** He approved several risky things within seconds, and has not opened this one. */
  | 'too-fast'
  /** The ticket system's own record decides, and he has no sign-in there with which it could be answered from here. */
  | 'no-sign-in'
  /** It takes this decision from nowhere but its own page. */
  | 'only-there';

/** What somebody decided about: the token of his button or page, or what the record of the ticket system was opened with. */
export type Shown = { readonly token: string } | { readonly round: number; readonly hash: PayloadHash };
