/** What people read about forms whose questions are those of the ticket system. */

export const QUESTIONS_UNREAD =
  'The questions of this form are not known yet. Say in your own words what you need; whoever takes it asks you for the rest.';
export const QUESTIONS_UNUSABLE =
  'This form asks for something that cannot be filled in here. Say in your own words what you need; whoever takes it asks you for the rest.';

/** Above a form that changed while somebody filled it in. */
export const FORM_CHANGED =
  'The form has changed while you filled it in, and nothing was sent yet. Look at the fields with a mark, choose your files again, and send it.';
export const FORM_CHANGED_AGAIN =
  'The form has changed since. Look at the fields with a mark, and send it again.';
export const NO_LONGER_OFFERED = 'What you chose is no longer offered. Choose again.';
export const NEWLY_NEEDED = 'The ticket system asks for this now.';

/** Before what is wrong with one field, below it. */
export const MARK = '⚠️';

/** What an operator reads of questions that nobody can be asked. */
export const TOO_MANY_CHOICES = (count: number, most: number) =>
  `it has ${count} choices, and Slack takes ${most} of them at most`;
export const NO_CHOICES = 'there is nothing to choose from';
export const LONG_CHOICES = 'its choices have ids that are too long for Slack';
export const TOO_MANY_QUESTIONS = (most: number) => `Slack has room for ${most} questions in one form`;
export const LONG_ID = 'its id is too long for Slack';
export const HIDDEN_AND_NEEDED = 'it is hidden by `from.hidden`, and has no answer under `from.preset`';

/** The button below a request that the ticket system did not take. */
export const FILL_AGAIN = 'Open the form again';
export const FILL_AGAIN_HINT = 'What you typed is still there: correct it and send it again.';

export const OPENING = 'One moment: the form is being read again.';
export const NOT_YOUR_FORM =
  'Only whoever filled in this form, and the person whom it is for, can open it again.';
export const NOTHING_TO_FILL =
  'This request does not wait for its form any more: its ticket has been opened, or somebody took it up. Look at its card.';
export const NOT_READ_AGAIN =
  'The form could not be read again. Nothing was changed; close this and press the button once more. If that happens twice, tell whoever runs Deskbridge.';

/** Above a form that was refused. */
export function wasRefused(reason: string): string {
  return `The ticket system did not take it: ${reason.replace(/\.?$/, '.')}`;
}

/** A corrected form whose answers lead to another queue than the one in which the request waits. */
export function belongsElsewhere(itsQueue: string, queue: string): string {
  return `With these answers the request belongs to ${itsQueue}, and not to ${queue}, where it waits. So they were not sent, and nothing was changed. Open a new request with them; or open this form again with answers for ${queue}.`;
}

/** In the thread when a form was corrected. */
export const SENT_AGAIN = 'Thank you: the corrected form is on its way to the ticket system.';

/** A form of the configuration that asks what its ticket system does not know. */
export const NO_FORMS = (queue: string) => `The ticket system of the queue "${queue}" has no forms`;
