import type { Decision, RiskClass } from '../model/approval.ts';

/** What somebody reads who did something about an approval, and what happens next. */

/** `key`: of its ticket. */
export interface Concerned {
  readonly title: string;
  readonly key: string;
}

const nameOf = ({ title, key }: Concerned) => `${title} (${key})`;

export const countedText = (of: Concerned, decision: Decision, isOver: boolean): string => {
  const did = decision === 'approve' ? 'approved' : 'denied';
  const next = isOver
    ? 'Whoever asked is told, and the ticket says so.'
    : 'Others have to decide, too; the card follows them.';
  return `Written down: you ${did} ${nameOf(of)}. ${next}`;
};
export const decidedBefore = (of: Concerned): string =>
  `You have decided about ${nameOf(of)} already; once is enough. The card shows how it stands.`;

/** Sentences for what does not count. Each says what to do. */
export const NOT_COUNTED = {
  'no-such':
    'There is no such approval here, so nothing was decided. Look at your Home for what waits for you.',
  'unknown-person':
    'Nobody here knows who you are, so nothing was decided. Whoever runs the directory can add you.',
  forged:
    'This button is none of ours, so nothing was decided. Open the request from your Home and decide there.',
  'not-yours':
    'This was asked of somebody else, so nothing was decided. Each approver decides on the card that was sent to him.',
  used: 'This button was used already, so nothing was decided now. The card shows how it stands.',
  expired:
    'This button was too old, so nothing was decided. The card has fresh ones now: look at it again and decide.',
  'too-fast':
    'You approved several risky things within a minute, so nothing was decided. Open the difference and decide there.',
  'another-version':
    'What it is about has changed, so nothing was decided. The card shows what it says now: look at it and decide.',
  over: 'It is over already, so nothing was decided. The card shows what became of it.',
  running: 'It is being done just now, so nothing was decided.',
  'has-run': 'A part of it was done already, so it cannot be changed any more. Nothing was decided.',
  'not-a-vote':
    'Only a button of the card that was sent to you counts, so nothing was decided. Look for the card in your messages with this app, or on your Home.',
  'too-late': 'The time to decide is over, so nothing was decided. Whoever asked has to ask again.',
  'not-yet': 'It is not time for that yet. Nothing was done.',
  'may-not-decide':
    'You may not decide about this: whoever asks, has the benefit, or is no full member of the organisation decides nothing. Nothing was decided.',
  'not-asked': 'You are not asked in this step, so nothing was decided. The card shows who is.',
  'has-voted': 'You, or somebody in your place, have decided already. Nothing was decided now.',
  'reason-missing': 'A denial needs a reason, so nothing was decided. Press Deny again and say why.',
  same: 'Nothing is different, so nothing was done.',
  'no-approver': 'Nobody is there who could decide, so nothing was done. Tell whoever owns the policy.',
  'no-work': 'Nobody has said what is to be done, so nothing was decided. Tell whoever owns the policy.',
  'not-granted': 'It is not approved, so nothing was done.',
  'no-quorum': 'Too few have approved it, so nothing was done.',
  'delegation-unsound': 'That is not possible: it is too long, or not allowed here. Nothing was done.',
  'nothing-to-revoke': 'There is no decision of yours to take back. Nothing was done.',
  'no-sign-in':
    'The ticket system takes this decision from you alone, so nothing was decided. Connect your account there on your Home, or decide on its own page.',
  'not-shown':
    'Only some people may open its ticket, so Slack neither shows what it is about nor takes a decision. Nothing was decided; open the ticket and tell its agents what you decide.',
  'only-there':
    'The ticket system decides about this itself: whom it asks, and on which page. Nothing was done here; open the ticket.',
} as const;

/** The record of the ticket system decides; it was sent there as his own answer. */
export const relayedText = (of: Concerned): string =>
  `${nameOf(of)}: your decision is on its way to the ticket system, whose record decides. The card shows what became of it.`;

/** Instead of a vote with a button that Slack alone has signed. */
export const signInFirst = (of: Concerned, risk: RiskClass, page: string): string =>
  `${nameOf(of)} (${risk} risk) is decided where you sign in afresh: ${page} Nothing was decided yet.`;

/** He approves faster than anybody reads. */
export const lookFirst = (of: Concerned, seconds: number): string =>
  `You approved several risky things within ${seconds} seconds, so ${nameOf(of)} was not approved yet. Open the difference and decide there, or press Escalate on the card and let a second person decide.`;
export const OPEN_DIFFERENCE = 'Show the difference';

/** The same for what does not exist and for what is somebody else's. */
export const nothingNamed = (named: string): string =>
  `Nothing that is called ${named} waits for your decision. Use the whole id or the key of its ticket: the short fingerprint is no id. Your Home lists what waits for you.`;

export const askedFor = (of: Concerned): string =>
  `Your question about ${nameOf(of)} stands in the thread of whoever asked, and on the ticket. The answer comes to your card. You have not voted; the time goes on.`;
export const escalatedTo = (of: Concerned, senior: string): string =>
  `${senior} is asked about ${nameOf(of)} in your place. That was no vote: you can still decide as long as nobody has.`;
export const nobodyHigher = (of: Concerned): string =>
  `There is no senior reviewer who may decide about ${nameOf(of)}, so it stays with you. Nothing was changed.`;
export const awayText = 'It could not be looked up now, so nothing was decided. Try again in a minute.';

/** In the thread of whoever asked, and on the ticket. */
export const questionText = (by: string, of: Concerned, question: string): string =>
  `${by}, who decides about ${nameOf(of)}, asks: ${question}\nReply here; the answer goes to ${by}.`;
export const questionNote = (by: string, of: Concerned, question: string): string =>
  `${by}, who decides about ${nameOf(of)}, asks whoever requested it: ${question}`;
export const answeredText = (of: Concerned): string =>
  `Your question about ${nameOf(of)} is answered. The answer stands on the card; please decide.`;
export const escalatedByNote = (by: string, senior: string, of: Concerned): string =>
  `${by} lets a senior reviewer, ${senior}, decide about ${nameOf(of)}.`;

/** To an approver whose card stands further up. */
export const askedAnew = (of: Concerned): string =>
  `What you were asked about has changed: ${nameOf(of)}. Your card shows what is different; please decide again.`;
export const askedInChannel = (of: Concerned, channel: string): string =>
  `You are asked to decide about ${nameOf(of)}. The card is in <#${channel}>; your Home shows it, too.`;
export const unreachableNote = (name: string, of: Concerned, why: string): string =>
  `${name} could not be asked in Slack about ${nameOf(of)}: ${why} Ask by another way, or let somebody else decide.`;

/** To whoever asked. `names`: whom it was asked of. */
export const askedOthers = (title: string, names: readonly string[]): string =>
  `${listed(names)} ${names.length === 1 ? 'was' : 'were'} asked to approve ${title}. You hear here what is decided.`;
export const askedNext = (title: string, names: readonly string[]): string =>
  `One step of ${title} is approved. Next ${listed(names)} ${names.length === 1 ? 'is' : 'are'} asked.`;
export const askedAgain = (title: string, names: readonly string[]): string =>
  `What you asked for has changed, so ${listed(names)} ${names.length === 1 ? 'is' : 'are'} asked to approve ${title} again.`;

/** To somebody who wants to change a ticket while an approval of it is open. `names`: whom it was asked of. */
export const standsStill = (key: string, names: readonly string[], isDecided: boolean): string => {
  const who = names.length === 0 ? 'somebody has' : `${listed(names)} ${names.length === 1 ? 'has' : 'have'}`;
  const why = isDecided ? 'what was approved is being done' : `${who} to decide`;
  const next = isDecided ? 'Try again when the thread says that it is done' : 'Ask for the decision';
  return `An approval is open for ${key}: ${why}. Until that is over it is not changed from Slack, so nothing was changed. ${next}, or write in the thread what has to change; replies, watching and Escalate go on.`;
};

const MOST_NAMES = 4;
function listed(names: readonly string[]): string {
  if (names.length === 0) return 'Nobody yet';
  const rest = names.length - MOST_NAMES;
  const shown = rest > 0 ? [...names.slice(0, MOST_NAMES), `${rest} more`] : names;
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export const alikeTitle = (title: string, n: number): string =>
  `${n} requests for ${title} wait for you. Choose those that you approve.`;
/** Who asks, and for whom where that is somebody else. */
export const alikeWhom = (requester: string, beneficiary: string | null): string =>
  beneficiary === null ? requester : `${requester} for ${beneficiary}`;
export const NONE_ALIKE = 'Nothing else like it waits for you any more. Your Home shows what does.';
export const alikeDone = (approved: number, others: readonly string[]): string =>
  [
    `Written down: ${approved} ${approved === 1 ? 'request is' : 'requests are'} approved, each with a vote of its own.`,
    ...(others.length === 0 ? [] : ['Not approved:', ...others]),
  ].join('\n');
export const wordsDoNotCount =
  'Words do not count as a decision. Press Approve or Deny on the card, or Needs info to ask something.';

/** Why a card waits a moment, for the log. */
export const CHANGED_MEANWHILE = 'What it shows has changed meanwhile; it is written anew';

/** At the beginning of a sentence. */
export const AN_APPROVER = 'An approver';
export const A_SENIOR = 'A senior reviewer';
export const THE_CHANNEL = 'The approvals channel';
