import type { Policies } from '../approvals/policy.ts';
import type { Refusal } from '../approvals/step.ts';
import type { ApprovalTokens } from '../approvals/token.ts';
import type { Classification, PayloadHash } from '../model/approval.ts';
import type { SlackChannel, SlackUser } from '../model/ids.ts';
import type { WantedFields } from '../model/ticket.ts';
import type { Hours } from '../routing/hours.ts';

/** What the owner has decided about approvals, as far as flows need it. */
export interface ApprovalRules {
  readonly policies: Policies;
  /** What can be asked for, in the owner's words. */
  readonly kinds: ReadonlyMap<string, KindRules>;
  /** Whether it is on there. `simulate`: everything but the effect. What the owner has not named is off. */
  readonly modeFor: (asked: AskedWhere) => ApprovalMode;
  readonly seniors: readonly SlackUser[];
  /** Who keeps the keys of the audit log: they approve nothing. */
  readonly auditors: readonly SlackUser[];
  /** Who owns what a queue is about, by the queue's name. */
  readonly owners: ReadonlyMap<string, readonly SlackUser[]>;
  readonly onCall: ReadonlyMap<string, readonly SlackUser[]>;
  /** Whoever is asked and says nothing is reminded so often, in these hours; null: never. */
  readonly reminders: { readonly everyMinutes: number; readonly hours: Hours | null } | null;
}

export type ApprovalMode = 'off' | 'simulate' | 'on';

export interface AskedWhere {
  /** Where the request was made; null: nowhere in a channel. */
  readonly channel: SlackChannel | null;
  /** Of the request, as it was routed. */
  readonly kind: string;
  /** What is asked for: a name of `kinds`. */
  readonly action: string;
  /** Of the directory, in which the person who asks is. */
  readonly groups: readonly string[];
}

export interface KindRules {
  readonly classification: Classification;
  readonly environment: string;
  readonly productionData: boolean;
  readonly externalVendor: boolean;
  /** What the ticket becomes when it is approved; by the name of a step what it becomes after that one. */
  readonly work: ReadonlyMap<string, WantedFields>;
  /** The whole request ends after so many minutes, whatever its steps say. */
  readonly expiresMinutes: number;
}

/** Approvals as a process serves them; absent where the owner has not set them up. */
export interface Approving {
  readonly rules: ApprovalRules;
  readonly tokens: ApprovalTokens;
}

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
  | 'expired';

/** What somebody decided about: the token of his button or page, or what the record of the ticket system was opened with. */
export type Shown = { readonly token: string } | { readonly round: number; readonly hash: PayloadHash };
