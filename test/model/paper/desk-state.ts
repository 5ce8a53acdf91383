import type { ThreadLink } from '../../../src/connectors/capabilities.ts';
import { type NewDelivery, ticketPartition } from '../../../src/model/delivery.ts';
import type { Doc } from '../../../src/model/doc.ts';
import { AttachmentId, CommentId, type ConnectorId, TicketId } from '../../../src/model/ids.ts';
import type { TicketFields, Visibility } from '../../../src/model/ticket.ts';
import type { Clock } from '../memory/db.ts';
import { createVersions, type Versions } from './versions.ts';

/**
 * `editable`: comments can be changed and taken away, times are milliseconds, as in Jira. `journal`: an entry stays as it
 * was written, times are whole seconds, as in ServiceNow.
 */
export type Personality = 'editable' | 'journal';

export interface PaperComment {
  readonly id: CommentId;
  readonly author: string;
  readonly body: Doc;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly visibility: Visibility;
  readonly marker: string | null;
  readonly ours: boolean;
  /** The entry of ours that it corrects. */
  readonly corrects: CommentId | null;
}

export interface PaperAttachment {
  readonly id: AttachmentId;
  readonly name: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly visibility: Visibility;
  readonly ours: boolean;
  readonly bytes: Uint8Array;
}

/** A ticket as its desk has it; replaced as a whole when it changes. */
export interface PaperTicket {
  readonly id: TicketId;
  readonly key: string;
  readonly marker: string;
  readonly description: Doc;
  readonly fields: TicketFields;
  readonly updatedAt: Date;
  readonly comments: readonly PaperComment[];
  readonly files: readonly PaperAttachment[];
  /** Links to its threads. */
  readonly links: readonly ThreadLink[];
}

/** A ticket system on paper. Every change, whoever makes it, sends a hook. */
export interface DeskState {
  readonly id: ConnectorId;
  readonly personality: Personality;
  readonly tickets: ReadonlyMap<string, Versions<PaperTicket | null>>;
  /** Personal sign-ins do not work any more. */
  refusesPersons: boolean;
  /** Its time, in its own resolution. */
  now(): Date;
  create(draft: Pick<PaperTicket, 'marker' | 'description' | 'fields'>): PaperTicket;
  /** Changes a ticket; its `updatedAt` follows. */
  change(ticket: PaperTicket, to: Partial<PaperTicket>): void;
  addComment(
    ticket: PaperTicket,
    comment: Omit<PaperComment, 'id' | 'createdAt' | 'updatedAt'>,
  ): PaperComment;
  /** The id that comes next. */
  upcoming(): string;
  addFile(ticket: PaperTicket, file: Omit<PaperAttachment, 'id' | 'createdAt'>): PaperAttachment;
  ticket(id: string): PaperTicket | null;
  /** As it was so many milliseconds ago; null when it was not there. */
  seen(id: string, lagMs: number): PaperTicket | null;
  all(): readonly PaperTicket[];
}

export function createDeskState(options: {
  readonly id: ConnectorId;
  readonly personality: Personality;
  readonly clock: Clock;
  readonly send: (delivery: NewDelivery) => void;
}): DeskState {
  const { id, personality, clock, send } = options;
  const tickets = new Map<string, Versions<PaperTicket | null>>();
  let ids = 0;
  let hooks = 0;
  const nextId = () => {
    ids += 1;
    return `${id}-${ids}`;
  };
  const resolution = personality === 'journal' ? 1_000 : 1;
  const now = () => new Date(Math.floor(clock.now / resolution) * resolution);

  function save(ticket: PaperTicket): void {
    const versions = tickets.get(ticket.id) ?? createVersions<PaperTicket | null>(clock, null);
    versions.set(ticket);
    tickets.set(ticket.id, versions);
    hooks += 1;
    const partition = ticketPartition(id, ticket.id);
    const key = `hook-${hooks}`;
    send({ source: id, key, identity: null, partition, type: 'hook', body: Buffer.from(key) });
  }
  const change = (ticket: PaperTicket, to: Partial<PaperTicket>) =>
    save({ ...ticket, ...to, updatedAt: now() });

  return {
    id,
    personality,
    tickets,
    refusesPersons: false,
    now,
    create(draft) {
      const ticket = TicketId.parse(nextId());
      const made = {
        ...draft,
        id: ticket,
        key: ticket.toUpperCase(),
        updatedAt: now(),
        comments: [],
        files: [],
        links: [],
      };
      save(made);
      return made;
    },
    change,
    addComment(ticket, draft) {
      const comment = { ...draft, id: CommentId.parse(nextId()), createdAt: now(), updatedAt: now() };
      change(ticket, { comments: [...ticket.comments, comment] });
      return comment;
    },
    upcoming: () => `${id}-${ids + 1}`,
    addFile(ticket, draft) {
      const file = { ...draft, id: AttachmentId.parse(nextId()), createdAt: now() };
      change(ticket, { files: [...ticket.files, file] });
      return file;
    },
    ticket: (ticket) => tickets.get(ticket)?.now() ?? null,
    seen: (ticket, lagMs) => tickets.get(ticket)?.seen(lagMs) ?? null,
    all: () => [...tickets.values()].flatMap((versions) => versions.now() ?? []),
  };
}
