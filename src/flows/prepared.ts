import type { Connector } from '../connectors/connector.ts';
import type { Limit } from '../model/budget.ts';
import type { Attempt, Effect } from '../model/effect.ts';
import type { TicketId } from '../model/ids.ts';
import type { IoPoint } from '../model/io.ts';
import type { Link, OperationBody } from '../model/link.ts';
import { type Outcome, ok, type Rejected, type Retry, rejected, retryLater } from '../model/outcome.ts';
import type { StoreTx } from '../store/store.ts';
import { connectorGone, GONE_AGAIN, NO_TICKET } from '../texts/carrying.ts';
import type { World } from './world.ts';

/** What a finished effect leaves in the store, in the transaction that marks it done. */
export interface Finished {
  readonly remoteId: string | null;
  commit(tx: StoreTx): Promise<void>;
}

/** An operation made ready to run: whom it talks to, under which limits, and what to write down afterwards. */
export interface Prepared {
  readonly point: { readonly send: IoPoint; readonly find: IoPoint };
  readonly timeoutMs: number;
  readonly settleMs: number;
  /** Outages pause this; a 429 pauses `narrow`. */
  readonly wide: string;
  readonly narrow: string;
  readonly limits: readonly Limit[];
  send(attempt: Attempt): Promise<Outcome<Finished>>;
  find(attempt: Attempt): Promise<Outcome<Finished | null>>;
  /** What the operation says from its first sending on; null when that changes nothing. */
  readonly remember: OperationBody | null;
  /** Whether there is another way when this one was refused, set up by then: what the operation says from now on. */
  readonly otherwise: ((refused: Rejected) => Promise<OperationBody | null>) | null;
  /** Gives back what was held for it; called once, whatever happened. */
  dispose(): Promise<void>;
}

/** `skip`: the operation lost its reason. */
export type Preparation = { readonly skip: string } | Prepared;

export const READ_TIMEOUT_MS = 20_000;
const PERMALINK_TIMEOUT_MS = 5_000;

/** How an operation is sent and looked up, without its limits. */
export type Run = Pick<
  Prepared,
  'timeoutMs' | 'settleMs' | 'send' | 'find' | 'remember' | 'otherwise' | 'dispose'
>;

/** Runs an effect, and says what its result leaves in the store. */
export function around<I, R>(effect: Effect<I, R>, input: I, done: (result: R) => Finished): Run {
  return {
    timeoutMs: effect.timeoutMs,
    settleMs: effect.settleMs,
    async send(attempt) {
      const sent = await effect.send(input, attempt);
      return sent.kind === 'ok' ? ok(done(sent.value)) : sent;
    },
    async find(attempt) {
      const found = await effect.find(input, attempt);
      if (found.kind !== 'ok') return found;
      return ok(found.value === null ? null : done(found.value));
    },
    remember: null,
    otherwise: null,
    dispose: async () => {},
  };
}

/** Slack allows one message a second in a channel, with short bursts; contracts of other methods are per workspace. */
export const slackPostLimits = (where: string) => ({
  wide: 'slack',
  narrow: `slack:post:${where}`,
  limits: [
    { destination: 'slack', burst: 50, perSecond: 20 },
    { destination: `slack:post:${where}`, burst: 3, perSecond: 1 },
  ],
});

/** Methods of about fifty calls a minute for the whole app (chat.update, chat.delete). */
export const slackEditLimits = {
  wide: 'slack',
  narrow: 'slack:edit',
  limits: [
    { destination: 'slack', burst: 50, perSecond: 20 },
    { destination: 'slack:edit', burst: 30, perSecond: 0.8 },
  ],
};

/** The pace of operations on one ticket. What a vendor limits by request its connector keeps in front of each of them. */
export function ticketLimits(connector: Connector, ticket: string) {
  return {
    wide: connector.id,
    narrow: `${connector.id}:${ticket}`,
    limits: [
      { destination: connector.id, burst: 50, perSecond: 50 },
      { destination: `${connector.id}:${ticket}`, burst: 15, perSecond: 3 },
    ],
  };
}

/** Pause before something is asked for again that one reading shows and another does not. */
const CONTRADICTED_MS = 15_000;

/**
 * The ticket showed it, and now it is not there: gone, or the reading lags behind. The whole ticket is read again, which
 * tells; until then nothing is decided.
 */
export async function contradicted(world: World, link: Link): Promise<Retry> {
  await world.store.links.wake(link.id, true);
  return retryLater(GONE_AGAIN, 'operation', CONTRADICTED_MS);
}

/** Where people who read the ticket find the thread; null without one, and when Slack does not answer. */
export async function permalinkOf(world: World, place: Link['conversation']): Promise<string | null> {
  if (place === null) return null;
  const read = await world.io.run('slack.read', { timeoutMs: PERMALINK_TIMEOUT_MS }, () =>
    world.slack.permalink(place.channel, place.root),
  );
  return read.kind === 'ok' ? read.value : null;
}

export function connectorOf(world: World, link: Link): Outcome<Connector> {
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  if (connector !== undefined) return ok(connector);
  const name = link.route?.connector ?? 'none';
  return rejected('invalid', connectorGone(name));
}

export function ticketOf(
  world: World,
  link: Link,
): Outcome<{ readonly connector: Connector; readonly id: TicketId }> {
  const connector = connectorOf(world, link);
  if (connector.kind !== 'ok') return connector;
  const id = link.ticket?.id ?? null;
  if (id === null) return rejected('conflict', NO_TICKET);
  return ok({ connector: connector.value, id });
}
