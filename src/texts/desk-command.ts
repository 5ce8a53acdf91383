/** What `/desk help` says. `command` has its slash. */
export function helpText(command: string): string {
  return [
    `*${command}* opens a form; your request becomes a ticket, and the answers come to you in Slack.`,
    `*${command} my laptop does not start* opens it with that line filled in.`,
    'To turn a message into a ticket, use "Open request" in the menu of that message.',
  ].join('\n');
}
