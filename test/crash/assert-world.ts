import assert from 'node:assert/strict';
import { z } from 'zod';
import type { SlackSandbox } from '../../src/sandbox/slack/slack-sandbox.ts';
import type { SlackMessageView, TicketCommentView, TicketView } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import type { Query } from './world.ts';

export interface WorldView {
  readonly slack: SlackSandbox;
  readonly tickets: () => readonly TicketView[];
  readonly query: Query;
  /** The account under which the bridge writes on tickets. */
  readonly bridgeName: string;
}

/** A thread of a person's request as people see it. */
interface Thread {
  readonly channel: string;
  readonly root: SlackMessageView;
  readonly replies: readonly SlackMessageView[];
}

const LATE = /\(written [\d-]+ [\d:]+ UTC, arrived late\)/;
const Fields = z.object({ fields: z.array(z.object({ text: z.string() })) });

const shown = (message: SlackMessageView) => `${message.text}\n${JSON.stringify(message.blocks)}`;

/** What a card says after "Status"; null for a message that is no card. */
function cardStatus(message: SlackMessageView): string | null {
  const fields = message.blocks.flatMap((block) => Fields.safeParse(block).data?.fields ?? []);
  const status = fields.find(({ text }) => text.startsWith('*Status*\n'));
  return status === undefined ? null : status.text.slice('*Status*\n'.length).replace(/^:[a-z_]+: /, '');
}

function threadsOf(slack: SlackSandbox): Thread[] {
  return slack.people.channels().flatMap(({ id: channel, isIm }) => {
    if (isIm) return [];
    const messages = slack.people.messages(channel);
    return messages
      .filter((message) => message.threadTs === null && !message.isBot)
      .map((root) => ({
        channel,
        root,
        replies: messages.filter((message) => message.threadTs === root.ts),
      }));
  });
}

/** Every person's reply once on the ticket; in their order, but for those that say that they came late. */
function checkTicketSide(thread: Thread, comments: readonly TicketCommentView[]): string[] {
  const people = thread.replies.filter((message) => !message.isBot);
  const problems = people.flatMap(({ text }) => {
    const count = comments.filter((comment) => comment.text.includes(text)).length;
    return count === 1 ? [] : [`the reply "${text}" is ${count} times on the ticket`];
  });
  if (comments.length !== people.length) {
    problems.push(`${people.length} replies in Slack, but the bridge wrote ${comments.length} comments`);
  }
  const onTime = comments.filter((comment) => !LATE.test(comment.text));
  const order = onTime.map((comment) => people.findIndex(({ text }) => comment.text.includes(text)));
  if (order.some((at, n) => n > 0 && at < (order[n - 1] ?? 0))) {
    problems.push(`replies are out of order on the ticket: ${order.join(', ')}`);
  }
  return problems;
}

/** Every public answer once in the thread and in order, one card with the ticket's status, nothing said twice. */
function checkSlackSide(thread: Thread, ticket: TicketView, answers: readonly TicketCommentView[]): string[] {
  const ours = thread.replies.filter((message) => message.isBot);
  const problems: string[] = [];
  const cards = ours.filter((message) => cardStatus(message) !== null);
  if (cards.length !== 1) problems.push(`there are ${cards.length} cards`);
  for (const card of cards) {
    const status = cardStatus(card);
    if (status !== ticket.status) problems.push(`the card says "${status}", the ticket "${ticket.status}"`);
  }
  const places = answers.map(({ text }) => {
    const at = ours.flatMap((message, n) => (shown(message).includes(text) ? [n] : []));
    if (at.length !== 1) problems.push(`the answer "${text}" is ${at.length} times in the thread`);
    return at[0] ?? 0;
  });
  if (places.some((at, n) => n > 0 && at < (places[n - 1] ?? 0))) {
    problems.push(`answers are out of order in the thread: ${places.join(', ')}`);
  }
  const notices = ours
    .filter((message, n) => cardStatus(message) === null && !places.includes(n))
    .map(({ text }) => text);
  if (notices.some((text, n) => text === notices[n - 1])) {
    problems.push(`a notice was said twice: ${notices.join(' | ')}`);
  }
  return problems;
}

function checkThread(thread: Thread, view: WorldView): string[] {
  const tickets = view.tickets().filter((ticket) => ticket.description.includes(thread.root.text));
  const [ticket] = tickets;
  if (ticket === undefined || tickets.length > 1) return [`it has ${tickets.length} tickets`];
  const own = ticket.comments.filter(({ author, internal }) => author === view.bridgeName && !internal);
  const answers = ticket.comments.filter(({ author, internal }) => author !== view.bridgeName && !internal);
  return [...checkTicketSide(thread, own), ...checkSlackSide(thread, ticket, answers)];
}

/** An operation leaves its marker on what it posts, so a marker that stands twice is an effect that happened twice. */
function checkMarkers(threads: readonly Thread[]): string[] {
  const seen = new Set<string>();
  return threads.flatMap(({ replies }) =>
    replies.flatMap(({ isBot, metadata, ts }) => {
      if (!isBot) return [];
      const marker = String(metadata?.event_payload['op'] ?? '');
      if (marker === '') return [`our message ${ts} has no marker`];
      if (seen.has(marker)) return [`the marker of message ${ts} stands twice in Slack`];
      seen.add(marker);
      return [];
    }),
  );
}

/** What may not be left in the database once everything has come to rest; each row is a count that has to be 0. */
const AT_REST: Readonly<Record<string, string>> = {
  'operations that are not done': `select count(*) from operation where state <> 'done'`,
  'deliveries that are not planned': `select count(*) from delivery where state in ('new', 'waiting', 'sorted')`,
  'links that are leased': 'select count(*) from link where lease_owner is not null',
  'links with unseen changes': 'select count(*) from link where ticket_stale > ticket_seen',
  'links that stopped or never began': `select count(*) from link where state in ('parked', 'provisional')`,
  'remote ids that belong to two operations': `select count(*) from (select 1 from operation
    where kind in ('create', 'comment', 'post') and remote_id is not null
    group by kind, link_id, remote_id having count(*) > 1) as twice`,
  'replies without their comment': `select count(*) from item i join place p using (install_id, link_id)
    where i.origin = 'slack' and i.slack_ts <> p.root_ts and i.comment_id is null`,
  'public answers without their message': `select count(*) from item
    where origin = 'ticket' and visibility = 'public' and slack_ts is null`,
};

async function checkRows({ query }: WorldView): Promise<string[]> {
  const columns = Object.values(AT_REST).map((count, n) => `(${count})::int as c${n}`);
  const [row] = await query<Record<string, number>>(`select ${columns.join(', ')}`);
  return Object.keys(AT_REST).flatMap((what, n) =>
    row?.[`c${n}`] === 0 ? [] : [`${row?.[`c${n}`]} ${what}`],
  );
}

/** The ledger's ids, compared with what really stands on both sides. */
async function checkLedger(view: WorldView, threads: readonly Thread[]): Promise<string[]> {
  const items = await view.query<{ slack_ts: string | null; comment_id: string | null }>(
    'select slack_ts, comment_id from item',
  );
  const messages = new Set(threads.flatMap(({ root, replies }) => [root.ts, ...replies.map(({ ts }) => ts)]));
  const comments = new Set(view.tickets().flatMap((ticket) => ticket.comments.map(({ id }) => id)));
  return items.flatMap(({ slack_ts: ts, comment_id: id }) => [
    ...(ts === null || messages.has(ts) ? [] : [`the ledger has message ${ts}, which Slack has not`]),
    ...(id === null || comments.has(id) ? [] : [`the ledger has comment ${id}, which is on no ticket`]),
  ]);
}

/** What is wrong with the world at this moment, in sentences; nothing when both sides agree and all is at rest. */
export async function worldProblems(view: WorldView): Promise<string[]> {
  const rows = await checkRows(view);
  if (rows.length > 0) return rows;
  const threads = threadsOf(view.slack);
  const problems = threads.flatMap((thread) =>
    checkThread(thread, view).map((problem) => `"${thread.root.text}": ${problem}`),
  );
  if (threads.length !== view.tickets().length) {
    problems.push(`${threads.length} requests have ${view.tickets().length} tickets`);
  }
  return [...problems, ...checkMarkers(threads), ...(await checkLedger(view, threads))];
}

/** How long what is under way may take to come to rest, in real milliseconds. */
const REST_MS = 10_000;

/** Both sides agree, everything is at rest, and nothing internal was ever said to Slack. */
export async function assertWorld(view: WorldView): Promise<void> {
  let problems: string[] = [];
  const holds = async () => {
    problems = await worldProblems(view);
    return problems.length === 0;
  };
  await until('the world comes to rest', REST_MS, holds).catch(() => assert.deepEqual(problems, []));
  const notes = view
    .tickets()
    .flatMap(({ comments }) => comments.filter((one) => one.internal && one.author !== view.bridgeName));
  assert.notEqual(notes.length, 0, 'there is something internal to look for');
  const everSaid = JSON.stringify(view.slack.calls());
  for (const { text } of notes)
    assert.ok(!everSaid.includes(text), `"${text}" is internal and went to Slack`);
}
