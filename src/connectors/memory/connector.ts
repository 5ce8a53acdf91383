import type { Block } from '../../model/doc.ts';
import type { Effect } from '../../model/effect.ts';
import type { ConnectorId } from '../../model/ids.ts';
import type { Io } from '../../model/io.ts';
import { rejected } from '../../model/outcome.ts';
import { tagsIn } from '../../model/route.ts';
import type { TicketDraft, TicketRef } from '../../model/ticket.ts';
import { TAG_LABELS } from '../../texts/tags.ts';
import type { Connector, WithFiles } from '../connector.ts';
import { isBlank } from '../storable-text.ts';
import { ACCOUNT, type Ask, createAsk, TIMEOUT_MS } from './ask.ts';
import { createCapabilities } from './capabilities.ts';
import { commentOf, createComments } from './comments.ts';
import type { MemoryDesk } from './desk.ts';
import { deskWord, fieldsOf, writeEffect } from './fields.ts';
import { createFiles, fileOf } from './files.ts';
import { readHook } from './hook.ts';
import type { DeskTicket } from './records.ts';
import { ChangeCursor, MemoryTarget } from './schema.ts';
import { line, storableDoc, summaryLine } from './text.ts';
import { error, value } from './wire.ts';

export interface MemoryConnectorOptions {
  readonly id: ConnectorId;
  readonly desk: MemoryDesk;
  /** Null: every hook is refused. */
  readonly hookSecret: string | null;
  readonly io: Io;
  /** How long `find` may miss what was written, in milliseconds: the desk's own lag. */
  readonly settleMs?: number;
}

const PAGE = 50;

function refOf(ticket: DeskTicket): TicketRef {
  return { id: ticket.id, key: ticket.key, url: `https://memory.invalid/tickets/${ticket.id}` };
}

/** What people read in the ticket above the words of the requester. */
function storyOf({ requester, reason, permalink, group, tags = {} }: TicketDraft): readonly Block[] {
  const who = requester.email === null ? requester.name : `${requester.name} <${requester.email}>`;
  const origin = permalink === null ? [] : [line(`Slack: ${permalink}`)];
  const forGroup = group === undefined ? [] : [line(`For ${group}`)];
  const tagged = tagsIn(tags).map(([name, value]) => line(`${TAG_LABELS[name]}: ${value}`));
  return [line(`Requested by ${who}`), line(reason), ...forGroup, ...tagged, ...origin];
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
      const record = {
        queue: target.data.queue,
        summary: isBlank(draft.summary) ? '(no summary)' : summaryLine(draft.summary),
        description: storableDoc(storyOf(draft), draft.description),
        priority: deskWord(draft.priority),
        requester: draft.requester.name,
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

function readingOf(ask: Ask): Pick<Connector, 'read' | 'changesSince'> {
  return {
    read: (id) =>
      ask('reads', (records) => {
        const ticket = records.byId(id);
        if (ticket === null) return error(404);
        const { updatedAt } = ticket;
        const comments = ticket.comments.map(commentOf);
        const files = ticket.files.map(fileOf);
        return value({ ...refOf(ticket), ...fieldsOf(ticket), updatedAt, comments, files });
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
export function createMemoryConnector(options: MemoryConnectorOptions): WithFiles {
  const { io, hookSecret, settleMs = 0 } = options;
  const { api } = options.desk;
  const ask = createAsk(api, io);
  return {
    id: options.id,
    site: 'memory.invalid',
    check: () => ask('reads', () => value({ account: ACCOUNT })),
    create: createEffect(ask, settleMs),
    ...readingOf(ask),
    write: writeEffect(ask, api, settleMs),
    comments: createComments(ask, settleMs),
    files: createFiles(ask, settleMs),
    people: (email) =>
      ask('reads', () => {
        const found = api.people.filter((person) => person.email === email.toLowerCase());
        return value(found.map(({ account, name }) => ({ account, name })));
      }),
    readHook: (hook) => readHook(hookSecret, hook),
    can: createCapabilities(ask, api, settleMs),
  };
}
