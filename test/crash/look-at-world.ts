import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LinkView, MessageView, OperationView, TicketView, WorldView } from '../../src/census/view.ts';
import { LinkId, SlackChannel, SlackTs, tsMicros } from '../../src/model/ids.ts';
import type { Item } from '../../src/model/item.ts';
import type { Link } from '../../src/model/link.ts';
import type { TicketView as SandboxTicket, SlackMessageView } from '../../src/sandbox/worlds.ts';
import type { Asked, CrashWorld } from './world.ts';

const TOMBSTONE = 'This message was deleted.';
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const PlaceRow = z.object({
  link_id: LinkId,
  role: z.string(),
  channel: SlackChannel,
  root_ts: SlackTs,
});
type PlaceRow = z.infer<typeof PlaceRow>;
const ReadingRow = z.object({ updated_at: z.date() });

export interface LookOptions {
  /** The roots of the threads that are looked at; all of them when left out. */
  readonly roots?: ReadonlySet<string>;
  /** With what only a sandbox can know; costs more, because everything that was ever said is searched. */
  readonly truth?: boolean;
}

/** The whole world as the checker sees it: both simulated vendors, and the rows of the database. */
export async function lookAtWorld(world: CrashWorld, options: LookOptions = {}): Promise<WorldView> {
  const all = (await world.query('select link_id, role, channel, root_ts from place')).map((row) =>
    PlaceRow.parse(row),
  );
  const { roots } = options;
  const places = roots === undefined ? all : all.filter((place) => roots.has(place.root_ts));
  const ids = [...new Set(places.map((place) => place.link_id))];
  const { census } = world.store;
  const tickets = world.system.people.tickets();
  const links: LinkView[] = [];
  for (const id of ids) {
    const link = await world.store.links.get(id);
    if (link === null) continue;
    links.push(
      viewOfLink(world, {
        link,
        tickets,
        places: places.filter((place) => place.link_id === id),
        items: await world.store.items.of(id),
        operations: await census.operations(id),
        audit: await census.audit(id),
        readings: await readingsOf(world, id),
      }),
    );
  }
  const known = z
    .array(z.object({ ticket_id: z.string() }))
    .parse(await world.query('select ticket_id from ticket where ticket_id is not null'));
  const owned = new Set(known.map((row) => row.ticket_id));
  return {
    now: await world.store.now(),
    links,
    undone: [...(await census.undone(ids)), ...(await census.undone(null))],
    strayTickets: tickets.filter(({ id }) => !owned.has(id)).map(({ key }) => key),
    truth:
      options.truth === true
        ? {
            shown: [...new Set(world.slack.calls().map((call) => wordsOf(call.args)))],
            secrets: [...world.truth.secrets],
            retracted: [...world.truth.retracted],
          }
        : null,
  };
}

async function readingsOf(world: CrashWorld, link: LinkId): Promise<readonly Date[]> {
  const found = await world.query('select updated_at from test_reading where link_id = $1 order by id', [
    link,
  ]);
  return found.map((row) => ReadingRow.parse(row).updated_at);
}

/** One link with its rows, and all tickets. */
interface Parts {
  readonly link: Link;
  readonly tickets: readonly SandboxTicket[];
  readonly places: readonly PlaceRow[];
  readonly items: readonly Item[];
  readonly operations: readonly OperationView[];
  readonly audit: ReadonlyMap<string, number>;
  readonly readings: readonly Date[];
}

function viewOfLink(world: CrashWorld, parts: Parts): LinkView {
  const { link, items, operations, audit, readings, places } = parts;
  return {
    link,
    items,
    operations,
    audit,
    readings,
    messages: places
      .flatMap((place) => messagesOf(world, place))
      .sort((a, b) => Number(tsMicros(a.ts) - tsMicros(b.ts))),
    ticket: ticketOf(world, parts),
    asked: askedOf(world, places),
  };
}

const isIn = ({ root_ts: root }: PlaceRow, message: SlackMessageView) =>
  message.ts === root || message.threadTs === root;

function messagesOf({ slack }: CrashWorld, place: PlaceRow): MessageView[] {
  return slack.people
    .messages(place.channel)
    .filter((message) => isIn(place, message) && message.ephemeralFor === null)
    .map((message) => ({
      channel: place.channel,
      ts: SlackTs.parse(message.ts),
      by: message.isBot ? 'us' : 'person',
      internal: place.role === 'internal',
      text: message.isBot ? `${message.text} ${wordsOf(message.blocks)}` : message.text,
      marker: markerOf(message),
      files: message.files.map(({ id }) => ({
        id,
        sha256: sha(slack.people.fileBytes(id) ?? new Uint8Array()),
        mayGo: true,
      })),
      gone: message.text === TOMBSTONE,
    }));
}

function markerOf(message: SlackMessageView): string | null {
  const marker = message.metadata?.event_payload['op'];
  return typeof marker === 'string' ? marker : null;
}

/** Every text in a value, in order. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(wordsOf).join(' ');
}

function ticketOf(
  world: CrashWorld,
  { tickets, link, items, operations }: Parts,
): TicketView | 'gone' | null {
  const known = link.ticket?.id ?? null;
  if (known === null) return null;
  const ticket = tickets.find(({ id }) => id === known);
  if (ticket === undefined) return 'gone';
  const { bridgeName } = world.kind;
  const standing = new Set(items.flatMap((item) => item.copies.map((copy) => copy.nativeId)));
  const written = new Set(
    operations.flatMap(({ kind, remoteId }) => (kind === 'comment' && remoteId !== null ? [remoteId] : [])),
  );
  const { summary, resolution, priority, impact, urgency, assignee, group } = ticket;
  return {
    comments: ticket.comments.map(({ id, author, text, internal }) => ({
      id,
      // What a create notes beside the ticket, for agents, is part of the create.
      ours: author === bridgeName && (!internal || written.has(id)),
      // A journal keeps what was corrected; only the last entry speaks for the message.
      text: written.has(id) && !standing.has(id) ? '' : text,
      visibility: internal ? 'internal' : 'public',
      marker: author === bridgeName ? (/\bdsk-[0-9a-z]+/.exec(text)?.[0] ?? null) : null,
      corrects: null,
    })),
    files: ticket.files.map(({ id, author, sha256, internal }) => ({
      id,
      ours: author === bridgeName,
      sha256,
      mayGo: true,
      visibility: internal ? 'internal' : 'public',
    })),
    fields: {
      summary,
      status: { name: ticket.status, category: ticket.statusCategory },
      resolution,
      priority,
      impact,
      urgency,
      assignee,
      group,
    },
    updatedAt: new Date(ticket.updatedAt),
  };
}

function askedOf({ slack, truth }: CrashWorld, places: readonly PlaceRow[]): LinkView['asked'] {
  const all = places.map(({ root_ts: root }) => truth.asked.get(root));
  const sum = (of: keyof Asked) => all.reduce((n, one) => n + (one?.[of] ?? 0), 0);
  const inside = places.flatMap((place) =>
    slack.people.messages(place.channel).filter((message) => isIn(place, message)),
  );
  return {
    changes: sum('changes'),
    receipts: sum('receipts') + sum('forms'),
    messages: inside.filter(({ isBot }) => !isBot).length,
    whispers: inside.filter(({ ephemeralFor }) => ephemeralFor !== null).length,
  };
}
