/** The one message a day to people who want their news at once. */

export const DIGEST_HEAD = 'News of your requests, and of those that you watch:';
export const DIGEST_FOOT =
  'You get this once a day because you chose so on the Home tab of this app; change it there.';

export function moreNews(count: number): string {
  return `… and ${count} more. The requests show the rest.`;
}
