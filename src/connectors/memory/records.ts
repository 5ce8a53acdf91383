import { randomUUID } from 'node:crypto';
import { CommentId, TicketId } from '../../model/ids.ts';
import type { Priority, StatusCategory } from '../../model/ticket.ts';
import type { HookBody } from './schema.ts';

export interface DeskComment {
  readonly id: CommentId;
  readonly author: string;
  readonly text: string;
  readonly internal: boolean;
  readonly createdAt: Date;
  readonly marker: string | null;
  /** Where it was said first, for people; null when it was written here. */
  readonly source: string | null;
}

export interface DeskTicket {
  readonly id: TicketId;
  readonly key: string;
  readonly queue: string;
  readonly summary: string;
  readonly description: string;
  readonly priority: Priority;
  readonly requester: string;
  readonly marker: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly statusCategory: StatusCategory;
  /** What happened to its state, for people: who, when, what. */
  readonly history: readonly { readonly at: Date; readonly actor: string; readonly to: StatusCategory }[];
  readonly comments: readonly DeskComment[];
}

type NewTicket = Pick<DeskTicket, 'queue' | 'summary' | 'description' | 'priority' | 'requester' | 'marker'>;
type NewComment = Omit<DeskComment, 'id' | 'createdAt'>;

export interface DeskChange {
  readonly seq: number;
  readonly at: Date;
  readonly ticket: TicketId;
  readonly event: HookBody['event'];
}

export interface RecordsOptions {
  readonly now: () => Date;
  /** How long the search index lags behind a write, in milliseconds. Reads by id never lag. */
  readonly lagMs: number;
  readonly changed: (change: DeskChange) => void;
}

/** The tickets themselves. Searches see only what the index has caught up with; reads by id see everything. */
export interface Records {
  all(): readonly DeskTicket[];
  byId(id: TicketId): DeskTicket | null;
  /** Search: the oldest ticket with this marker. */
  searchTicket(marker: string): DeskTicket | null;
  /** Search: the oldest comment of the ticket with this marker. */
  searchComment(ticket: DeskTicket, marker: string): DeskComment | null;
  /** Search: at most `limit` changes behind `seq`, oldest first. */
  searchChanges(seq: number, limit: number): readonly DeskChange[];
  lastSeq(): number;
  create(ticket: NewTicket): DeskTicket;
  comment(ticket: DeskTicket, comment: NewComment): DeskComment;
  setStatus(ticket: DeskTicket, to: StatusCategory, actor: string): void;
}

export function createRecords({ now, lagMs, changed }: RecordsOptions): Records {
  const tickets = new Map<TicketId, DeskTicket>();
  const changes: DeskChange[] = [];

  const indexed = (at: Date) => now().getTime() - at.getTime() >= lagMs;

  function store(ticket: DeskTicket, event: DeskChange['event']): DeskTicket {
    tickets.set(ticket.id, ticket);
    const change = { seq: changes.length + 1, at: ticket.updatedAt, ticket: ticket.id, event };
    changes.push(change);
    changed(change);
    return ticket;
  }

  return {
    all: () => [...tickets.values()],
    byId: (id) => tickets.get(id) ?? null,
    searchTicket: (marker) =>
      tickets.values().find((ticket) => ticket.marker === marker && indexed(ticket.createdAt)) ?? null,
    searchComment: (ticket, marker) =>
      ticket.comments.find((comment) => comment.marker === marker && indexed(comment.createdAt)) ?? null,
    searchChanges(seq, limit) {
      const page = changes.slice(seq, seq + limit);
      // Everything behind the first change that is not indexed yet waits too, or the cursor would jump over it.
      const waiting = page.findIndex((change) => !indexed(change.at));
      return waiting === -1 ? page : page.slice(0, waiting);
    },
    lastSeq: () => changes.length,
    create(ticket) {
      const at = now();
      const id = TicketId.parse(randomUUID());
      const key = `MEM-${tickets.size + 1}`;
      const fresh = { statusCategory: 'new', history: [], comments: [] } as const;
      return store({ ...ticket, ...fresh, id, key, createdAt: at, updatedAt: at }, 'ticket.created');
    },
    comment(ticket, comment) {
      const at = now();
      const stored = { ...comment, id: CommentId.parse(randomUUID()), createdAt: at };
      store({ ...ticket, updatedAt: at, comments: [...ticket.comments, stored] }, 'comment.created');
      return stored;
    },
    setStatus(ticket, to, actor) {
      if (ticket.statusCategory === to) return;
      const at = now();
      const history = [...ticket.history, { at, actor, to }];
      store({ ...ticket, updatedAt: at, statusCategory: to, history }, 'ticket.changed');
    },
  };
}
