import type { CommentId, SlackTs, TicketId } from './ids.ts';

export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The three meanings that every workflow shares, whatever its states are called. */
export const STATUS_CATEGORIES = ['new', 'active', 'done'] as const;
export type StatusCategory = (typeof STATUS_CATEGORIES)[number];

/** Only `public` ever crosses to Slack; `unknown` counts as internal. */
export type Visibility = 'public' | 'internal' | 'unknown';

/** A ticket as people know it; `id` never changes, `key` and `url` may. */
export interface TicketRef {
  readonly id: TicketId;
  readonly key: string;
  readonly url: string;
}

export interface TicketDraft {
  /** Where it lands: the queue's `target` from the configuration, parsed by the connector that owns it. */
  readonly target: unknown;
  readonly summary: string;
  /** Plain text with line breaks. */
  readonly description: string;
  readonly kind: string;
  readonly priority: Priority;
  readonly requester: { readonly name: string; readonly email: string | null };
  /** Why this queue: one sentence for the ticket. */
  readonly reason: string;
  /** Link back to the Slack thread; null while the request has none. */
  readonly permalink: string | null;
}

export interface TicketComment {
  readonly id: CommentId;
  readonly author: string;
  /** Plain text with line breaks. */
  readonly text: string;
  readonly createdAt: Date;
  readonly visibility: Visibility;
  /** Our marker when the system lets us read it back with the comment; null otherwise. */
  readonly marker: string | null;
}

/** What a re-read of a ticket shows. `comments` holds those created since the asked time, oldest first. */
export interface TicketSnapshot extends TicketRef {
  readonly summary: string;
  readonly status: { readonly name: string; readonly category: StatusCategory };
  readonly assignee: string | null;
  readonly priority: string | null;
  readonly updatedAt: Date;
  readonly comments: readonly TicketComment[];
}

export interface CommentDraft {
  readonly ticket: TicketId;
  /** Who said it, as a name for people to read; null when it speaks for the bridge. */
  readonly author: string | null;
  readonly text: string;
  readonly visibility: 'public' | 'internal';
  /** The Slack message that it mirrors, for people who read the ticket; null when there is none. */
  readonly source: { readonly ts: SlackTs; readonly permalink: string | null } | null;
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

/** A change of state. The connector maps what is wanted to a transition or a state of this very ticket. */
export interface TicketChange {
  readonly ticket: TicketId;
  readonly status: WantedStatus;
  /** Who asked for it, as a name for people to read. */
  readonly actor: string;
}
