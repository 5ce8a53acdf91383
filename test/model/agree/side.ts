import { plainDoc } from '../../../src/model/doc.ts';
import {
  ConnectorId,
  type LinkId,
  type OperationId,
  SlackChannel,
  SlackFileId,
  SlackTs,
  SlackUser,
  TicketId,
} from '../../../src/model/ids.ts';
import type { NewItem } from '../../../src/model/item.ts';
import type { OperationBody } from '../../../src/model/link.ts';
import type { TicketFields } from '../../../src/model/ticket.ts';
import type { HeldErrand } from '../../../src/store/errands.ts';
import type { Lease } from '../../../src/store/leases.ts';
import type { Store } from '../../../src/store/store.ts';
import { TEAM } from '../../store/open-store.ts';

/** One of two stores that must give the same answers, and the ids that it has given out. */
export interface Side {
  readonly store: Store;
  readonly links: LinkId[];
  readonly deliveries: Awaited<ReturnType<Store['deliveries']['claimNew']>>[number]['id'][];
  readonly items: string[];
  readonly leases: Lease[];
  readonly errands: HeldErrand[];
  /** A lease that outlives the test. */
  readonly leaseMs: number;
}

/** Numbers by which a question chooses what it asks about. */
export interface Choice {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export const at = <T>(all: readonly T[], n: number): T | undefined =>
  all.length === 0 ? undefined : all[n % all.length];

export const CHANNELS = ['C1', 'C2', 'D1'].map((id) => SlackChannel.parse(id));
export const channelOf = (n: number) => at(CHANNELS, n) ?? SlackChannel.parse('C1');
const USERS = ['U1', 'U2'].map((id) => SlackUser.parse(id));
export const userOf = (n: number) => at(USERS, n) ?? SlackUser.parse('U1');
const CONNECTORS = ['jira', 'snow'].map((id) => ConnectorId.parse(id));
export const connectorOf = (n: number) => at(CONNECTORS, n) ?? ConnectorId.parse('jira');
export const ticketOf = (n: number) => TicketId.parse(`t${n % 4}`);
export const tsOf = (n: number) => SlackTs.parse(`${1_800_000_000 + (n % 4)}.000${n % 4}00`);
export const placeOf = ({ a, b }: Pick<Choice, 'a' | 'b'>) => ({
  team: TEAM,
  channel: channelOf(a),
  root: tsOf(b),
});

export const fieldsOf = (n: number): TicketFields => ({
  summary: `summary ${n}`,
  status: { name: `Status ${n % 3}`, category: (['new', 'active', 'done'] as const)[n % 3] ?? 'new' },
  resolution: n % 2 === 0 ? null : 'Done',
  priority: 'High',
  impact: null,
  urgency: n % 2 === 0 ? 'Low' : null,
  assignee: null,
  group: 'Group',
});

export const itemOf = ({ a, b, c }: Choice): NewItem => {
  const origin = a % 2 === 0 ? ('slack' as const) : ('ticket' as const);
  return {
    kind: b % 3 === 2 ? 'file' : 'message',
    origin,
    nativeId: origin === 'slack' ? tsOf(c) : `c${c % 4}`,
    channel: origin === 'slack' ? channelOf(b) : null,
    parent: null,
    opens: false,
    atMicros: 1_800_000_000_000_000 + c,
    late: a % 3 === 0,
    visibility: 'public',
    stamp: b % 2 === 0 ? null : `stamp ${b}`,
    gone: false,
  };
};

export function bodyOf({ a, b, c }: Choice): OperationBody {
  const part = 1 + (b % 2);
  const bodies: readonly OperationBody[] = [
    { kind: 'card' },
    { kind: 'post', text: `text ${c}`, where: 'conversation' },
    { kind: 'whisper', user: userOf(b), channel: channelOf(c), text: `for you ${c}` },
    { kind: 'attach', author: 'A', by: null, file: fileOf(c), withdrawn: b % 2 === 0 },
    {
      kind: 'comment',
      author: 'A',
      by: userOf(b),
      body: plainDoc(`words ${c}`),
      part,
      of: 2,
      visibility: 'public',
      channel: channelOf(b),
      ts: tsOf(c),
      withdrawn: false,
    },
  ];
  return at(bodies, a) ?? { kind: 'card' };
}

/** A step that somebody takes, and what is said when the ticket system does not take it. */
export const stepOf = (n: number) => ({
  ...{ id: `step ${n % 2}`, to: 'Done', category: 'done' as const, fields: [] },
});

const fileOf = (n: number) => ({
  id: SlackFileId.parse(`F${n % 2}`),
  name: 'f',
  mime: 'text/plain',
  size: null,
  permalink: null,
});

/** What is open on a link, in the order of its lanes. */
async function openOf({ store, links }: Side, n: number) {
  const link = at(links, n);
  return link === undefined ? [] : store.operations.open(link);
}

export async function operationOf(side: Side, { a, b }: Choice): Promise<OperationId | undefined> {
  return at(await openOf(side, a), b)?.id;
}
