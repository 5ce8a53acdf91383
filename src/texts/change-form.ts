/** The form behind "Change fields…" of a card. */

export const CHANGE_TITLE = 'Change the ticket';
export const CHANGE_SUBMIT = 'Change';
export const STATUS_SOLVED = 'Solved';
export const STATUS_OPEN = 'Open again';
export const ASSIGNED_TO = 'Assigned to';
export const ASSIGNMENT_GROUP = 'Assignment group';
export const SUMMARY = 'Summary';
/** In every field that is empty. */
export const LEAVE = 'Leave as it is';

/** The names of priorities and levels are words of the model: "high" is shown as "High". */
export const levelName = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export const CHANGE_UNREADABLE =
  'Deskbridge could not read this form. Nothing was changed; open it again from the card.';
export const NOTHING_FILLED_IN = 'Nothing is filled in. Change a field, or press Cancel.';
