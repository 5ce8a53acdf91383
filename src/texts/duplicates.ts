/** What a person reads when he seems to ask for what he has asked for already. */

/** `key`: of the ticket; null while it has none. */
export function isItTheSame(key: string | null, summary: string, minutes: number): string {
  const which = key === null ? `your open request "${summary}"` : `${key} ("${summary}")`;
  return `This reads like ${which}, which is still open. Is it the same? If you do not say within ${minutesText(minutes)}, I open a new request.`;
}

export const THE_SAME = 'It is the same';
export const ANOTHER_ONE = 'It is another one';
export const NOT_YOURS = 'Only the person who wrote this can say whether it is the same.';

/** `url`: of the conversation about it; null when there is none. */
export function addedTo(key: string | null, url: string | null): string {
  const where = url === null ? '' : ` The conversation goes on here: ${url}`;
  return `Thank you. What you wrote was added to ${key ?? 'your open request'}, and so will be what you write below it.${where}`;
}

/** It was opened meanwhile, or the other one was closed. */
export const OPENED_MEANWHILE =
  'This has become a request of its own meanwhile. Say so in its thread, and the agents join the two.';

function minutesText(minutes: number): string {
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
