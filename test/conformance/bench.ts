import type { Connector, HookRequest } from '../../src/connectors/connector.ts';
import type { CommentId, TicketId } from '../../src/model/ids.ts';
import type { Io } from '../../src/model/io.ts';
import type { StatusCategory } from '../../src/model/ticket.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { TicketView } from '../../src/sandbox/worlds.ts';

/** What the suite needs to see of a ticket from the agents' side; a TicketView of the sandbox fits as it is. */
export type OutsideTicket = Pick<
  TicketView,
  'id' | 'summary' | 'description' | 'statusCategory' | 'comments'
>;

/** What can be planned for the connector's calls. `stale` is no part of the contract and therefore left out. */
export type BenchFault = Exclude<Fault, { readonly kind: 'stale' }>;

/** The other side of a connector: the agents in the ticket system, the network, and the vendor's own machinery. */
export interface BenchOutside {
  /** Writes a comment as an agent; answers its id as the connector will read it. */
  comment(ticket: TicketId, text: string, options: { readonly internal: boolean }): Promise<CommentId>;
  /** Moves a ticket as an agent to any state of that category. */
  setStatus(ticket: TicketId, category: StatusCategory): Promise<void>;
  /** Every ticket that there is, with what agents see of it. */
  tickets(): Promise<readonly OutsideTicket[]>;

  /**
   * The next `times` calls meet this fault: `reads` any call (the suite then only reads), `writes` only calls that
   * change something (POST, PUT, PATCH, DELETE without look-ups made by POST), so that a read before a write passes.
   */
  fault(on: 'reads' | 'writes', fault: BenchFault, times: number): void;
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

/** One connector with its ticket system, fresh for one rule. */
export interface ConnectorBench {
  readonly connector: Connector;
  /** The same connector (same system, same io), built with another hook secret: it must refuse every hook. */
  readonly stranger: Connector;
  /** The seam that both connectors were built with; the suite opens a scope around every call. */
  readonly io: Io;
  /** A queue target that this connector accepts. */
  readonly target: unknown;
  /** Well-formed ids that do not exist. */
  readonly missing: { readonly ticket: TicketId; readonly comment: CommentId };
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
