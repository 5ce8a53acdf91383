/** What people read in the form that moves a ticket on by a step of its own workflow. */

export const STEP_TITLE = 'Change the status';
export const STEP_SEND = 'Change';
export const STEP_PLACE = 'Choose a step';
export const STEP_QUESTION = 'Which step?';
/** In the form of the card's fields, below the plain states. */
export const STEP_OFFER = 'Another step, with what it asks…';
export const STEP_AGAIN = 'Open the step again';
export const READING_STEPS = 'One moment: the ticket is being asked which steps are possible.';
export const NO_STEPS = 'No step is possible from here now. Look at the ticket itself, or ask its agents.';
export const STEPS_UNKNOWN =
  'This ticket system does not tell which steps there are. Use "It is solved" and "Reopen" on the card, or open the ticket.';
export const STEPS_NOT_YOURS =
  'The people who answer requests take these steps. You can still solve or reopen your own request with the buttons of its card.';
export const NO_TICKET_YET = 'There is no ticket yet. Try again when the card shows its number.';
export const STEPS_UNREAD =
  'The ticket could not be read. Nothing was changed; close this and try again. If that happens twice, open the ticket itself.';

/** Why a step cannot be taken in Slack. */
export function askedElsewhere(what: readonly string[]): string {
  return `This step asks for ${what.join(', ')}, which cannot be filled in here. Take it in the ticket itself.`;
}

/** Above a step that was refused. */
export function stepRefused(reason: string): string {
  return `The ticket system did not take it: ${reason.replace(/\.?$/, '.')} What you typed is still there: correct it and send it again.`;
}
