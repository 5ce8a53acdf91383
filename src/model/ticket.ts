import type { Doc } from './doc.ts';
import type { AttachmentId, CommentId, SlackTs, TicketId } from './ids.ts';
import type { Tags } from './route.ts';
import type { Secret } from './secret.ts';
import type { Token } from './token.ts';

export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The three meanings that every workflow shares, whatever its states are called. */
export const STATUS_CATEGORIES = ['new', 'active', 'done'] as const;
export type StatusCategory = (typeof STATUS_CATEGORIES)[number];

/** Only `public` ever crosses to Slack; `unknown` counts as internal. */
export type Visibility = 'public' | 'internal' | 'unknown';

/** A field of a ticket that agents set there, in the words of its system. */
export const SET_FIELDS = [
  'status',
  'priority',
  'impact',
  'urgency',
  'group',
  'assignee',
  'resolution',
] as const;
export type SetField = (typeof SET_FIELDS)[number];

/** A ticket as people know it; `id` never changes, `key` and `url` may. */
export interface TicketRef {
  readonly id: TicketId;
  readonly key: string;
  readonly url: string;
}

/** What a person filled into a form, by the field's id: one value, or several of a choice of many. */
export type FormAnswers = Readonly<Record<string, string | readonly string[]>>;

export interface TicketDraft {
  /** Where it lands: the queue's `target` from the configuration, parsed by the connector that owns it. */
  readonly target: unknown;
  readonly summary: string;
  readonly description: Doc;
  readonly kind: string;
  readonly priority: Priority;
  /** `account`: how the ticket system knows him, when he linked it; then the ticket is his where the system allows that. */
  readonly requester: {
    readonly name: string;
    readonly email: string | null;
    readonly account?: string | null;
  };
  /** Others who shall see it and hear of it, as far as the system finds them; the description names them anyhow. */
  readonly participants?: readonly WantedPerson[];
  /** Groups of customers who shall see it, by the system's ids. */
  readonly organizations?: readonly string[];
  /** To the form behind the target, when one was filled in. */
  readonly answers?: FormAnswers;
  /** Assignment group or team, by its name, over the target's own. */
  readonly group?: string;
  /** In fields of their own where the configuration names some, else in words. */
  readonly tags?: Tags;
  /** Why this queue: one sentence for the ticket. */
  readonly reason: string;
  /** Link back to the Slack thread; null while the request has none. */
  readonly permalink: string | null;
}

export interface TicketComment {
  readonly id: CommentId;
  readonly author: string;
  readonly body: Doc;
  readonly createdAt: Date;
  /** Changes with every edit; the same as `createdAt` where the system knows no edits. */
  readonly updatedAt: Date;
  readonly visibility: Visibility;
  /** Our marker when the system lets us read it back with the comment; null otherwise. */
  readonly marker: string | null;
}

export interface TicketFile {
  readonly id: AttachmentId;
  readonly name: string;
  readonly mime: string;
  /** In bytes. */
  readonly size: number;
  readonly author: string;
  readonly createdAt: Date;
  readonly visibility: Visibility;
}

/** How bad, and how soon: ServiceNow's two scales. */
export const LEVELS = ['high', 'medium', 'low'] as const;
export type Level = (typeof LEVELS)[number];

/** The fields of a ticket that both sides show, in the words of its own system; null where it has none. */
export interface TicketFields {
  readonly summary: string;
  readonly status: { readonly name: string; readonly category: StatusCategory };
  readonly resolution: string | null;
  readonly priority: string | null;
  readonly impact: string | null;
  readonly urgency: string | null;
  readonly assignee: string | null;
  readonly group: string | null;
  /** Fewer people may read it than its project (a security level); absent: as many. */
  readonly restricted?: boolean;
  /** Nothing goes on before the person who asked has answered; absent: it does, or nobody knows. */
  readonly waitsForRequester?: boolean;
}

/** What a re-read of a ticket shows: all of its comments and files, oldest first. */
export interface TicketSnapshot extends TicketRef, TicketFields {
  readonly updatedAt: Date;
  readonly comments: readonly TicketComment[];
  readonly files: readonly TicketFile[];
}

/** His own sign-in at a ticket system, so that he acts there as himself. `account`: its e-mail, user name or name. */
export type PersonalGrant = OwnSecret | OwnToken;

/** He gave us his API token or password. */
export interface OwnSecret {
  readonly account: string;
  readonly secret: Secret;
}

/** He consented at the vendor. */
export interface OwnToken {
  readonly account: string;
  readonly token: Token;
}

/** Who speaks. Without a grant the bridge writes his name and "via Slack"; never somebody else's. */
export interface Author {
  readonly name: string;
  readonly grant: PersonalGrant | null;
}

export interface CommentDraft {
  readonly ticket: TicketId;
  /** Null when it speaks for the bridge. */
  readonly author: Author | null;
  readonly body: Doc;
  readonly visibility: 'public' | 'internal';
  /** The Slack message that it mirrors, for people who read the ticket; null when there is none. */
  readonly source: { readonly ts: SlackTs; readonly permalink: string | null } | null;
  /** Of a message that is too long for one comment; null for a whole one. */
  readonly part: { readonly number: number; readonly of: number } | null;
  /**
   * For the proof alone: the account under which it was sent, null for the bridge's, whatever became of the author's sign-in
   * since. Absent: as the author.
   */
  readonly sentAs?: string | null;
}

/** A comment of ours with other words. `withdrawn`: the original is gone and `body` says so. */
export interface CommentRevision extends CommentDraft {
  readonly comment: CommentId;
  readonly withdrawn: boolean;
}

/** A file on its way, with everything that is known of it before it leaves. */
export interface FileDraft {
  readonly ticket: TicketId;
  readonly name: string;
  readonly mime: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  readonly author: Author | null;
  /** As for a comment. */
  readonly sentAs?: string | null;
  /** Files there that are known to be others: never the proof of this one, however alike. */
  readonly others?: ReadonlySet<string>;
  /** The content from its beginning; may be called again for another attempt. */
  open(): AsyncIterable<Uint8Array>;
}

/** A file that is being read from a vendor. Whoever gets one reads it to its end or throws. */
export interface OpenFile {
  readonly mime: string;
  /** In bytes, as the vendor announces it; null when it does not. */
  readonly size: number | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What somebody wants of a ticket's state. `open`: no longer done, in whatever state its workflow leads to from there. */
export const WANTED_STATUSES = [...STATUS_CATEGORIES, 'open'] as const;
export type WantedStatus = (typeof WANTED_STATUSES)[number];

/** Is what was wanted the case already? */
export function isReached(now: StatusCategory, wanted: WantedStatus): boolean {
  return wanted === 'open' ? now !== 'done' : now === wanted;
}

/** The categories that give what was wanted, the best first. */
export function waysTo(wanted: WantedStatus): readonly StatusCategory[] {
  return wanted === 'open' ? ['active', 'new'] : [wanted];
}

/** A person as a ticket system has to find him: by his account there when that is known, else by his address. */
export interface WantedPerson {
  readonly name: string;
  readonly email: string | null;
  readonly account: string | null;
}

/** What somebody wants a ticket's fields to be; absent is left as it is. `assignee` null: nobody. */
export interface WantedFields {
  readonly status?: WantedStatus;
  readonly priority?: Priority;
  readonly impact?: Level;
  readonly urgency?: Level;
  readonly assignee?: WantedPerson | null;
  /** Name of a group or team. */
  readonly group?: string;
  readonly summary?: string;
}
export type FieldName = keyof WantedFields;
export const FIELD_NAMES = [
  'status',
  'priority',
  'impact',
  'urgency',
  'assignee',
  'group',
  'summary',
] as const satisfies readonly FieldName[];

/**
 * A change of fields. The connector maps what is wanted to what this very ticket offers. A field that says neither what
 * is wanted nor what `before` says was changed by somebody else meanwhile: it is left.
 */
export interface TicketChange {
  readonly ticket: TicketId;
  readonly set: WantedFields;
  /** What whoever asked saw; null when nothing was known. */
  readonly before: TicketFields | null;
  /** How `set.status` is reached: by this step of the ticket's own workflow and no other. Absent: by whichever leads there. */
  readonly step?: WantedStep;
  readonly actor: Author;
}

/** A step that somebody chose, with what he said on its screen. */
export interface WantedStep {
  /** As the connector named it. */
  readonly id: string;
  /** Name of the state that it leads to. */
  readonly to: string;
  /** By the ids of its fields. */
  readonly answers: FormAnswers;
}

/** What was not changed, and why: one sentence for people, without secrets. Nothing is ever forced. */
export interface FieldLeft {
  readonly field: FieldName;
  readonly reason: string;
  /** What is wrong with single answers of a step, by the ids of its fields; absent where nobody says. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface WrittenFields {
  readonly left: readonly FieldLeft[];
}
