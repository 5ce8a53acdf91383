/** What is said of what is on its way between Slack and a ticket, and of what cannot go on. A reason is a whole sentence. */
import { minuteOf } from './names.ts';

export const THIS_THREAD = 'this thread';

/** On the card, in words that stay the same while it lasts. */
export const notShownHere = (key: string, reason: string) =>
  `Something of ${key} could not be shown here. ${reason}`;
export const onItsWay = (where: string, since: Date) =>
  `Not everything has reached ${where} yet. It waits since ${minuteOf(since)} and follows by itself.`;

/** What did not happen; the reason stands behind it. */
export const NOT_OPENED = 'I could not open a ticket for this yet; the request is kept.';
export const decisionNotThere = (key: string) =>
  `A decision about an approval did not reach ${key}. It can be decided there.`;
export const notChanged = (key: string) => `I could not change ${key}.`;
export const notRetired = (key: string) => `${key}, the old ticket, could not be told and closed.`;
export const fileNotThere = (file: string, key: string) => `The file ${file} did not reach ${key}.`;
export const messageNotThere = (author: string, key: string) =>
  `A message of ${author} did not reach ${key}.`;
export const editNotThere = (author: string, key: string) =>
  `A change of a message of ${author} did not reach ${key}.`;
export const KEPT_FOR_LATER = 'What you write now is kept and follows later.';

/** In the thread, below what was changed: `reasons` are lines. */
export const notAllChanged = (key: string, reasons: readonly string[]) =>
  [`Not everything could be changed on ${key}.`, ...reasons].join('\n');

/** Deskbridge itself is at fault. */
export const failedToOpen =
  'I could not open a ticket for this yet, because Deskbridge failed at it. The request is kept and tried again; whoever ' +
  'runs Deskbridge finds the reason in its log.';
export const FAILED_MIDWAY =
  'Deskbridge failed in the middle of it. Whoever runs Deskbridge finds the reason in its log.';
export const FAILED_AT_PLANNING = 'Deskbridge failed at planning';
export const CANNOT_BE_OPENED = 'The request cannot be opened';
export const NOT_CHECKED = 'It could not be checked whether this happened.';

/** Two programs answer each other. */
export const LOOKS_LIKE_A_LOOP =
  'This thread and its ticket answered each other faster than people write, so Deskbridge pauses here for ten minutes. ' +
  'Somebody should look for another program that copies between them.';

/** Why something waits or was stopped. */
export const connectorGone = (connector: string) =>
  `The connector "${connector}" is not configured any more. An operator can add it again.`;
export const connectorOfGone = (connector: string, key: string) =>
  `The connector "${connector}" of ${key} is not configured any more. An operator can add it again.`;
export const CONNECTOR_MISSING = 'Its connector is not configured';
export const NO_TICKET = 'The ticket does not exist yet';
export const NOT_ROUTED = 'The request is not routed yet';
export const NOTHING_TO_READ = 'Nothing that opens a request can be read any more';
export const GONE_AGAIN = 'The ticket showed it, and the next reading did not';
export const OLD_TICKET_FIRST = 'What is on its way to the old ticket arrives first';

/** The ticket cannot be seen any more. */
export const ticketGone = (key: string) =>
  `${key} is gone, or Deskbridge may not see it any more. An administrator of the ticket system can tell.`;
export const REPLIES_ARE_KEPT = 'Replies here are kept and go on when it is back.';
