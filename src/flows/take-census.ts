import { type CheckOptions, checkWorld } from '../census/check-world.ts';
import type { LinkView, Violation } from '../census/view.ts';
import type { LinkId } from '../model/ids.ts';
import { lookAtSlack, lookAtTicket } from './look-outside.ts';
import type { World } from './world.ts';

/** Links in one look; each is judged by itself. */
const CHUNK = 100;
/** What is younger than this may be on its way: longer than any pause of a destination, and than a lost hook. */
const GRACE_MS = 5 * 60_000;

export interface Census {
  readonly links: number;
  readonly violations: readonly Violation[];
  /** Copies that somebody took away on their side: worth knowing, and nothing that the bridge broke. */
  readonly takenAway: readonly Violation[];
  /** What could not be looked at, and why: one sentence each. */
  readonly unseen: readonly string[];
}

export interface CensusOptions {
  /** Both systems are read as well, within their limits. */
  readonly remote: boolean;
  /** Waits until a limit allows the next call, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Called for every link that was looked at. */
  readonly progress?: (seen: number, of: number) => void;
}

/** Looks whether the promises hold for what is really there. Changes nothing. */
export async function takeCensus(world: World, options: CensusOptions): Promise<Census> {
  const { census } = world.store;
  const counts = await census.counts();
  const when: CheckOptions = { when: 'running', graceMs: GRACE_MS };
  const empty = { now: await world.store.now(), links: [], strayTickets: [], truth: null };
  const violations = [...checkWorld({ ...empty, undone: await census.undone(null) }, when)];
  const unseen: string[] = [];
  const lost = await census.withoutBody();
  if (lost > 0) {
    const what = `The content of ${lost} accepted deliveries is gone before anybody read it.`;
    violations.push({ invariant: 'I1', link: null, what });
  }
  let seen = 0;
  let after: LinkId | null = null;
  for (;;) {
    const ids: readonly LinkId[] = await census.linksAfter(after, CHUNK);
    const last = ids.at(-1);
    if (last === undefined) break;
    after = last;
    const links: LinkView[] = [];
    for (const id of ids) {
      const look = await lookAtLink(world, id, options);
      if (look === null) continue;
      links.push(look.view);
      unseen.push(...look.unseen);
      seen += 1;
      options.progress?.(seen, counts.links);
    }
    const view = { ...empty, now: await world.store.now(), links, undone: await census.undone(ids) };
    violations.push(...checkWorld(view, when));
  }
  if (seen === 0 && counts.links > 0)
    unseen.push(`There are ${counts.links} links, and none of them could be read.`);
  return {
    links: seen,
    violations: violations.filter((one) => one.takenAway !== true),
    takenAway: violations.filter((one) => one.takenAway === true),
    unseen,
  };
}

async function lookAtLink(
  world: World,
  id: LinkId,
  options: CensusOptions,
): Promise<{ readonly view: LinkView; readonly unseen: readonly string[] } | null> {
  const { store } = world;
  const link = await store.links.get(id);
  if (link === null) return null;
  const known = {
    link,
    items: await store.items.of(id),
    operations: await store.census.operations(id),
    audit: await store.census.audit(id),
    asked: null,
    readings: [],
  };
  if (!options.remote) return { view: { ...known, messages: null, ticket: null }, unseen: [] };
  const slack = await lookAtSlack(world, link, options);
  const ticket = await lookAtTicket(world, link, options);
  const unseen = [slack, ticket].flatMap((look) => ('unseen' in look ? [`Link ${id}: ${look.unseen}`] : []));
  const view = {
    ...known,
    messages: 'unseen' in slack ? null : slack.messages,
    ticket: 'unseen' in ticket ? null : ticket.ticket,
  };
  return { view, unseen };
}
