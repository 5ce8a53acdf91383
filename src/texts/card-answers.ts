/** What the card's buttons and menu say, and what whoever presses them reads. */

export const TAKE = 'Assign to me';
export const WATCH = 'Watch';
export const MOVE = 'Move to another queue…';
export const WHY = 'Why here?';
export const WHO = 'Who will see this?';

export interface Reason {
  readonly queue: string;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly kind: string;
  readonly priority: string;
  readonly risk: string;
  /** Approval policies that have to be kept. */
  readonly policies: readonly string[];
}

/** `full`: he answers requests, so he may read how it was judged, too. */
export function whyText({ queue, reason, kind, priority, risk, policies }: Reason, full: boolean): string {
  const asked = policies.length === 0 ? '' : ` It needs an approval (${policies.join(', ')}).`;
  const judged = full ? `\nKind: ${kind}. Priority asked for: ${priority}. Risk: ${risk}.${asked}` : '';
  const next = full
    ? 'If that is wrong, choose "Move to another queue…" in the menu of the card.'
    : 'If that is wrong, say so in the thread: the help desk can move it.';
  return `This lies in ${queue}. ${reason}${judged}\n${next}`;
}

export interface Readers {
  /** What people call the channel of the thread; null for a direct message. */
  readonly channel: string | null;
  /** Key of the ticket; null before there is one. */
  readonly key: string | null;
  readonly queue: string;
  /** Other places in Slack where parts of it were said: where it began, and where the same was asked again. */
  readonly others: readonly string[];
  /** What people call the channel where the agents have a thread of their own; null when they have none. */
  readonly internal: string | null;
  /** Where answers from the ticket are shown. */
  readonly answers: Answered;
}

/** `here`: in the thread; `alone`: to whoever asked; `unknown`: Slack does not say who reads along; the others say why not in Slack at all. */
type Answered = 'here' | 'alone' | 'unknown' | 'internal' | 'restricted' | 'confidential' | 'shared';
const ANSWERED: Readonly<Record<Exclude<Answered, 'here' | 'alone'>, string>> = {
  unknown:
    'Slack does not tell me at the moment who else reads along, so no answers are shown here until it does. Ask again in a few minutes; if it stays so, tell whoever looks after Deskbridge: "deskbridge doctor" says what is missing.',
  internal: 'Nothing of the ticket is shown here: read it there.',
  restricted: 'Only some people may open the ticket, so no answers are shown here: read them there.',
  confidential: 'This request is confidential, so no answers are shown here: read them in the ticket.',
  shared:
    'People of another company are in this channel, so no answers are shown here: read them in the ticket.',
};
const answeredText = (answers: Answered) =>
  answers === 'here'
    ? ''
    : answers === 'alone'
      ? 'Answers are announced to the person who asked, alone.\n'
      : `${ANSWERED[answers]}\n`;

export function whoText({ channel, others, key, queue, internal, answers }: Readers): string {
  const here =
    channel === null
      ? 'This conversation is a direct message: only the person who asked and this app read it.'
      : `Everybody in ${channel} reads the thread, and whoever joins the channel later.`;
  const ticket =
    key === null
      ? `The ticket is not there yet; it will lie in ${queue}.`
      : `${key} lies in ${queue}: whoever may open it there reads what is said here, with the files.`;
  const notes =
    internal === null
      ? 'Internal notes of the agents stay on the ticket.'
      : `Internal notes of the agents stay on the ticket and in their own thread in ${internal}; everybody in it reads that thread.`;
  const elsewhere =
    others.length === 0
      ? ''
      : `Parts of it were said elsewhere, and whoever can read ${listed(others)} reads those.\n`;
  return `${here}\n${elsewhere}${answeredText(answers)}${ticket}\n${notes}`;
}

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const watching = (key: string) =>
  `You watch ${key} now. When its status changes or somebody answers in public, you get a direct message. Press ${WATCH} again to stop.`;
export const notWatching = (key: string) =>
  `You do not watch ${key} any more. Press ${WATCH} to begin again.`;

/** To a watcher. Never the words themselves: whether he may still read them, Slack decides when he follows the link. */
export const statusNews = (key: string, status: string) => `${key}, which you watch, is ${status} now.`;
export const answerNews = (key: string) => `There is a new public answer on ${key}, which you watch.`;
/** To a responder whose emoji did nothing. */
export const mostUrgent = 'The priority is the highest already, so nothing was changed.';
/** The same, where nobody can say what comes above it. */
export const unknownPriority = (word: string) =>
  `I do not know what comes above the priority "${word}", so nothing was changed. Change it in the ticket. Whoever looks after Deskbridge can name it under "priorities" in the maps of the configuration.`;
export const notUndone = (key: string) =>
  `${key} does not surely say what your emoji made of it, because somebody changed it or names him otherwise, so taking it away changed nothing. The menu of the card changes fields.`;
export const OPEN_THREAD = 'Open the thread';
