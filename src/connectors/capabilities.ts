import type { Surface } from '../model/approval.ts';
import type { Effect } from '../model/effect.ts';
import type { DiagnosisOptions, Finding } from '../model/finding.ts';
import type { TicketId } from '../model/ids.ts';
import type { Decider, RecordState } from '../model/native-approval.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Author, Priority, SetField, StatusCategory } from '../model/ticket.ts';

/**
 * What only some ticket systems have. A capability that a system lacks is absent, with the reason in its README; whoever
 * wants one asks `connector.can.approvals`, never which system it holds.
 */
export interface Capabilities {
  readonly approvals?: Approvals;
  readonly changes?: Changes;
  readonly knowledge?: Knowledge;
  readonly clocks?: Clocks;
  readonly catalog?: Catalog;
  readonly steps?: Steps;
  readonly priorities?: Priorities;
  readonly backlink?: Backlink;
  readonly diagnose?: Diagnose;
  readonly hooks?: HookRegistration;
}

export interface TicketApprover {
  /** How the system knows him: account id, sys_id. */
  readonly account: string;
  readonly name: string;
  readonly decision: RecordState;
  /** As the system tells it; null unless he approved or declined. Only what is known to be a person's counts as his. */
  readonly decidedBy: Decider | null;
  /** Accounts that may decide in his place at this moment. */
  readonly delegates: readonly string[];
}

/** A decision that the ticket system itself waits for. */
export interface TicketApproval {
  /** How the system knows it, for `answer`. */
  readonly id: string;
  readonly name: string;
  readonly state: RecordState;
  readonly approvers: readonly TicketApprover[];
  readonly createdAt: Date | null;
  /** Where a person decides himself; for what cannot be answered through an interface. */
  readonly url: string;
  /** Why nobody can answer it from here (an e-signature is demanded, for instance); null when he can. */
  readonly onlyThere: string | null;
}

export interface ApprovalAnswer {
  readonly ticket: TicketId;
  readonly approval: string;
  readonly decision: 'approved' | 'declined';
  /** Who decides. Without a sign-in of his own the answer is refused: nobody decides in another person's name. */
  readonly by: Author;
  /** His reason; null when he gave none. */
  readonly comment: string | null;
}

export interface Approvals {
  /** Where a decision was made that stands in its records. A system of its own names the one that it resembles. */
  readonly surface: Extract<Surface, 'jsm' | 'servicenow'>;
  /** All approvals of a ticket, oldest first, decided ones too. */
  list(ticket: TicketId): Promise<Outcome<readonly TicketApproval[]>>;
  /** Read again, answered as the person, and read back. An approval that was decided meanwhile is a conflict. */
  readonly answer: Effect<ApprovalAnswer, TicketApproval>;
}

export interface Changes {
  /**
   * The account that gave this field its value, when the last change of the field was to `is`, in any case; null where the
   * system does not say.
   */
  lastSetBy(
    ticket: TicketId,
    set: { readonly field: SetField; readonly is: string },
  ): Promise<Outcome<string | null>>;
}

export interface Article {
  readonly id: string;
  readonly title: string;
  /** Plain text, without marks of the search. */
  readonly excerpt: string;
  readonly url: string;
  /** The knowledge base or space that it belongs to; null when the system does not say. */
  readonly base: string | null;
}

export interface Knowledge {
  /**
   * Articles that fit the words, the best first. With a sign-in the search sees what that person may read; without one
   * what the bridge's account may read, which can be more than the person who asked may.
   */
  search(
    words: string,
    options: { readonly limit: number; readonly as: Author | null },
  ): Promise<Outcome<readonly Article[]>>;
}

export interface Clock {
  readonly name: string;
  readonly state: 'running' | 'paused' | 'met' | 'breached';
  /** When it breaches or did; null while it is paused and when nobody knows. */
  readonly due: Date | null;
  /** Milliseconds left, negative when late; null when it has ended. */
  readonly remainingMs: number | null;
}

export interface Clocks {
  /** The service levels that run on a ticket, and those that ended. */
  read(ticket: TicketId): Promise<Outcome<readonly Clock[]>>;
}

export const FORM_FIELD_KINDS = [
  'line',
  'text',
  'number',
  'date',
  'time',
  'yes-no',
  'choice',
  'choices',
  'person',
] as const;
export type FormFieldKind = (typeof FORM_FIELD_KINDS)[number];

export interface FormField {
  /** How the system knows it: the key of its answer. */
  readonly id: string;
  readonly label: string;
  readonly kind: FormFieldKind;
  readonly required: boolean;
  /** Help for who fills it in; empty when there is none. */
  readonly hint: string;
  /** Of a choice, in the order of the form; empty for every other kind. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** What a person has to say for a ticket of one target: a request type, an issue type, a catalog item. */
export interface Form {
  readonly name: string;
  readonly fields: readonly FormField[];
  /** Fields that can't be filled in from here, and why; required ones make the whole form unusable. */
  readonly beyond: readonly { readonly label: string; readonly required: boolean; readonly reason: string }[];
}

export interface Catalog {
  /** The form behind a queue's target, as the system has it now. */
  form(target: unknown): Promise<Outcome<Form>>;
}

/** A step of a ticket's own workflow, with what its screen asks. */
export interface TicketStep {
  /** For `write`. */
  readonly id: string;
  /** What agents call it. */
  readonly label: string;
  /** Name of the state that it leads to. */
  readonly to: string;
  readonly category: StatusCategory;
  readonly fields: Form['fields'];
  readonly beyond: Form['beyond'];
}

export interface Steps {
  /** The steps that the ticket can take now, in the order of its workflow. They are taken with `write`. */
  list(ticket: TicketId): Promise<Outcome<readonly TicketStep[]>>;
}

/** What the system's own names of priorities mean, which owners rename and add to. */
export interface Priorities {
  /**
   * By the name as the ticket shows it (`TicketFields.priority`); one of which nobody can say what it means is absent. What it
   * answers for a name is what `write` with that priority would set, or what is nearest to it.
   */
  meaning(ticket: TicketId, names: readonly string[]): Promise<Outcome<ReadonlyMap<string, Priority>>>;
}

/** The link from the ticket back to its thread, as the system shows links. */
export interface ThreadLink {
  readonly ticket: TicketId;
  /** Of the thread: the same link again replaces the one before. */
  readonly thread: string;
  readonly url: string;
  readonly title: string;
  readonly isDone: boolean;
}

/** Compare-and-set: set again it is the same link. */
export type Backlink = Effect<ThreadLink, null>;

export interface DiagnosisRequest extends DiagnosisOptions {
  /** Where the queues of this connector land, by the queue's name; each as the connector's own schema takes it. */
  readonly targets: ReadonlyMap<string, unknown>;
  /** Where hooks should arrive; null when we do not know our own address. */
  readonly hookUrl: string | null;
  /** When a signed hook of it was last accepted; null: never; 'unknown': the database does not tell. */
  readonly lastHook: Date | null | 'unknown';
  /** How often it is polled, in seconds. */
  readonly pollSeconds: number;
  /** Our clock. */
  readonly now: () => Date;
}

/**
 * Is everything there that these queues need? For the doctor, which has only the contract's `check` without it. Changes
 * nothing in the ticket system; its requests have io scopes of their own. What is found has stable codes: docs/doctor.md.
 */
export type Diagnose = (wanted: DiagnosisRequest) => Promise<readonly Finding[]>;

/** What a connector registered itself so that hooks come, where that ends by itself. */
export interface HookRegistration {
  /** Looks at it, and prolongs it when its end is near. Safe to repeat and to do twice at once. */
  keep(now: Date): Promise<Outcome<KeptHooks>>;
}

export interface KeptHooks {
  readonly renewed: boolean;
  /**
   * The worst that is wrong, and in whole sentences what to do; null when all is well. `unseen`: we may not look; `ending`: it
   * could not be prolonged.
   */
  readonly trouble: {
    readonly kind: 'missing' | 'wrong' | 'ending' | 'unseen';
    readonly text: string;
  } | null;
}
