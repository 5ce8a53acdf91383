/** What whoever calls an address of ours reads: a person in a browser, or the log of the system that called. */

/** Of every page. */
export const PAGE_TITLE = 'Deskbridge';
export const NOTHING_HERE = 'There is nothing here.';
export const OTHER_METHOD = 'This address does not take that method.';
/** `reference` stands in our log. */
export const wentWrong = (reference: string) =>
  `Something went wrong on our side. Reference: ${reference}. Try it again; if it stays so, tell it to whoever runs Deskbridge.`;

export const BODY_TOO_LARGE = 'The body is too large.';
export const BODY_BROKEN = 'The body did not arrive as a whole.';
export const NOT_STORED = 'Deskbridge cannot store this now. Send it again later.';
export const BODY_UNREADABLE = 'The body cannot be read.';
export const SIGNATURE_WRONG = 'The signature does not fit.';
export const NO_CONNECTOR = 'There is no such connector.';
