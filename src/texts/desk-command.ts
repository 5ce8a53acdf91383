/** What `/desk help` says. `command` has its slash. */
export function helpText(command: string): string {
  return [
    `*${command}* or *${command} new* opens a form; your request becomes a ticket, and the answers come to you in Slack.`,
    `*${command} my laptop does not start* opens it with that line filled in. *${command} ask …* does the same.`,
    `*${command} mine* lists your open requests, *${command} status IT-123* shows one of them.`,
    `*${command} pending* lists what waits for your decision, and those of your requests that wait for an approval.`,
    `*${command} approve IT-123* or *${command} deny IT-123* shows what would be done, and you decide there.`,
    `*${command} away* names who decides your approvals while you are away.`,
    'To turn a message into a ticket, use "Open request" in the menu of that message.',
    'Slack takes no commands inside threads: name the ticket instead.',
  ].join('\n');
}

export function statusOfWhat(command: string): string {
  return `Which request? Type ${command} status and the key of its ticket, such as ${command} status IT-123. ${command} mine lists yours.`;
}

export function decideWhat(command: string): string {
  return `About what? Type ${command} approve or ${command} deny and an id or the key of a ticket, such as ${command} approve IT-123. ${command} pending lists what waits for you. Nothing was decided.`;
}

/** Slack's word for why no form came. */
export function formMissing(code: string, again: string): string {
  if (code === 'expired_trigger_id') return `The form took too long to open. ${again} Nothing was sent.`;
  return `Slack did not open the form (${code}). ${again} If that happens twice, tell whoever runs Deskbridge. Nothing was sent.`;
}

/** The same, of a form that a card opens. */
export const cardFormMissing = (code: string) =>
  `Slack did not open the form (${code}). Nothing was changed; choose it again. If that happens twice, tell whoever runs Deskbridge.`;

/** How the form is asked for again, by the way it was asked for. */
export const typeAgain = (command: string) => `Type ${command} again.`;
export const CHOOSE_AGAIN = 'Choose it again.';
export const TRY_AGAIN = 'Try it again.';

/** To a command that nobody took in time. */
export const NOT_IN_TIME = 'Deskbridge did not understand that in time. Nothing was sent; try again.';
