import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { DemoState, PageTicket } from '../demo/demo-state.ts';
import { newestTs, type ThreadAt, ticketOf, unreadIn } from './threads.ts';

/** What the visitor looks at. */
export interface View {
  readonly channel: string;
  /** The Home tab of the app, instead of a channel. */
  readonly isHome: boolean;
  readonly thread: ThreadAt | null;
  readonly ticket: PageTicket | null;
  readonly unread: ReadonlyMap<string, number>;
  openHome(): void;
  openChannel(id: string): void;
  openThread(at: ThreadAt | null): void;
  openTicket(key: string): void;
}

/** The newest ticket that was not there at the last look. */
function useNewTickets(state: DemoState | null, onNew: (ticket: PageTicket) => void): void {
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (state === null) return;
    const before = known.current;
    known.current = new Set(state.tickets.map(({ key }) => key));
    const fresh = before === null ? [] : state.tickets.filter(({ key }) => !before.has(key));
    const newest = fresh.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
    if (newest !== undefined) onNew(newest);
  }, [state, onNew]);
}

function useUnread(state: DemoState | null, current: string): ReadonlyMap<string, number> {
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    if (state === null) return;
    setSeen((before) => {
      const after = new Map(before);
      for (const channel of state.channels) {
        // What was there when the page opened counts as read.
        if (channel.id === current || !before.has(channel.id)) after.set(channel.id, newestTs(channel));
      }
      const same = [...after].every(([id, ts]) => before.get(id) === ts);
      return same && after.size === before.size ? before : after;
    });
  }, [state, current]);
  return useMemo(() => {
    const channels = state?.channels ?? [];
    return new Map(
      channels.map((channel) => {
        const last = seen.get(channel.id);
        const count = last === undefined || state === null ? 0 : unreadIn(channel, state.me, last);
        return [channel.id, channel.id === current ? 0 : count];
      }),
    );
  }, [state, seen, current]);
}

function newestTicket(tickets: readonly PageTicket[]): PageTicket | null {
  return tickets.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))[0] ?? null;
}

/** Threads and tickets belong together: to open one shows the other. */
export function useView(state: DemoState | null): View {
  const [wanted, setWanted] = useState<string | null>(null);
  const [isHome, setHome] = useState(false);
  const [thread, setThread] = useState<ThreadAt | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const channel = state?.channels.find(({ id }) => id === wanted)?.id ?? state?.channels[0]?.id ?? '';
  const tickets = state?.tickets ?? [];

  const openThread = useCallback(
    (at: ThreadAt | null) => {
      setThread(at);
      if (at === null) return;
      setHome(false);
      setWanted(at.channel);
      const ticket = ticketOf(tickets, at);
      if (ticket !== null) setKey(ticket.key);
    },
    [tickets],
  );
  const openTicket = useCallback(
    (wantedKey: string) => {
      setKey(wantedKey);
      const own = tickets.find((ticket) => ticket.key === wantedKey)?.thread;
      if (own === undefined || own === null || !own.members.includes(state?.me ?? '')) return;
      setThread(own);
      setHome(false);
      setWanted(own.channel);
    },
    [tickets, state?.me],
  );
  useNewTickets(
    state,
    useCallback((ticket) => setKey(ticket.key), []),
  );

  const chosen = tickets.find((ticket) => ticket.key === key) ?? newestTicket(tickets);
  return {
    channel,
    isHome,
    thread,
    ticket: chosen,
    unread: useUnread(state, channel),
    openHome() {
      setHome(true);
      setThread(null);
    },
    openChannel(id) {
      setHome(false);
      setWanted(id);
      if (thread?.channel !== id) setThread(null);
    },
    openThread,
    openTicket,
  };
}
