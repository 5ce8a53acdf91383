import { minuteOf } from './names.ts';

/** What is said when a request moves to another queue: to those who ask for it, on both tickets and in the thread. */

export const MOVE_SUBMIT = 'Move';
export const MOVE_TITLE = 'Move the request';
export const MOVE_QUEUE = 'To which queue?';
export const MOVE_WHY = 'Why?';
export const MOVE_HINT = 'The person who asked reads this on the card.';
export const MOVE_NONE = 'There is no other queue. Whoever runs Deskbridge can add one.';

export const notAllowed =
  'Only those who answer requests can move one. Say in the thread where it belongs; the help desk reads it.';
export const sameQueue = (queue: string) => `It lies in ${queue} already. Choose another queue.`;
export const noSuchQueue =
  'This queue is not there any more. Open the menu of the card again and choose another.';
export const notOpen = (key: string) =>
  `${key} is closed or not there yet, so it was not moved. Reopen it first, or wait until the card shows its key.`;
export const stopped = (key: string) =>
  `Something is stopped between this thread and ${key}, so it was not moved. "Is everything in sync?" in the menu says what; whoever runs Deskbridge can let it go on.`;
export const onlySome = (key: string) =>
  `Only some people may open ${key}, so it was not moved: what they said would be on a ticket that others can open. Somebody who may open it can move it in its own system.`;
export const unreadable = (key: string, reason: string) =>
  `${key} could not be read, so it was not moved. ${reason}`;

/** `why` is what the person typed, or nothing. */
export const movedReason = (from: string, by: string, why: string) =>
  why === '' ? `Moved here from ${from} by ${by}.` : `Moved here from ${from} by ${by}: ${why}`;

export interface MoveStory {
  readonly key: string;
  readonly url: string;
  readonly queue: string;
  readonly by: string;
  readonly why: string;
  readonly openedAt: Date;
  /** Decisions that the old system still waits for. */
  readonly approvals: readonly string[];
  readonly files: readonly string[];
}

/** What the new ticket says of its past, below the request itself. */
export function pastText(story: MoveStory): string {
  const { key, url, queue, by, why, openedAt, approvals, files } = story;
  const lines = [
    `Moved from ${key} in ${queue} by ${by}${why === '' ? '.' : `: ${why}`}`,
    `Old ticket: ${url}`,
    `First asked: ${minuteOf(openedAt)}. Any time that was promised to the person runs from then.`,
    ...(approvals.length === 0
      ? []
      : [
          `Decisions that ${key} waits for stay there and count for nothing here; ask for them again: ${approvals.join('; ')}.`,
        ]),
    ...(files.length === 0 ? [] : [`Files of agents that stay on ${key}: ${files.join(', ')}.`]),
  ];
  return lines.join('\n');
}

export interface Quoted {
  readonly author: string;
  readonly at: Date;
  readonly text: string;
}

/** What agents had answered in public on the old ticket. */
export function quotedText(key: string, said: readonly Quoted[]): string {
  const quotes = said.map(({ author, at, text }) => `${author}, ${minuteOf(at)}:\n${text}`);
  return [`Answers on ${key} before the move:`, ...quotes].join('\n\n');
}

/** On the old ticket. */
export const goodbyeText = (key: string, url: string, by: string) =>
  `This request was moved to ${key} by ${by} and goes on there: ${url}\nWhat is written here from now on does not reach the person who asked.`;

/** In the thread. */
export const movedText = (from: string, to: string, queue: string, by: string) =>
  `${by} moved this from ${from} to ${to} (${queue}). Just go on here: replies reach ${to}. What is written on ${from} from now on does not reach this thread.`;

/** In the thread of the agents whose queue a request has left. */
export const leftAgents =
  'This request was moved to another queue. What is written here from now on reaches nobody; whoever has to know it reads the new ticket.';

export const notClosedText = (key: string, reason: string) =>
  `${key}, the old ticket, could not be closed. ${reason} It says where the request went; somebody of the help desk can close it.`;
