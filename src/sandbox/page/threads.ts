import type { PageChannel, PageMessage, PageTicket } from '../demo/demo-state.ts';

/** A thread that can be opened. */
export interface ThreadAt {
  readonly channel: string;
  readonly root: string;
}

const isSameThread = (a: ThreadAt | null, b: ThreadAt | null) =>
  a !== null && b !== null && a.channel === b.channel && a.root === b.root;

export function rootsOf(channel: PageChannel): readonly PageMessage[] {
  return channel.messages.filter(({ threadTs, ts }) => threadTs === null || threadTs === ts);
}

export function repliesTo(channel: PageChannel, root: string): readonly PageMessage[] {
  return channel.messages.filter(({ threadTs, ts }) => threadTs === root && ts !== root);
}

/** The ticket that a thread belongs to; null while there is none. */
export function ticketOf(tickets: readonly PageTicket[], thread: ThreadAt | null): PageTicket | null {
  return tickets.find((ticket) => isSameThread(ticket.thread, thread)) ?? null;
}

/** Messages of others that came after `seen`: in a channel its top level, in a direct message everything. */
export function unreadIn(channel: PageChannel, me: string, seen: string): number {
  const shown = channel.isDirect ? channel.messages : rootsOf(channel);
  return shown.filter(({ ts, userId }) => ts > seen && userId !== me).length;
}

/** The newest message; the server sends them in order. Empty when there is none. */
export function newestTs(channel: PageChannel): string {
  return channel.messages.at(-1)?.ts ?? '';
}

export interface QueueTickets {
  readonly title: string;
  readonly tickets: readonly PageTicket[];
}

export interface ProductQueues {
  readonly product: string;
  readonly count: number;
  readonly queues: readonly QueueTickets[];
}

/** Tickets by system and queue, newest first; queues that nobody configured come last under their own name. */
export function byQueue(
  queues: readonly { readonly product: string; readonly title: string; readonly queue: string }[],
  tickets: readonly PageTicket[],
): readonly ProductQueues[] {
  const known = new Set(queues.map(({ product, queue }) => `${product}|${queue}`));
  const others = tickets
    .filter(({ product, queue }) => !known.has(`${product}|${queue}`))
    .map(({ product, queue }) => ({ product, title: queue, queue }));
  const distinct = new Map([...queues, ...others].map((one) => [`${one.product}|${one.queue}`, one]));
  const newestFirst = [...tickets].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return [...Map.groupBy(distinct.values(), ({ product }) => product)].map(([product, own]) => ({
    product,
    count: tickets.filter((ticket) => ticket.product === product).length,
    queues: own.map(({ title, queue }) => ({
      title,
      tickets: newestFirst.filter((ticket) => ticket.product === product && ticket.queue === queue),
    })),
  }));
}

const PERMALINK = /\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/;

/** The thread behind a Slack permalink; null for any other address. */
export function threadAt(url: string): ThreadAt | null {
  const [, channel, seconds, micros] = PERMALINK.exec(url) ?? [];
  return channel === undefined || seconds === undefined || micros === undefined
    ? null
    : { channel, root: `${seconds}.${micros}` };
}
