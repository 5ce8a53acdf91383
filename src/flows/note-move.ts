import type { Link } from '../model/link.ts';
import type { TicketSnapshot } from '../model/ticket.ts';
import { kindOf } from '../routing/decide.ts';
import type { StoreTx } from '../store/store.ts';
import type { World } from './world.ts';

/** `IAM` of `IAM-12`; tickets that are numbered through have no such part. */
const projectOf = (key: string | null) => /^([A-Z][A-Z0-9_]+)-\d+$/.exec(key ?? '')?.[1] ?? null;

/** Where a ticket lies for its agents: its project, or its group; null where nothing tells. */
const placesOf = (key: string | null, group: string | null) => [projectOf(key), group];

/** An agent has moved the ticket to another project or group: what the table chose was not the place. Answers where to. */
function movedTo({ ticket }: Link, now: TicketSnapshot): { was: string; became: string } | null {
  if (ticket === null || ticket.fields === null) return null;
  const before = placesOf(ticket.key, ticket.fields.group);
  const after = placesOf(now.key, now.group);
  for (const [n, became] of after.entries()) {
    const was = before[n] ?? null;
    if (was !== null && became !== null && was !== became) return { was, became };
  }
  return null;
}

/** Writes such a move down, with the kind of the queue that lies there when there is just one. */
export async function noteMove(
  world: World,
  tx: StoreTx,
  { link, now }: { readonly link: Link; readonly now: TicketSnapshot },
): Promise<void> {
  const moved = movedTo(link, now);
  if (moved === null) return;
  await tx.routing.correct(link.id, { how: 'moved', kind: kindAt(world, moved.became), ...moved });
  world.metrics.count('deskbridge_tickets_moved', { queue: link.route?.queue ?? '' });
}

function kindAt({ rules }: World, place: string): string | null {
  const queues = [...rules.queues]
    .filter(([, { target }]) => namesPlace(target, place))
    .map(([name]) => name);
  return kindIn(rules, queues);
}

/** The kind of these queues when they have just one. */
export function kindIn({ routing }: World['rules'], queues: readonly string[]): string | null {
  const kinds = routing.rules.filter(({ queue }) => queues.includes(queue)).map(kindOf);
  const [only, ...others] = new Set(kinds);
  return only !== undefined && others.length === 0 ? only : null;
}

const namesPlace = (target: unknown, place: string) =>
  typeof target === 'object' && target !== null && Object.values(target).includes(place);
