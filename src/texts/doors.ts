/** What people read at the doors: when something does not become a request, or cannot be read. */

export const OPEN_ANYWAY = 'Open a request anyway';

/** Beside the button: what somebody wrote was a greeting or thanks. */
export const smallTalk =
  'This reads like a greeting or thanks, so no request was opened. Say what you need in a new message, or press the button.';

/** `command` has its slash. */
export function mentionHelp(command: string): string {
  return [
    'Mention me together with what you need, and your message becomes a request. In a thread the whole thread does.',
    `${command} opens a form, and ${command} help lists everything else.`,
  ].join('\n');
}

export const alreadyRequest =
  'This thread is a request already: whatever you write here reaches its ticket. Its card shows the status.';

export const outsidersMayNotAsk =
  'Guests and people of other companies cannot open requests in this channel, so none was opened. Ask somebody of the company whose channel this is to open it for you.';

export const messageGone =
  'The message is gone, so no request was opened. Write what you need in a new message.';

/** `reason` is a whole sentence. */
export function messageUnreadable(reason: string): string {
  return `The message could not be read, so no request was opened. ${reason}`;
}
