import {
  CommentId,
  ConnectorId,
  DeliveryId,
  LinkId,
  Marker,
  OperationId,
  SlackChannel,
  SlackTeam,
  SlackTs,
  SlackUser,
  TicketId,
} from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { Link, LinkedTicket, OperationBody } from '../../src/model/link.ts';
import type { StatusCategory, TicketComment, TicketSnapshot } from '../../src/model/ticket.ts';
import type { Known, Observed } from '../../src/sync/observed.ts';
import { plan } from '../../src/sync/plan.ts';
import type { Step } from '../../src/sync/steps.ts';

/** Plans are made one after the other on paper: what a plan asks for is true for the next one. No I/O. */

export const ALMA = SlackUser.parse('U0ALMA');
export const BEN = SlackUser.parse('U0BEN');
export const EVE = SlackUser.parse('U0EVE');
export const TEAM = SlackTeam.parse('T1');
export const CHANNEL = SlackChannel.parse('C1');
export const ROOT = SlackTs.parse('1000.000000');
export const NOW = new Date('2026-05-01T12:00:00Z');
/** The id of a comment that we wrote, and the marker of another one. */
export const OUR_COMMENT = CommentId.parse('77');
export const OUR_MARKER = Marker.parse('dsk-0123456789abcdef0123');

const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const deliveryId = (n: number) => DeliveryId.parse(uuid(n));

/** A ts of so many microseconds after the root. */
export function tsAt(micros: number): SlackTs {
  const total = 1_000_000_000n + BigInt(micros);
  return SlackTs.parse(`${total / 1_000_000n}.${String(total % 1_000_000n).padStart(6, '0')}`);
}

export function message(ts: SlackTs, text: string, user = ALMA): Extract<Intake, { kind: 'message' }> {
  return {
    kind: 'message',
    direct: false,
    message: {
      team: TEAM,
      channel: CHANNEL,
      ts,
      root: ROOT,
      user,
      text: [{ kind: 'text', text }],
      files: [],
    },
  };
}

const LINK_ID = LinkId.parse(uuid(1));

export function click(by: SlackUser, status: StatusCategory): Intake {
  return { kind: 'change-status', team: TEAM, by, link: LINK_ID, status, channel: CHANNEL };
}

export function ticket(changes: Partial<LinkedTicket> = {}): LinkedTicket {
  return {
    generation: 1,
    connector: ConnectorId.parse('desk'),
    id: TicketId.parse('10001'),
    key: 'IT-1',
    url: 'https://desk.example/IT-1',
    summary: 'Laptop',
    status: { name: 'Open', category: 'new' },
    assignee: null,
    priority: 'Medium',
    updatedAt: new Date('2026-05-01T10:00:00Z'),
    commentsSince: null,
    ...changes,
  };
}

export function link(changes: Partial<Link> = {}): Link {
  return {
    id: LINK_ID,
    status: 'live',
    team: TEAM,
    requester: ALMA,
    home: 'thread',
    conversation: { team: TEAM, channel: CHANNEL, root: ROOT },
    route: null,
    request: null,
    ticket: ticket(),
    card: null,
    cardShown: null,
    parkedReason: null,
    closedAt: null,
    stale: 1,
    seen: 0,
    ...changes,
  };
}

export function known(changes: Partial<Known> = {}): Known {
  return {
    link: link(),
    items: [],
    open: [],
    ours: new Set([OUR_COMMENT, OUR_MARKER]),
    names: new Map([
      [ALMA, 'Alma Reyes'],
      [BEN, 'Ben Okafor'],
    ]),
    responders: new Set([BEN]),
    reopenDays: 7,
    now: NOW,
    ...changes,
  };
}

export function comment(n: number, changes: Partial<TicketComment> = {}): TicketComment {
  return {
    id: CommentId.parse(String(n)),
    author: 'Dana',
    text: `comment ${n}`,
    createdAt: new Date(NOW.getTime() - 3_600_000 + n * 1_000),
    visibility: 'public',
    marker: null,
    ...changes,
  };
}

export function snapshot(changes: Partial<TicketSnapshot> = {}): TicketSnapshot {
  return {
    id: TicketId.parse('10001'),
    key: 'IT-1',
    url: 'https://desk.example/IT-1',
    summary: 'Laptop',
    status: { name: 'Open', category: 'new' },
    assignee: null,
    priority: 'Medium',
    updatedAt: new Date('2026-05-01T11:00:00Z'),
    comments: [],
    ...changes,
  };
}

export function saw(intakes: readonly Intake[], read: Observed['ticket'] = null): Observed {
  return {
    deliveries: intakes.map((intake, n) => ({ id: deliveryId(100 + n), intake })),
    ticket: read,
  };
}

/** What a plan sends, lane by lane, in order. */
export function operations(steps: readonly Step[]): readonly OperationBody[] {
  return steps.flatMap((step) => {
    if (step.do === 'operate') return [step.operation.body];
    return step.do === 'item' && step.mirror !== null ? [step.mirror.body] : [];
  });
}

/** Notices of ours in the conversation. */
export function notices(steps: readonly Step[]): readonly string[] {
  return operations(steps).flatMap((body) =>
    body.kind === 'post' && body.author === null ? [body.text] : [],
  );
}

export function records(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.do === 'record' ? [step.kind] : []));
}

/** The world after a plan was written down. Operations are taken as done. */
export function apply(before: Known, steps: readonly Step[]): Known {
  let { link: current, items } = before;
  for (const step of steps) {
    if (step.do === 'item') items = [...items, { ...step.item, id: uuid(1_000 + items.length) }];
    if (step.do === 'ticket') current = { ...current, ticket: step.ticket };
    if (step.do === 'status') {
      const closedAt = step.status === 'closed' ? (current.closedAt ?? before.now) : null;
      current = { ...current, status: step.status, parkedReason: step.parkedReason, closedAt };
    }
  }
  return { ...before, link: current, items };
}

/** Makes plan after plan; answers the steps of each, and what is known in the end. */
export function planAll(
  first: Known,
  observations: readonly Observed[],
): { readonly plans: readonly (readonly Step[])[]; readonly last: Known } {
  const plans: (readonly Step[])[] = [];
  let last = first;
  for (const observed of observations) {
    const steps = plan(last, observed);
    plans.push(steps);
    last = apply(last, steps);
  }
  return { plans, last };
}

/** An operation that stopped its lane. */
export function blocker(): Known['open'][number] {
  return {
    id: OperationId.parse(uuid(9)),
    lane: 'ticket',
    seq: 1,
    itemId: null,
    marker: OUR_MARKER,
    body: { kind: 'write', status: 'done', actor: 'Alma Reyes' },
    state: 'parked',
    blocks: true,
    attempt: 0,
    dueInMs: 0,
    startedAt: null,
    overdueMs: null,
  };
}
