/** What approvers read on the web page where they decide. */
import type { ApprovalStatus, RiskClass } from '../model/approval.ts';

export const PAGE_WORDS = {
  heading: 'Deskbridge · Approval',
  signIn: 'Sign in with Slack',
  signInFirst: 'Sign in to see what you are asked to decide.',
  unknown: 'There is no such approval. Open the link in the card that Slack shows you.',
  elsewhere:
    'This was not begun on this page. Open the link in the card that Slack shows you, and decide there.',
  stale: 'This sign-in is too old, or was begun in another browser. Open the link in the card again.',
  declined: 'You did not sign in at Slack, so nothing was decided.',
  changes: 'What changes when it is approved',
  evidence: 'What it rests on',
  before: 'Now',
  after: 'Then',
  empty: 'empty',
  since: 'What is different since it was asked before',
  sinceHint: 'Every decision before that is void: please decide again.',
  was: 'Before',
  is: 'Now',
  votes: 'Decided so far',
  talk: 'Questions',
  decide: 'Decide…',
  decideHint: 'Nothing is decided before you press Approve or Deny on the next page.',
  reason: 'Reason',
  reasonHint: 'Needed to deny. Whoever asked reads it in the thread, and the agents on the ticket.',
  approve: 'Approve',
  deny: 'Deny',
  back: 'Go back without deciding',
} as const;

export const LABELS = {
  requester: 'Asked for by',
  beneficiary: 'For',
  ticket: 'Ticket',
  risk: 'Risk',
  ifWrong: 'If it is wrong',
  environment: 'Where',
  policy: 'Policy',
  expires: 'Until',
  id: 'Approval',
  fingerprint: 'Fingerprint',
  record: 'Decided in',
  proposer: 'Proposed by',
  trigger: 'Set off by',
  reach: 'Reaches',
} as const;

/** `ticket.summary` of the evidence, `request`, or a field of the form in its owner's word. */
export function evidenceText(name: string): string {
  if (name === 'request') return 'In their own words';
  return name.startsWith('ticket.') ? `Ticket: ${name.slice('ticket.'.length)}` : name;
}

/** A name can be chosen, so the id by which Slack knows somebody stands beside it. */
export const personText = (name: string, slack: string | null): string =>
  slack === null ? name : `${name} (Slack ${slack})`;

export const riskText = (risk: RiskClass): string => risk;
export const recordText = (name: string, system: string): string => `${name}, a record of ${system}`;
export const untilText = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
export const ANSWER = 'Answer';
export const NO_END = 'no end';

/** Why there is nothing to press. */
export function overText(status: ApprovalStatus): string {
  switch (status) {
    case 'open':
      return 'You have decided already. It waits for others.';
    case 'granted':
    case 'executing':
      return 'This is approved, and the change is being made.';
    case 'executed':
    case 'approved':
      return 'This is approved. Nothing is left to decide.';
    case 'denied':
      return 'This is denied. Nothing is left to decide.';
    case 'expired':
      return 'Its time is over, so nothing can be decided any more. Whoever still needs it asks again.';
    case 'blocked':
      return 'The policy blocks this, and nobody can approve it.';
    case 'failed':
    case 'uncertain':
      return 'This is approved, but the change needs a person who looks at the ticket.';
    case 'void':
      return 'Nobody has to decide this any more.';
  }
}

const NOT_ASKED = 'You are not asked to decide this. Whoever is asked finds it in Slack.';
export const OTHER_WORKSPACE =
  'You signed in to another Slack workspace. Sign in again, in the workspace in which you were asked.';
export const SIGN_IN_AGAIN =
  'This needs a fresh sign-in, because of its risk. Sign in again and decide within five minutes. If you read this once more, sign out of Slack in this browser first.';
export const REASON_MISSING = 'To deny it, say why. Go back, write a reason, and press Deny again.';
export const TRY_AGAIN =
  'It could not be found out who may decide. Nothing was decided; try again in a minute.';
export const SIGN_IN_NOT_BELIEVED =
  'Slack did not say who signed in, in a way that can be believed. Try again.';
export const notSignedIn = (reason: string): string => `You are not signed in. ${reason}`;

export const APPROVED = 'You approved it. You can close this page.';
export const DENIED = 'You denied it. You can close this page.';
export const RELAYED =
  'Your decision is on its way to the ticket system, whose record decides. The card in Slack shows what became of it.';

/** Why a decision does not count, and what to do, by its reason. */
const REFUSALS: Readonly<Record<string, string>> = {
  over: 'It was decided meanwhile. Nothing is left to do.',
  'too-late': 'Its time is over, so this does not count. Whoever still needs it asks again.',
  'another-version':
    'What is asked for has changed since you opened this page. Open it again and look at the difference.',
  used: 'This page has decided once already. Open the link again if you want to see how it stands.',
  expired: 'You were asked too long ago on this page. Open the link again.',
  'has-voted': 'You have decided already.',
  'may-not-decide': 'You have a part in this request, so somebody else has to decide it.',
  'not-asked': NOT_ASKED,
  'unknown-person': NOT_ASKED,
  'not-yours': 'This page was opened by somebody else. Open the link again yourself.',
  forged: 'This does not come from our page. Open the link again.',
  'reason-missing': REASON_MISSING,
  'no-sign-in':
    'The ticket system takes this decision from you alone. Connect your account on the Home of the app in Slack, or decide there.',
  'only-there': 'The ticket system takes this decision on its own page alone. Open the ticket.',
};
export const refusalText = (why: string): string =>
  REFUSALS[why] ?? 'This does not count. Open the link again and see how it stands.';
