import type { Capabilities } from '../../src/connectors/capabilities.ts';
import type {
  Connector,
  Files,
  HookRequest,
  TicketPerson,
  WithFiles,
} from '../../src/connectors/connector.ts';
import type { AttachmentId, CommentId, TicketId } from '../../src/model/ids.ts';
import type { Io } from '../../src/model/io.ts';
import type { PersonalGrant, StatusCategory } from '../../src/model/ticket.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { AgentFile, DeskField, TicketView } from '../../src/sandbox/worlds.ts';

/** What the suite needs to see of a ticket from the agents' side; a TicketView of the sandbox fits as it is. */
export type OutsideTicket = Pick<
  TicketView,
  | 'id'
  | 'summary'
  | 'description'
  | 'statusCategory'
  | 'priority'
  | 'impact'
  | 'urgency'
  | 'group'
  | 'assignee'
  | 'comments'
  | 'files'
>;

/** What can be planned for the connector's calls. `stale` is no part of the contract and therefore left out. */
export type BenchFault = Exclude<Fault, { readonly kind: 'stale' }>;

/** The ticket system has no such thing, and why: rules about it do not apply, which is said aloud. */
export interface Cannot {
  readonly cannot: string;
}

/** The other side of a connector: the agents in the ticket system, the network, and the vendor's own machinery. */
export interface BenchOutside {
  /** Whether agents have notes that requesters do not see; only then is `internal` ever asked for. */
  readonly notes: true | Cannot;
  /** Writes a comment as an agent; answers its id as the connector will read it. */
  comment(ticket: TicketId, text: string, options: { readonly internal: boolean }): Promise<CommentId>;
  readonly editComment: ((ticket: TicketId, comment: CommentId, text: string) => Promise<void>) | Cannot;
  readonly deleteComment: ((ticket: TicketId, comment: CommentId) => Promise<void>) | Cannot;
  readonly setInternal: ((ticket: TicketId, comment: CommentId, internal: boolean) => Promise<void>) | Cannot;
  /** Attaches a file as an agent, for everybody to see. */
  readonly attach: ((ticket: TicketId, file: AgentFile) => Promise<AttachmentId>) | Cannot;
  readonly removeFile: ((ticket: TicketId, file: AttachmentId) => Promise<void>) | Cannot;
  /** Moves a ticket as an agent to any state of that category. */
  setStatus(ticket: TicketId, category: StatusCategory): Promise<void>;
  setField(ticket: TicketId, field: DeskField, value: string): Promise<void>;
  /** Every ticket that there is, with what agents see of it. */
  tickets(): Promise<readonly OutsideTicket[]>;

  /**
   * The next `times` calls meet this fault: `reads` any call (the suite then only reads), `writes` only calls that
   * change something (POST, PUT, PATCH, DELETE without look-ups made by POST), so that a read before a write passes;
   * `content` only those that ask for the bytes of a file.
   */
  fault(on: 'reads' | 'content' | 'writes', fault: BenchFault, times: number): void;
  /** Forgets planned faults that no call has met. */
  clearFaults(): void;
  /** Nobody listens any more: connections are refused. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Requests that have reached the vendor so far, whatever became of them. */
  requests(): number;

  /** Hooks that reached our receiver, retries included, in order; `now` is the vendor's time at arrival. */
  hooks(): readonly HookRequest[];
  /** Our receiver answers 503 to the next `times` hooks (and still collects them). */
  refuseHooks(times: number): void;
  /** The next `times` hooks get lost on their way. */
  loseHooks(times: number): void;

  /** Lets vendor time pass; virtual in a simulation, really waited for on a real site. */
  pass(ms: number): Promise<void>;
  /** Passes until the vendor's indexes have caught up and hooks, with their retries after a refusal, have arrived. */
  settle(): Promise<void>;
}

/** Somebody who acts in the ticket system as himself. */
export interface Signed {
  readonly grant: PersonalGrant;
  /** The name that agents then see. */
  readonly name: string;
  /** A sign-in of his that the system refuses. */
  readonly refused: PersonalGrant;
}

/** The other side of what only some systems have. */
export interface Special {
  /** Asks the person of `signed`, and nobody else, for a decision about a ticket; answers how the system knows it. */
  askApproval(ticket: TicketId): Promise<string>;
  /** Asks somebody else, in whose place the person of `signed` may decide at this moment. */
  readonly askInHisPlace: ((ticket: TicketId) => Promise<string>) | Cannot;
  /** From now on an approval is signed in the system itself. */
  readonly demandSignature: (() => Promise<void>) | Cannot;
  /** Words, and the title of the article that fits them best and that the person of `signed` may read. */
  readonly article: { readonly words: string; readonly title: string };
  /** Where the links of a ticket lead. */
  links(ticket: TicketId): Promise<readonly string[]>;
}

/** A capability of the connector; where it has none, the rule ends here with the reason. */
export function capable<K extends keyof Capabilities>(
  connector: Connector,
  { lacks }: ConnectorBench,
  name: K,
): NonNullable<Capabilities[K]> {
  const capability = connector.can[name];
  if (capability !== undefined) {
    if (lacks?.[name] !== undefined)
      throw new Error(`The bench says that the connector has no ${name}, and it has`);
    return capability;
  }
  throw new NotApplicable(lacks?.[name] ?? `this connector has no ${name}; its README says why`);
}

/** What the bench offers for these rules; without it the rule ends here. */
export function specialOf({ special }: ConnectorBench): Special {
  if (special === undefined) throw new NotApplicable('this bench cannot play the other side of it');
  return special;
}

/** One connector with its ticket system, fresh for one rule. */
export interface ConnectorBench {
  readonly connector: Connector;
  /** The same connector (same system, same io), built with another hook secret: it must refuse every hook. */
  readonly stranger: Connector;
  /** The seam that both connectors were built with; the suite opens a scope around every call. */
  readonly io: Io;
  /** A queue target that this connector accepts. */
  readonly target: unknown;
  /** Put before every summary where tickets have to be told apart from those of other people. */
  readonly summaryPrefix?: string;
  /** Well-formed ids that do not exist. */
  readonly missing: { readonly ticket: TicketId; readonly comment: CommentId; readonly file: AttachmentId };
  /** Somebody to whom tickets of the target may be assigned, and his address. */
  readonly person: TicketPerson & { readonly email: string };
  /** A group that tickets of the target may be given to. */
  readonly group: string;
  readonly signed: Signed | Cannot;
  /** What rules about approvals, articles and links need; without it they end with the reason that it is not there. */
  readonly special?: Special;
  /** Why the connector lacks a capability, as its README says. */
  readonly lacks?: Partial<Readonly<Record<keyof Capabilities, string>>>;
  /** Whatever may never appear in a reason: passwords, tokens, hook secrets, and their base64 forms where sent so. */
  readonly secrets: readonly string[];
  /** The vendor's time, for `startedAt`. */
  now(): Date;
  readonly outside: BenchOutside;
  close(): Promise<void>;
}

export type MakeBench = () => Promise<ConnectorBench>;

/** A rule that a connector cannot keep, and why. */
export interface Skip {
  readonly rule: string;
  readonly reason: string;
}

/** Thrown by a rule that is about something which this ticket system does not have. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** What the bench offers; where it cannot, the rule ends here and is counted as not applicable. */
export function able<T>(offered: T | Cannot): T {
  if (isCannot(offered)) throw new NotApplicable(offered.cannot);
  return offered;
}

/** The connector's files; where its system takes none, the rule ends here. */
export function filesOf({ files }: Connector): Files {
  if ('absent' in files) throw new NotApplicable(files.absent);
  return files;
}

export function takesFiles(connector: Connector): connector is WithFiles {
  return !('absent' in connector.files);
}

export function isCannot(offered: unknown): offered is Cannot {
  return typeof offered === 'object' && offered !== null && 'cannot' in offered;
}
