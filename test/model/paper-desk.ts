import { isDeepStrictEqual } from 'node:util';
import type { Backlink } from '../../src/connectors/capabilities.ts';
import type { Comments, Connector, Files } from '../../src/connectors/connector.ts';
import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { joinDocs } from '../../src/model/doc-text.ts';
import { type Outcome, ok, rejected } from '../../src/model/outcome.ts';
import type { Author, CommentDraft, TicketComment, TicketSnapshot } from '../../src/model/ticket.ts';
import { bytesOf, hashBytes, inChunks } from './paper/bytes.ts';
import type { DeskState, PaperAttachment, PaperComment, PaperTicket } from './paper/desk-state.ts';
import { planFields } from './paper/fields.ts';
import type { Exchange, Weather } from './weather.ts';

const MINUTE_MS = 60_000;
/** Longer comments come in parts; short, so that histories have them. */
const LONGEST_COMMENT = 160;
export const LARGEST_FILE = 200;
const TIMEOUT_MS = 10_000;
/** How far back the reading of changes looks. */
const OVERLAP_MS = 5 * MINUTE_MS;

export interface PaperDeskDeps {
  readonly state: DeskState;
  readonly exchange: Exchange;
  readonly weather: Weather;
}

const NOT_THERE = rejected('not-found', 'There is no such record, or it is hidden.');
const lagOf = ({ weather, state }: PaperDeskDeps) => weather.lagMs.get(state.id) ?? 0;

/** A ticket system on paper, in one of two personalities. */
export function createPaperDesk(deps: PaperDeskDeps): Connector {
  const { state, exchange } = deps;
  return {
    id: state.id,
    site: `${state.id}.example`,
    check: () => exchange('read', () => ok({ account: 'bridge' })),
    create: createTickets(deps),
    read: (id) =>
      exchange('read', () => {
        const ticket = state.seen(id, lagOf(deps));
        return ticket === null ? NOT_THERE : ok(snapshotOf(ticket));
      }),
    write: createWrites(deps),
    comments: createComments(deps),
    files: createFiles(deps),
    people: async () => ok([]),
    can: state.personality === 'editable' ? { backlink: createBacklinks(deps) } : {},
    readHook: () => ({ kind: 'refused', status: 400, reason: 'Hooks on paper come as deliveries.' }),
    changesSince: (cursor) =>
      exchange('read', () => {
        const to = state.now().getTime() - lagOf(deps);
        const from = cursor === null ? to : Number(cursor) - OVERLAP_MS;
        const changed = [...state.tickets.keys()].flatMap((id) => state.seen(id, lagOf(deps)) ?? []);
        const tickets = changed.filter(({ updatedAt }) => updatedAt.getTime() >= from).map(({ id }) => id);
        return ok({ tickets, cursor: String(to), more: false });
      }),
  };
}

const refOf = ({ id, key }: PaperTicket) => ({ id, key, url: `https://desk.example/${key}` });

function snapshotOf(ticket: PaperTicket): TicketSnapshot {
  return {
    ...refOf(ticket),
    ...ticket.fields,
    updatedAt: ticket.updatedAt,
    comments: ticket.comments.map(commentOf),
    files: ticket.files.map(({ ours: _ours, bytes, ...file }) => ({
      ...file,
      mime: 'text/plain',
      size: bytes.length,
    })),
  };
}

const commentOf = ({ ours: _ours, corrects: _corrects, ...comment }: PaperComment): TicketComment => comment;

function createTickets(deps: PaperDeskDeps): Connector['create'] {
  const { state, exchange } = deps;
  return {
    proof: 'marker',
    timeoutMs: TIMEOUT_MS,
    settleMs: state.personality === 'journal' ? 70_000 : 5 * MINUTE_MS,
    send: (draft, { marker }) =>
      exchange('write', () => {
        const status = { name: 'New', category: 'new' as const };
        const none = { resolution: null, impact: null, urgency: null, assignee: null, group: null };
        const fields = { summary: draft.summary, priority: draft.priority, status, ...none };
        return ok(refOf(state.create({ marker, description: draft.description, fields })));
      }),
    find: (_draft, { marker }) =>
      exchange('read', () => {
        const all = [...state.tickets.keys()].flatMap((id) => state.seen(id, lagOf(deps)) ?? []);
        const found = all.find((ticket) => ticket.marker === marker);
        return ok(found === undefined ? null : refOf(found));
      }),
  };
}

/** Writes that somebody signs himself are refused when his sign-in does not work any more. */
function signed<T>(
  { state, exchange }: PaperDeskDeps,
  author: Author | null,
  work: () => Outcome<T>,
): Promise<Outcome<T>> {
  return exchange('write', () =>
    author !== null && author.grant !== null && state.refusesPersons
      ? rejected('auth', 'The sign-in of this person is refused; the account has to be linked again.')
      : work(),
  );
}

function createWrites(deps: PaperDeskDeps): Connector['write'] {
  const { state, exchange } = deps;
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: 5_000,
    send: (change) =>
      signed(deps, change.actor, () => {
        const ticket = state.ticket(change.ticket);
        if (ticket === null) return NOT_THERE;
        const { fields, left, isDone } = planFields(ticket.fields, change);
        if (!isDone) state.change(ticket, { fields });
        return ok({ left });
      }),
    find: (change) =>
      exchange('read', () => {
        const ticket = state.seen(change.ticket, lagOf(deps));
        if (ticket === null) return NOT_THERE;
        const { left, isDone } = planFields(ticket.fields, change);
        return ok(isDone ? { left } : null);
      }),
  };
}

function createBacklinks({ state, exchange }: PaperDeskDeps): Backlink {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: 5_000,
    send: (link) =>
      exchange('write', () => {
        const ticket = state.ticket(link.ticket);
        if (ticket === null) return NOT_THERE;
        const others = ticket.links.filter(({ thread }) => thread !== link.thread);
        state.change(ticket, { links: [...others, link] });
        return ok(null);
      }),
    find: async () => ok(null),
  };
}

/** What the comment shows: who said it, which part it is, and the words. */
function shown({ author, part, body }: CommentDraft): Doc {
  const number = part === null ? '' : ` (${part.number}/${part.of})`;
  const who =
    author === null ? 'Deskbridge' : author.grant === null ? `${author.name} via Slack` : author.name;
  return joinDocs(plainDoc(`${who}${number}`), body);
}

function createComments(deps: PaperDeskDeps): Comments {
  const { state, exchange } = deps;
  const isJournal = state.personality === 'journal';
  const times = { timeoutMs: TIMEOUT_MS, settleMs: isJournal ? 70_000 : MINUTE_MS } as const;
  const findWritten: Comments['add']['find'] = (draft, { marker }) =>
    exchange('read', () => {
      const ticket = state.seen(draft.ticket, lagOf(deps));
      if (ticket === null) return NOT_THERE;
      const found = ticket.comments.find((comment) => comment.marker === marker);
      return ok(found === undefined ? null : { id: found.id });
    });
  function add(draft: CommentDraft, marker: string, corrects: PaperComment['corrects']) {
    const ticket = state.ticket(draft.ticket);
    if (ticket === null) return NOT_THERE;
    const { author, visibility } = draft;
    const name = author?.grant === null || author === null ? 'Deskbridge' : author.name;
    const comment = { author: name, body: shown(draft), visibility, marker, ours: true, corrects };
    return ok({ id: state.addComment(ticket, comment).id });
  }

  return {
    longest: LONGEST_COMMENT,
    add: {
      ...times,
      proof: isJournal ? 'content' : 'marker',
      send: (draft, { marker }) => signed(deps, draft.author, () => add(draft, marker, null)),
      find: findWritten,
    },
    revise: isJournal
      ? {
          ...times,
          proof: 'content',
          send: (draft, { marker }) => signed(deps, draft.author, () => add(draft, marker, draft.comment)),
          find: findWritten,
        }
      : reviseInPlace(deps),
    read: (id, comment) =>
      exchange('read', () => {
        const found = state.seen(id, lagOf(deps))?.comments.find((one) => one.id === comment);
        return found === undefined ? NOT_THERE : ok(commentOf(found));
      }),
  };
}

function reviseInPlace(deps: PaperDeskDeps): Comments['revise'] {
  const { state, exchange } = deps;
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs: 5_000,
    send: (revision) =>
      signed(deps, revision.author, () => {
        const ticket = state.ticket(revision.ticket);
        const comment = ticket?.comments.find(({ id }) => id === revision.comment);
        if (ticket === null || comment === undefined) return NOT_THERE;
        const body = shown(revision);
        if (!isDeepStrictEqual(comment.body, body)) {
          const changed = { ...comment, body, updatedAt: state.now() };
          state.change(ticket, { comments: ticket.comments.map((one) => (one === comment ? changed : one)) });
        }
        return ok({ id: comment.id });
      }),
    find: (revision) =>
      exchange('read', () => {
        const ticket = state.seen(revision.ticket, lagOf(deps));
        const comment = ticket?.comments.find(({ id }) => id === revision.comment);
        if (comment === undefined) return NOT_THERE;
        return ok(isDeepStrictEqual(comment.body, shown(revision)) ? { id: comment.id } : null);
      }),
  };
}

function createFiles(deps: PaperDeskDeps): Files {
  const { state, exchange } = deps;
  return {
    largest: LARGEST_FILE,
    add: {
      proof: 'content',
      timeoutMs: TIMEOUT_MS,
      settleMs: MINUTE_MS,
      async send(draft) {
        const bytes = await bytesOf(draft.open());
        return signed(deps, draft.author, () => {
          const ticket = state.ticket(draft.ticket);
          if (ticket === null) return NOT_THERE;
          const { name } = draft;
          const file = { name, author: 'Deskbridge', visibility: 'public' as const, ours: true, bytes };
          return ok({ id: state.addFile(ticket, file).id });
        });
      },
      find: (draft, { startedAt }) =>
        exchange('read', () => {
          const ticket = state.seen(draft.ticket, lagOf(deps));
          if (ticket === null) return NOT_THERE;
          const isIt = (file: PaperAttachment) =>
            file.ours &&
            draft.others?.has(file.id) !== true &&
            file.name === draft.name &&
            file.createdAt.getTime() >= startedAt.getTime() - 1_000 &&
            hashBytes(file.bytes) === draft.sha256;
          const found = ticket.files.find(isIt);
          return ok(found === undefined ? null : { id: found.id });
        }),
    },
    remove: {
      proof: 'compare-and-set',
      timeoutMs: TIMEOUT_MS,
      settleMs: 5_000,
      send: ({ ticket: id, file }) =>
        exchange('write', () => {
          const ticket = state.ticket(id);
          if (ticket === null) return NOT_THERE;
          if (ticket.files.some((one) => one.id === file))
            state.change(ticket, { files: ticket.files.filter((one) => one.id !== file) });
          return ok(null);
        }),
      find: async () => ok(null),
    },
    open: (id, file) =>
      exchange('read', () => {
        const found = state.ticket(id)?.files.find((one) => one.id === file);
        if (found === undefined) return NOT_THERE;
        return ok({ mime: 'text/plain', size: found.bytes.length, bytes: inChunks(found.bytes) });
      }),
  };
}
