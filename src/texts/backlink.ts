/** What the link from a ticket back to its thread is called, where agents read it. */
export const backlinkTitle = (isDone: boolean) =>
  isDone ? 'Conversation in Slack (closed)' : 'Conversation in Slack (open)';
