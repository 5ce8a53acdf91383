/** What the ticket system has to say before a plan can raise a priority, or undo what an emoji had asked for. */
import type { Connector } from '../connectors/connector.ts';
import type { TicketId } from '../model/ids.ts';
import { Marker } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { BodyOf, Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { PRIORITIES, type Priority } from '../model/ticket.ts';
import type { Known, Reacted } from '../sync/observed.ts';
import { type Reaction, subjectOf } from '../sync/reactions.ts';
import type { World } from './world.ts';

const READ_TIMEOUT_MS = 20_000;

type Asked = Required<Pick<Known, 'reacted' | 'priorities'>>;

export async function reactedOn(
  world: World,
  link: Link,
  intakes: readonly Intake[],
): Promise<Outcome<Asked>> {
  const reacted = new Map<string, Reacted>();
  for (const intake of intakes) {
    if (intake.kind !== 'react' || intake.on) continue;
    const done = await world.store.acts.madeBy(link.id, subjectOf(intake));
    if (done === null) continue;
    const stands = await stillStands(world, link, { intake, done });
    if (stands.kind !== 'ok') return stands;
    reacted.set(subjectOf(intake), { done, stands: stands.value });
  }
  const priorities = await meaningOf(world, link, namesIn(link, intakes, reacted));
  return priorities.kind === 'ok' ? ok({ reacted, priorities: priorities.value }) : priorities;
}

/** Does the ticket say what the emoji made of it? Asked of its own system, which knows people by their ids. */
async function stillStands(
  world: World,
  link: Link,
  { intake, done }: { readonly intake: Reaction; readonly done: BodyOf<'write'> },
): Promise<Outcome<boolean>> {
  if (intake.act !== 'take' && intake.act !== 'raise') return ok(true);
  const found = connectorOf(world, link);
  if (found === null) return ok(false);
  const { connector, id: ticket } = found;
  const change = { ticket, set: done.set, before: null, actor: { name: done.actor, grant: null } };
  const attempt = { marker: NO_MARKER, startedAt: await world.store.now() };
  const there = await world.io.run('ticket.write.find', { timeoutMs: READ_TIMEOUT_MS }, () =>
    connector.write.find(change, attempt),
  );
  if (there.kind === 'retry') return there;
  return ok(there.kind === 'ok' && there.value !== null && there.value.left.length === 0);
}

/** A change of fields is found by the fields. */
const NO_MARKER = Marker.parse('dsk-00000000000000000000');

/** Names of priorities that have to be understood. */
function namesIn(
  link: Link,
  intakes: readonly Intake[],
  reacted: ReadonlyMap<string, Reacted>,
): readonly string[] {
  const raises = intakes.some((intake) =>
    intake.kind === 'react' ? intake.on && intake.act === 'raise' : intake.kind === 'escalate',
  );
  const before = [...reacted.values()].flatMap(({ done }) =>
    done.set.priority === undefined ? [] : (done.before?.priority ?? []),
  );
  const now = raises ? (link.ticket?.fields?.priority ?? []) : [];
  return [...new Set([before, now].flat())];
}

/** What these names of priorities mean in the system of its ticket; what it does not say is absent. */
export async function meaningOf(
  world: World,
  link: Link,
  names: readonly string[],
): Promise<Outcome<ReadonlyMap<string, Priority>>> {
  const found = connectorOf(world, link);
  const priorities = found?.connector.can.priorities;
  if (names.length === 0 || found === null) return ok(new Map());
  // A system that has no names of its own uses ours.
  if (priorities === undefined)
    return ok(new Map(PRIORITIES.filter((one) => names.includes(one)).map((one) => [one, one] as const)));
  const meant = await world.io.run('ticket.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    priorities.meaning(found.id, names),
  );
  if (meant.kind !== 'rejected') return meant;
  world.log.warn(
    { link: link.id, reason: meant.reason },
    'The ticket system does not say what its priorities mean; nothing is raised, and whoever asked is told so',
  );
  return ok(new Map());
}

function connectorOf(
  world: World,
  { ticket }: Link,
): { readonly connector: Connector; readonly id: TicketId } | null {
  const connector = ticket === null ? undefined : world.connectors.get(ticket.connector);
  const id = ticket?.id ?? null;
  return connector === undefined || id === null ? null : { connector, id };
}
