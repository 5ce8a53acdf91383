import type { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { Known, KnownPerson, Limits, Observed } from '../sync/observed.ts';
import { profilesIn } from './names.ts';
import type { World } from './world.ts';

/** What may travel on this link: the owner's limits, and those of the systems on both ends. */
export function limitsOf(world: World, link: Link): Limits {
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  const { largest, refusedTypes } = world.rules.files;
  return {
    longest: { slack: world.look.longest, ticket: connector?.comments.longest ?? world.look.longest },
    largest: { slack: largest, ticket: Math.min(largest, connector?.files.largest ?? largest) },
    refusedTypes,
  };
}

/** Everything that a plan may know of a link, read at one moment. */
export async function knownOf(
  world: World,
  link: Link,
  observed: Pick<Observed, 'deliveries'>,
): Promise<Outcome<Known>> {
  const intakes = observed.deliveries.map(({ intake }) => intake);
  const profiles = await profilesIn(world, link, intakes);
  if (profiles.kind !== 'ok') return profiles;
  const asked = intakes.flatMap((intake) => (intake.kind === 'change' ? [intake.set.assignee] : []));
  const accounts = await accountsOf(world, link.route?.connector, asked);
  const people = new Map<SlackUser, KnownPerson>();
  for (const [user, profile] of profiles.value)
    people.set(user, { ...profile, account: accounts.get(user) ?? null });
  const { store, rules } = world;
  return ok({
    link,
    items: await store.items.of(link.id),
    open: await store.operations.open(link.id),
    ours: await store.operations.ours(link.id),
    inDoubt: await isInDoubt(world, link),
    people,
    responders: rules.responders,
    limits: limitsOf(world, link),
    reopenDays: rules.reopenDays,
    now: await store.now(),
  });
}

async function accountsOf(
  world: World,
  connector: ConnectorId | undefined,
  users: readonly (SlackUser | null | undefined)[],
): Promise<ReadonlyMap<SlackUser, string>> {
  const accounts = new Map<SlackUser, string>();
  for (const user of users) {
    if (user == null || connector === undefined) continue;
    const linked = await world.store.accounts.get(user, connector);
    if (linked !== null) accounts.set(user, linked.account);
  }
  return accounts;
}

/** Only where nothing but the content tells our own comments: with a marker they are known in any case. */
async function isInDoubt(world: World, link: Link): Promise<boolean> {
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  if (link.status !== 'parked' || connector === undefined) return false;
  if (connector.comments.add.proof === 'marker') return false;
  return world.store.operations.inDoubt(link.id, 'ticket');
}
