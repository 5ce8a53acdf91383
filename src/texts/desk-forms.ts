import type { Duration } from '../model/duration.ts';

/** What people read in the forms, and what the answers look like on a ticket. */

export const FORM_TITLE = 'Ask the service desk';
export const SEND = 'Send';
export const CANCEL = 'Cancel';
export const WHAT_ABOUT = 'What is it about?';
export const CHOOSE_FORM = 'Choose what fits best';
export const CHOOSE_HINT = 'The fields below change with your choice.';
export const SOMETHING_ELSE = 'Something else';
/** The choices of the form that stands where the configuration has none. */
export const ACCESS = 'Access or account';
export const DEVICE = 'Device or software';
export const POLICY = 'Exception to a policy';
export const OUTAGE = 'Something is down';
export const WHAT_NEEDED = 'What do you need?';
export const ONE_LINE = 'In one line';
export const DETAILS = 'Details';
export const WHO_READS = 'Everyone who can read the ticket can read this.';
export const BEHALF = 'For somebody else?';
export const BEHALF_HINT = 'Leave it empty when it is for you. The ticket becomes theirs, and they are told.';
export const URGENT = 'This is urgent';
export const URGENCY = 'Urgency';
export const URGENT_REASON = 'Why is it urgent?';
export const URGENT_HINT = 'Only needed when you marked it as urgent.';
export const FILES = 'Files';
export const PICK = 'Choose';
export const PICK_PERSON = 'Choose a person';
export const PICK_DATE = 'Choose a date';
export const YES = 'Yes';
export const NO = 'No';

/** How long something lasts: "30 days". */
export function durationText({ count, unit }: Duration): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `end` is a day, YYYY-MM-DD. */
export function durationUntil(duration: Duration, end: string): string {
  return `${durationText(duration)}, until ${end}`;
}

export const UNREADABLE_FORM = 'Deskbridge could not read this form. Nothing was sent; open it again.';
export const NEEDS_LINE = 'Say in one line what you need.';
export const NEEDS_ANSWER = 'This has to be filled in.';
export const NEEDS_NUMBER = 'Write a number, such as 12 or 12.5.';
export const NEEDS_DATE = 'Choose a day of the calendar.';
export const NEEDS_CHOICE = 'Choose one of the list.';
export const NEEDS_PERSON = 'Choose a person.';
export const NEEDS_REASON = 'Say why it is urgent, or take the mark off.';

export function tooLong(longest: number): string {
  return `Keep it to ${longest} characters.`;
}

export const NEEDS_CATEGORY = 'Choose what it is about.';
export const lineTooLong = (longest: number) =>
  `Keep it to ${longest} characters; the rest fits into the details.`;

export const URGENT_BECAUSE = 'Urgent because';
