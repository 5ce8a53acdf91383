import type {
  CommentId,
  ConnectorId,
  LinkId,
  Marker,
  OperationId,
  SlackChannel,
  SlackTeam,
  SlackTs,
  SlackUser,
  TicketId,
} from './ids.ts';
import type { Priority, StatusCategory, Visibility, WantedStatus } from './ticket.ts';

export type LinkStatus = 'provisional' | 'live' | 'closed' | 'parked';

/** What the routing table decided for a request. */
export interface Route {
  readonly kind: string;
  readonly queue: string;
  readonly connector: ConnectorId;
  readonly priority: Priority;
  readonly privacy: 'thread' | 'private';
  readonly rule: string;
  readonly reason: string;
}

/** What the person asked for, in his words. */
export interface RequestText {
  readonly summary: string;
  readonly details: string;
}

/** A place in Slack where the conversation of a link is held. */
export interface Conversation {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  readonly root: SlackTs;
}

/** The current ticket of a link; `id` is null from the reservation until the ticket system has answered. */
export interface LinkedTicket {
  readonly generation: number;
  readonly connector: ConnectorId;
  readonly id: TicketId | null;
  readonly key: string | null;
  readonly url: string | null;
  readonly summary: string | null;
  readonly status: { readonly name: string; readonly category: StatusCategory } | null;
  readonly assignee: string | null;
  readonly priority: string | null;
  readonly updatedAt: Date | null;
  readonly commentsSince: Date | null;
}

export interface Link {
  readonly id: LinkId;
  readonly status: LinkStatus;
  readonly team: SlackTeam;
  readonly requester: SlackUser;
  /** Where the bot speaks: in the thread that opened the request, or in a direct message with the requester. */
  readonly home: 'thread' | 'dm';
  /** Null while a direct message has not been opened yet. */
  readonly conversation: Conversation | null;
  readonly route: Route | null;
  readonly request: RequestText | null;
  readonly ticket: LinkedTicket | null;
  readonly card: { readonly channel: SlackChannel; readonly ts: SlackTs } | null;
  /** Hash of what the card shows; null before the first card. */
  readonly cardShown: string | null;
  readonly parkedReason: string | null;
  readonly closedAt: Date | null;
  /** Raised by every hint; `seen` is the value that the last plan knew. */
  readonly stale: number;
  readonly seen: number;
}

/** A mirrored thing inside a link, by both of its native ids. */
export interface Item {
  readonly id: string;
  readonly origin: 'slack' | 'ticket';
  readonly slackTs: string | null;
  readonly commentId: string | null;
  readonly atMicros: number;
  readonly visibility: Visibility;
}

/** An item as it is seen for the first time. */
export interface NewItem {
  readonly origin: 'slack' | 'ticket';
  readonly slackChannel: string | null;
  readonly slackTs: string | null;
  readonly commentId: string | null;
  readonly atMicros: number;
  /** It came after a later one of its side had been mirrored. */
  readonly late: boolean;
  readonly visibility: Visibility;
}

export type Lane = 'slack' | 'ticket';

/** What an operation does; the part that is sealed in the outbox. Names of people are written in when it is planned. */
export type OperationBody =
  /** Post the card, or edit it to what is true when it runs. */
  | { readonly kind: 'card' }
  /** Say something in Slack: a comment of the ticket (with its id and author), or a notice of ours. */
  | {
      readonly kind: 'post';
      readonly author: string | null;
      readonly text: string;
      readonly comment: CommentId | null;
      /** `origin`: in the thread where a request began that has moved to a direct message. */
      readonly where: 'conversation' | 'origin';
    }
  | {
      readonly kind: 'create';
      /** The queue's target as it was when the request was routed: its proof is looked for there, too. */
      readonly target: unknown;
      readonly summary: string;
      readonly description: string;
      readonly requester: { readonly name: string; readonly email: string | null };
    }
  | {
      readonly kind: 'comment';
      readonly author: string;
      readonly text: string;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
    }
  | { readonly kind: 'write'; readonly status: WantedStatus; readonly actor: string };

export interface Operation {
  readonly id: OperationId;
  readonly lane: Lane;
  readonly seq: number;
  readonly itemId: string | null;
  readonly marker: Marker;
  readonly body: OperationBody;
  readonly state: 'ready' | 'sending' | 'parked';
  /** For a parked one: nothing behind it in its lane may run. */
  readonly blocks: boolean;
  readonly attempt: number;
  readonly dueInMs: number;
  readonly startedAt: Date | null;
  /** Milliseconds since `not_after` passed; negative before. Null unless sending. */
  readonly overdueMs: number | null;
}

/** An operation as a plan asks for it. */
export interface NewOperation {
  readonly lane: Lane;
  readonly itemId: string | null;
  readonly body: OperationBody;
}
