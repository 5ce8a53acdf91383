/** What a ticket and its requester read about an approval. Names come in as they are; the ticket's comments are plain text. */
import type { ApprovalStatus, Decision, RiskClass } from '../model/approval.ts';
import { EARLIER_STAYS } from './approvals.ts';

export interface NotedRequest {
  readonly kind: string;
  readonly policy: string;
  readonly risk: RiskClass;
  /** Eight characters, the same as on the card. */
  readonly fingerprint: string;
  readonly id: string;
  readonly requester: string;
  /** What it would do, one line each. */
  readonly work: readonly string[];
}

/** A ticket system takes some 30,000 characters of a note; the fingerprint covers what is not shown. */
const MOST_LINES = 20;
const LONGEST_VALUE = 400;
const LONGEST_REASON = 3_000;
const MOST_NAMES = 40;

function cut(text: string, longest: number): string {
  const over = text.length - longest;
  return over <= 0 ? text : `${text.slice(0, longest).toWellFormed()}… (${over} more characters)`;
}

function lines(before: string, all: readonly string[]): readonly string[] {
  const over = all.length - MOST_LINES;
  const shown = all.slice(0, MOST_LINES).map((line) => `${before}: ${line}`);
  return over <= 0 ? shown : [...shown, `${before}: ${over} more, which the card shows`];
}

export const reference = ({ id, fingerprint }: Pick<NotedRequest, 'id' | 'fingerprint'>) =>
  `Approval ${id}, fingerprint ${fingerprint}.`;

/** The ticket's agents are told what is asked, and that they must wait. */
export function openedNote(of: NotedRequest, asked: readonly string[]): string {
  return [
    `${of.requester} asks for ${of.kind}, and somebody has to approve it first. Do nothing of it before that.`,
    `Policy: ${of.policy}. Risk: ${of.risk}.`,
    `Asked: ${namesOf(asked)}.`,
    ...lines('When it is approved', of.work),
    reference(of),
  ].join('\n');
}

function namesOf(asked: readonly string[]): string {
  const over = asked.length - MOST_NAMES;
  if (asked.length === 0) return 'nobody yet';
  return `${asked.slice(0, MOST_NAMES).join(', ')}${over > 0 ? ` and ${over} more` : ''}`;
}

export const workLine = (field: string, before: string | null, after: string | null): string =>
  `${field}: ${cut(before ?? 'empty', LONGEST_VALUE)} → ${cut(after ?? 'empty', LONGEST_VALUE)}`;

/** `instead`: in whose place he decided. */
export function votedNote(
  of: NotedRequest,
  {
    by,
    instead,
    decision,
    surface,
    reason,
  }: {
    readonly by: string;
    readonly instead: string | null;
    readonly decision: Decision;
    readonly surface: string;
    readonly reason: string;
  },
): string {
  const did = decision === 'approve' ? 'approved' : 'denied';
  return [
    `${by}${instead === null ? '' : `, for ${instead},`} ${did} ${of.kind} (${surface}).`,
    ...(reason.trim() === '' ? [] : [`Reason: ${cut(reason.trim(), LONGEST_REASON)}`]),
    `${RECORDED} Policy: ${of.policy}. ${reference(of)}`,
  ].join('\n');
}

/** Below every decision that was made with us: nobody may take the note for the person's own record here. */
const RECORDED = 'Deskbridge recorded this decision; it is no approval record of this system.';

export const revokedNote = (of: NotedRequest, by: string): string =>
  `${by} took back the decision about ${of.kind}. It is asked again. ${reference(of)}`;

export const delegatedNote = (of: NotedRequest, by: string, to: string): string =>
  `${by} lets ${to} decide about ${of.kind}. ${reference(of)}`;

/** `changes`: what differs, one line each. */
export const voidedNote = (of: NotedRequest, changes: readonly string[]): string =>
  [
    `What ${of.kind} is about has changed, so every decision about it is void, and it is asked again.`,
    ...lines('Changed', changes),
    reference(of),
  ].join('\n');

export const escalatedNote = (of: NotedRequest): string =>
  `Nobody decided about ${of.kind} in time, so a senior reviewer is asked. ${reference(of)}`;

export interface Ending {
  readonly isSimulated: boolean;
  /** The work of an earlier step was done. */
  readonly hasRun: boolean;
}

const unchanged = (hasRun: boolean): string => (hasRun ? EARLIER_STAYS : 'Nothing was changed');

/** What became of it, for the agents. */
export function endedNote(of: NotedRequest, status: ApprovalStatus, how: Ending): string {
  return `${agentsEnd(of.kind, status, how)} Policy: ${of.policy}. ${reference(of)}`;
}

/** On the new ticket of a request that moved; `ticket` is the one that it left. */
export function decidedNote(
  ticket: string,
  of: NotedRequest,
  { status, ...how }: Ending & { readonly status: ApprovalStatus },
): string {
  return `Decided on ${ticket}, before the move; it is not asked again. ${endedNote(of, status, how)}`;
}

function agentsEnd(kind: string, status: ApprovalStatus, { isSimulated, hasRun }: Ending): string {
  switch (status) {
    case 'executed':
      return isSimulated
        ? `${kind} is approved. Deskbridge only simulates, so nothing was changed; the change above would have been made now.`
        : `${kind} is approved, and the change above was made.`;
    case 'denied':
      return `${kind} is denied. ${unchanged(hasRun)}.`;
    case 'expired':
      return `The time to decide about ${kind} is over. ${unchanged(hasRun)}; it counts as denied.`;
    case 'blocked':
      return `The policy blocks ${kind}. Nobody can approve it, and nothing was changed.`;
    case 'failed':
      return `${kind} is approved, but the change could not be made. Make it by hand, or find out why.`;
    case 'uncertain':
      return `${kind} is approved, and Deskbridge stopped while it made the change. Look whether it was made; it is not tried again.`;
    default:
      return `${kind} is ${status}.`;
  }
}

export const lapsedNote = (of: NotedRequest, hasRun: boolean): string =>
  `${of.kind} was approved, and could not be done in time. ${unchanged(hasRun)}; it has to be asked again. ${reference(of)}`;
export const lapsedText = (kind: string): string =>
  `${kind} was approved, but it could not be done in time. A person looks at it.`;

/** The same for whoever asked. */
export function endedText(
  kind: string,
  status: ApprovalStatus,
  {
    policy,
    by,
    reason,
    hasRun,
  }: Pick<Ending, 'hasRun'> & {
    readonly policy: string;
    readonly by: readonly string[];
    readonly reason: string;
  },
): string | null {
  const who = by.length === 0 ? '' : ` by ${by.join(', ')}`;
  switch (status) {
    case 'executed':
      return `${kind} was approved${who}. The ticket goes on; you hear more here.`;
    case 'denied':
      return [
        `${kind} was denied${who}. ${unchanged(hasRun)}; reply here if you want to ask.`,
        ...(reason.trim() === '' ? [] : [`Reason: ${cut(reason.trim(), LONGEST_REASON)}`]),
      ].join('\n');
    case 'expired':
      return `Nobody decided about ${kind} in time, so it is not approved. Reply here if you still need it.`;
    case 'blocked':
      return `The policy "${policy}" does not allow ${kind}, and nobody can approve it. Reply here if you think that is wrong.`;
    case 'failed':
    case 'uncertain':
      return `${kind} was approved${who}, but I could not finish it by myself. A person looks at it.`;
    default:
      return null;
  }
}

/** Why an approval ended before somebody decided it. */
export type EndedEarly =
  | { readonly because: 'closed' }
  /** What it is about has changed, and nobody can be asked about what it has become. */
  | { readonly because: 'changed'; readonly why: NotAsked | { readonly because: 'has-run' } };

/** What had been done before that, and what is left, one line each. */
export interface Progress {
  readonly done: readonly string[];
  readonly left: readonly string[];
}

export function endedEarlyNote(of: NotedRequest, why: EndedEarly, { done, left }: Progress): string {
  const isAskedAnew = why.because === 'changed' && why.why.because === 'evidence';
  const next = isAskedAnew
    ? 'It is asked anew when that is there.'
    : why.because === 'closed'
      ? 'It is asked again when the ticket is opened again.'
      : 'Decide on this ticket what becomes of it.';
  return [
    `Nobody is asked about ${of.kind} any more, and what was decided about it is void: ${endedBecause(why)}`,
    ...(done.length === 0 ? ['Nothing was changed.'] : lines('Was done', done)),
    ...lines('Not done', done.length === 0 ? [] : left),
    `${next} Policy: ${of.policy}. ${reference(of)}`,
  ].join('\n');
}

export function endedEarlyText(kind: string, why: EndedEarly, { done }: Progress): string {
  const did = done.length === 0 ? 'Nothing was changed' : 'One part of it was done before, the rest was not';
  return `Nobody is asked to approve ${kind} any more: ${endedBecause(why)} ${did}. Reply here if you still need it.`;
}

function endedBecause(why: EndedEarly): string {
  if (why.because === 'closed') return 'the ticket was closed.';
  if (why.why.because === 'has-run')
    return 'what it is about has changed after one part of it was done, so the rest is not done as it was approved.';
  return `what it is about has changed, and now ${becauseOf(why.why)}`;
}

/** Why nobody is asked, for the agents; `rule`: the policy that decided it. */
export function notAskedNote(kind: string, why: NotAsked): string {
  return `${kind} needs an approval, and nobody was asked: ${becauseOf(why)} Decide it on this ticket before anything is done.`;
}
export const notAskedText = (kind: string, why: NotAsked): string =>
  `Your ticket is open, but I could not ask anybody to approve ${kind}: ${becauseOf(why)}`;

/** For the log: the rate of the matrix gives another risk than a moment before. */
export const JUDGED_ANEW = 'The policy judges it differently by now; it is built once more';
export const leftToAgentsNote = (kind: string): string =>
  `It needs an approval (${kind}). Decide it on this ticket before anything is done.`;

export type NotAsked =
  | { readonly because: 'no-approver'; readonly step: string | null }
  | { readonly because: 'no-rule'; readonly action: string }
  | { readonly because: 'disagrees'; readonly policy: string }
  | { readonly because: 'unclassified' | 'evidence'; readonly missing: readonly string[] }
  | { readonly because: 'no-work' | 'too-late' };

function becauseOf(why: NotAsked): string {
  switch (why.because) {
    case 'no-approver':
      return `nobody can be reached who may decide${why.step === null ? '' : ` in the step "${why.step}"`}.`;
    case 'no-rule':
      return `no policy covers ${why.action}.`;
    case 'disagrees':
      return `it does not say what the policy "${why.policy}" says of it.`;
    case 'unclassified':
      return `nobody has said how much is at stake (${why.missing.join(', ')}).`;
    case 'evidence':
      return `something is missing that the policy asks for (${why.missing.join(', ')}).`;
    case 'no-work':
      return 'nobody has said what is to be done when it is approved.';
    case 'too-late':
      return 'its time is over.';
  }
}

export const remindedText = (of: NotedRequest, key: string): string =>
  `${of.requester} still waits for your decision about ${of.kind} (${key}). ${reference(of)}`;

/** A decision that was pressed too late for what it was about, and the like, in one sentence for whoever pressed. */
export const notRunNote = (of: NotedRequest, why: string): string =>
  `${of.kind} is approved, but the change was not made: ${why} ${reference(of)}`;

/** `why`: how the machine calls it. */
export function notRunBecause(why: string): string {
  switch (why) {
    case 'another-version':
      return 'what it is about has changed since. It is asked again.';
    case 'no-quorum':
      return 'somebody who approved it may not do so any more, so there are too few votes.';
    case 'switched-off':
      return 'such approvals are switched off here since it was asked.';
    case 'too-late':
      return 'the time to do it is over. It has to be asked again.';
    case 'over':
      return 'the ticket is closed.';
    default:
      return 'it is not approved any more.';
  }
}

/** Instead of files that are too many to be listed. */
export const moreFiles = (n: number): string => `${n} more files`;

export const STOPPED_WHILE_RUNNING =
  'Deskbridge stopped while it made an approved change. Look on the ticket whether it was made.';
export const TICKET_GONE = 'The ticket does not exist any more.';
/** Somebody whom no directory and no Slack names. */
export const NAMELESS = 'Somebody whose name is not known';
export const ITS_TICKET = 'its ticket';
/** Why something waits a moment, for the log. */
export const SWITCHED_OFF = 'Approvals are switched off here; what is open waits until they are on again';
export const WORK_RUNNING = 'Its work is running';
export const EDITED_JUST_NOW = 'Its first message is being read';
