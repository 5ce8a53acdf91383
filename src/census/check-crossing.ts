import type { Item } from '../model/item.ts';
import { GIVEN_UP, type Lane, RETENTION_MS } from '../model/link.ts';
import type { CommentView, LinkView, MessageView, TicketView, Violation } from './view.ts';
import { carries, isBlank } from './words.ts';

/** Do both sides of a link show the same? Only where nothing is on its way. */
export function checkCrossing(view: LinkView, { settled, now }: CrossingOptions): Violation[] {
  const { ticket, messages } = view;
  if (!settled || messages === null || ticket === null || ticket === 'gone') return [];
  const sides: Sides = { view, messages, ticket, now };
  return [
    ...(isStopped(view, 'ticket') ? [] : checkMessages(sides)),
    ...(isStopped(view, 'slack')
      ? []
      : [...checkComments(sides), ...checkTicketFiles(sides), ...checkCard(sides)]),
  ];
}

interface CrossingOptions {
  readonly settled: boolean;
  readonly now: Date;
}

interface Sides {
  readonly now: Date;
  readonly view: LinkView;
  readonly messages: readonly MessageView[];
  readonly ticket: TicketView;
}

const isStopped = (view: LinkView, lane: Lane) =>
  view.operations.some(
    (operation) => operation.lane === lane && operation.state === 'parked' && operation.blocks,
  );

/** Something of it was stopped for a reason that is told elsewhere, or given up by an operator. */
const isParked = (view: LinkView, item: Item) =>
  view.operations.some(
    ({ itemId, state, reason }) =>
      itemId === item.id && (state === 'parked' || (state === 'skipped' && reason === GIVEN_UP)),
  );

const about = ({ view }: Sides, invariant: Violation['invariant'], what: string): Violation => ({
  invariant,
  link: view.link.id,
  what,
});

const takenAway = (sides: Sides, what: string): Violation => ({
  ...about(sides, 'I2', what),
  takenAway: true,
});

/** Every message of a person, on the ticket. */
function checkMessages(sides: Sides): Violation[] {
  const { view, messages } = sides;
  const items = new Map(
    view.items.flatMap((item) =>
      item.origin === 'slack' && item.kind === 'message' ? [[`${item.channel}:${item.nativeId}`, item]] : [],
    ),
  );
  const standing = messages.filter(({ by }) => by !== 'us');
  const found = standing.flatMap((message): Violation[] => {
    const item = items.get(`${message.channel}:${message.ts}`);
    if (message.gone) return [];
    if (item === undefined)
      return [about(sides, 'I2', `Message ${message.ts} in ${message.channel} is not in the ledger.`)];
    if (isParked(view, item)) return [];
    if (item.gone)
      return [about(sides, 'I7', `Message ${message.ts} stands in Slack, and the ledger says it is gone.`)];
    return [...checkSaidOnTicket(sides, message, item), ...checkMessageFiles(sides, message)];
  });
  const living = new Set(standing.filter(({ gone }) => !gone).map(({ channel, ts }) => `${channel}:${ts}`));
  for (const [key, item] of items) {
    const isOld = sides.now.getTime() - item.atMicros / 1000 > RETENTION_MS;
    if (!item.gone && !isOld && !living.has(key))
      found.push(
        about(sides, 'I7', `Message ${item.nativeId} is gone from Slack, and the ledger does not know.`),
      );
  }
  return found;
}

function checkSaidOnTicket(sides: Sides, message: MessageView, item: Item): Violation[] {
  const { view, ticket } = sides;
  const says = message.files.length > 0 || !isBlank(message.text);
  // What opened the request is the description, until it is edited.
  if (item.opens && item.copies.length === 0) return [];
  if (item.copies.length === 0)
    return says ? [about(sides, 'I2', `Message ${message.ts} has no comment on the ticket.`)] : [];
  const comments = copiesOf(item, ticket.comments);
  if (comments === null)
    return [takenAway(sides, `A comment of message ${message.ts} is not on the ticket any more.`)];
  const found: Violation[] = [];
  if (!carries(comments.map(({ text }) => text).join('\n'), message.text))
    found.push(
      about(sides, 'I7', `The comment of message ${message.ts} does not say what the message says.`),
    );
  const internal = comments.some(({ visibility }) => visibility !== 'public');
  if (message.internal && comments.some(({ visibility }) => visibility === 'public'))
    found.push(about(sides, 'I8', `Message ${message.ts} of the agents' own thread is a public comment.`));
  if (!message.internal && internal && view.link.ticket !== null)
    found.push(about(sides, 'I7', `Message ${message.ts} is public, and its comment is internal.`));
  return found;
}

/** The parts that an item has become, in order; null when one of them is not there. */
function copiesOf(item: Item, comments: readonly CommentView[]): readonly CommentView[] | null {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const parts = [...item.copies].sort((a, b) => a.part - b.part).map((copy) => byId.get(copy.nativeId));
  return parts.every((part) => part !== undefined) ? parts : null;
}

function checkMessageFiles(sides: Sides, message: MessageView): Violation[] {
  const { view, ticket } = sides;
  return message.files.flatMap((file): Violation[] => {
    const item = view.items.find(
      ({ origin, kind, nativeId, parent }) =>
        origin === 'slack' && kind === 'file' && nativeId === file.id && parent === message.ts,
    );
    if (item === undefined)
      return [about(sides, 'I2', `File ${file.id} of message ${message.ts} is not in the ledger.`)];
    if (isParked(view, item) || !file.mayGo || message.internal) return [];
    const copy = ticket.files.find(({ id }) => item.copies.some(({ nativeId }) => nativeId === id));
    if (copy === undefined)
      return [about(sides, 'I2', `File ${file.id} of message ${message.ts} is not on the ticket.`)];
    return sameBytes(file.sha256, copy.sha256)
      ? []
      : [about(sides, 'I7', `File ${file.id} has other bytes on the ticket.`)];
  });
}

const sameBytes = (a: string | null, b: string | null) => a === null || b === null || a === b;

/** Every comment of the help desk, in Slack, if it is public; and none that is not. */
function checkComments(sides: Sides): Violation[] {
  const { view, ticket, messages } = sides;
  const standing = new Map(
    messages.filter(({ gone }) => !gone).map((message) => [`${message.channel}:${message.ts}`, message]),
  );
  const items = new Map(
    view.items.flatMap((item) =>
      item.origin === 'ticket' && item.kind === 'message' ? [[item.nativeId, item]] : [],
    ),
  );
  return ticket.comments.flatMap((comment): Violation[] => {
    if (comment.ours) return [];
    const item = items.get(comment.id);
    const crosses = comment.visibility === 'public' && !isBlank(comment.text);
    if (item === undefined)
      return crosses ? [about(sides, 'I2', `Comment ${comment.id} is not in the ledger.`)] : [];
    if (isParked(view, item)) return [];
    const copies = [...item.copies].sort((a, b) => a.part - b.part);
    const shown = copies.map(({ channel, nativeId }) => standing.get(`${channel}:${nativeId}`));
    if (!crosses) {
      const leaks = comment.visibility !== 'public' && shown.some((message) => message !== undefined);
      return leaks ? [about(sides, 'I8', `Comment ${comment.id} is not public, and stands in Slack.`)] : [];
    }
    if (item.gone)
      return [about(sides, 'I7', `Comment ${comment.id} is there, and the ledger says it is gone.`)];
    if (copies.length === 0) return [about(sides, 'I2', `Comment ${comment.id} is not in Slack.`)];
    if (shown.some((message) => message === undefined))
      return [takenAway(sides, `The copy of comment ${comment.id} is not in Slack any more.`)];
    return carries(shown.map((message) => message?.text ?? '').join('\n'), comment.text)
      ? []
      : [about(sides, 'I7', `Slack does not say what comment ${comment.id} says.`)];
  });
}

function checkTicketFiles(sides: Sides): Violation[] {
  const { view, ticket, messages } = sides;
  const inSlack = new Map(
    messages
      .filter(({ gone, by }) => !gone && by === 'us')
      .flatMap(({ files }) => files.map((file) => [file.id, file])),
  );
  return ticket.files.flatMap((file): Violation[] => {
    if (file.ours) return [];
    const item = view.items.find(
      ({ origin, kind, nativeId }) => origin === 'ticket' && kind === 'file' && nativeId === file.id,
    );
    const copies = item?.copies.map(({ nativeId }) => inSlack.get(nativeId)) ?? [];
    if (item !== undefined && isParked(view, item)) return [];
    if (file.visibility !== 'public') {
      const leaks = copies.some((copy) => copy !== undefined);
      return leaks ? [about(sides, 'I8', `File ${file.id} is not public, and is in Slack.`)] : [];
    }
    if (item === undefined)
      return [about(sides, 'I2', `File ${file.id} of the ticket is not in the ledger.`)];
    if (!file.mayGo) return [];
    const copy = copies[0];
    if (copy === undefined) return [about(sides, 'I2', `File ${file.id} of the ticket is not in Slack.`)];
    return sameBytes(file.sha256, copy.sha256)
      ? []
      : [about(sides, 'I7', `File ${file.id} has other bytes in Slack.`)];
  });
}

/** The card shows the ticket as it is. */
function checkCard(sides: Sides): Violation[] {
  const { view, messages, ticket } = sides;
  const { card } = view.link;
  const known = view.link.ticket?.fields ?? null;
  const found: Violation[] = [];
  if (known !== null && known.status.name !== ticket.fields.status.name) {
    const what = `The ticket is "${ticket.fields.status.name}", and the bridge knows "${known.status.name}".`;
    found.push(about(sides, 'I7', what));
  }
  const shown = messages.find(
    ({ ts, channel, gone }) => ts === card?.ts && channel === card.channel && !gone,
  );
  if (card === null) return [...found, about(sides, 'I7', 'The link has a ticket and no card.')];
  if (shown === undefined) return found;
  const parked = view.operations.some(({ kind, state }) => kind === 'card' && state === 'parked');
  const { status, assignee, priority, summary } = ticket.fields;
  const wanted = view.link.status === 'parked' ? [summary] : [summary, status.name, assignee, priority];
  for (const words of parked ? [] : wanted) {
    if (words !== null && !carries(shown.text, words))
      found.push(about(sides, 'I7', `The card does not show "${words}".`));
  }
  return found;
}
