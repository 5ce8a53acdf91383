/** What people read about approvals that the ticket system itself waits for. */
import type { RecordState } from '../model/native-approval.ts';

export interface NativeAsk {
  /** What the ticket system calls the approval. */
  readonly name: string;
  readonly requester: string;
  readonly key: string;
  readonly url: string;
}

export const nativeRemindedText = ({ name, requester, key, url }: NativeAsk): string =>
  `${requester} still waits for your decision about "${name}" (${key}). It can be decided there, too: ${url}`;

/** For the agents, on the ticket. */
export const nobodyKnownNote = (name: string): string =>
  `Nobody whom "${name}" asks is known to Deskbridge, so nobody was asked in Slack. They decide here. Who connects his account is asked in Slack from then on.`;

/** He decided from here; the vendor's answer has no room for where, and not always for why. */
export function answeredNote(
  by: string,
  {
    name,
    decision,
    surface,
    reason,
    reference,
  }: {
    readonly name: string;
    readonly decision: 'approve' | 'deny';
    readonly surface: string;
    readonly reason: string;
    readonly reference: string;
  },
): string {
  return [
    `${by} ${decision === 'approve' ? 'approved' : 'denied'} "${name}" from Slack (${surface}), with the own account here.`,
    ...(reason.trim() === '' ? [] : [`Reason: ${reason.trim()}`]),
    `Deskbridge recorded where it was said; the approval record itself decides. ${reference}`,
  ].join('\n');
}

/** Separation of duties is broken there; nothing here undoes it. */
export const ownDecisionNote = (by: string, name: string): string =>
  `${by} approved "${name}", which is about a request of ${by}'s own. It counts here, and Deskbridge cannot undo it: somebody else should look at it before anything is done.`;

/** It stands in the record, and no person said it. */
export const nobodysDecisionNote = (
  approver: string,
  decision: 'approved' | 'declined',
  name: string,
): string =>
  `"${name}" says that ${approver} ${decision}, but as far as this system tells no person did that as ${approver}: the account belongs to a program, or another account wrote it. Deskbridge does not count it as anybody's decision. Somebody should look at it before anything is done.`;

/** For whoever asked; null where there is nothing to hear. */
export function decidedThereText(name: string, state: RecordState): string | null {
  switch (state) {
    case 'approved':
      return `"${name}" was approved.`;
    case 'declined':
      return `"${name}" was denied. Reply here if you want to ask why.`;
    case 'void':
      return `"${name}" is not needed any more.`;
    case 'pending':
      return null;
  }
}

/** To whoever decided, when it did not arrive. */
export const notTakenText = (name: string, reason: string, url: string): string =>
  `Your decision about "${name}" was not taken: ${reason.replace(/\.$/, '')}. Look at it there: ${url}`;
export const decidedMeanwhile = 'it was decided before';
export const mayNotDecide = 'whoever asked for it, whoever has the benefit, and auditors do not decide it';
export const onlyThere = 'the ticket system takes it on its own page alone';
export const noSignIn = 'your own sign-in there does not work any more; connect your account again';

/** What set an approval off, on its card. */
export const setByWhom = (set: string, isKnown: boolean): string =>
  isKnown ? set : `${set}, by somebody whom Deskbridge does not know there`;
export const setOnTicket = (field: string, value: string): string =>
  `${field} set to "${value}" on the ticket`;
