import type { SlackChannel } from './ids.ts';
import type { Visibility } from './ticket.ts';

/** What we made of an item on the other side; a long one has several parts. */
export interface Copy {
  /** 1 for the first. */
  readonly part: number;
  /** Slack ts or file id, or the id of a comment or attachment. */
  readonly nativeId: string;
  /** Slack channel of a copy in Slack. */
  readonly channel: SlackChannel | null;
}

/** An item as it is seen for the first time. */
export interface NewItem {
  readonly kind: 'message' | 'file';
  readonly origin: 'slack' | 'ticket';
  /** Slack ts or file id, or the id of a comment or attachment. */
  readonly nativeId: string;
  /** Slack channel of an item from Slack. */
  readonly channel: SlackChannel | null;
  /** The message that a file from Slack hangs on. */
  readonly parent: string | null;
  /** The message that the ticket was opened from: its words are the ticket's description. */
  readonly opens: boolean;
  readonly atMicros: number;
  /** It came after a later one of its side had been mirrored. */
  readonly late: boolean;
  readonly visibility: Visibility;
  /** Its own system's stamp of the version that was seen last; null for one that was never edited. */
  readonly stamp: string | null;
  /** Also when it was gone before we could carry it over. */
  readonly gone: boolean;
}

/** A mirrored thing inside a link: a message or comment, or a file of one, by the id of its own system. */
export interface Item extends NewItem {
  readonly id: string;
  readonly copies: readonly Copy[];
}

/** What became known of an item later. */
export interface ItemChange {
  readonly visibility: Visibility;
  readonly stamp: string | null;
  readonly gone: boolean;
}
