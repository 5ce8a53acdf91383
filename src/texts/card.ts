/** What the card of a request says beside the words of the ticket. */

export const STATUS = 'Status';
export const QUEUE = 'Queue';
export const RESOLUTION = 'Resolution';
export const ASSIGNEE = 'Assignee';
export const PRIORITY = 'Priority';
export const IMPACT = 'Impact';
export const URGENCY = 'Urgency';
export const GROUP = 'Group';
export const NOT_ASSIGNED = 'Not assigned yet';

export const IN_SYNC = 'Is everything in sync?';
export const CHANGE = 'Change fields…';
export const REOPEN = 'Reopen';
export const SOLVED = 'It is solved';

/** In place of a status, while there is no ticket. */
export const openingIn = (queue: string) => `Opening a ticket in ${queue}`;
/** `who` and `reason` as Slack shows them; the reason is a whole sentence. */
export const askedBy = (who: string, reason: string) =>
  `Asked by ${who}. ${reason} Reply here: it reaches the ticket.`;

/** For notifications and screen readers. `state` null: there is no ticket yet. */
export const cardLine = (key: string | null, state: string | null, queue: string) =>
  `${key ?? 'Your request'}: ${state ?? 'opening a ticket'} (${queue})`;

/** In the place of a comment that is gone; `by` is its author with a colon, or nothing. */
export const commentDeleted = (by: string, key: string) => `${by}This comment was deleted on ${key}.`;
/** Where a comment is longer than a message may be. */
export const CUT = '…\n(cut: the rest stands on the ticket)';
export const NO_TEXT = '(no text)';
