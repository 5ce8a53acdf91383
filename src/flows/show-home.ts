import type { ConnectorId, SlackUser } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { decideSend, mayAct, type SlackPlace, type Standing } from '../privacy/audience.ts';
import type { Approvals, Home, HomeAccount, HomeRequest } from '../slack/out/home.ts';
import type { HeldHome } from '../store/homes.ts';
import { SERVICE_DESK } from '../texts/home.ts';
import { standingOf } from './audience.ts';
import { decisionsFor } from './decisions-for.ts';
import { awayOf } from './name-delegate.ts';
import { doublingPause } from './pause.ts';
import { waitingFor } from './pending-approvals.ts';
import { queueTitle } from './queue-title.ts';
import { respondersAmong } from './responders.ts';
import type { World } from './world.ts';

/** Homes taken up in one turn; they run side by side. */
const AT_A_TIME = 4;
/** Whoever has not finished one by then has died. */
const LEASE_MS = 90_000;
const PUBLISH_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 300_000;
/** A Home that Slack refused so often is left alone until its person opens it again. */
const MOST_TRIES = 12;
const MOST_MINE = 10;
const MOST_WAITING = 5;
const MOST_ASKED_FOR_APPROVALS = 10;
const MOST_OF_QUEUES = 15;
const MOST_DECISIONS = 15;

/** Shows the Homes that are due. Answers whether there may be more. */
export async function showHomes(world: World): Promise<boolean> {
  const held = await world.store.homes.claim(AT_A_TIME, LEASE_MS);
  await Promise.all(held.map((one) => showOne(world, one)));
  return held.length === AT_A_TIME;
}

async function showOne(world: World, held: HeldHome): Promise<void> {
  const { store, metrics, log } = world;
  try {
    const shown = await showHome(world, held.user, null);
    metrics.count('deskbridge_homes_shown', { result: shown.kind });
    if (shown.kind === 'ok') return await store.homes.shown(held);
    if (shown.kind === 'rejected' || held.attempt >= MOST_TRIES) {
      log.warn({ reason: shown.reason }, 'Slack does not show a Home; it is tried when its person opens it');
      return await store.homes.shown(held);
    }
    await store.homes.again(held, shown.afterMs ?? pauseOf(held));
  } catch (error) {
    metrics.count('deskbridge_bugs', { where: 'home' });
    log.error({ error: String(error) }, 'A Home failed in a way that it should not; it is tried again');
    await store.homes.again(held, pauseOf(held)).catch(() => {});
  }
}

const pauseOf = doublingPause(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

/** A link that was just made for its person, at one connector. */
type Invited = NonNullable<HomeAccount['invitation']> & { readonly connector: ConnectorId };

/**
 * What the store knows is shown at once; what only the ticket systems know follows, however slow they are. `invited` is
 * shown this once.
 */
async function showHome(world: World, user: SlackUser, invited: Invited | null): Promise<Outcome<null>> {
  const standing = await standingOf(world, world.team, user);
  if (standing.kind !== 'ok') return standing;
  const { home, links } = await homeOf(world, { user, standing: standing.value, invited });
  const asked = links.filter((link) => asksApprovals(world, link)).slice(0, MOST_ASKED_FOR_APPROVALS);
  if (asked.length === 0) return publish(world, user, { ...home, approvals: NONE });
  const first = await publish(world, user, { ...home, approvals: 'looking' });
  if (first.kind !== 'ok') return first;
  const approvals = await approvalsOf(world, asked, standing.value);
  return publish(world, user, { ...home, approvals });
}

const NONE: Approvals = { pending: [], unknown: [] };

const publish = (world: World, user: SlackUser, home: Home) =>
  world.io.run('slack.home', { timeoutMs: PUBLISH_TIMEOUT_MS }, () =>
    world.slack.publishHome(user, world.look.home(home)),
  );

interface Whose {
  readonly user: SlackUser;
  readonly standing: Standing;
  readonly invited: Invited | null;
}

/** What the store knows. */
async function homeOf(world: World, { user, standing, invited }: Whose) {
  const { store, rules } = world;
  const mine = await linksOf(world, await store.requests.ofPerson(user, MOST_MINE + 1));
  const open = mine.filter(({ closedAt }) => closedAt === null);
  const asks = mayAct(standing);
  const home: Home = {
    asks,
    mine: {
      requests: mine.slice(0, MOST_MINE).map((link) => shownTo(world, link, ownPlace(standing))),
      more: mine.length > MOST_MINE,
    },
    waiting: await waitingOf(world, open, standing),
    approvals: NONE,
    away: asks ? await awayOf(world, user) : null,
    decisions: await decisionsOf(world, user),
    queues: asks ? await queuesOf(world, user) : null,
    accounts: asks ? await accountsOf(world, user, invited) : [],
    notices: { choice: await store.notices.of(user), at: rules.digest.at },
    now: await store.now(),
  };
  return { home, links: open };
}

/** What the app says to him alone. A person of another company is one also when nobody else is there. */
const ownPlace = (standing: Standing): SlackPlace => ({ kind: 'direct', shared: standing === 'stranger' });
/** Somebody who answers requests of others: what is confidential or restricted he opens in its own system. */
const AGENTS: SlackPlace = { kind: 'private', shared: false };

async function linksOf(world: World, ids: readonly Link['id'][]): Promise<readonly Link[]> {
  const links = await Promise.all(ids.map((id) => world.store.links.get(id)));
  return links.flatMap((link) => link ?? []);
}

/** By the same rules as everything that is sent to Slack. */
function shownTo(world: World, link: Link, place: SlackPlace): HomeRequest {
  const { ticket, request, route, parkedReason } = link;
  const { fields = null, key = null, url = null } = ticket ?? {};
  const verdict = decideSend({
    carried: 'card',
    place,
    outsiders: false,
    restricted: fields?.restricted === true,
    confidential: route?.privacy === 'private',
    agents: false,
    answers: 'thread',
  });
  return {
    ...{ key, url },
    queue: route === null ? SERVICE_DESK : queueTitle(world.rules, route.queue),
    shown:
      verdict.kind === 'go'
        ? {
            summary: fields?.summary || request?.summary || 'A request',
            status: fields?.status ?? null,
            assignee: fields?.assignee ?? null,
            stopped: parkedReason,
          }
        : null,
  };
}

async function waitingOf(world: World, open: readonly Link[], standing: Standing): Promise<Home['waiting']> {
  const found: Home['waiting'][number][] = [];
  for (const link of open) {
    if (found.length === MOST_WAITING) break;
    const why = await whyWaiting(world, link);
    if (why !== null) found.push({ request: shownTo(world, link, ownPlace(standing)), why });
  }
  return found;
}

/** A ticket that was not sent for yet, and is not due, waits for what its person says it is about. */
async function whyWaiting(world: World, link: Link): Promise<'ticket' | 'kind' | null> {
  const { ticket, status } = link;
  if (ticket?.fields?.waitsForRequester === true) return 'ticket';
  if (status !== 'provisional' || link.route === null || (ticket?.id ?? null) !== null) return null;
  const create = (await world.store.operations.open(link.id)).find(({ body }) => body.kind === 'create');
  const isHeld =
    create?.state === 'ready' && create.startedAt === null && create.attempt === 0 && create.dueInMs > 0;
  return isHeld ? 'kind' : null;
}

/** What waits for his decision, as he narrowed it down. */
async function decisionsOf(world: World, user: SlackUser): Promise<Home['decisions']> {
  const { items, alike } = await decisionsFor(world, user);
  if (items.length === 0) return null;
  const now = (await world.store.now()).getTime();
  return {
    list: { items, filter: await world.store.homes.filterOf(user), now, most: MOST_DECISIONS },
    alike,
  };
}

async function queuesOf(world: World, user: SlackUser): Promise<Home['queues']> {
  const all = (await respondersAmong(world, world.store, [user])).has(user);
  const ids = await world.store.requests.forResponder(user, all, MOST_OF_QUEUES + 1);
  if (!all && ids.length === 0) return null;
  const links = await linksOf(world, ids.slice(0, MOST_OF_QUEUES));
  return {
    requests: links.map((link) => shownTo(world, link, AGENTS)),
    more: ids.length > MOST_OF_QUEUES,
  };
}

async function accountsOf(
  world: World,
  user: SlackUser,
  invited: Invited | null,
): Promise<readonly HomeAccount[]> {
  const found = await Promise.all(
    [...world.connectors.values()].map(async ({ id, site }): Promise<HomeAccount | null> => {
      const connectable = world.connecting?.systems.has(id) === true;
      const linked = await world.store.accounts.get(user, id);
      if (linked === null && !connectable) return null;
      return {
        ...{ connector: id, site, connectable },
        account: linked?.account ?? null,
        state: linked === null ? 'none' : await stateOf(world, linked),
        invitation: invited?.connector === id ? invited : null,
      };
    }),
  );
  return found.flatMap((account) => account ?? []);
}

type Linked = NonNullable<Awaited<ReturnType<World['store']['accounts']['get']>>>;

async function stateOf(world: World, linked: Linked): Promise<HomeAccount['state']> {
  const { user, connector, grant, consented, refused } = linked;
  if (refused !== null) return 'refused';
  if (!consented) return grant === null ? 'known' : 'connected';
  const token = await world.store.tokens.get({ connector, holder: user });
  return token === null || token.refused !== null ? 'refused' : 'connected';
}

/** Is there somebody to ask, or something to say about it? */
function asksApprovals(world: World, { ticket }: Link): boolean {
  return ticket !== null && ticket.id !== null && world.connectors.has(ticket.connector);
}

async function approvalsOf(world: World, links: readonly Link[], standing: Standing): Promise<Approvals> {
  const asked = await Promise.all(
    links.map(async (link) => ({ link, waits: await waitingFor(world, link) })),
  );
  const place = ownPlace(standing);
  return {
    pending: asked.flatMap(({ link, waits }) =>
      waits === null || waits === 'unknown'
        ? []
        : [{ request: shownTo(world, link, place), approvers: waits }],
    ),
    unknown: asked.flatMap(({ link, waits }) => (waits === 'unknown' ? (link.ticket?.key ?? []) : [])).sort(),
  };
}

/** Makes a one-time link with which he signs in there himself, and shows it on his Home. */
export async function inviteFromHome(
  world: World,
  { by, connector }: { readonly by: SlackUser; readonly connector: ConnectorId },
): Promise<Outcome<null>> {
  const standing = await standingOf(world, world.team, by);
  if (standing.kind !== 'ok') return standing;
  if (!mayAct(standing.value)) return ok(null);
  const made = (await world.connecting?.invite({ connector, holder: by })) ?? null;
  if (made !== null) {
    const data = { connector, holder: by };
    await world.store.audit.record({ kind: 'sign-in.invited', actor: `slack:${by}`, link: null, data });
  }
  return showHome(world, by, made === null ? null : { ...made, connector });
}
