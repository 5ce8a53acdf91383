/** What is said when a ticket system cannot be asked or refuses, whichever it is. */

// All pages.
export const listTooLong = (what: number) =>
  `The list has more than ${what} entries, which is more than we read`;

// Exchange.
export const notInTime = (system: string) => `${system} did not answer in time`;
export const inwardAddress = (system: string) =>
  `${system} was not asked, because its name leads to an address inside of a network; its entry in the DNS, or network.private_addresses in the configuration, has to be corrected`;
export const notReached = (system: string, code: string) => `${system} cannot be reached (${code})`;
export const connectionBroke = (system: string, what: string) =>
  `The connection to ${system} broke before its answer came (${what})`;
export const UNKNOWN_ADDRESS = 'an unknown address';
export const NO_TIME_LEFT = 'Our time ran out before the request';

// Json client.
export const unknownShape = (system: string, list: string) =>
  `${system} answered in a shape that we do not understand (${list})`;
export const lookedUp = (what: string) => `${what}; we look up whether it took effect`;
export const readAgain = (what: string) => `${what}; we read again`;
export const NOT_LET_IN = 'does not let us in; the credential is wrong or has expired';
export const FORBIDDEN = 'forbids this to our account; its administrator can allow it';
export const NOT_THERE = 'does not have this, or does not show it to our account';
export const CHANGED_MEANWHILE = 'was changed at the same moment; we read it again and decide anew';
export const DELETED = 'says that this was deleted';
export const nothingSent = (reason: string) => `${reason}; nothing was sent and we try again`;
export const MOVED_ADDRESS = 'what we asked for was moved, or the configuration has an old address';
export const sentElsewhere = (system: string, to: string, advice: string) =>
  `${system} sent us on to ${to}, where we do not follow; ${advice}`;
export const tooMuch = (system: string) => `${system} answered with more than we read`;
export const pageForData = (system: string) => `${system} answered a web page instead of data`;
export const slowDown = (system: string) => `${system} asked us to slow down; we wait as long as it said`;
export const refusedAsWrong = (status: number) =>
  `refused the request as wrong (${status}); the queue or the text must be corrected`;

// Markdown.
export const CUT_HERE = '[… cut by Deskbridge, the rest stands in Slack]';

// Plan fields.
export const NO_SUCH_FIELD = 'This system has no such field, so it was left';
export const fieldChanged = (field: string, what: string) =>
  `The ${field} was changed to ${what} meanwhile, so it was left`;

// Poll by time.
export const STRANGE_CURSOR = 'This cursor is none of ours; the poll has to start anew';

/** Whose words or change it is, where the ticket names the bridge's own account. */
export const viaSlack = (name: string) => `${name} via Slack`;
