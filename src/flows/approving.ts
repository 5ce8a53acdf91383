import type { Policies } from '../approvals/policy.ts';
import type { Refusal } from '../approvals/step.ts';
import type { ApprovalTokens } from '../approvals/token.ts';
import type { ACTIONS, Classification, PayloadHash, RiskClass } from '../model/approval.ts';
import type { SlackChannel, SlackUser } from '../model/ids.ts';
import type { WantedFields } from '../model/ticket.ts';
import type { Hours } from '../routing/hours.ts';

/** What the owner has decided about approvals, as far as flows need it. */
export interface ApprovalRules {
  readonly policies: Policies;
  /** What can be asked for, by the owner's names; `approval` of a route is one of them. */
  readonly kinds: ReadonlyMap<string, KindRules>;
  /** Whether it is on there. `simulate`: everything but the effect. What the owner has not enabled is off. */
  readonly modeFor: (asked: AskedWhere) => ApprovalMode;
  readonly seniors: Reviewers;
  /** Who keeps the keys of the audit log: they approve nothing. */
  readonly auditors: Reviewers;
  /** Who owns what a request of this kind is about, by what was filled in; null: nobody is known. */
  readonly ownersOf: (kind: string, fields: Readonly<Record<string, string>>) => Reviewers | null;
  readonly onCall: ReadonlyMap<string, Reviewers>;
  readonly delegates: {
    readonly allowed: boolean;
    readonly longestDays: number;
    /** The highest risk that a delegate decides. */
    readonly to: RiskClass;
  };
  /** Whoever is asked and says nothing is reminded in these hours; null: at any time. */
  readonly reminders: { readonly everyMinutes: number; readonly most: number; readonly hours: Hours | null };
}

/** People by their Slack ids, and groups of the directory by exact name. */
export interface Reviewers {
  readonly users: readonly SlackUser[];
  readonly groups: readonly string[];
}

export type ApprovalMode = 'off' | 'simulate' | 'on';

export interface AskedWhere {
  /** Where the request was made; null: in no channel, such as Home. */
  readonly channel: SlackChannel | null;
  /** What is asked for: a name of `kinds`. */
  readonly kind: string;
  /** Of the directory, in which the person who asks is. */
  readonly groups: readonly string[];
  /** All that would run. */
  readonly actions: readonly (typeof ACTIONS)[number][];
}

export interface KindRules {
  readonly classification: Classification;
  readonly environment: string;
  readonly productionData: boolean;
  readonly externalVendor: boolean;
  /** Fields of the ticket whose change voids every vote. */
  readonly bound: readonly Exclude<keyof WantedFields, 'status'>[];
  /** What the ticket becomes after the step of this name; `main`: after the last one. */
  readonly work: ReadonlyMap<string, WantedFields>;
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
