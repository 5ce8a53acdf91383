/** What the Slack app says of itself: in the list of apps, in menus, and in Workflow Builder. It changes with a new manifest. */

export const APP_DESCRIPTION = 'Ask for help here; the request becomes a ticket, and its answers come back.';
export const APP_STORY =
  'A message in a help channel, a direct message to this app, its command or its message shortcut opens a ' +
  'ticket at the service desk. Replies in the thread become comments of the ticket, public comments become ' +
  'replies, and a card shows the true status. The app reads only conversations to which it was invited.';

/** In the menu of a message, and in that of the app: 24 characters each. */
export const OPEN_WORDS = ['Open request', 'Makes a ticket of this message'] as const;
export const ESCALATE_WORDS = ['Escalate', 'Says that the request of this thread cannot wait'] as const;
export const HUMAN_WORDS = ['Hand to a human', 'Asks for a person to take this'] as const;
export const ASK_WORDS = ['Ask the service desk', 'Opens the form of the service desk'] as const;

export const COMMAND_DESCRIPTION = 'Ask the service desk';
export const COMMAND_HINT = 'what you need, or: mine, status IT-123, pending, help';

/** The step of a workflow, its inputs and its outputs. */
export const STEP_WORDS = [
  'Open a request',
  'Opens a ticket at the service desk and waits for its key',
] as const;
export const STEP_REQUESTER = ['Requester', 'For whom it is'] as const;
export const STEP_SUMMARY = ['Summary', 'What is needed, in one line'] as const;
export const STEP_DETAILS = ['Details', 'Everything else'] as const;
export const STEP_CHANNEL = ['Channel', 'Where it comes from, for the routing table'] as const;
export const STEP_MESSAGE = [
  'Message',
  'Its thread becomes the request; then summary and details are those of the message',
] as const;
export const STEP_KEY = ['Ticket', 'Its key or number'] as const;
export const STEP_URL = ['Address', 'Where people open it'] as const;
