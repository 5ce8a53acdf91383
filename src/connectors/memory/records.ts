import { createHash, randomUUID } from 'node:crypto';
import type { Doc } from '../../model/doc.ts';
import { AttachmentId, CommentId, TicketId } from '../../model/ids.ts';
import type { StatusCategory } from '../../model/ticket.ts';
import type { HookBody } from './schema.ts';

export interface DeskComment {
  readonly id: CommentId;
  readonly author: string;
  readonly body: Doc;
  readonly internal: boolean;
  readonly createdAt: Date;
  /** Later with every edit, also within a millisecond. */
  readonly updatedAt: Date;
  readonly marker: string | null;
  /** Where it was said first, for people; null when it was written here. */
  readonly source: string | null;
}

export interface DeskFile {
  readonly id: AttachmentId;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  /** Of the content, in lower-case hex. */
  readonly sha256: string;
  readonly author: string;
  readonly internal: boolean;
  readonly createdAt: Date;
  readonly marker: string | null;
}

/** The fields that agents see, in the desk's own words. */
export interface DeskFields {
  readonly summary: string;
  readonly statusCategory: StatusCategory;
  readonly resolution: string | null;
  readonly priority: string;
  readonly impact: string | null;
  readonly urgency: string | null;
  readonly assignee: string | null;
  readonly group: string | null;
  /** Some agents may not open it. */
  readonly restricted: boolean;
}

export interface DeskTicket extends DeskFields {
  readonly id: TicketId;
  readonly key: string;
  readonly queue: string;
  readonly description: Doc;
  readonly requester: string;
  readonly marker: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What happened to its fields, for people: who, when, what. */
  readonly history: readonly {
    readonly at: Date;
    readonly actor: string;
    readonly set: Partial<DeskFields>;
  }[];
  readonly comments: readonly DeskComment[];
  readonly files: readonly DeskFile[];
  readonly approvals: readonly DeskApproval[];
  readonly links: readonly DeskLink[];
}

/** A decision that one of these people has to make. */
export interface DeskApproval {
  readonly id: string;
  readonly name: string;
  readonly approvers: readonly string[];
  readonly createdAt: Date;
  /** Null while nobody has decided. */
  readonly decided: { readonly by: string; readonly decision: 'approved' | 'declined' } | null;
}

/** A link to where the ticket is talked about. */
export interface DeskLink {
  readonly thread: string;
  readonly url: string;
  readonly title: string;
  readonly isDone: boolean;
}

type NewTicket = Pick<DeskTicket, 'queue' | 'summary' | 'description' | 'priority' | 'requester' | 'marker'>;
type NewComment = Omit<DeskComment, 'id' | 'createdAt' | 'updatedAt'>;
type NewFile = Omit<DeskFile, 'id' | 'createdAt' | 'sha256'>;

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
  /** Search: the oldest file of the ticket with this marker. */
  searchFile(ticket: DeskTicket, marker: string): DeskFile | null;
  /** Search: at most `limit` changes behind `seq`, oldest first. */
  searchChanges(seq: number, limit: number): readonly DeskChange[];
  lastSeq(): number;
  create(ticket: NewTicket): DeskTicket;
  /** Changes what hangs on a ticket beside its fields. */
  keep(ticket: DeskTicket, set: Partial<Pick<DeskTicket, 'approvals' | 'links'>>): void;
  setFields(ticket: DeskTicket, set: Partial<DeskFields>, actor: string): void;
  addComment(ticket: DeskTicket, comment: NewComment): DeskComment;
  changeComment(
    ticket: DeskTicket,
    id: CommentId,
    set: Partial<Pick<DeskComment, 'body' | 'internal'>>,
  ): void;
  removeComment(ticket: DeskTicket, id: CommentId): void;
  addFile(ticket: DeskTicket, file: NewFile): DeskFile;
  removeFile(ticket: DeskTicket, id: AttachmentId): void;
}

const FRESH = {
  statusCategory: 'new',
  resolution: null,
  impact: null,
  urgency: null,
  assignee: null,
  group: null,
  restricted: false,
  history: [],
  comments: [],
  files: [],
  approvals: [],
  links: [],
} as const;

/** Now, or a moment after `last`: two edits never look like one. */
const after = (last: Date, now: Date) => new Date(Math.max(now.getTime(), last.getTime() + 1));

/** What the connector finds by search: everything but what the index has not caught up with yet. */
function createLog({ now, lagMs, changed }: RecordsOptions) {
  const changes: DeskChange[] = [];
  const indexed = (at: Date) => now().getTime() - at.getTime() >= lagMs;
  return {
    add(ticket: DeskTicket, event: DeskChange['event']) {
      const change = { seq: changes.length + 1, at: ticket.updatedAt, ticket: ticket.id, event };
      changes.push(change);
      changed(change);
    },
    search<T extends { readonly marker: string | null; readonly createdAt: Date }>(
      all: Iterable<T>,
      marker: string,
    ) {
      return [...all].find((one) => one.marker === marker && indexed(one.createdAt)) ?? null;
    },
    searchChanges(seq: number, limit: number) {
      const page = changes.slice(seq, seq + limit);
      // Everything behind the first change that is not indexed yet waits too, or the cursor would jump over it.
      const waiting = page.findIndex((change) => !indexed(change.at));
      return waiting === -1 ? page : page.slice(0, waiting);
    },
    lastSeq: () => changes.length,
  };
}

export function createRecords(options: RecordsOptions): Records {
  const { now } = options;
  const tickets = new Map<TicketId, DeskTicket>();
  const log = createLog(options);

  /** Stores what is new about a ticket, and tells whoever listens. */
  function store(ticket: DeskTicket, event: DeskChange['event'], set: Partial<DeskTicket>): void {
    const stored = { ...ticket, ...set, updatedAt: now() };
    tickets.set(ticket.id, stored);
    log.add(stored, event);
  }

  return {
    all: () => [...tickets.values()],
    byId: (id) => tickets.get(id) ?? null,
    searchTicket: (marker) => log.search(tickets.values(), marker),
    searchComment: (ticket, marker) => log.search(ticket.comments, marker),
    searchFile: (ticket, marker) => log.search(ticket.files, marker),
    searchChanges: log.searchChanges,
    lastSeq: log.lastSeq,
    create(ticket) {
      const id = TicketId.parse(randomUUID());
      const key = `MEM-${tickets.size + 1}`;
      const stored: DeskTicket = { ...ticket, ...FRESH, id, key, createdAt: now(), updatedAt: now() };
      store(stored, 'ticket.created', {});
      return stored;
    },
    keep: (ticket, set) => store(ticket, 'ticket.changed', set),
    setFields(ticket, set, actor) {
      store(ticket, 'ticket.changed', { ...set, history: [...ticket.history, { at: now(), actor, set }] });
    },
    addComment(ticket, comment) {
      const id = CommentId.parse(randomUUID());
      const stored = { ...comment, id, createdAt: now(), updatedAt: now() };
      store(ticket, 'comment.created', { comments: [...ticket.comments, stored] });
      return stored;
    },
    changeComment(ticket, id, set) {
      const comments = ticket.comments.map((comment) =>
        comment.id === id ? { ...comment, ...set, updatedAt: after(comment.updatedAt, now()) } : comment,
      );
      store(ticket, 'comment.changed', { comments });
    },
    removeComment(ticket, id) {
      store(ticket, 'comment.deleted', { comments: ticket.comments.filter((comment) => comment.id !== id) });
    },
    addFile(ticket, file) {
      const sha256 = createHash('sha256').update(file.bytes).digest('hex');
      const stored = { ...file, id: AttachmentId.parse(randomUUID()), sha256, createdAt: now() };
      store(ticket, 'file.added', { files: [...ticket.files, stored] });
      return stored;
    },
    removeFile(ticket, id) {
      store(ticket, 'file.removed', { files: ticket.files.filter((file) => file.id !== id) });
    },
  };
}
