import { type Doc, plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import {
  AttachmentId,
  CommentId,
  ConnectorId,
  DeliveryId,
  LinkId,
  Marker,
  OperationId,
  SlackChannel,
  SlackFileId,
  SlackTeam,
  SlackTs,
  SlackUser,
  TicketId,
} from '../../src/model/ids.ts';
import type { AskedFields, Intake, SlackFile, SlackMessage } from '../../src/model/intake.ts';
import type { Item } from '../../src/model/item.ts';
import type { Link, LinkedTicket, Operation, OperationBody } from '../../src/model/link.ts';
import type { TicketComment, TicketFields, TicketFile, TicketSnapshot } from '../../src/model/ticket.ts';
import type { Known, Limits, Observed, TicketReading } from '../../src/sync/observed.ts';
import type { Step } from '../../src/sync/steps.ts';

/** People, a request and what can happen to it, on paper. No I/O. */

export const ALMA = SlackUser.parse('U0ALMA');
export const BEN = SlackUser.parse('U0BEN');
export const EVE = SlackUser.parse('U0EVE');
export const TEAM = SlackTeam.parse('T1');
export const CHANNEL = SlackChannel.parse('C1');
export const AGENTS = SlackChannel.parse('C2');
const ROOT = SlackTs.parse('1000.000000');
export const AGENTS_ROOT = SlackTs.parse('1000.000001');
export const NOW = new Date('2026-05-01T12:00:00Z');
/** The id of a comment that we wrote, and the marker of another one. */
export const OUR_COMMENT = CommentId.parse('77');
export const OUR_MARKER = Marker.parse('dsk-0123456789abcdef0123');

export const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const deliveryId = (n: number) => DeliveryId.parse(uuid(n));

/** A ts of so many microseconds after the root. */
export function tsAt(micros: number): SlackTs {
  const total = 1_000_000_000n + BigInt(micros);
  return SlackTs.parse(`${total / 1_000_000n}.${String(total % 1_000_000n).padStart(6, '0')}`);
}

/** A reply in the thread; `changes` for what is unusual about it. */
function written(ts: SlackTs, text: string, changes: Partial<SlackMessage> = {}): SlackMessage {
  return {
    team: TEAM,
    channel: CHANNEL,
    ts,
    root: ROOT,
    user: ALMA,
    bot: null,
    body: plainDoc(text),
    files: [],
    edited: null,
    ...changes,
  };
}

export function message(
  ts: SlackTs,
  text: string,
  changes: Partial<SlackMessage> = {},
): Extract<Intake, { kind: 'message' }> {
  return { kind: 'message', direct: false, message: written(ts, text, changes) };
}

/** Edits of one message are told apart by `at`, in seconds. */
export function edited(ts: SlackTs, at: number, text: string, changes: Partial<SlackMessage> = {}): Intake {
  return { kind: 'edited', message: written(ts, text, { edited: `${2_000 + at}.000100`, ...changes }) };
}

export function deleted(ts: SlackTs): Intake {
  return { kind: 'deleted', team: TEAM, channel: CHANNEL, ts, root: ROOT };
}

export function slackFile(n: number, changes: Partial<SlackFile> = {}): SlackFile {
  return {
    id: SlackFileId.parse(`F${n}`),
    name: `screen-${n}.png`,
    mime: 'image/png',
    size: 1_000,
    permalink: `https://slack.example/files/F${n}`,
    ...changes,
  };
}

const LINK_ID = LinkId.parse(uuid(1));

export function asked(by: SlackUser, set: AskedFields): Intake {
  return { kind: 'change', team: TEAM, by, link: LINK_ID, set, channel: CHANNEL };
}

export function askedForReceipt(by: SlackUser): Intake {
  return { kind: 'ask-receipt', team: TEAM, by, link: LINK_ID, channel: CHANNEL };
}

export function fields(changes: Partial<TicketFields> = {}): TicketFields {
  return {
    summary: 'Laptop',
    status: { name: 'Open', category: 'new' },
    resolution: null,
    priority: 'Medium',
    impact: null,
    urgency: null,
    assignee: null,
    group: null,
    ...changes,
  };
}

export function ticket(changes: Partial<LinkedTicket> = {}): LinkedTicket {
  return {
    generation: 1,
    connector: ConnectorId.parse('desk'),
    id: TicketId.parse('10001'),
    key: 'IT-1',
    url: 'https://desk.example/IT-1',
    fields: fields(),
    updatedAt: new Date('2026-05-01T10:00:00Z'),
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
    internal: null,
    route: null,
    request: null,
    ticket: ticket(),
    card: null,
    cardShown: null,
    parkedReason: null,
    parkedWhy: null,
    resting: false,
    closedAt: null,
    ownChange: null,
    waits: null,
    missing: null,
    stale: 1,
    seen: 0,
    ...changes,
  };
}

/** Nothing is too long or too large here, unless a test says so. */
export const limits: Limits = {
  longest: { slack: 10_000, ticket: 10_000 },
  largest: { slack: 10_000_000, ticket: 10_000_000 },
  noFiles: null,
  refusedTypes: new Set(['exe']),
};

export function known(changes: Partial<Known> = {}): Known {
  return {
    link: link(),
    items: [],
    open: [],
    ours: new Set([OUR_COMMENT, OUR_MARKER]),
    fileInDoubt: false,
    givenUp: [],
    people: new Map([
      [ALMA, { name: 'Alma Reyes', email: 'alma@example.com', account: null }],
      [BEN, { name: 'Ben Okafor', email: null, account: 'acc-ben' }],
    ]),
    responders: new Set([BEN]),
    limits,
    watchers: new Set(),
    queueTitle: 'General help',
    pointsBack: false,
    reopenDays: 7,
    now: NOW,
    ...changes,
  };
}

/** The message that opened the request, as the ledger has it. */
export function opening(): Item {
  return {
    id: uuid(500),
    kind: 'message',
    origin: 'slack',
    nativeId: ROOT,
    channel: CHANNEL,
    parent: null,
    opens: true,
    atMicros: 1_000_000_000,
    late: false,
    visibility: 'public',
    stamp: null,
    gone: false,
    copies: [],
  };
}

export function comment(n: number, changes: Partial<TicketComment> = {}): TicketComment {
  const createdAt = new Date(NOW.getTime() - 3_600_000 + n * 1_000);
  return {
    id: CommentId.parse(String(n)),
    author: 'Dana',
    body: plainDoc(`comment ${n}`),
    createdAt,
    updatedAt: createdAt,
    visibility: 'public',
    marker: null,
    ...changes,
  };
}

export function ticketFile(n: number, changes: Partial<TicketFile> = {}): TicketFile {
  return {
    id: AttachmentId.parse(`90${n}`),
    name: `log-${n}.txt`,
    mime: 'text/plain',
    size: 2_000,
    author: 'Dana',
    createdAt: new Date(NOW.getTime() - 3_600_000 + n * 1_000),
    visibility: 'public',
    ...changes,
  };
}

function snapshot(changes: Partial<TicketSnapshot> = {}): TicketSnapshot {
  return {
    id: TicketId.parse('10001'),
    key: 'IT-1',
    url: 'https://desk.example/IT-1',
    ...fields(),
    updatedAt: new Date('2026-05-01T11:00:00Z'),
    comments: [],
    files: [],
    ...changes,
  };
}

/** A reading of the ticket; `gone`: comments that a second look did not find any more. */
export function reading(
  changes: Partial<TicketSnapshot> = {},
  gone: readonly CommentId[] = [],
): TicketReading {
  return { snapshot: snapshot(changes), gone: new Set(gone) };
}

let delivered = 0;
/** What came in from Slack, and what was read from the ticket. Every delivery has an id of its own. */
export function saw(intakes: readonly Intake[], read: Observed['ticket'] = null): Observed {
  return {
    ticket: read,
    deliveries: intakes.map((intake) => {
      delivered += 1;
      return { id: deliveryId(delivered), intake };
    }),
  };
}

/** What a plan adds to the lanes, in order. */
export function operations(steps: readonly Step[]): readonly OperationBody[] {
  return steps.flatMap((step) => {
    if (step.do === 'operate') return [step.operation.body];
    return step.do === 'item' || step.do === 'item-change' ? step.mirrors.map(({ body }) => body) : [];
  });
}

/** What a plan adds to the lanes, by kind. */
export const kinds = (steps: readonly Step[]) => operations(steps).map(({ kind }) => kind);

/** Notices of ours in the conversation. */
export function notices(steps: readonly Step[]): readonly string[] {
  return operations(steps).flatMap((body) => (body.kind === 'post' ? [body.text] : []));
}

/** What one person is told alone. */
export function whispers(
  steps: readonly Step[],
): readonly { readonly user: SlackUser; readonly text: string }[] {
  return operations(steps).flatMap((body) =>
    body.kind === 'whisper' ? [{ user: body.user, text: body.text }] : [],
  );
}

export function records(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.do === 'record' ? [step.kind] : []));
}

/** Comments that a plan asks for, as plain words. */
export function said(steps: readonly Step[]): readonly string[] {
  return operations(steps).flatMap((body) => (body.kind === 'comment' ? [words(body.body)] : []));
}

export const words = (doc: Doc) => docText(doc);

/** A reason why each delivery was closed. */
export function closings(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.do === 'close' ? [step.reason] : []));
}

/** An operation that stopped its lane. */
export function blocker(): Operation {
  const set = { status: 'done' as const };
  const body: OperationBody = {
    kind: 'write',
    set,
    before: null,
    actor: 'Alma Reyes',
    by: ALMA,
    implied: false,
  };
  return { ...waiting(9, body, null), state: 'parked', blocks: true };
}

export function waiting(n: number, body: OperationBody, itemId: string | null): Operation {
  const lane = ['comment', 'attach', 'write', 'create'].includes(body.kind) ? 'ticket' : 'slack';
  return {
    id: OperationId.parse(uuid(2_000 + n)),
    lane,
    seq: n,
    itemId,
    marker: Marker.parse(`dsk-${String(n).padStart(20, '0')}`),
    body,
    state: 'ready',
    blocks: false,
    attempt: 0,
    dueInMs: 0,
    startedAt: null,
    overdueMs: null,
  };
}
