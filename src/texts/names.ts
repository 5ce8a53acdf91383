/** How people, tickets and times are called. */

/** Whom Slack does not name; never a raw id. `SOMEBODY` begins a sentence. */
export const SOMEBODY = 'A person in Slack';
/** The same within a sentence, and what else Slack does not name. */
export const A_PERSON = 'a person in Slack';
export const A_CHANNEL = 'a channel in Slack';
/** Of a thread, when its name is not known. */
export const ITS_CHANNEL = 'its channel';
/** Of the person who asked, in a list of places. */
export const DIRECT_MESSAGE = 'a direct message between the person who asked and this app';
export const A_GROUP = 'a group in Slack';
export const A_TEAM = 'a team in Slack';
export const AN_APP = 'An app in Slack';
/** A request that says nothing of itself. */
export const UNTITLED = 'A request';
/** In a list of keys. */
export const WITHOUT_TICKET = 'a request without a ticket';

/** Within a sentence. `key` is null or missing before there is a ticket. */
export const ticketName = (key: string | null | undefined): string => key ?? 'the ticket';
/** At the beginning of a sentence. */
export const theTicket = (key: string | null | undefined): string => key ?? 'The ticket';
export const requestName = (key: string | null | undefined): string => key ?? 'this request';
export const theRequest = (key: string | null | undefined): string => key ?? 'This request';

/** Minutes are enough for people; UTC, because the readers of a ticket sit anywhere. */
export const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
