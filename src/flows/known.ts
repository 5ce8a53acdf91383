import { actorOf } from '../model/actor-of.ts';
import { type ConnectorId, isDirectMessage, type SlackUser } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { Conversation, Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { PlaceRole } from '../model/place.ts';
import { mayAct, type Verdict } from '../privacy/audience.ts';
import type { Alarms, Known, KnownPerson, Limits, Observed } from '../sync/observed.ts';
import { A_CHANNEL, DIRECT_MESSAGE, ITS_CHANNEL } from '../texts/names.ts';
import { standingOf, verdictOn } from './audience.ts';
import { decidingOn } from './deciding-on.ts';
import { profilesIn } from './names.ts';
import { canPointBack } from './point-back.ts';
import { queueTitle } from './queue-title.ts';
import { reactedOn } from './reacted.ts';
import { respondersAmong } from './responders.ts';
import type { World } from './world.ts';

type Alarm = Extract<Intake, { kind: 'escalate' | 'want-human' }>;
/** A direct message each; who has more people than these gives the queue a channel. */
const MOST_TOLD = 20;

/** What may travel on this link: the owner's limits, and those of the systems on both ends. */
export function limitsOf(world: World, link: Link): Limits {
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  const { largest, refusedTypes } = world.rules.files;
  const files = connector?.files ?? { largest };
  return {
    longest: { slack: world.look.longest, ticket: connector?.comments.longest ?? world.look.longest },
    largest: { slack: largest, ticket: 'absent' in files ? 0 : Math.min(largest, files.largest) },
    noFiles: 'absent' in files ? files.absent : null,
    refusedTypes,
  };
}

/**
 * What "Who will see this?" is answered with: the same judgement that every answer meets before it is sent. While Slack does
 * not say who reads along, that is what is answered: nothing is shown then, and all else that people ask goes on.
 */
async function audienceIn(
  world: World,
  link: Link,
  intakes: readonly Intake[],
): Promise<Known['audience'] | null> {
  if (!intakes.some((intake) => intake.kind === 'ask-card' && intake.ask === 'who')) return null;
  const channel = link.home === 'thread' ? (link.conversation?.channel ?? null) : null;
  const verdict = await verdictOn(world, link, { channel, carried: 'words' });
  if (verdict.kind !== 'ok')
    world.log.warn(
      { link: link.id, channel, reason: verdict.reason },
      'Slack does not say who reads a conversation; whoever asked is told so, and answers wait until it does',
    );
  const named = ({ channel: id }: Pick<Conversation, 'channel'>, other: string) => {
    const name = world.rules.channelNames?.get(id);
    return name === undefined ? other : `#${name}`;
  };
  const places = await world.store.links.placesOf(link.id);
  const others = places.filter(({ role, channel: id }) => isAlsoRead(role) && id !== channel);
  return {
    channel: channel === null ? null : named({ channel }, ITS_CHANNEL),
    others: [
      ...new Set(
        others.map((place) => (isDirectMessage(place.channel) ? DIRECT_MESSAGE : named(place, A_CHANNEL))),
      ),
    ],
    internal: link.internal === null ? null : named(link.internal, A_CHANNEL),
    answers: verdict.kind === 'ok' ? answeredBy(verdict.value) : 'unknown',
  };
}

/** Other people than those of the conversation may read it there. */
const isAlsoRead = (role: PlaceRole) => role === 'origin' || role === 'follower';

function answeredBy(verdict: Verdict): NonNullable<Known['audience']>['answers'] {
  if (verdict.kind === 'go') return 'here';
  return verdict.kind === 'block' ? verdict.why : 'alone';
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
  const asked = intakes.flatMap((intake) =>
    intake.kind === 'change' ? [intake.set.assignee] : intake.kind === 'react' ? [intake.by] : [],
  );
  const accounts = await accountsOf(world, link.route?.connector, asked);
  const people = new Map<SlackUser, KnownPerson>();
  for (const [user, profile] of profiles.value)
    people.set(user, { ...profile, account: accounts.get(user) ?? null });
  const outsiders = await outsidersAmong(world, link, intakes);
  if (outsiders.kind !== 'ok') return outsiders;
  const reacted = await reactedOn(world, link, intakes);
  if (reacted.kind !== 'ok') return reacted;
  const audience = await audienceIn(world, link, intakes);
  const deciding = intakes.some((intake) => isChanging(intake, link)) ? await decidingOn(world, link) : null;
  const { store, rules } = world;
  const actors = intakes.flatMap((intake) => actorOf(intake) ?? []);
  const connector = link.route === null ? undefined : world.connectors.get(link.route.connector);
  const [items, open, ours, fileInDoubt, givenUp, now, watchers] = await Promise.all([
    store.items.of(link.id),
    store.operations.open(link.id),
    store.operations.ours(link.id),
    isFileInDoubt(world, link),
    store.parked.givenUpFiles(link.id),
    store.now(),
    store.watchers.of(link.id),
  ]);
  return ok({
    link,
    items,
    open,
    ours,
    fileInDoubt,
    givenUp,
    people,
    responders: await respondersAmong(world, store, actors).then((some) =>
      some.union(new Set(link.route?.responders)),
    ),
    ...outsiders.value,
    ...(audience == null ? {} : { audience }),
    limits: limitsOf(world, link),
    watchers,
    queueTitle: link.route === null ? '' : queueTitle(rules, link.route.queue),
    pointsBack: canPointBack(link, connector),
    ...reacted.value,
    ...(deciding === null ? {} : { deciding }),
    ...(intakes.some(isAlarm) ? { alarms: await alarmsOf(world, link) } : {}),
    reopenDays: rules.reopenDays,
    now,
  });
}

/** Guests and people of other companies among those who ask for a change, and those of whom Slack does not say what they are. */
async function outsidersAmong(
  world: World,
  { team }: Link,
  intakes: readonly Intake[],
): Promise<Outcome<Required<Pick<Known, 'outsiders' | 'unverified'>>>> {
  const outsiders = new Set<SlackUser>();
  const unverified = new Set<SlackUser>();
  for (const by of new Set(
    intakes.flatMap((intake) =>
      intake.kind === 'change' || intake.kind === 'react' || asksToAct(intake) || isAlarm(intake)
        ? [intake.by]
        : [],
    ),
  )) {
    const standing = await standingOf(world, team, by);
    if (standing.kind === 'retry') return standing;
    if (standing.kind === 'rejected') {
      world.log.warn(
        { by, reason: standing.reason },
        'Slack does not say who somebody is; what he asked for is not done, and he is told so',
      );
      unverified.add(by);
    } else if (!mayAct(standing.value)) outsiders.add(by);
  }
  return ok({ outsiders, unverified });
}

/** Who sees it, everybody may ask who reads it. */
const asksToAct = (intake: Intake): intake is Extract<Intake, { kind: 'ask-card' }> =>
  intake.kind === 'ask-card' && intake.ask !== 'who';

/** A reply to what is closed opens it again. */
const isChanging = ({ kind }: Intake, { status }: Link) =>
  kind === 'change' || kind === 'react' || kind === 'escalate' || (kind === 'message' && status === 'closed');

const isAlarm = (intake: Intake): intake is Alarm =>
  intake.kind === 'escalate' || intake.kind === 'want-human';

/** Those whom the route names hear of it; where it names nobody, all who answer requests. */
async function alarmsOf({ store, rules }: World, { id, route }: Link): Promise<Alarms> {
  const own = route?.responders ?? [];
  const responders = own.length > 0 ? own : [...rules.responders];
  return {
    everyMs: rules.alarmEveryMs,
    last: await store.acts.alarms(id),
    responders: responders.slice(0, MOST_TOLD),
  };
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

/** A file carries no marker: while one may stand on the ticket, a new one there could be ours. */
async function isFileInDoubt(world: World, link: Link): Promise<boolean> {
  return link.status === 'parked' && world.store.operations.inDoubt(link.id, 'attach');
}
