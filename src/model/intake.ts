import type { ApprovalAct, ApprovalPlace } from './approval-act.ts';
import type { Doc } from './doc.ts';
import type { FilledForm } from './form.ts';
import type { ConnectorId, LinkId, SlackChannel, SlackFileId, SlackTeam, SlackTs, SlackUser } from './ids.ts';
import type { NoticeChoice } from './notice.ts';
import type { Door } from './route.ts';
import type { ChosenStep } from './step.ts';
import type { FormAnswers, Level, Priority, StatusCategory } from './ticket.ts';

/** A file that hangs on a message. In shared channels Slack may tell the id alone; the rest is asked for later. */
export interface SlackFile {
  readonly id: SlackFileId;
  readonly name: string;
  readonly mime: string;
  /** In bytes; null when Slack did not say. */
  readonly size: number | null;
  /** Where people open it; null when Slack did not say. */
  readonly permalink: string | null;
}

/** Somebody of Slack with what a ticket says of him. */
export interface NamedPerson {
  readonly user: SlackUser;
  readonly name: string;
  readonly email: string | null;
}

export interface SlackMessage {
  readonly team: SlackTeam;
  readonly channel: SlackChannel;
  readonly ts: SlackTs;
  /** The root of the thread that this message belongs to; its own ts when it starts one. */
  readonly root: SlackTs;
  /** Who wrote it; for a bot its user, or its bot id. */
  readonly user: SlackUser;
  /** The name under which a bot wrote it; null for a person. */
  readonly bot: string | null;
  readonly body: Doc;
  readonly files: readonly SlackFile[];
  /** Slack's stamp of the last edit; null for a message as it was first written. */
  readonly edited: string | null;
  /** Kinds of secrets that were taken out of it ("a password"); absent: none. */
  readonly redacted?: readonly string[];
}

/** What a person wants changed from Slack; absent is left as it is. */
export interface AskedFields {
  readonly status?: StatusCategory;
  readonly priority?: Priority;
  readonly impact?: Level;
  readonly urgency?: Level;
  readonly assignee?: SlackUser | null;
  readonly group?: string;
  readonly summary?: string;
}

/** `id`: a ticket's key or number, or an id of ours. */
export type DeskQuestion =
  | { readonly about: 'mine' }
  /** `tag`: what the list is narrowed down to; null: all of it. */
  | { readonly about: 'pending'; readonly tag: string | null }
  | { readonly about: 'status'; readonly id: string };

/** What one Slack delivery means to us, however it came in. Everything not listed is `ignored`, with its type counted. */
export type Intake =
  /** A person wrote in a channel or thread; `direct` in a direct message with the bot. */
  | { readonly kind: 'message'; readonly message: SlackMessage; readonly direct: boolean }
  /** A message says something else now. `message.edited` tells this edit from others. */
  | { readonly kind: 'edited'; readonly message: SlackMessage }
  /** A message is gone; a root with replies leaves a tombstone in Slack and the thread goes on. */
  | {
      readonly kind: 'deleted';
      readonly team: SlackTeam;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly root: SlackTs;
    }
  /** One of our own posts came back; `marker` when its metadata travelled along. */
  | {
      readonly kind: 'own-message';
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly marker: string | null;
    }
  /** A person used "Open request" on a message; the thread of that message becomes the request. */
  | {
      readonly kind: 'open-from-message';
      readonly message: SlackMessage;
      readonly by: SlackUser;
      /** Another door than the shortcut, when the message had to be read first. */
      readonly door?: Door;
      readonly execution?: string;
      /** A person shall take it, whatever the table would do with it. */
      readonly human?: true;
    }
  /**
   * A person asked for a request of a message whose words the call does not carry: with an emoji, by a mention in its
   * thread, with a button. Whoever reads the message finds the root of its thread.
   */
  | {
      readonly kind: 'open-from-mark';
      readonly team: SlackTeam;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly by: SlackUser;
      readonly door: Door;
      /** The step of a workflow that waits for the ticket; null when nothing does. */
      readonly execution: string | null;
    }
  /** The author of a message does not want it to become a request. */
  | { readonly kind: 'bypass'; readonly channel: SlackChannel; readonly ts: SlackTs }
  /** A person mentioned us and said nothing else. */
  | {
      readonly kind: 'ask-help';
      readonly team: SlackTeam;
      readonly channel: SlackChannel;
      readonly root: SlackTs;
      readonly by: SlackUser;
    }
  /** A person submitted the form of /desk. `submission` identifies this very form, also when it is sent twice. */
  | {
      readonly kind: 'open-from-form';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly submission: string;
      readonly summary: string;
      readonly details: string;
      /** The other fields of the form by name, for the routing table. */
      readonly fields: Readonly<Record<string, string>>;
      /** The channel in which the command was typed, for the routing table; null when unknown. */
      readonly channel: SlackChannel | null;
      /**
       * To the form behind the queue's target, by the ids of its fields (`connector.can.catalog.form`). An answer, or one of
       * several, that is a person of Slack is written `<@U…>`, as Slack writes him: the flow puts in whom the system knows.
       */
      readonly answers: FormAnswers;
      /** For whom it is; null: for `by` himself. */
      readonly onBehalfOf: SlackUser | null;
      /** Others who shall hear of it. */
      readonly participants: readonly SlackUser[];
      /** It becomes at least of high priority. */
      readonly urgent: boolean;
      /** They go onto the ticket like those of a message. */
      readonly files: readonly SlackFile[];
      /** The form of the owner that was filled in, with its questions; absent for the short form. */
      readonly filled?: Omit<FilledForm, 'name'> & { readonly name: string | null };
      /** The request whose form was refused, and is corrected by this one; absent: a new request. */
      readonly again?: LinkId;
      readonly redacted?: readonly string[];
      /** A step of a workflow filled it in, and waits for the ticket. */
      readonly execution?: string;
    }
  /** A step of a workflow that says too little. */
  | { readonly kind: 'step-unreadable'; readonly execution: string }
  /** Somebody asked behind the command for what only the database knows. */
  | {
      readonly kind: 'ask-desk';
      readonly by: SlackUser;
      readonly channel: SlackChannel;
      readonly question: DeskQuestion;
      /** Slack's own address for the answer, for half an hour; null when it gave none. */
      readonly respond: string | null;
    }
  /** A person pressed a button of a card, or submitted its form. */
  | {
      readonly kind: 'change';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly set: AskedFields;
      /** The step of the ticket's workflow by which the status is to be reached; absent: whichever leads there. */
      readonly step?: ChosenStep;
      readonly channel: SlackChannel | null;
      readonly redacted?: readonly string[];
    }
  /** A person said what his request is about; null: none of what was offered. */
  | {
      readonly kind: 'pick-kind';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly picked: string | null;
      readonly channel: SlackChannel | null;
    }
  /** A person said whether what he asks for is what this request of his is about already; null: it is something else. */
  | {
      readonly kind: 'pick-same';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly same: LinkId | null;
      readonly channel: SlackChannel | null;
    }
  /** A person asked the card's menu whether both sides agree. */
  | {
      readonly kind: 'ask-receipt';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly channel: SlackChannel;
    }
  /** A person asked the card's menu about the request, or to hear of it. `watch` again ends it. */
  | {
      readonly kind: 'ask-card';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly channel: SlackChannel | null;
      readonly ask: 'why' | 'who' | 'watch';
    }
  /** Somebody put an emoji that asks for something on a request, or with `on` false took it away again. */
  | {
      readonly kind: 'react';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly act: 'take' | 'solve' | 'reopen' | 'raise';
      readonly on: boolean;
    }
  /** A person says that a request cannot wait: that of a card, or of the thread that he pointed at. */
  | {
      readonly kind: 'escalate';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly at: { readonly link: LinkId } | { readonly channel: SlackChannel; readonly root: SlackTs };
      readonly channel: SlackChannel | null;
      readonly why: string;
    }
  /** A person wants a human for what this message is about. `ours`: we wrote it, and it is no reply. */
  | {
      readonly kind: 'want-human';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly root: SlackTs;
      readonly ours: boolean;
    }
  /** A person wants the request to go on in another queue. `why`: his words, or nothing. */
  | {
      readonly kind: 'move';
      readonly team: SlackTeam;
      readonly by: SlackUser;
      readonly link: LinkId;
      readonly channel: SlackChannel | null;
      readonly queue: string;
      readonly why: string;
    }
  /** A person posted links that may lead to tickets. */
  | {
      readonly kind: 'links-shared';
      readonly team: SlackTeam;
      readonly channel: SlackChannel;
      readonly ts: SlackTs;
      readonly by: SlackUser;
      readonly urls: readonly string[];
    }
  /** A person opened his Home. */
  | { readonly kind: 'home-opened'; readonly by: SlackUser }
  /** A person said how he wants to hear of news. */
  | { readonly kind: 'choose-notices'; readonly by: SlackUser; readonly choice: NoticeChoice }
  /** A person wants to sign in at a ticket system himself, or wants his sign-in there forgotten. */
  | {
      readonly kind: 'account';
      readonly by: SlackUser;
      readonly connector: ConnectorId;
      readonly connect: boolean;
    }
  /** A person does something about an approval. `view`: the form in which he reads what became of it. */
  | {
      readonly kind: 'approval-act';
      readonly by: SlackUser;
      readonly act: ApprovalAct;
      readonly place: ApprovalPlace | null;
      readonly view: string | null;
    }
  /** A person narrowed the approvals of his Home down in one way; with null no longer does. */
  | {
      readonly kind: 'filter-approvals';
      readonly by: SlackUser;
      readonly what: 'domain' | 'risk' | 'system' | 'blocks';
      readonly value: string | null;
    }
  /** The app was taken out of a workspace, or its tokens back. */
  | { readonly kind: 'grant-changed' }
  /** A conversation has other readers now. */
  | { readonly kind: 'place-changed'; readonly team: SlackTeam; readonly channel: SlackChannel }
  | { readonly kind: 'ignored'; readonly reason: string };

/** Reads a stored Slack delivery (the parsed JSON body). Never throws for bad input: that is `ignored`. */
export type Interpret = (body: unknown) => Promise<Intake>;
