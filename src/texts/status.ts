/** What is said in the thread when a request ends, begins anew, or cannot be changed. */

/** `by` is the name of whoever did it in Slack; null where the ticket system does not say. */
const doneBy = (by: string | null) => (by === null ? '' : ` (${by})`);

export const openAgain = (key: string, by: string | null) => `${key} is open again${doneBy(by)}.`;
export const isDone = (key: string, status: string, by: string | null) =>
  `${key} is ${status}${doneBy(by)}. If it is not solved, reply here and it opens again.`;

export const staysClosed = (key: string, days: number) =>
  `${key} has been closed for more than ${days} days, so it stays closed. ` +
  'Your message was added to it. If you still need help, please start a new thread.';

/** `fields` are names of fields. */
export const mayNotChange = (fields: readonly string[]) =>
  `You cannot change this here (${fields.join(', ')}). The help desk can; a reply in the thread reaches it.`;
