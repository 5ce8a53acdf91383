/** What is said where not everybody may read everything. `key` names the ticket, or is "the ticket". */

const WHYS = {
  internal:
    'The channel for the agents of this queue can be read by others: it must be a private channel that is not shared with another company. Change the channel in Slack, or name another one in the configuration',
  restricted:
    'Only some people may read this ticket now, and nobody knows whether the readers here are among them. Whoever looks after the ticket can open it again, or answer the person in the ticket',
  confidential:
    'This request is confidential, and other people read along here. The answer stands in the ticket; an agent can send it in person',
  shared:
    'People of another company read along here, and this channel is not meant for them (`outsiders` in the configuration). The answer stands in the ticket',
} as const;

/** Why something was not sent, and who can change that. */
export function notForHere(why: keyof typeof WHYS): string {
  return `It was not sent to Slack. ${WHYS[why]}; then "deskbridge parked retry" sends it.`;
}

/** Instead of a card's fields, or of a sentence about the ticket. */
export function onlyALink(key: string): string {
  return `Not everybody here may read ${key}, so only the link is shown. Open it to see how it stands.`;
}

/** To the person who asked alone, instead of the words. */
export function answerElsewhere(key: string): string {
  return `There is a new answer on ${key}. Open the ticket to read it, or ask for a direct message.`;
}

/** A guest or somebody of another company pressed a button. */
export const outsidersMayNotAct =
  'Only people of the company that runs this help desk can change requests. Nothing was changed; a reply in the thread reaches the help desk.';

/** To somebody of whom Slack does not say whether he belongs to the company. */
export const NOBODY_SAYS_WHO =
  'Slack does not tell me at the moment whether you may change requests, so nothing was changed. Try again in a few minutes; if it stays so, tell whoever looks after Deskbridge: "deskbridge doctor" says what is missing.';

/** In the thread, when the channel's rules say so. */
export const answeredInPerson =
  'Requests in this channel are answered in a direct message, so I go on there.';

/** The same, when what was asked is confidential. */
export const looksConfidential =
  'This looks confidential, so I go on with the person who asked in a direct message.';
