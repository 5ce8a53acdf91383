import type { TicketId } from '../../model/ids.ts';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { PRIORITIES } from '../../model/ticket.ts';
import type {
  ApprovalAnswer,
  Approvals,
  Backlink,
  Capabilities,
  Clock,
  TicketApproval,
} from '../capabilities.ts';
import { type Ask, TIMEOUT_MS } from './ask.ts';
import type { DeskApi } from './desk.ts';
import { deskWord } from './fields.ts';
import type { DeskApproval, DeskTicket, Records } from './records.ts';
import { MemoryTarget } from './schema.ts';
import { error, value } from './wire.ts';

/** The desk answers a new ticket within eight hours. */
const GOAL_MS = 8 * 3_600_000;
const MAX_EXCERPT = 200;

function shown(api: DeskApi, ticket: TicketId, approval: DeskApproval): TicketApproval {
  const { id, name, approvers, createdAt, decided } = approval;
  return {
    id,
    name,
    state: decided?.decision ?? 'pending',
    approvers: approvers.map((account) => ({
      account,
      name: api.people.find((one) => one.account === account)?.name ?? account,
      // One decides; the others need not any more.
      decision: decided === null ? 'pending' : decided.by === account ? decided.decision : 'void',
      // Only people sign in here.
      decidedBy: decided?.by === account ? 'person' : null,
      delegates: [],
    })),
    createdAt,
    url: `https://memory.invalid/tickets/${ticket}`,
    onlyThere: null,
  };
}

interface Found {
  readonly ticket: DeskTicket;
  readonly approval: DeskApproval;
}

function found(records: Records, { ticket: id, approval: wanted }: ApprovalAnswer): Found | null {
  const ticket = records.byId(id);
  const approval = ticket?.approvals.find((one) => one.id === wanted);
  return ticket === null || approval === undefined ? null : { ticket, approval };
}

const decidesHimself = ({ by }: ApprovalAnswer): Outcome<never> =>
  rejected(
    'forbidden',
    `Only ${by.name} can decide this, with a sign-in of his own; he can link his account`,
  );

function approvalsOf(ask: Ask, api: DeskApi, settleMs: number): Approvals {
  return {
    surface: 'jsm',
    list: (id) =>
      ask('reads', (records) => {
        const ticket = records.byId(id);
        return ticket === null ? error(404) : value(ticket.approvals.map((one) => shown(api, id, one)));
      }),
    answer: {
      proof: 'compare-and-set',
      timeoutMs: TIMEOUT_MS,
      settleMs,
      async send(answer) {
        if (answer.by.grant === null) return decidesHimself(answer);
        const { account } = answer.by.grant;
        return ask.as(answer.by, (records) => {
          const there = found(records, answer);
          if (there === null) return error(404);
          const { ticket, approval } = there;
          if (!approval.approvers.includes(account)) return error(403);
          if (approval.decided !== null) return error(409);
          const decided = { ...approval, decided: { by: account, decision: answer.decision } };
          const approvals = ticket.approvals.map((one) => (one.id === decided.id ? decided : one));
          records.keep(ticket, { approvals });
          return value(shown(api, ticket.id, decided));
        });
      },
      async find(answer) {
        if (answer.by.grant === null) return decidesHimself(answer);
        const { account } = answer.by.grant;
        return ask('reads', (records) => {
          const there = found(records, answer);
          if (there === null) return error(404);
          const { decided } = there.approval;
          const isHis = decided?.by === account && decided.decision === answer.decision;
          return value(isHis ? shown(api, answer.ticket, there.approval) : null);
        });
      },
    },
  };
}

function clockOf(ticket: DeskTicket, now: Date): Clock {
  const due = new Date(ticket.createdAt.getTime() + GOAL_MS);
  const end = ticket.history.findLast(({ set }) => set.statusCategory === 'done')?.at;
  const isOver = ticket.statusCategory === 'done' && end !== undefined;
  const isLate = (isOver ? end : now) > due;
  if (isOver) return { name: 'Answer', state: isLate ? 'breached' : 'met', due, remainingMs: null };
  return {
    name: 'Answer',
    state: isLate ? 'breached' : 'running',
    due,
    remainingMs: due.getTime() - now.getTime(),
  };
}

function backlinkOf(ask: Ask, settleMs: number): Backlink {
  return {
    proof: 'compare-and-set',
    timeoutMs: TIMEOUT_MS,
    settleMs,
    send: ({ ticket: id, ...link }) =>
      ask('writes', (records) => {
        const ticket = records.byId(id);
        if (ticket === null) return error(404);
        const others = ticket.links.filter((one) => one.thread !== link.thread);
        records.keep(ticket, { links: [...others, link] });
        return value(null);
      }),
    // Its result carries nothing, so nothing can be found; setting it again is harmless.
    find: () => ask('reads', () => value(null)),
  };
}

/** What only some systems have, as simply as it can be had. */
export function createCapabilities(
  ask: Ask,
  api: DeskApi,
  settleMs: number,
): Required<Omit<Capabilities, 'changes' | 'diagnose' | 'hooks' | 'steps'>> {
  return {
    approvals: approvalsOf(ask, api, settleMs),
    knowledge: {
      search: (words, { limit }) =>
        ask('reads', () => {
          const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
          const hits = api.articles.filter(({ title, text }) =>
            wanted.some((word) => `${title} ${text}`.toLowerCase().includes(word)),
          );
          return value(
            hits.slice(0, limit).map(({ title, text }) => ({
              id: title,
              title,
              excerpt: text.slice(0, MAX_EXCERPT),
              url: `https://memory.invalid/articles/${encodeURIComponent(title)}`,
              base: null,
            })),
          );
        }),
    },
    clocks: {
      read: (id) =>
        ask('reads', (records) => {
          const ticket = records.byId(id);
          return ticket === null ? error(404) : value([clockOf(ticket, api.now())]);
        }),
    },
    catalog: {
      async form(target) {
        const queue = MemoryTarget.safeParse(target);
        if (!queue.success)
          return rejected(
            'invalid',
            'The target of this queue is no memory desk queue; correct the configuration',
          );
        // A memory desk asks for nothing beside the summary and the description.
        return ask('reads', () => value({ name: queue.data.queue, fields: [], beyond: [] }));
      },
    },
    priorities: {
      meaning: async (_ticket, names) =>
        ok(
          new Map(
            names.flatMap((name) => {
              const meant = PRIORITIES.find((priority) => deskWord(priority) === name);
              return meant === undefined ? [] : [[name, meant] as const];
            }),
          ),
        ),
    },
    backlink: backlinkOf(ask, settleMs),
  };
}
