import { z } from 'zod';
import { TicketId } from '../model/ids.ts';
import { type Outcome, ok, rejected } from '../model/outcome.ts';
import { STRANGE_CURSOR } from '../texts/ticket-systems.ts';
import type { ChangePage } from './connector.ts';

/** Something that a list shows: of which ticket it is, null for none of ours, and when it was changed last. */
export interface Changed {
  readonly ticket: string | null;
  readonly at: Date;
}

export interface AskedPage {
  /** Only what was changed at this moment or later. */
  readonly since: Date;
  /** From 1. */
  readonly page: number;
  readonly order: 'oldest first' | 'newest first';
}

export interface TimePoll {
  /** Entries on a page that is full, so that another may follow. */
  readonly pageSize: number;
  /** How long lists may lag behind, in milliseconds: so much of the end is looked at again. */
  readonly overlapMs: number;
  /** One page of each list that changes show up in. */
  readonly ask: (asked: AskedPage) => Promise<Outcome<readonly (readonly Changed[])[]>>;
}

const Cursor = z
  .string()
  .regex(/^\d{1,15}\/[1-9]\d{0,5}$/)
  .transform((text) => text.split('/').map(Number));

/**
 * `changesSince` for a system whose lists are ordered by the time of the last change. It goes on by time, and by page number
 * only within one moment, so that nothing is passed over while entries move to the end of the list.
 */
export async function pollByTime(poll: TimePoll, cursor: string | null): Promise<Outcome<ChangePage>> {
  const parsed = Cursor.safeParse(cursor);
  if (cursor !== null && !parsed.success) return rejected('invalid', STRANGE_CURSOR);
  const [from = 0, page = 1] = parsed.data ?? [];
  const order = parsed.success ? 'oldest first' : 'newest first';
  const asked = await poll.ask({ since: new Date(from), page, order });
  if (asked.kind !== 'ok') return asked;
  const lists = asked.value.map((list) => list.map(({ at }) => at.getTime()));
  const latest = Math.max(from, ...lists.flat());
  if (!parsed.success) return ok({ tickets: [], cursor: cursorAt(latest, 1), more: false });

  const known = asked.value.flat().flatMap(({ ticket }) => (ticket === null ? [] : [ticket]));
  const tickets = [...new Set(known)].map((ticket) => TicketId.parse(ticket));
  const ends = lists.filter((list) => list.length >= poll.pageSize).map((list) => list.at(-1) ?? from);
  if (ends.length === 0)
    return ok({ tickets, cursor: cursorAt(Math.max(from, latest - poll.overlapMs), 1), more: false });
  const end = Math.min(...ends);
  return ok({ tickets, cursor: end > from ? cursorAt(end, 1) : cursorAt(from, page + 1), more: true });
}

function cursorAt(time: number, page: number): string {
  return `${time}/${page}`;
}
