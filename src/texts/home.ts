import type { NoticeChoice } from '../model/notice.ts';

/** What people read on the Home tab. */

export const ASK = 'What do you need?';
export const ASK_HINT = 'Say it in one line and press Enter: a form opens with your words in it.';
export const NEW_REQUEST = 'New request…';

export const MINE = 'My requests';
export const NO_REQUESTS = 'You have no requests yet. Say above what you need, and it becomes a ticket.';
export const MORE_MINE = 'Only the latest are shown. Everything else stands in the ticket system.';

export const WAITING = 'Waiting for me';
export const NOTHING_WAITS = 'Nothing waits for you.';
export const TICKET_WAITS = 'The help desk waits for your answer. Reply in the thread or on the ticket.';
export const KIND_WAITS =
  'I asked what this is about. Choose it in the thread; without an answer a ticket opens in the default queue.';

export const APPROVALS = 'Approvals of my requests';
export const LOOKING = 'Asking the ticket systems…';
export const NO_APPROVALS = 'None of your open requests is known to wait for an approval.';
const DECIDED_THERE = 'It is decided in the ticket system: the key leads there.';

export function waitsFor(approvers: readonly string[]): string {
  return approvers.length === 0
    ? `Waits for an approval. ${DECIDED_THERE}`
    : `Waits for ${approvers.join(', ')}. ${DECIDED_THERE}`;
}

/** `keys` of tickets whose system could not be asked, or knows no approvals that we can read. */
export function approvalsUnseen(keys: readonly string[]): string {
  return `Approvals of ${keys.join(', ')} cannot be seen from here. Open the ticket to see them.`;
}

export const QUEUES = 'Open requests of my queues';
export const NO_QUEUE_REQUESTS = 'No request is open in your queues.';
export const MORE_QUEUE = 'Only the latest are shown. Your queues in the ticket system show all.';

export const ACCOUNTS = 'My accounts';
export const ACCOUNTS_WHY =
  'With your own account connected, what you write in Slack stands on tickets as yours.';
export const CONNECT = 'Connect';
export const CONNECT_AGAIN = 'Connect again';
export const DISCONNECT = 'Disconnect';
export const GO_CONNECT = 'Sign in now';
export const CANCEL = 'Cancel';

export function disconnectSure(site: string): string {
  return `Deskbridge forgets your sign-in at ${site}. It speaks for you by name from then on, and you can connect again.`;
}

export const connectedAs = (account: string) => `Connected as ${account}.`;
export const knownAs = (account: string) =>
  `You are ${account} there. Deskbridge speaks for you and names you.`;
export const SIGN_IN_REFUSED = 'Your sign-in does not work any more. Connect again to act as yourself.';
export const NOT_CONNECTED = 'Not connected. Deskbridge speaks for you and names you.';
export const INVITED = (hours: number) =>
  `The button leads to the sign-in. It works once, for ${hours} hours, and only for you: do not pass it on.`;

export const NOTICES = 'Notifications';
export const NOTICES_WHY =
  'This is about news of requests that you watch, and answers that a channel keeps out of sight. What you ask for yourself is always answered. Approval requests cannot be muted.';
export const CHOOSE_NOTICES = 'How you hear of news';

/** `at`: time of day, "09:00". */
export function noticeLabel(choice: NoticeChoice, at: string): string {
  switch (choice) {
    case 'all':
      return 'Everything at once';
    case 'digest':
      return `Once a day, at ${at} on working days`;
    case 'silent':
      return 'Nothing: I look here';
  }
}

/** Instead of what only some may read. */
export const ONLY_LINK = 'Only its link is shown here: not everybody may read it.';

export const OUTSIDER =
  'Guests and people of other companies ask in the channels that are meant for it. Your requests stand below.';

export const NO_TICKET_YET = 'No ticket yet';
export const OPENING = 'the ticket is being opened';
export const SERVICE_DESK = 'the service desk';

/** `when`: of our clock, "2026-05-04 08:00 UTC". */
export const asOf = (when: string) =>
  `As of ${when}. It is shown anew when one of your requests changes, and whenever you open it.`;
