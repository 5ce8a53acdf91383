import type { CommentId, DeliveryId, OperationId, SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Item } from '../model/item.ts';
import type { AlarmKind, BodyOf, Lane, Link, Operation } from '../model/link.ts';
import type { Priority, TicketSnapshot } from '../model/ticket.ts';
import type { Readers } from '../texts/card-answers.ts';

/** The ticket as it was just read. */
export interface TicketReading {
  readonly snapshot: TicketSnapshot;
  /** Comments that we know and the reading lacks, and that a second look found to be gone for good. */
  readonly gone: ReadonlySet<CommentId>;
}

/** What the world shows at one moment, as far as one link is concerned. */
export interface Observed {
  /** Slack deliveries that nobody has planned yet, in the order in which they came. */
  readonly deliveries: readonly {
    readonly id: DeliveryId;
    readonly intake: Intake;
    /** Nobody told us when it was written: a repair found it later. */
    readonly found?: boolean;
  }[];
  /** Null when there was no reason to read the ticket, `gone` when it is not there any more. */
  readonly ticket: TicketReading | 'gone' | null;
}

export interface KnownPerson {
  readonly name: string;
  readonly email: string | null;
  /** His account in the ticket's system, when he linked it. */
  readonly account: string | null;
}

/** Something that has not been carried over, and why. */
interface Waiting {
  readonly lane: Lane;
  readonly kind: string;
  readonly state: 'ready' | 'sending' | 'parked';
  readonly blocks: boolean;
  readonly since: Date;
  readonly nextAt: Date;
  /** Why a stopped one stopped, or why the place where it goes is not asked at the moment. */
  readonly reason: string | null;
}

/** What a link waits for and since when: what a receipt tells beside the ledger. */
export interface Outlook {
  readonly waiting: readonly Waiting[];
  readonly parkedSince: Date | null;
  /** Sides that do not answer at the moment, so nobody knows what is new there. */
  readonly away: readonly { readonly lane: Lane; readonly reason: string }[];
  /** The thread has to be read again and was not yet. */
  readonly threadDue: boolean;
  /** Things that an operator skipped. */
  readonly givenUp: number;
  /** When the ticket was read last. */
  readonly readAt: Date | null;
}

/** What may travel, decided by the owner and by what the systems take. */
export interface Limits {
  /** Characters of plain text in one message or comment. */
  readonly longest: Readonly<Record<Lane, number>>;
  /** Bytes of one file, by where it goes. */
  readonly largest: Readonly<Record<Lane, number>>;
  /** Why no file at all goes onto this ticket; null where files can. */
  readonly noFiles: string | null;
  /** Endings of file names that are never copied, in lower case, without the dot. */
  readonly refusedTypes: ReadonlySet<string>;
}

/** A file that may stand on the ticket without our knowing its id. */
export interface GivenUpFile {
  readonly operation: OperationId;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** It can have arrived between these two, by our clock. */
  readonly from: Date;
  readonly to: Date;
}

/** What a reaction had changed. */
export interface Reacted {
  readonly done: BodyOf<'write'>;
  /** The ticket says still what it made of it; of a state the plan sees that itself. */
  readonly stands: boolean;
}

/** An approval of the request is open, and its ticket stands still meanwhile. */
export interface Deciding {
  /** Whom it was asked of; empty where that is not for everybody, or where it is decided and being done. */
  readonly names: readonly string[];
  readonly isDecided: boolean;
}

/** When each was raised last, and who hears of the next. */
export interface Alarms {
  readonly everyMs: number;
  readonly last: ReadonlyMap<AlarmKind, Date>;
  /** By name, where the agents have no channel of their own. */
  readonly responders: readonly SlackUser[];
}

/** What we know already, and what the decision needs from outside. */
export interface Known {
  readonly link: Link;
  readonly items: readonly Item[];
  readonly open: readonly Operation[];
  /** Comment ids, attachment ids and markers that are our own doing: how an echo is known. */
  readonly ours: ReadonlySet<string>;
  /** A file of ours may stand on the ticket without our knowing its id, and no marker would tell. */
  readonly fileInDoubt: boolean;
  /** Files of ours that an operator gave up while nobody knew whether they had arrived: one that looks so is ours. */
  readonly givenUp: readonly GivenUpFile[];
  readonly people: ReadonlyMap<SlackUser, KnownPerson>;
  /** People beside the requester who may change the ticket from Slack. */
  readonly responders: ReadonlySet<string>;
  /** Guests and people of other companies among those who ask for a change; absent: none. */
  readonly outsiders?: ReadonlySet<string>;
  /** Those among them of whom Slack refuses to say what they are; absent: none. */
  readonly unverified?: ReadonlySet<string>;
  /** Who reads along; looked up only where somebody asks. */
  readonly audience?: Pick<Readers, 'channel' | 'others' | 'internal' | 'answers'>;
  readonly limits: Limits;
  /** Who asked to hear of it beside the requester. */
  readonly watchers: ReadonlySet<SlackUser>;
  /** What people call the queue; its name where the configuration has none. */
  readonly queueTitle: string;
  /** The ticket can show the thread among its links. */
  readonly pointsBack: boolean;
  readonly reopenDays: number;
  readonly now: Date;
  /** What reactions that were taken away had changed, by their subject; read only when there are such. */
  readonly reacted?: ReadonlyMap<string, Reacted>;
  /** What names of priorities of this ticket mean, as its system says; asked only where something depends on it. */
  readonly priorities?: ReadonlyMap<string, Priority>;
  /** Read only when somebody wants the ticket changed; absent: no approval is open. */
  readonly deciding?: Deciding;
  /** Read only when somebody says that it cannot wait, or that he wants a person. */
  readonly alarms?: Alarms;
  /** Read only when somebody asked for a receipt. */
  readonly outlook?: Outlook;
}
