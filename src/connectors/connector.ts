import type { Effect } from '../model/effect.ts';
import type { AttachmentId, CommentId, ConnectorId, TicketId } from '../model/ids.ts';
import type { Outcome } from '../model/outcome.ts';
import type {
  CommentDraft,
  CommentRevision,
  FileDraft,
  OpenFile,
  TicketChange,
  TicketComment,
  TicketDraft,
  TicketRef,
  TicketSnapshot,
  WrittenFields,
} from '../model/ticket.ts';
import type { Capabilities } from './capabilities.ts';

/**
 * The adapter to one instance of a ticket system. This is all that the core knows of Jira or ServiceNow; it never
 * asks which one it holds. Members stand in the order of a ticket's life. What only some systems have stands under `can`.
 */
export interface Connector {
  readonly id: ConnectorId;
  /** The instance, as part of every ticket's identity: the host name of its base URL. */
  readonly site: string;

  /** Can we reach it, are we let in, and as whom? For start-up and `doctor`; changes nothing. */
  check(): Promise<Outcome<{ readonly account: string }>>;

  readonly create: Effect<TicketDraft, TicketRef>;

  /** The ticket as it is now, with all of its comments and files, oldest first. */
  read(ticket: TicketId): Promise<Outcome<TicketSnapshot>>;

  readonly write: Effect<TicketChange, WrittenFields>;

  readonly comments: Comments;

  readonly files: Files | Absent;

  /** People who may be assigned here and are known by exactly this address; more than one proves nothing. */
  people(email: string): Promise<Outcome<readonly TicketPerson[]>>;

  /** Verifies an inbound hook and says which ticket it hints at. Pure apart from the key it was built with. */
  readHook(hook: HookRequest): HookReading;

  /** Tickets changed since the cursor that the previous call returned (null: start now), with overlap. */
  changesSince(cursor: string | null): Promise<Outcome<ChangePage>>;

  readonly can: Capabilities;
}

/** A connector whose system takes files. */
export type WithFiles = Connector & { readonly files: Files };

/** The system has no such thing. */
export interface Absent {
  /** Why, for people; it completes "The file plan.pdf stays in Slack: …". */
  readonly absent: string;
}

export interface Comments {
  /** Characters of plain text that surely fit into one comment. */
  readonly longest: number;
  readonly add: Effect<CommentDraft, { readonly id: CommentId }>;
  /**
   * Gives a comment of ours other words; answers the comment that shows them. Where a journal cannot be changed that is
   * a new entry which says what it corrects.
   */
  readonly revise: Effect<CommentRevision, { readonly id: CommentId }>;
  /** One comment again, directly before it is posted elsewhere: is it still there, still public? */
  read(ticket: TicketId, comment: CommentId): Promise<Outcome<TicketComment>>;
}

export interface Files {
  /** The largest that the system takes, in bytes. */
  readonly largest: number;
  readonly add: Effect<FileDraft, { readonly id: AttachmentId }>;
  /** Takes a file of ours off the ticket; one that is gone already is fine. */
  readonly remove: Effect<{ readonly ticket: TicketId; readonly file: AttachmentId }, null>;
  /** The content. Refuses what is no file: a login page, an error page, another ticket's file. */
  open(ticket: TicketId, file: AttachmentId): Promise<Outcome<OpenFile>>;
}

export interface TicketPerson {
  /** How the system knows him: account id, sys_id. */
  readonly account: string;
  readonly name: string;
}

export interface HookRequest {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes that were signed. */
  readonly body: Uint8Array;
  readonly now: Date;
}

export type HookReading =
  | {
      readonly kind: 'accepted';
      /** Same for every retry of this hook, different for every other hook. */
      readonly key: string;
      /** The ticket to read again; null for an event that concerns none, which is then counted as ignored. */
      readonly ticket: TicketId | null;
      readonly event: string;
    }
  | { readonly kind: 'refused'; readonly status: 400 | 401; readonly reason: string };

export interface ChangePage {
  readonly tickets: readonly TicketId[];
  readonly cursor: string;
  /** True when more pages are waiting behind this one. */
  readonly more: boolean;
}
