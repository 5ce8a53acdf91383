import type { Attempt, Effect } from '../../model/effect.ts';
import type { ConnectorId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { type Outcome, ok, rejected, retryLater, unknownEffect } from '../../model/outcome.ts';
import {
  type CommentDraft,
  isReached,
  type StatusCategory,
  type TicketChange,
  type TicketComment,
  type TicketDraft,
  type TicketRef,
  waysTo,
} from '../../model/ticket.ts';
import type { Connector } from '../connector.ts';
import { isBlank } from '../storable-text.ts';
import type { MemoryDesk } from './desk.ts';
import { readHook } from './hook.ts';
import type { DeskComment, DeskTicket, Records } from './records.ts';
import { ChangeCursor, MemoryTarget } from './schema.ts';
import { bodyText, summaryLine } from './text.ts';
import { type CallKind, error, type Reply, value, type Wire, WireBroken } from './wire.ts';

export interface MemoryConnectorOptions {
  readonly id: ConnectorId;
  readonly desk: MemoryDesk;
  /** Null: every hook is refused. */
  readonly hookSecret: string | null;
  readonly io: Io;
  /** How long `find` may miss what was written, in milliseconds: the desk's own lag. */
  readonly settleMs?: number;
}

const ACCOUNT = 'Deskbridge';
const TIMEOUT_MS = 10_000;
const PAGE = 50;
const STATUS_NAMES: Readonly<Record<StatusCategory, string>> = {
  new: 'New',
  active: 'In progress',
  done: 'Done',
};

type Ask = <T>(on: CallKind, work: (records: Records) => Reply<T>) => Promise<Outcome<T>>;

function refusal(status: number): Outcome<never> {
  if (status === 401)
    return rejected('auth', 'The desk does not let us in; an administrator must renew our access');
  if (status === 403)
    return rejected('forbidden', 'The desk forbids this to our account; its administrator can allow it');
  if (status === 404)
    return rejected('not-found', 'The desk does not have this record, or does not show it to us');
  if (status === 409)
    return rejected('conflict', 'The record changed meanwhile; read it again and decide anew');
  return rejected(
    'invalid',
    `The desk refused the request as malformed (${status}); this needs a change on our side`,
  );
}

/** The answer got lost or makes no sense: after a write only the proof can tell, a read can simply be repeated. */
function unclear(on: CallKind, what: string): Outcome<never> {
  if (on === 'writes') return unknownEffect(`${what}; we will look up whether it took effect`);
  return retryLater(`${what}; we will read again`, 'destination');
}

function outcomeOf<T>(on: CallKind, reply: Reply<T>): Outcome<T> {
  if (reply.kind === 'value') return ok(reply.value);
  if (reply.kind === 'html') return unclear(on, 'The desk answered a web page instead of data');
  if (reply.status === 429) {
    const afterMs = reply.retryAfterS === null ? undefined : reply.retryAfterS * 1000;
    return retryLater('The desk asked us to slow down; we wait as long as it said', 'destination', afterMs);
  }
  if (reply.status >= 500) return unclear(on, `The desk failed (${reply.status})`);
  return refusal(reply.status);
}

function createAsk(wire: Wire, records: Records, io: Io): Ask {
  return async (on, work) => {
    let sent = false;
    try {
      const reply = await io.exchange((signal) => {
        sent = true;
        return wire.call(on, signal, () => work(records));
      });
      return outcomeOf(on, reply);
    } catch (problem) {
      if (problem instanceof WireBroken && problem.how === 'refused') {
        return retryLater('Nobody answers at the desk; we try again until it is back', 'destination');
      }
      if (problem instanceof WireBroken) return unclear(on, 'The connection broke before the answer came');
      if (problem instanceof DOMException && problem.name === 'TimeoutError') {
        if (!sent) return retryLater('Our time ran out before anything was sent; we try again', 'operation');
        return unclear(on, 'The desk did not answer in time');
      }
      throw problem;
    }
  };
}

function refOf(ticket: DeskTicket): TicketRef {
  return { id: ticket.id, key: ticket.key, url: `https://memory.invalid/tickets/${ticket.id}` };
}

function commentOf(comment: DeskComment): TicketComment {
  const { id, author, text, createdAt, marker } = comment;
  return { id, author, text, createdAt, marker, visibility: comment.internal ? 'internal' : 'public' };
}

/** What people read in the ticket above the words of the requester. */
function describe(draft: TicketDraft): string {
  const { requester } = draft;
  const who = requester.email === null ? requester.name : `${requester.name} <${requester.email}>`;
  const origin = draft.permalink === null ? [] : [`Slack: ${draft.permalink}`];
  // The words come last: what is cut when they are too long is theirs, never who asked and why it landed here.
  return bodyText([`Requested by ${who}`, draft.reason, ...origin, '', draft.description].join('\n'));
}

function createEffect(ask: Ask, settleMs: number): Effect<TicketDraft, TicketRef> {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    async send(draft, { marker }) {
      const target = MemoryTarget.safeParse(draft.target);
      if (!target.success) {
        return rejected(
          'invalid',
          'The target of this queue is no memory desk queue; correct the configuration',
        );
      }
      const { queue } = target.data;
      const { priority, requester } = draft;
      const summary = isBlank(draft.summary) ? '(no summary)' : summaryLine(draft.summary);
      const record = {
        queue,
        summary,
        description: describe(draft),
        priority,
        requester: requester.name,
        marker,
      };
      return ask('writes', (records) => value(refOf(records.create(record))));
    },
    find: (_draft, { marker }) =>
      ask('reads', (records) => {
        const found = records.searchTicket(marker);
        return value(found === null ? null : refOf(found));
      }),
  };
}

function commentEffect(ask: Ask, settleMs: number): Connector['comment'] {
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    async send(draft: CommentDraft, { marker }: Attempt) {
      if (isBlank(draft.text))
        return rejected('invalid', 'The message has no text that could be shown in the ticket');
      const text = bodyText(draft.author === null ? draft.text : `${draft.author} (Slack): ${draft.text}`);
      const internal = draft.visibility === 'internal';
      const source = draft.source?.permalink ?? null;
      return ask('writes', (records) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        return value({ id: records.comment(ticket, { author: ACCOUNT, text, internal, marker, source }).id });
      });
    },
    find: (draft, { marker }) =>
      ask('reads', (records) => {
        const ticket = records.byId(draft.ticket);
        if (ticket === null) return error(404);
        const found = records.searchComment(ticket, marker);
        return value(found === null ? null : { id: found.id });
      }),
  };
}

function writeEffect(ask: Ask, settleMs: number): Connector['write'] {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    send: (change: TicketChange) =>
      ask('writes', (records) => {
        const ticket = records.byId(change.ticket);
        if (ticket === null) return error(404);
        const [best = 'active'] = waysTo(change.status);
        if (!isReached(ticket.statusCategory, change.status)) records.setStatus(ticket, best, change.actor);
        return value(null);
      }),
    // The result carries nothing, so "not there" and "there" look alike; the next send is harmless either way.
    find: (change) =>
      ask('reads', (records) => (records.byId(change.ticket) === null ? error(404) : value(null))),
  };
}

function reading(ask: Ask): Pick<Connector, 'read' | 'readComment' | 'changesSince'> {
  return {
    read: (id, since) =>
      ask('reads', (records) => {
        const ticket = records.byId(id);
        if (ticket === null) return error(404);
        // Inclusive: two comments may share their millisecond, and the caller knows by id what it has seen.
        const comments = ticket.comments.filter((comment) => since === null || comment.createdAt >= since);
        const { summary, statusCategory: category, priority, updatedAt } = ticket;
        const status = { name: STATUS_NAMES[category], category };
        const rest = { assignee: null, comments: comments.map(commentOf) };
        return value({ ...refOf(ticket), summary, status, priority, updatedAt, ...rest });
      }),
    readComment: (id, commentId) =>
      ask('reads', (records) => {
        const comment = records.byId(id)?.comments.find((candidate) => candidate.id === commentId);
        return comment === undefined ? error(404) : value(commentOf(comment));
      }),
    async changesSince(cursor) {
      const from = ChangeCursor.safeParse(cursor);
      if (cursor !== null && !from.success) {
        return rejected('invalid', 'This cursor is none of ours; the poll has to start anew');
      }
      return ask('reads', (records) => {
        if (from.data === undefined)
          return value({ tickets: [], cursor: `${records.lastSeq()}`, more: false });
        const page = records.searchChanges(from.data, PAGE);
        const tickets = [...new Set(page.map((change) => change.ticket))];
        return value({ tickets, cursor: `${from.data + page.length}`, more: page.length === PAGE });
      });
    },
  };
}

/** The reference implementation of the contract, over a ticket system in memory. See README.md for its proofs. */
export function createMemoryConnector(options: MemoryConnectorOptions): Connector {
  const { desk, io, hookSecret, settleMs = 0 } = options;
  const ask = createAsk(desk.api.wire, desk.api.records, io);
  return {
    id: options.id,
    site: 'memory.invalid',
    check: () => ask('reads', () => value({ account: ACCOUNT })),
    create: createEffect(ask, settleMs),
    ...reading(ask),
    write: writeEffect(ask, settleMs),
    comment: commentEffect(ask, settleMs),
    readHook: (hook) => readHook(hookSecret, hook),
  };
}
