/** The answer to "Is everything in sync?". */
import { minuteOf } from './names.ts';

type Side = 'slack' | 'ticket';

const within = (side: Side) => (side === 'slack' ? 'Slack' : 'the ticket');
const bare = (reason: string) => reason.replace(/\.$/, '');

export const inSync = (key: string, carried: number, readAt: Date | null) =>
  `In sync: this thread and ${key} agree, with ${carried} messages and files carried over.` +
  (readAt === null ? '' : ` The ticket was read last ${minuteOf(readAt)}.`);
export const lagging = (waiting: number, why: readonly string[]) =>
  `Lagging: ${waiting} still to carry over. ${why.join(' ')}`;
export const apart = (why: readonly string[]) =>
  `Apart: ${why.join(' ')} An operator sees it with "deskbridge parked".`;

/** Why both sides are apart. */
export const NOT_CARRIED = 'Something could not be carried over.';
export const wasStopped = (reason: string | null, since: Date | null) =>
  `${reason ?? 'It was stopped.'}${since === null ? '' : ` Since ${minuteOf(since)}.`}`;
export const notReached = (side: Side, since: Date, reason: string | null) =>
  `Something did not reach ${within(side)} (${minuteOf(since)}): ${reason ?? 'it was stopped.'}`;
export const skipped = (things: number) =>
  `An operator has skipped ${things === 1 ? 'one thing' : `${things} things`}.`;

/** Why one side lags behind. */
export const TICKET_IS_READ = 'The ticket has changed and is being read.';
export const THREAD_IS_READ = 'The thread is being read again.';
export const isChecked = (side: Side) => `It is being checked whether something has reached ${within(side)}.`;
export const hasItsTurn = (side: Side) => `Something waits for its turn to go to ${within(side)}.`;

export interface Waiting {
  readonly side: Side;
  readonly things: number;
  readonly since: Date;
  /** Empty or null where nobody knows. */
  readonly reason: string | null;
  /** When it is tried again; null while it is looked up whether the first has arrived. */
  readonly nextAt: Date | null;
}

export function waits({ side, things, since, reason, nextAt }: Waiting): string {
  const what = things === 1 ? 'One thing waits' : `${things} things wait`;
  const because = reason === null ? '' : ` (${bare(reason)})`;
  const next =
    nextAt === null ? 'It is being checked whether the first has arrived.' : `Next try ${minuteOf(nextAt)}.`;
  return `${what} to reach ${within(side)} since ${minuteOf(since)}${because}. ${next}`;
}

export const doesNotAnswer = (side: Side, reason: string) =>
  `${side === 'slack' ? 'Slack' : 'The ticket system'} does not answer at the moment${
    reason === '' ? '' : ` (${bare(reason)})`
  }, so nobody knows what is new there.`;
