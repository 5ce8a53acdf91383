/** What Deskbridge writes on a ticket beside the words of people. */

export const REQUEST_DELETED = 'The message that opened this request was deleted in Slack.';
export const MESSAGE_DELETED = 'This message was deleted in Slack.';
export const DELETED_OR_SHORTENED = '(Deleted or shortened in Slack.)';
/** Who says so. */
export const SLACK = 'Slack';
/** A program that writes in Slack. */
export const botName = (name: string) => `${name} (bot)`;

/** Titles of tickets whose request says nothing. */
export const DELETED_REQUEST = 'Deleted request';
export const WITHOUT_WORDS = 'Request from Slack';

/** Above a message that comes later than it was written: `at` is a minute of UTC, "2026-05-04 08:00". */
export const arrivedLate = (at: string) => `(written ${at} UTC, arrived late)`;
export const writtenAt = (at: string) => `(written ${at} UTC)`;
/** Does it begin with one of these? */
export const isDated = (text: string) => text.startsWith('(written ');
/** Above the new words of the request. */
export const REQUEST_EDITED = 'The request was edited in Slack. It says now:';

/** Above the words of a message that somebody passed on, with its author behind it. */
export const FORWARDED = 'Forwarded message';
export const forwardedFrom = (author: string) => ` from ${author}`;
export const filesLine = (names: readonly string[]) => `Files: ${names.join(', ')}`;
