import type {
  Approval,
  ApprovalRequest,
  ApprovalStatus,
  ApprovalStep,
  Decision,
  RiskClass,
  Slot,
  Stake,
  Vote,
} from '../model/approval.ts';
import type { RemarkKind } from '../model/remarks.ts';

/** What people read on the card of an approval, in its forms and in the list of what waits. */

export const WHO = 'Who is affected';
export const WHY = 'Why';
export const IF_WRONG = 'If it is wrong';
export const EVIDENCE = 'What was given';
export const RELATED = 'Earlier';
export const MESSAGE = 'The exact text';
export const PROPOSED = 'Proposed by';

const APPROVE = 'Approve';
const DENY = 'Deny…';
export const NEEDS_INFO = 'Needs info…';
export const ESCALATE = 'Escalate';
export const LOOK = 'Show the difference';
export const LOOK_FIRST = 'Show the difference and decide…';
export const CANCEL = 'Cancel';
export const SEND = 'Send';

export const labelOf = (decision: Decision): string => (decision === 'approve' ? APPROVE : DENY);

export const RISK_WORDS: Readonly<Record<RiskClass, string>> = {
  low: 'low risk',
  medium: 'medium risk',
  high: 'high risk',
  critical: 'critical risk',
};
/** Whose name nobody told us. */
export const UNKNOWN_PERSON = 'somebody unknown';
export const BLOCKS_PERSON = 'somebody cannot work until this is decided';
export const SIMULATED = 'only simulated: nothing is changed, whatever you decide';

/** In one line, for notifications. */
export const cardLine = (title: string, key: string, risk: RiskClass, requester: string): string =>
  `Please decide: ${title} (${key}), asked for by ${requester}. ${RISK_WORDS[risk]}.`;

export const nothingYet = 'empty';
/** Before the differences of one piece of work. `isDone`: null while it can still be done; then whether it surely was. */
export function workTitle(name: string, key: string, isDone: boolean | null): string {
  if (isDone !== null) return isDone ? `Changed on ${key}:` : `Asked for on ${key}:`;
  return name === 'main' ? `When it is approved, ${key} changes:` : `After the step ${name}, ${key} changes:`;
}
export const moreChanges = (n: number): string =>
  `${n} more ${n === 1 ? 'change stands' : 'changes stand'} behind "${LOOK}".`;
/** `n`: characters that are not shown. */
export const cutNote = (n: number): string =>
  `${n} more ${n === 1 ? 'character' : 'characters'}: the whole text stands behind "${LOOK}".`;
/** Where even the form has no room. */
export const cutInForm = (n: number): string =>
  `${n} more ${n === 1 ? 'character does' : 'characters do'} not fit here. Do not approve what you have not read: open the ticket.`;

export const asks = 'asks for it';
export const hasIt = 'has the benefit';
export const wrote = 'wrote the text';
export const environmentWords = (environment: string): string => `Takes effect in: ${environment}`;
export const PRODUCTION_DATA = 'Touches production data';
export const EXTERNAL_VENDOR = 'Reaches a company outside';

const STAKE_WORDS: Readonly<Record<Stake, string>> = {
  external: 'people outside',
  money: 'money',
  access: 'access',
  regulated: 'regulated data',
  production: 'production',
};
const UNDONE = {
  easily: 'It can be undone easily.',
  'with-effort': 'It can be undone with effort.',
  never: 'It can never be undone.',
} as const;

/** What is at stake, and whether there is a way back. */
export function stakeWords({ stakes, reversible }: ApprovalRequest['classification']): string {
  const named = Object.entries(STAKE_WORDS).flatMap(([stake, words]) =>
    Object.entries(stakes).some(([name, at]) => name === stake && at === true) ? [words] : [],
  );
  const at = named.length === 0 ? '' : `At stake: ${named.join(', ')}.`;
  return [at, reversible === null ? '' : UNDONE[reversible]].filter((part) => part !== '').join(' ');
}

/** A bot or a model, in words; `owner`: who answers for it. */
export function proposerWords(proposer: ApprovalRequest['proposer'], owner: string): string {
  switch (proposer.kind) {
    case 'person':
      return owner;
    case 'bot':
      return `the bot ${proposer.name}, which belongs to ${owner}`;
    case 'model':
      return `the model ${proposer.name} with the prompt ${proposer.prompt}, which belongs to ${owner}`;
  }
}
export const triggerWords = (trigger: string): string => `Set off by: ${trigger}`;
export const confidenceWords = (thousandths: number): string =>
  `It says that it is ${(thousandths / 10).toFixed(1)} % sure.`;

const REMARK_WORDS: Readonly<Record<RemarkKind, readonly [string, string]>> = {
  link: ['link', 'links'],
  time: ['time', 'times'],
  commitment: ['commitment', 'commitments'],
  absolute: ['absolute word', 'absolute words'],
  number: ['number', 'numbers'],
};
/** What was found in a text, such as "2 numbers, 1 commitment"; null: nothing. */
export function remarkWords(counts: ReadonlyMap<RemarkKind, number>): string | null {
  const parts = [...counts].map(([kind, n]) => `${n} ${REMARK_WORDS[kind][n === 1 ? 0 : 1]}`);
  return parts.length === 0 ? null : `In bold: ${parts.join(', ')}.`;
}
export const recipientLabel = (n: number): string => `To ${n} ${n === 1 ? 'recipient' : 'recipients'}`;
export const NO_RECIPIENTS = 'nobody is named';
export const GOES_WITH = 'What goes with it';
export const moreLines = (n: number): string => `${n} more: behind "${LOOK}".`;
export const fileWords = (name: string, bytes: number): string => `${name} (${sizeWords(bytes)})`;
function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
export const linkWords = (n: number, address: string): string => `Link ${n}: ${address}`;

/** Who sits in a seat. */
function seatWords({ from, need }: Pick<Slot, 'from' | 'need'>): string {
  const colon = from.indexOf(':');
  const [word, name] = colon < 0 ? [from, ''] : [from.slice(0, colon), from.slice(colon + 1)];
  const many = { any: 'one of', all: 'all of', majority: 'more than half of' }[need];
  switch (word) {
    case 'manager':
      return "the requester's manager";
    case 'service-owner':
      return `${many} the owners of the service`;
    case 'senior':
      return `${many} the senior reviewers`;
    case 'on-call':
      return `${many} those on call for ${name}`;
    case 'field':
      return `whom the field ${name} names`;
    default:
      return `${many} ${name}`;
  }
}

/** Who decides in the open step. */
export function stepWords({
  steps,
  at,
  votes,
}: Pick<Approval, 'at'> & {
  readonly votes: readonly Pick<Vote, 'step'>[];
  readonly steps: readonly Pick<ApprovalStep, 'name' | 'slots'>[];
}): string {
  const step = steps[at];
  if (step === undefined) return '';
  const said = votes.some((one) => one.step === at) ? '' : ' Nobody has decided yet.';
  return `Step ${at + 1} of ${steps.length}: ${step.slots.map(seatWords).join(' and ')}.${said}`;
}
/** `people`: as they are shown; `rest`: how many more there are. */
export const askedWords = (people: readonly string[], rest: number): string =>
  `Asked: ${[...people, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')}`;
/** `instead`: in whose place. */
export const voteWords = (who: string, decision: Decision, instead: string | null): string =>
  `${who} ${decision === 'approve' ? 'approved' : 'denied'}${instead === null ? '' : ` in the place of ${instead}`}`;

export const CHANGED =
  'This has changed since it was asked. Every decision before that is void: please decide again.';
export const RESTRICTED =
  'Only some people may open its ticket, so nothing of what was asked for stands in Slack.';
/** Instead of a card, for those who may not read it. */
export const HIDDEN = {
  channel:
    'This channel is not private, or people of other companies are in it, so nothing of it is shown here. Whoever is asked finds it in his direct messages and on his Home.',
  'not-asked':
    'You are not asked about it any more, so it is not shown to you. Nothing is left for you to do.',
} as const;
export const QUESTIONS = 'Questions';
export const NOT_ANSWERED = 'Not answered yet.';
/** Why it is not decided on the card. */
export const INSTEAD = {
  risk: 'Because of the risk this is decided on a page on which you sign in afresh. Slack alone is not enough.',
  hidden: 'You read it and decide it on a page on which you sign in.',
  nowhere: 'It cannot be decided in Slack: open the ticket, and tell its agents what you decide.',
  theirs:
    'The ticket system asks for this, and its own record decides. To decide here, connect your account there on your Home; else decide on its page.',
} as const;
export const ON_PAGE = 'Sign in and decide';
export const ON_THEIR_PAGE = 'Decide there';

export const policyWords = (policy: string, owner: string | null): string =>
  owner === null ? `Policy ${policy}` : `Policy ${policy} of ${owner}`;
/** Before the moment. */
export const EXPIRES = 'Decide until';
export const NO_DEADLINE = 'It waits until somebody decides.';
export const FINGERPRINT = 'Fingerprint';
export const COMPARE = 'the same stands on the ticket';
export const requestId = (id: string): string => `Request ${id}`;
export const auditId = (id: string): string => `Audit entry ${id}`;

const STATUS_WORDS: Readonly<Record<ApprovalStatus, string>> = {
  open: 'Waits for a decision.',
  granted: 'Approved. It is being done.',
  executing: 'Approved. It is being done.',
  executed: 'Approved and done.',
  denied: 'Denied. Nothing was changed.',
  expired: 'Nobody decided in time. Nothing was changed, and it counts as denied.',
  blocked: 'The policy does not allow it. Nobody can approve it, and nothing was changed.',
  failed: 'Approved, but it could not be done. A person has to look at the ticket.',
  uncertain: 'Approved, and it is not known whether it was done. A person has to look at the ticket.',
  approved: 'Approved in the ticket system.',
  void: 'Nobody has to decide this any more.',
};
/** One that is over, in one line. */
export function earlierWords(
  { title, key }: { readonly title: string; readonly key: string },
  status: ApprovalStatus,
  { at, isSimulated }: { readonly at: Date | null; readonly isSimulated: boolean },
): string {
  const day = at === null ? '' : ` on ${at.toISOString().slice(0, 10)}`;
  const sort = isSimulated ? ' (simulated)' : '';
  return `${title} (${key})${sort}, ended${day}: ${STATUS_WORDS[status]}`;
}
/** Instead of "Nothing was changed" where the work of an earlier step was done. */
export const EARLIER_STAYS = 'What its earlier steps changed stays, and nothing more was changed';

/** How it stands. `hasRun`: the work of an earlier step was done. */
export function statusWords(status: ApprovalStatus, hasRun: boolean): string {
  const words = STATUS_WORDS[status];
  return hasRun ? words.replace('Nothing was changed', EARLIER_STAYS) : words;
}
export const SIMULATED_DONE = 'Approved. It was only simulated: nothing was changed.';

export const DENY_TITLE = 'Deny';
export const DENY_WHY = 'Why not?';
export const DENY_HINT = 'Whoever asked reads it in the thread, and the agents on the ticket.';
export const INFO_TITLE = 'Ask for more';
export const INFO_WHAT = 'What do you need to know?';
export const INFO_HINT = 'Whoever asked reads it. This is no vote, and the time goes on.';

export const DECIDE_TITLE = 'Decide';
export const LOOK_TITLE = 'What would be done';
export const YOUR_DECISION = 'Your decision';
export const REASON = 'Reason';
export const REASON_HINT = 'Needed to deny.';
export const DECIDE = 'Decide';
export const CLOSE = 'Close';
export const SURE_TITLE = 'Approve this?';
export const sureText = (title: string, key: string, fingerprint: string): string =>
  `${title}, ${key}. Compare the fingerprint with the ticket: ${fingerprint}.`;
export const SURE_YES = 'Approve';
export const SURE_NO = 'Not yet';

export const NO_REASON = 'A denial needs a reason.';
export const NO_QUESTION = 'Say what you need to know.';
export const CHOOSE = 'Choose one.';
/** While the form waits for the database. */
export const LOOKING = 'One moment: it is being looked up.';
export const RECORDING = 'One moment: it is being written down.';
export const ALIKE_TITLE = 'Approve several';
export const ALIKE_WHICH = 'Approve these, each by itself';
export const ALIKE_HINT =
  'They ask for the same at low risk. Each gets a vote of yours and an entry of its own in the audit log.';
export const ALIKE_NONE = 'Choose at least one, or press Cancel.';
export const alikeButton = (n: number, title: string): string => `Approve ${n} alike: ${title}`;
