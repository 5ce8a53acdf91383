import type { LinkId, SlackChannel, SlackTs } from '../model/ids.ts';
import type { Item } from '../model/item.ts';
import type { Lane, Link } from '../model/link.ts';
import type { TicketFields, Visibility } from '../model/ticket.ts';

/** What is promised; the numbers are those of docs/promises.md. */
export const INVARIANTS = [
  /** Nothing that was acknowledged is lost. */
  'I1',
  /** Every message of a person is exactly one comment, and every public comment exactly one message. */
  'I2',
  /** Order is kept per lane; what arrived late is marked. */
  'I3',
  /** One thread is one ticket. */
  'I4',
  /** What we wrote is never taken for somebody's words, and the bridge comes to rest. */
  'I5',
  /** Nothing is done twice that was asked for once. */
  'I6',
  /** Both sides agree. */
  'I7',
  /** Nothing that is not public crosses. */
  'I8',
  /** Everything is done, waits for a time, or is parked with a reason. */
  'I9',
  /** What was done stands in the audit. */
  'I10',
  /** One bad item delays its own thread only. */
  'I11',
  /** A state never moves backwards. */
  'I12',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly link: LinkId | null;
  /** One sentence with ids; words of people only where a sandbox put them in. */
  readonly what: string;
  /** A copy that the ledger says was made is not there: on a live system somebody with the right to do so took it away. */
  readonly takenAway?: true;
}

/** The whole bridge at one moment, as plain values: what a database and the systems on both sides show. */
export interface WorldView {
  readonly now: Date;
  readonly links: readonly LinkView[];
  /** Accepted deliveries that nobody has finished. */
  readonly undone: readonly UndoneDelivery[];
  /** Tickets that carry a marker of ours and that no link knows; empty when nobody looked. */
  readonly strayTickets: readonly string[];
  /** What only a sandbox can know; null for a real world. */
  readonly truth: Truth | null;
}

export interface UndoneDelivery {
  readonly id: string;
  readonly link: LinkId | null;
  readonly state: 'new' | 'waiting' | 'sorted';
  readonly reason: string | null;
  readonly receivedAt: Date;
}

export interface Truth {
  /** Everything that was ever shown in Slack by us, gone or not. */
  readonly shown: readonly string[];
  /** Words that were never public: they must never have been shown. */
  readonly secrets: readonly string[];
  /** Words that their author has changed or taken back: no copy of ours may say them in the end. */
  readonly retracted: readonly string[];
}

export interface LinkView {
  readonly link: Link;
  readonly items: readonly Item[];
  readonly operations: readonly OperationView[];
  /** How often which kind of event stands in the audit; null when nobody looked. */
  readonly audit: ReadonlyMap<string, number> | null;
  /** All places of the link together, in the order of ts; null when nobody looked. */
  readonly messages: readonly MessageView[] | null;
  /** Null when nobody looked, or there is none yet. */
  readonly ticket: TicketView | 'gone' | null;
  /** What people asked for, and what they were told; null when nobody counted. */
  readonly asked: Asked | null;
  /** `updatedAt` of the ticket each time that its state was saved; empty when nobody noted it. */
  readonly readings: readonly Date[];
}

export interface Asked {
  /** Buttons and forms of the card. */
  readonly changes: number;
  readonly receipts: number;
  /** Messages: one in a closed request opens it again. */
  readonly messages: number;
  /** Words that one person alone was shown. */
  readonly whispers: number;
}

export interface OperationView {
  readonly id: string;
  readonly lane: Lane;
  readonly seq: number;
  readonly kind: string;
  readonly itemId: string | null;
  /** Of what it makes on the other side. */
  readonly marker: string;
  readonly state: 'ready' | 'sending' | 'done' | 'parked' | 'skipped';
  readonly blocks: boolean;
  readonly reason: string | null;
  readonly remoteId: string | null;
  /** It was parked at some time: where it stands now tells nothing of the order. */
  readonly stopped: boolean;
  readonly nextAt: Date;
}

export interface FileView {
  readonly id: string;
  /** In lower-case hex; null when nobody read the content. */
  readonly sha256: string | null;
  /** False when a rule keeps it on its side. */
  readonly mayGo: boolean;
}

export interface MessageView {
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  readonly by: 'person' | 'bot' | 'us';
  /** Said in the agents' own thread. */
  readonly internal: boolean;
  /** Everything that a reader sees, without markup. */
  readonly text: string;
  readonly marker: string | null;
  readonly files: readonly FileView[];
  /** A tombstone: the message is gone, its thread goes on. */
  readonly gone: boolean;
}

export interface CommentView {
  readonly id: string;
  /** Written by the bridge, known by its marker or by its id; never by its author or words. */
  readonly ours: boolean;
  readonly text: string;
  readonly visibility: Visibility;
  readonly marker: string | null;
  /** The entry that it corrects, where a journal cannot be changed. */
  readonly corrects: string | null;
}

export interface TicketFileView extends FileView {
  readonly ours: boolean;
  readonly visibility: Visibility;
}

export interface TicketView {
  /** Oldest first, as the ticket shows them. */
  readonly comments: readonly CommentView[];
  readonly files: readonly TicketFileView[];
  readonly fields: TicketFields;
  readonly updatedAt: Date;
}
