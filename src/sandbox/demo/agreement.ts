import type { SlackMessageView, TicketCommentView, TicketView } from '../worlds.ts';
import { cardStatus } from './card-text.ts';
import type { Agreement } from './demo-state.ts';
import { comparable, docWords, messageWords, type Names, speakerOf } from './words.ts';

/** The names under which the bridge writes in the simulated ticket systems. */
const BRIDGE_AUTHORS = new Set(['Deskbridge', 'Deskbridge Integration']);

export const isBridge = (author: string) => BRIDGE_AUTHORS.has(author);

/** Long texts go over in parts: their beginning stands in one of them, their end in one of them. */
const EDGE = 300;

/** Which of `wanted` stand in `there`; each text there answers for one. */
function foundIn(wanted: readonly string[], there: readonly string[]): { found: number; left: string[] } {
  const left = there.map(comparable);
  let found = 0;
  for (const text of wanted.map(comparable)) {
    const parts = text.length > EDGE ? [text.slice(0, EDGE), text.slice(-EDGE)] : [text];
    const places = parts.map((part) => left.findIndex((candidate) => candidate.includes(part)));
    if (places.some((place) => place < 0)) continue;
    for (const place of [...new Set(places)].sort((a, b) => b - a)) left.splice(place, 1);
    found += 1;
  }
  return { found, left };
}

/** How many files have their copy: the same bytes have the same size, and names may be tidied on the way. */
function filesIn(wanted: readonly Sized[], there: readonly Sized[]): number {
  const left = there.map(({ size }) => size);
  return wanted.filter(({ size }) => {
    const at = left.indexOf(size);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
}

interface Sized {
  readonly size: number;
}

export interface Conversation {
  /** The card of the bridge. */
  readonly card: SlackMessageView;
  /** Root and replies, the card among them. */
  readonly messages: readonly SlackMessageView[];
  readonly root: string;
}

/** Says whose words it carries: "Mara Lindgren (Slack):", of something long "… (Slack): (2/3)". */
const CARRIED = /^[^\n:]{1,100} \(Slack\):?(?: \(\d+\/\d+\):?)?/;
/** Below the words of a message with a file. */
const FILE_LINE = /(?:^|\n)\s*Files?: [^\n]*$/;
const WITHDRAWN = 'This message was deleted in Slack.';

function outdatedOnTicket(
  { fixedComments }: TicketView,
  own: readonly TicketCommentView[],
  said: readonly string[],
): number {
  // What stands in a journal stays; a correction stands below it.
  if (fixedComments) return 0;
  const words = own.map(({ body }) => docWords(body));
  const living = words.filter((text) => CARRIED.test(text) && !text.includes(WITHDRAWN));
  return living.filter((text) => {
    const copy = text
      .replace(CARRIED, '')

      .replace(FILE_LINE, '');
    const beginning = comparable(copy).slice(0, EDGE);
    return beginning !== '' && !said.some((one) => comparable(one).includes(beginning));
  }).length;
}

function outdatedInSlack(
  shown: readonly SlackMessageView[],
  answers: readonly string[],
  names: Names,
): number {
  const now = answers.map(comparable);
  return shown
    .filter((message) => speakerOf(message) !== null)
    .map((message) => comparable(messageWords(message, names)).slice(0, EDGE))
    .filter((copy) => !now.some((answer) => answer.includes(copy))).length;
}

/** Compares what people see in the thread with what agents see on its ticket. */
export function agreementOf(
  { card, messages, root }: Conversation,
  ticket: TicketView,
  names: Names,
): Agreement {
  const people = messages.filter(({ isBot }) => !isBot);
  const shown = messages.filter((message) => message.isBot && message !== card);
  const own = ticket.comments.filter(({ author, internal }) => isBridge(author) && !internal);
  const agents = ticket.comments.filter(({ author }) => !isBridge(author));
  const wordsOf = (internal: boolean) =>
    agents.filter((comment) => comment.internal === internal).map(({ body }) => docWords(body));
  const [answers, notes] = [wordsOf(false), wordsOf(true)];
  const said = people
    .filter(({ ts }) => ts !== root)
    .map((message) => messageWords(message, names))
    .filter((text) => text !== '');

  const inTicket = foundIn(
    said,
    own.map(({ body }) => docWords(body)),
  );
  const inSlack = foundIn(
    answers,
    shown.map((message) => messageWords(message, names)),
  );
  const files = filesOf(people, shown, ticket);
  const leaked = foundIn(notes, inSlack.left).found;
  const outdated = outdatedOnTicket(ticket, own, said) + outdatedInSlack(shown, answers, names);
  const total = said.length + answers.length;
  const mirrored = inTicket.found + inSlack.found;
  const statusAgrees = cardStatus(card.blocks) === ticket.status;
  return {
    cardStatus: cardStatus(card.blocks),
    ticketStatus: ticket.status,
    statusAgrees,
    messages: total,
    mirrored,
    ...files,
    outdated,
    internalNotes: notes.length,
    leaked,
    agrees:
      statusAgrees && mirrored === total && files.filesMirrored === files.files && leaked + outdated === 0,
  };
}

function filesOf(
  people: readonly SlackMessageView[],
  shown: readonly SlackMessageView[],
  ticket: TicketView,
): Pick<Agreement, 'files' | 'filesMirrored'> {
  const ours = ticket.files.filter(({ author }) => isBridge(author));
  const theirs = ticket.files.filter(({ author, internal }) => !isBridge(author) && !internal);
  const sent = people.flatMap((message) => message.files);
  const copies = shown.flatMap((message) => message.files);
  return { files: sent.length + theirs.length, filesMirrored: filesIn(sent, ours) + filesIn(theirs, copies) };
}
