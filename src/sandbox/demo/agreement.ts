import type { SlackMessageView, TicketView } from '../worlds.ts';
import { cardStatus } from './card-text.ts';
import type { Agreement } from './demo-state.ts';

/** The names under which the bridge writes in the simulated ticket systems. */
const BRIDGE_AUTHORS = new Set(['Deskbridge', 'Deskbridge Integration']);

export const isBridge = (author: string) => BRIDGE_AUTHORS.has(author);

/** What both sides are compared by: letters and digits, because each system has its own marks and line ends. */
function comparable(text: string): string {
  const words = text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/<[@#!][^>]*>/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();
  return words === '' ? text.trim() : words;
}

/** Long texts are shortened on their way; the beginning tells them apart. */
const beginning = (text: string) => comparable(text).slice(0, 400);

/** How many of `wanted` stand in `there`; each text there answers for one. */
function countFound(wanted: readonly string[], there: readonly string[]): number {
  const left = there.map(comparable);
  let found = 0;
  for (const text of wanted) {
    const at = left.findIndex((candidate) => candidate.includes(beginning(text)));
    if (at < 0) continue;
    left.splice(at, 1);
    found += 1;
  }
  return found;
}

export interface Conversation {
  /** The card of the bridge. */
  readonly card: SlackMessageView;
  /** Root and replies, the card among them. */
  readonly messages: readonly SlackMessageView[];
  readonly root: string;
}

/** Compares what people see in the thread with what agents see on its ticket. */
export function agreementOf({ card, messages, root }: Conversation, ticket: TicketView): Agreement {
  const replies = messages.filter((message) => !message.isBot && message.ts !== root);
  const unchanged = replies.filter((message) => !message.edited).map((message) => message.text);
  const shownInSlack = messages
    .filter((message) => message.isBot && message !== card)
    .map(({ text }) => text);
  const own = ticket.comments.filter(({ author, internal }) => isBridge(author) && !internal);
  const answers = ticket.comments.filter(({ author, internal }) => !isBridge(author) && !internal);
  const notes = ticket.comments.filter(({ author, internal }) => !isBridge(author) && internal);

  const inTicket = countFound(
    unchanged,
    own.map(({ text }) => text),
  );
  const inSlack = countFound(
    answers.map(({ text }) => text),
    shownInSlack,
  );
  const leaked = countFound(
    notes.map(({ text }) => text),
    shownInSlack,
  );
  const total = unchanged.length + answers.length;
  const mirrored = inTicket + inSlack;
  const shown = cardStatus(card.blocks);
  const statusAgrees = shown === ticket.status;
  return {
    cardStatus: shown,
    ticketStatus: ticket.status,
    statusAgrees,
    messages: total,
    mirrored,
    changedLater: replies.length - unchanged.length,
    internalNotes: notes.length,
    leaked,
    agrees: statusAgrees && mirrored === total && leaked === 0,
  };
}
