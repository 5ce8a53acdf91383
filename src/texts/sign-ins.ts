/** What people read who connect an account, and what is said when a sign-in has ended. */

/** Who acts: null for Deskbridge itself, else a member of Slack by his id. */
export const whoActs = (member: string | null) =>
  member === null ? 'Deskbridge itself' : `the member ${member} of Slack`;

export const PAGE_STALE =
  'This link was used, is too old, or was begun in another browser. Ask for a new one.';
export const PAGE_ELSEWHERE =
  'This was not begun on the page of Deskbridge. Open the link that you were given.';
export const connectHead = (connector: string) => `Connect ${connector}`;
/** Before and behind who acts, which stands in bold. */
export const LETS_ACT = 'Whoever signs in on the next page lets';
export const actsWhere = (connector: string) =>
  `act in their name in ${connector}. If that is not you, close this page.`;
export const GO_ON = 'Go on';
export const connected = (who: string, connector: string) => `Connected: ${who} acts in ${connector} as`;
export const CLOSE_PAGE = 'You can close this page.';
export const DECLINED = 'You did not consent, so nothing was connected. Ask for a new link to try again.';
/** `reason` has no full stop. */
export const notConnected = (reason: string) =>
  `Nothing was connected. ${reason}. Ask for a new link to try again.`;

/** How somebody connects again, in the words of whom he asks. */
export const bridgeConnectsAgain = (connector: string) =>
  `An operator has to connect again: deskbridge connect ${connector}`;
export const personConnectsAgain = (person: string, connector: string) =>
  `${person} has to connect again; an operator makes the link: deskbridge people connect ${person} ${connector}`;
export const signInEnded = (reason: string, remedy: string) => `${reason}. ${remedy}`;
export const nobodyConnected = (remedy: string) => `Nobody is connected. ${remedy}`;
export const noApp = (connector: string) =>
  `The connector ${connector} has no oauth_app in the configuration`;
export const CANNOT_RENEW = 'This sign-in has ended and cannot be renewed';
export const lostWhileRenewing = (reason: string) =>
  `${reason} (a process ended, or an answer was lost, while it was being renewed)`;
export const RENEWED_ELSEWHERE = 'Another process has been renewing this sign-in for long; we try again';
