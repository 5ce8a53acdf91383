import type { AnswerApproval, ApprovalId } from './approval.ts';
import type { ApprovalReader } from './approval-act.ts';
import type { Doc } from './doc.ts';
import type { TypedForm } from './form.ts';
import type {
  AttachmentId,
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
import type { NamedPerson, SlackFile } from './intake.ts';
import type { RouteYields, Tags } from './route.ts';
import type { ChosenStep, RefusedStep } from './step.ts';
import type { FormAnswers, Priority, TicketFields, WantedFields, WantedStatus } from './ticket.ts';

/**
 * What holds a parked link up: a stopped operation, a ticket that is gone, a loop, a sign-in that is refused, or a workspace
 * that took its grant back.
 */
export const PARKED_WHYS = ['operation', 'gone', 'loop', 'sign-in', 'install'] as const;
export type ParkedWhy = (typeof PARKED_WHYS)[number];

export type LinkStatus = 'provisional' | 'live' | 'closed' | 'parked';

/** What the routing table decided for a request. */
export interface Route extends RouteYields {
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
  readonly details: Doc;
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
  /** As they were at the last reading; null before the first one. */
  readonly fields: TicketFields | null;
  readonly updatedAt: Date | null;
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
  /** The agents' own thread about this request, where the configuration asks for one; what is said there is internal. */
  readonly internal: Conversation | null;
  readonly route: Route | null;
  readonly request: RequestText | null;
  readonly ticket: LinkedTicket | null;
  readonly card: { readonly channel: SlackChannel; readonly ts: SlackTs } | null;
  /** Hash of what the card shows; null before the first card. */
  readonly cardShown: string | null;
  readonly parkedReason: string | null;
  readonly parkedWhy: ParkedWhy | null;
  /** It looked like a loop, and its time of rest is not over. */
  readonly resting: boolean;
  readonly closedAt: Date | null;
  /** A change of status that somebody made from Slack and that no reading has confirmed yet: it is no news to him. */
  readonly ownChange: { readonly status: WantedStatus; readonly by: SlackUser; readonly at: Date } | null;
  /** The oldest thing that has waited for minutes to be carried over, and where to; null while all goes well. */
  readonly waits: { readonly lane: Lane; readonly since: Date } | null;
  /** Why something could not be shown in Slack; null when everything could. */
  readonly missing: string | null;
  /** Raised by every hint; `seen` is the value that the last plan knew. */
  readonly stale: number;
  readonly seen: number;
}

/** What people say of a request beside what they ask for: it cannot wait, or a person shall take it. */
export type AlarmKind = 'escalate' | 'want-human';

export type Lane = 'slack' | 'ticket';

/** What is known of a file since it was sent: enough to find it again, also when its original is gone. */
export interface SentFile {
  /** In bytes. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
}

/** What an operation does; the part that is sealed in the outbox. Names of people are written in when it is planned. */
export type OperationBody =
  /** Post the card, or edit it to what is true when it runs. */
  | { readonly kind: 'card' }
  /** A notice of ours in Slack. */
  | {
      readonly kind: 'post';
      readonly text: string;
      /**
       * `origin`: in the thread where a request began that has moved to a direct message. `internal`: among the agents.
       */
      readonly where: 'conversation' | 'origin' | 'internal';
      /** Where the thing is that it tells of. */
      readonly link?: { readonly label: string; readonly url: string };
      /** Buttons below it, one for each kind; an empty kind: none of them. */
      readonly kinds?: readonly { readonly kind: string; readonly label: string }[];
      /** A button below it that opens the form of the request again. */
      readonly fillAgain?: true;
      /** A button below it that opens this step of the ticket again. */
      readonly stepAgain?: RefusedStep;
    }
  /** Opens the agents' own thread about this request. */
  | { readonly kind: 'open-internal'; readonly channel: SlackChannel }
  /** A few words that only one person sees, once at most: what was asked of the card's menu. */
  | {
      readonly kind: 'whisper';
      readonly user: SlackUser;
      /** Where he asked; null where nobody knows that: then it is a direct message. */
      readonly channel: SlackChannel | null;
      readonly text: string;
    }
  /**
   * Makes part `part` of a comment's copy in Slack show what the comment says when this runs: posts it, edits it, or takes
   * it away when the comment is gone or no longer public.
   */
  | { readonly kind: 'say'; readonly comment: CommentId; readonly part: number }
  /** A file of the ticket into the conversation, or out of it again when it is gone. */
  | {
      readonly kind: 'share';
      readonly file: AttachmentId;
      readonly name: string;
      readonly mime: string;
      readonly size: number;
      readonly sent?: SentFile;
    }
  | {
      readonly kind: 'create';
      /** The queue's target as it was when the request was routed: its proof is looked for there, too. */
      readonly target: unknown;
      readonly summary: string;
      readonly description: Doc;
      readonly requester: { readonly name: string; readonly email: string | null };
      /** Others who shall hear of it; absent: nobody. */
      readonly participants?: readonly NamedPerson[];
      /** What was filled into a form; people of Slack still as `<@U…>`. */
      readonly answers?: FormAnswers;
      /** Ids of the answers in which a person of Slack may stand; absent: all. */
      readonly peopleIn?: readonly string[];
      /** What was typed into a form that asks what the ticket system asks: for whoever has to correct it. */
      readonly typed?: TypedForm;
      /** Over the target's own; absent: that one. */
      readonly group?: string;
      readonly tags?: Tags;
      /** The request lay on another ticket before, which is told and closed when this one is there. */
      readonly moved?: {
        readonly connector: ConnectorId;
        readonly ticket: TicketId;
        readonly key: string;
        /** Title of the new queue. */
        readonly queue: string;
        readonly actor: string;
      };
    }
  /** A few words of the bridge on the ticket; an internal comment when it is not said otherwise. */
  | { readonly kind: 'note'; readonly text: string; readonly visibility?: 'public' }
  /** The ticket that a request has left is told where it went, or with `words` null closed. */
  | {
      readonly kind: 'retire';
      readonly connector: ConnectorId;
      readonly ticket: TicketId;
      readonly key: string;
      readonly words: string | null;
    }
  /** News to one person who watches the request, in a direct message with a link to the thread. */
  | {
      readonly kind: 'tell';
      readonly user: SlackUser;
      readonly text: string;
      /** To somebody who answers requests: it reaches him at once, whether he watches or not. */
      readonly alarm?: true;
    }
  /** Makes part `part` of a message's comment say this: adds it, or changes the one that is there. */
  | {
      readonly kind: 'comment';
      readonly author: string;
      /** Whose words they are; null for a bot. */
      readonly by: SlackUser | null;
      readonly body: Doc;
      readonly part: number;
      readonly of: number;
      readonly visibility: 'public' | 'internal';
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      /** The message is gone, and `body` says so: nothing is added for its sake. */
      readonly withdrawn: boolean;
      /** Its author's own account may not do this: the bridge does it, and names him. */
      readonly asBridge?: true;
      /** The account under which it was sent last, null for the bridge's: its proof is looked for there. Absent: not sent. */
      readonly sentAs?: string | null;
    }
  /** A file of a message onto the ticket; `withdrawn`: off it again. */
  | {
      readonly kind: 'attach';
      readonly author: string;
      readonly by: SlackUser | null;
      readonly file: SlackFile;
      readonly withdrawn: boolean;
      readonly asBridge?: true;
      /** As for a comment. */
      readonly sentAs?: string | null;
      readonly sent?: SentFile;
    }
  | {
      readonly kind: 'write';
      readonly set: WantedFields;
      readonly before: TicketFields | null;
      readonly actor: string;
      readonly by: SlackUser;
      /** The reaction that asked for it. */
      readonly because?: string;
      /** The step by which the status is to be reached. */
      readonly step?: ChosenStep;
      /** It follows from what somebody did, and he did not ask for it in so many words: so it is told. */
      readonly implied: boolean;
    }
  /** Posts the card of a request for a decision, or edits the one that is there. `anew`: also when it says the same. */
  | {
      readonly kind: 'approval-card';
      readonly approval: ApprovalId;
      readonly to: ApprovalReader;
      readonly anew?: true;
    }
  /** What was approved, done once: see flows/run-approved.ts. */
  | {
      readonly kind: 'run-approved';
      readonly approval: ApprovalId;
      readonly round: number;
      readonly step: number;
    }
  | AnswerApproval
  /** Shows the thread among the links of the ticket, with what is true of the request when this runs. */
  | { readonly kind: 'backlink' };

/** The body of one kind of operation. */
export type BodyOf<K extends OperationBody['kind']> = Extract<OperationBody, { kind: K }>;

/** What is older and gone from Slack was taken by the workspace's own retention, for all we know; tickets keep it. */
export const RETENTION_MS = 8 * 86_400_000;

/** The reason of what an operator skipped: whoever looks later knows that it was meant. */
export const GIVEN_UP = 'skipped by an operator';

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
  /** It waits so long before it runs, in milliseconds; absent: not at all. */
  readonly afterMs?: number;
  readonly itemId: string | null;
  readonly body: OperationBody;
}
