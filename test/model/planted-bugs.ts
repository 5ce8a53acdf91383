import type { Connector } from '../../src/connectors/connector.ts';
import type { World } from '../../src/flows/world.ts';
import { docText } from '../../src/model/doc-text.ts';
import type { Effect } from '../../src/model/effect.ts';
import type { ConnectorId } from '../../src/model/ids.ts';
import { ok } from '../../src/model/outcome.ts';
import type { TicketComment, TicketSnapshot } from '../../src/model/ticket.ts';
import type { StoreTx } from '../../src/store/store.ts';
import type { Sabotage } from './processes.ts';

/** A mistake that somebody could make, put in on purpose: the histories must find it. */
export interface PlantedBug {
  readonly name: string;
  /** From here on it is found soon; from elsewhere it takes longer. */
  readonly seed: number;
  readonly sabotage: () => Sabotage;
}

/** The same world with other connectors. */
function withDesks(world: World, change: (connector: Connector) => Connector): World {
  const changed = [...world.connectors].map(([id, one]): [ConnectorId, Connector] => [id, change(one)]);
  return { ...world, connectors: new Map(changed) };
}

/** The same world with other queries, in transactions and outside of them. */
function withQueries(world: World, change: (groups: StoreTx) => Partial<StoreTx>): World {
  const { store } = world;
  const changed = (tx: StoreTx): StoreTx => ({ ...tx, ...change(tx) });
  return {
    ...world,
    store: {
      ...store,
      ...change(store),
      transaction: (work) => store.transaction((tx) => work(changed(tx))),
      fenced: (lease, work) => store.fenced(lease, (tx) => work(changed(tx))),
    },
  };
}

/** Every effect that has a proof other than that it can be repeated. */
function withEffects(world: World, change: <I, R>(effect: Effect<I, R>) => Effect<I, R>): World {
  const { slack } = world;
  const files = { ...slack.files, share: change(slack.files.share) };
  return withDesks({ ...world, slack: { ...slack, post: change(slack.post), files } }, (desk) => ({
    ...desk,
    create: change(desk.create),
    comments: { ...desk.comments, add: change(desk.comments.add) },
    files: 'absent' in desk.files ? desk.files : { ...desk.files, add: change(desk.files.add) },
  }));
}

function withReadings(
  world: World,
  change: (read: TicketSnapshot, desk: Connector) => TicketSnapshot,
): World {
  return withDesks(world, (desk) => ({
    ...desk,
    async read(ticket) {
      const read = await desk.read(ticket);
      return read.kind === 'ok' ? ok(change(read.value, desk)) : read;
    },
  }));
}

const asPublic = (comment: TicketComment): TicketComment =>
  comment.visibility === 'internal' ? { ...comment, visibility: 'public' } : comment;

let counted = 0;
const next = () => {
  counted += 1;
  return counted;
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'deliveries are not recognised when they come again',
    seed: 1,
    sabotage: () => ({
      world: (world) =>
        withQueries(world, ({ deliveries }) => ({
          deliveries: {
            ...deliveries,
            insert: (batch) =>
              deliveries.insert(
                batch.map((one) => ({ ...one, key: `${one.key}-${next()}`, identity: null })),
              ),
          },
        })),
    }),
  },
  {
    name: 'an unknown outcome is simply tried again',
    seed: 7,
    sabotage: () => ({
      world: (world) =>
        withEffects(world, (effect) => ({ ...effect, settleMs: 0, find: async () => ok(null) })),
    }),
  },
  {
    name: 'absence counts before reads have caught up',
    seed: 11,
    sabotage: () => ({ world: (world) => withEffects(world, (effect) => ({ ...effect, settleMs: 0 })) }),
  },
  {
    name: 'what comes last counts as the latest version',
    seed: 10,
    sabotage: () => ({
      world: (world) => {
        const arrived = new Map<string, string>();
        return {
          ...world,
          async interpret(body) {
            const intake = await world.interpret(body);
            if (intake.kind !== 'edited') return intake;
            const name = Buffer.from(body).toString('utf8');
            const edited = arrived.get(name) ?? `${4_000_000_000 + next()}.000000`;
            arrived.set(name, edited);
            return { ...intake, message: { ...intake.message, edited } };
          },
        };
      },
    }),
  },
  {
    name: 'new comments are those above a watermark',
    seed: 3,
    sabotage: () => {
      const marks = new Map<string, { readonly upTo: number; readonly seen: Set<string> }>();
      return {
        world: (world) =>
          withReadings(world, (read) => {
            const { upTo, seen } = marks.get(read.id) ?? { upTo: 0, seen: new Set<string>() };
            const comments = read.comments.filter(
              ({ id, createdAt }) => seen.has(id) || createdAt.getTime() > upTo,
            );
            for (const { id } of comments) seen.add(id);
            const newest = Math.max(upTo, ...comments.map(({ createdAt }) => createdAt.getTime()));
            marks.set(read.id, { upTo: newest, seen });
            return { ...read, comments };
          }),
      };
    },
  },
  {
    name: 'our own comments are known by their words',
    seed: 1,
    sabotage: () => ({
      world: (world) =>
        withReadings(
          withQueries(world, ({ operations }) => ({
            operations: { ...operations, ours: async () => new Set<string>() },
          })),
          (read) => ({
            ...read,
            files: read.files.filter(({ author }) => author !== 'Deskbridge'),
            comments: read.comments.filter(({ body }) => !docText(body).includes('via Slack')),
          }),
        ),
    }),
  },
  {
    name: 'the ledger takes the same thing twice',
    seed: 1,
    sabotage: () => ({
      world: (world, { db }) =>
        withQueries(world, ({ items }) => ({
          items: {
            ...items,
            of: async (link) => (await items.of(link)).filter((item) => item.copies.length > 0 || item.opens),
            async add(link, item) {
              const id = db.uuid();
              db.put(db.items, id, { ...item, id, link, generation: 1, copies: [] });
              return id;
            },
          },
        })),
    }),
  },
  {
    name: 'an internal comment counts as public',
    seed: 2,
    sabotage: () => ({
      world: (world) =>
        withDesks(
          withReadings(world, (read) => ({ ...read, comments: read.comments.map(asPublic) })),
          (desk) => ({
            ...desk,
            comments: {
              ...desk.comments,
              async read(ticket, comment) {
                const read = await desk.comments.read(ticket, comment);
                return read.kind === 'ok' ? ok(asPublic(read.value)) : read;
              },
            },
          }),
        ),
    }),
  },
  { name: 'nobody checks whose the lease is', seed: 7, sabotage: () => ({ fence: () => {} }) },
  {
    name: 'an edit becomes a new comment',
    seed: 1,
    sabotage: () => ({
      world: (world) =>
        withDesks(world, (desk) => {
          const { add } = desk.comments;
          return { ...desk, comments: { ...desk.comments, revise: { ...add, proof: 'content' } } };
        }),
    }),
  },
  {
    name: 'deletions are ignored',
    seed: 1,
    sabotage: () => ({
      world: (world) => ({
        ...world,
        async interpret(body) {
          const intake = await world.interpret(body);
          return intake.kind === 'deleted' ? { kind: 'ignored', reason: 'deleted' } : intake;
        },
      }),
    }),
  },
  {
    name: 'what cannot be done is dropped',
    seed: 8,
    sabotage: () => ({
      world: (world) =>
        withQueries(world, ({ operations }) => ({
          operations: { ...operations, park: (id, { reason }) => operations.skip(id, reason) },
        })),
    }),
  },
  {
    name: 'sending is not written down before the call',
    seed: 7,
    sabotage: () => ({
      world: (world, { db }) =>
        withQueries(world, ({ operations }) => ({
          operations: { ...operations, startSending: async () => new Date(db.clock.now) },
        })),
    }),
  },
  {
    name: 'an older reading of the ticket counts as news',
    seed: 4,
    sabotage: () => ({
      world: (world) =>
        withQueries(world, ({ links }) => ({
          links: {
            ...links,
            async get(id) {
              const link = await links.get(id);
              const ticket = link?.ticket ?? null;
              return link === null || ticket === null
                ? link
                : { ...link, ticket: { ...ticket, updatedAt: null } };
            },
          },
        })),
    }),
  },
];
