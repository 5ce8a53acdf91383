/** What a person reads when he seems to ask for what he has asked for already. */

/** `key`: of the ticket; null while it has none. `asked`: what he asked for just now, where it does not stand above. */
export function isItTheSame(
  key: string | null,
  summary: string,
  { minutes, asked }: { readonly minutes: number; readonly asked: string | null },
): string {
  const which = key === null ? `your open request "${summary}"` : `${key} ("${summary}")`;
  return `${asked === null ? 'This' : `What you asked for just now ("${asked}")`} reads like ${which}, which is still open. Is it the same? If you do not say within ${minutesText(minutes)}, I open a new request.`;
}

export const THE_SAME = 'It is the same';
export const ANOTHER_ONE = 'It is another one';
export const NOT_YOURS = 'Only the person who wrote this can say whether it is the same.';

/** `url`: of the conversation about it; null when there is none. `thread`: what he wrote has a thread of its own. */
export function addedTo(
  key: string | null,
  { url, thread }: { readonly url: string | null; readonly thread: boolean },
): string {
  const where = url === null ? '' : ` The conversation goes on here: ${url}`;
  const request = key ?? 'your open request';
  return thread
    ? `Thank you. What you wrote was added to ${request}, and so will be what you write below it.${where}`
    : `Thank you. Everything that you filled in was added to ${request}.${where}`;
}

/** On the ticket: a form that its person found to be the same. */
export const askedAgain = (name: string, summary: string, details: string): string =>
  `${name} asked for the same again in a form: ${summary}\n\n${details}`.trim();

/** It was opened meanwhile, or the other one was closed. */
export const OPENED_MEANWHILE =
  'This has become a request of its own meanwhile. Say so in its thread, and the agents join the two.';

function minutesText(minutes: number): string {
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
