import type { Connector } from '../connectors/connector.ts';
import type { Doc } from '../model/doc.ts';
import type { ConnectorId, LinkId, SlackChannel, SlackTeam, SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Io } from '../model/io.ts';
import type { Log } from '../model/log.ts';
import type { Metrics } from '../model/metrics.ts';
import type { Outcome } from '../model/outcome.ts';
import type { OpenFile, SetField } from '../model/ticket.ts';
import type { TokenOf } from '../model/token.ts';
import type { RoleGroups } from '../people/roles.ts';
import type { Answers } from '../privacy/audience.ts';
import type { WeekDay } from '../routing/hours.ts';
import type { Classifier } from '../routing/route-request.ts';
import type { RoutingTable } from '../routing/table.ts';
import type { PendingList } from '../slack/out/approval-list.ts';
import type { ApprovalButtons, ApprovalShown } from '../slack/out/approval-shown.ts';
import type { AlikeOption, DecideForm, FormLook } from '../slack/out/approval-views.ts';
import type { KindQuestion } from '../slack/out/ask-kind.ts';
import type { AwayForm } from '../slack/out/away-view.ts';
import type { Card } from '../slack/out/card.ts';
import type { Home, HomeLook } from '../slack/out/home.ts';
import type { KnownBlocks } from '../slack/out/rich-text.ts';
import type { SlackOut } from '../slack/out/slack-out.ts';
import type { LinkCard } from '../slack/out/unfurl.ts';
import type { Store } from '../store/store.ts';
import type { TokenKey } from '../store/tokens.ts';
import type { Approving } from './approving.ts';
import type { FormRules } from './offered-forms.ts';
import type { Spooled } from './spool.ts';

/** A bucket of `burst`, refilled with `perSecond`. */
export interface Pace {
  readonly burst: number;
  readonly perSecond: number;
}

/** What the owner has decided, as far as flows need it. */
export interface Rules {
  readonly configHash: string;
  readonly channels: ReadonlySet<SlackChannel>;
  readonly responders: ReadonlySet<SlackUser>;
  readonly roles: RoleGroups;
  /** Where guests and people of other companies may ask. */
  readonly outsiders: ReadonlySet<SlackChannel>;
  /** How each channel wants its requests answered, by their kind. */
  readonly answers: ReadonlyMap<SlackChannel, Readonly<Record<string, Answers>>>;
  /** How long a message may still be kept from becoming a request, in milliseconds. */
  readonly holdMs: number;
  readonly bypassEmoji: string | null;
  /** With its slash. */
  readonly command: string;
  readonly routing: RoutingTable;
  /** Without one nothing but the table is asked. */
  readonly classifier?: Classifier;
  /** What people call the channels that are configured. */
  readonly channelNames?: ReadonlyMap<string, string>;
  readonly queues: ReadonlyMap<string, QueueRules>;
  /** By name; none when left out. */
  readonly forms?: ReadonlyMap<string, FormRules>;
  /** Whether links to tickets become cards. */
  readonly unfurlsLinks: boolean;
  /** When people who want so hear of everything at once. */
  readonly digest: DigestHours;
  readonly reopenDays: number;
  readonly inboxDays: number;
  /** How long after one alarm of a request the next of its kind counts, in milliseconds. */
  readonly alarmEveryMs: number;
  /** How fast each person, app and channel may send before it is made to wait; null: as it likes. No limits when left out. */
  readonly limits?: Readonly<Record<'person' | 'app' | 'channel', Pace | null>>;
  readonly files: {
    /** In bytes. */
    readonly largest: number;
    /** Endings of names in lower case, without the dot. */
    readonly refusedTypes: ReadonlySet<string>;
  };
}

interface DigestHours {
  /** Time of day, "09:00". */
  readonly at: string;
  readonly days: readonly WeekDay[];
  /** Of people whose own zone Slack does not tell. */
  readonly zone: string;
}

export interface QueueRules {
  readonly title: string;
  readonly connector: ConnectorId;
  readonly target: unknown;
  /** Where the queue's agents talk among themselves; null: nowhere. */
  readonly internalChannel: SlackChannel | null;
  /** Whether approvals that its ticket system asks for are brought to Slack; absent: not. */
  readonly nativeApprovals?: boolean;
  /** What of a ticket, when somebody sets it there, has to be decided first; absent: nothing. */
  readonly askWhen?: readonly AskWhen[];
}

export interface AskWhen {
  readonly field: SetField;
  /** In the words of the ticket system, in any case of letters. */
  readonly is: string;
  /** A kind of `approvals`. */
  readonly ask: string;
}

/** Something that is said in Slack, before it has Slack's looks. */
export interface Said {
  /** Whose words they are; null for the bridge's own. */
  readonly author: string | null;
  readonly body: Doc;
  /** Of a comment that is too long for one message; null for a whole one. */
  readonly part: { readonly number: number; readonly of: number } | null;
}

interface Look {
  readonly text: string;
  readonly blocks: KnownBlocks;
}

/** Everything that a flow may touch. main.ts puts it together; flows know only these faces. */
export interface World {
  /** The workspace that is served; of an organisation its own id. */
  readonly team: SlackTeam;
  readonly store: Store;
  readonly io: Io;
  readonly slack: SlackOut;
  /** How things look in Slack: pure, but Slack's own language, so it comes in from there. */
  readonly look: {
    card(card: Card): Look;
    home(home: Home): HomeLook;
    linkCard(card: LinkCard): KnownBlocks;
    message(said: Said): Look;
    notice(text: string): Look;
    kindQuestion(question: KindQuestion): Look;
    /** A notice with the button that opens the form of a request, or the step of its ticket, again. */
    fillAgain(text: string, link: LinkId, what: 'form' | 'step'): Look;
    /** `buttons` null: he can press nothing. */
    approvalCard(shown: ApprovalShown, buttons: ApprovalButtons | null): Look;
    pendingList(list: PendingList): KnownBlocks;
    /** What is decided about, with the decision below. */
    decideForm(form: DecideForm): FormLook;
    awayForm(form: AwayForm): FormLook;
    alikeForm(title: string, alike: readonly AlikeOption[]): FormLook;
    /** A sentence in the place of a form. */
    formNotice(text: string): FormLook;
    /** What stands where a deleted comment stood. */
    tombstone(author: string | null, key: string): Look;
    /** Characters of plain text that surely fit into one message. */
    readonly longest: number;
  };
  /** The same words without the secrets in them. */
  readonly withoutSecrets: (text: string) => string;
  /** Reads the stored bytes of a Slack delivery; what cannot be read is `ignored`, never an error. */
  readonly interpret: (body: Uint8Array) => Promise<Intake>;
  readonly connectors: ReadonlyMap<ConnectorId, Connector>;
  /** Sign-ins that renew themselves. */
  readonly tokenOf: TokenOf;
  /** Where people can sign in themselves, and a one-time link for it; absent where nobody can. */
  readonly connecting?: {
    readonly systems: ReadonlySet<ConnectorId>;
    invite(key: TokenKey): Promise<{ readonly url: string; readonly hours: number } | null>;
  };
  readonly rules: Rules;
  /** Reads the questions of a form anew, soon; absent where nobody opens forms. */
  readonly renewForm?: (name: string) => void;
  /** Absent where the owner has not set approvals up: then a route that wants one only says so on the ticket. */
  readonly approvals?: Approving;
  /** Where a file lies while it is on its way; on this machine's disk when nobody says otherwise. */
  readonly spool?: (file: OpenFile, largest: number) => Promise<Outcome<Spooled>>;
  /** Wakes whoever serves this shard. */
  readonly ring: (shard: number) => void;
  /** Slack says that something about its grant changed; absent where one workspace is served with a fixed token. */
  readonly grantChanged?: () => void;
  readonly metrics: Metrics;
  readonly log: Log;
}
