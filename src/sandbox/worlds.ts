import type { Doc } from '../model/doc.ts';

/**
 * The people's side of the sandbox: what a person does in a simulated product, and what he sees there. The demo page
 * and the tests act through these; the vendors' HTTP is a different door into the same state.
 */
export interface SandboxPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** He has not followed the link that Slack sent to his address; false when left out. */
  readonly isUnconfirmed?: boolean;
  /** A guest of the workspace; false when left out. */
  readonly isGuest?: boolean;
  /** The workspace of another company that he belongs to, by Slack Connect. */
  readonly otherTeam?: string;
  /** Where he lives by the clock; Etc/UTC when left out. */
  readonly timeZone?: string;
}

/** A file of a message that is still there. */
export interface SlackFileView {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  /** In bytes. */
  readonly size: number;
}

export interface SlackMessageView {
  readonly ts: string;
  readonly threadTs: string | null;
  readonly userId: string;
  readonly userName: string;
  readonly isBot: boolean;
  readonly text: string;
  /** Block Kit blocks as they were posted. */
  readonly blocks: readonly unknown[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Record<string, unknown> } | null;
  readonly files: readonly SlackFileView[];
  /** Cards below its links, each with its blocks. */
  readonly unfurled: readonly { readonly url: string; readonly blocks: readonly unknown[] }[];
  readonly edited: boolean;
  /** Set when only this person can see it. */
  readonly ephemeralFor: string | null;
}

export interface SlackChannelView {
  readonly id: string;
  readonly name: string;
  readonly isIm: boolean;
  readonly members: readonly string[];
}

/** A modal that is open for a person. `view` is the Block Kit view as the app opened it. */
export interface SlackViewForPerson {
  readonly viewId: string;
  readonly userId: string;
  readonly view: Record<string, unknown>;
  /** Errors of the last submission by block id; empty when there were none. */
  readonly errors: Readonly<Record<string, string>>;
}

/** How a person writes a message, where it is not simply typed. */
export interface SlackPostOptions {
  readonly threadTs?: string;
  /** A reply that is also sent to the channel. */
  readonly broadcast?: boolean;
  /** Written with /me. */
  readonly me?: boolean;
  /** The rich text as the client sends it; without it the client makes it of what is typed. */
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
  /** Typed with marks (`*bold*`, `- item`) into an editor that makes formatting of them. */
  readonly formatted?: boolean;
}

export interface SlackUpload {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  /** What is typed beside the file. */
  readonly text?: string;
  readonly threadTs?: string;
  readonly formatted?: boolean;
}

/** One execution of a step of a workflow. */
export interface SlackStepView {
  readonly state: 'running' | 'completed' | 'failed';
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the maker of the workflow reads; null unless it failed. */
  readonly error: string | null;
}

/** What another app writes. */
export interface SlackBotPost {
  readonly name: string;
  /** Its bot user; null for a classic bot or a webhook, whose messages have no user. */
  readonly userId: string | null;
  readonly text: string;
  readonly threadTs?: string;
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What a person typed or chose in a modal, by block id and action id. Several choices stand in a list, or in one text
 * with commas between them.
 */
export type TypedValues = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface ViewChoice {
  readonly blockId: string;
  /** Of the element, where the block has several. */
  readonly actionId?: string;
  /** Of the option; empty: nothing is chosen any more, which an optional field takes. */
  readonly value: string;
  /** What stands in the other fields. */
  readonly typed?: TypedValues;
}

export interface SlackPeople {
  people(): readonly SandboxPerson[];
  channels(): readonly SlackChannelView[];
  /** All messages of a channel in ts order, roots and replies. */
  messages(channelId: string): readonly SlackMessageView[];
  views(userId: string): readonly SlackViewForPerson[];
  /** Writes a message as a person; answers its ts. Events leave as Slack would send them. */
  post(userId: string, channelId: string, text: string, thread?: string | SlackPostOptions): string;
  /** Shares a file as a person; answers the ts of its message. */
  upload(userId: string, channelId: string, upload: SlackUpload): string;
  /** Another app writes; answers the ts of its message. */
  botPost(channelId: string, post: SlackBotPost): string;
  /** The content of a file, also of one that was deleted; null for an unknown one. */
  fileBytes(fileId: string): Uint8Array | null;
  edit(
    userId: string,
    channelId: string,
    ts: string,
    edit: string | { readonly text: string; readonly formatted: true },
  ): void;
  remove(userId: string, channelId: string, ts: string): void;
  /** Presses a button of a message. Resolves when the app has answered (ok) or failed to (the text Slack would show). */
  click(userId: string, channelId: string, ts: string, actionId: string): Promise<PersonAnswer>;
  /** Chooses from an overflow menu of a message, by the value of the option. */
  choose(
    userId: string,
    channelId: string,
    ts: string,
    choice: { readonly actionId: string; readonly value: string },
  ): Promise<PersonAnswer>;
  /** Adds an emoji to a message, by its name without colons; twice is once. */
  react(userId: string, channelId: string, ts: string, name: string): void;
  unreact(userId: string, channelId: string, ts: string, name: string): void;
  shortcut(userId: string, channelId: string, ts: string, callbackId: string): Promise<PersonAnswer>;
  /** Chooses a global shortcut of the app. */
  globalShortcut(userId: string, callbackId: string): Promise<PersonAnswer>;
  /** A workflow reaches a step of the app; answers the id of this execution. */
  runStep(callbackId: string, inputs: Readonly<Record<string, unknown>>): string;
  /** How an execution of a step stands. */
  stepOf(execution: string): SlackStepView;
  command(userId: string, channelId: string, command: string, text: string): Promise<PersonAnswer>;
  /** Submits an open modal; values by block id and action id. */
  submit(userId: string, viewId: string, values: TypedValues): Promise<PersonAnswer>;
  /** Chooses in an open modal whose app wants to hear of it at once. */
  chooseInView(userId: string, viewId: string, choice: ViewChoice): Promise<PersonAnswer>;
  /** Uploads a file into an open modal; answers its id, which is typed as the field's value. */
  uploadInView(userId: string, viewId: string, file: Pick<SlackUpload, 'name' | 'mime' | 'bytes'>): string;
  close(userId: string, viewId: string): void;
  /** Opens the Home tab of the app; the app hears of it. Answers the view that stands there, null while there is none. */
  openHome(userId: string): Readonly<Record<string, unknown>> | null;
  /** What his Home tab shows now, without opening it anew. */
  home(userId: string): Readonly<Record<string, unknown>> | null;
  /** Presses a button of his Home tab, chooses there, or types a line and presses Enter. */
  actInHome(userId: string, act: HomeAct): Promise<PersonAnswer>;
}

/** `value` tells buttons of one action apart; for a select it is the choice, for a line what is typed. */
export interface HomeAct {
  readonly actionId: string;
  readonly value?: string;
}

export interface PersonAnswer {
  readonly ok: boolean;
  /** What Slack would show to the person beside the effect; null when nothing. */
  readonly message: string | null;
}

export interface TicketCommentView {
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** What a reader sees, with its formatting. */
  readonly body: Doc;
  readonly createdAt: string;
  readonly internal: boolean;
}

export interface TicketFileView {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  readonly author: string;
  readonly createdAt: string;
  readonly internal: boolean;
}

/** A file as an agent has it on his own machine. */
export interface AgentFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** The fields that an agent sets by hand, in the words of the ticket system. */
export type DeskField = 'summary' | 'priority' | 'group' | 'impact' | 'urgency' | 'resolution';

export interface TicketView {
  readonly id: string;
  readonly key: string;
  /** "Jira", "Jira Service Management" or "ServiceNow". */
  readonly product: string;
  /** Project and issue type, service desk and request type, or table and assignment group: where an agent finds it. */
  readonly queue: string;
  readonly summary: string;
  readonly description: string;
  readonly status: string;
  readonly statusCategory: 'new' | 'active' | 'done';
  readonly resolution: string | null;
  readonly priority: string | null;
  readonly impact: string | null;
  readonly urgency: string | null;
  readonly group: string | null;
  readonly assignee: string | null;
  readonly reporter: string | null;
  readonly labels: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly comments: readonly TicketCommentView[];
  readonly files: readonly TicketFileView[];
  /** Names of the states that an agent can move it to now. */
  readonly nextStatuses: readonly string[];
  /** What an agent can choose from, by field; a field that is not here cannot be chosen. */
  readonly choices: Readonly<Partial<Record<DeskField, readonly string[]>>>;
  /** What was written cannot be changed, nor who may read it. */
  readonly fixedComments: boolean;
  /** Web links beside the ticket. */
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** How an agent writes. */
export interface CommentOptions {
  readonly internal?: boolean;
  /** Typed with marks into an editor that makes formatting of them; plain words where the product has no such editor. */
  readonly formatted?: boolean;
}

/** What a helpdesk agent does in a ticket system. Hooks leave as the vendor would send them. */
export interface TicketPeople {
  agents(): readonly SandboxPerson[];
  tickets(): readonly TicketView[];
  comment(agentId: string, ticketId: string, text: string, options?: CommentOptions): string;
  setStatus(agentId: string, ticketId: string, status: string): void;
  assign(agentId: string, ticketId: string, assigneeId: string | null): void;
  /** Throws where the product lets nobody change what was written. */
  editComment(
    agentId: string,
    ticketId: string,
    commentId: string,
    edit: string | { readonly text: string; readonly formatted: true },
  ): void;
  /** Throws where the product lets no agent take away what was written. */
  deleteComment(agentId: string, ticketId: string, commentId: string): void;
  /** Makes a comment internal or public. Throws where the product cannot. */
  setInternal(agentId: string, ticketId: string, commentId: string, internal: boolean): void;
  /** Answers the id of the attachment. */
  attach(agentId: string, ticketId: string, file: AgentFile): string;
  removeFile(agentId: string, ticketId: string, fileId: string): void;
  /** The content of an attachment; null when the ticket has none of this id. */
  fileBytes(ticketId: string, fileId: string): Uint8Array | null;
  /** Throws when the ticket has no such field or takes no such value. */
  setField(agentId: string, ticketId: string, field: DeskField, value: string): void;
}
