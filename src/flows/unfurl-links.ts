import type { Errand } from '../model/errand.ts';
import { isDirectMessage } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import { decideUnfurl, mayAct } from '../privacy/audience.ts';
import type { LinkCard } from '../slack/out/unfurl.ts';
import { agentsOf } from './agents-thread.ts';
import { standingOf, verdictOn } from './audience.ts';
import { queueTitle } from './queue-title.ts';
import { respondersAmong } from './responders.ts';
import type { World } from './world.ts';

type Shared = Extract<Errand, { kind: 'unfurl' }>;

const SEND_TIMEOUT_MS = 10_000;
/** Words of one address that may name a ticket; a longer address is no ticket's. */
const MOST_WORDS = 40;
/** One more than what counts: an address that names two tickets is a search. */
const MOST_TICKETS = 2;

/** Shows a small card below each link to a ticket that whoever reads the place may see. Says what became of it. */
export async function unfurlLinks(
  world: World,
  shared: Shared,
): Promise<Outcome<'shown' | 'nothing-to-show'>> {
  const cards = new Map<string, ReturnType<World['look']['linkCard']>>();
  for (const url of shared.urls) {
    const link = await linkAt(world, url);
    if (link === null) continue;
    const may = await mayUnfurl(world, link, shared);
    if (may.kind === 'retry') return may;
    const card = may.kind === 'ok' && may.value ? cardOf(world, link) : null;
    if (card !== null) cards.set(url, world.look.linkCard(card));
  }
  if (cards.size === 0) return ok('nothing-to-show');
  const { channel, ts } = shared;
  const shown = await world.io.run('slack.unfurl', { timeoutMs: SEND_TIMEOUT_MS }, () =>
    world.slack.unfurl({ channel, ts, cards }),
  );
  return shown.kind === 'ok' ? ok('shown') : shown;
}

/** The request whose ticket lies there: its key or id stands in the address, on the host that the ticket's own address has. */
async function linkAt(world: World, address: string): Promise<Link | null> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return null;
  const ids = await world.store.requests.withTicket(wordsOf(url), MOST_TICKETS);
  const links = await Promise.all(ids.map((id) => world.store.links.get(id)));
  const there = links.flatMap((link) => (isAt(link, url) ? [link] : []));
  return there.length === 1 ? (there[0] ?? null) : null;
}

function isAt(link: Link | null, { host }: URL): link is Link {
  const own = link?.ticket?.url ?? null;
  return own !== null && URL.canParse(own) && new URL(own).host === host;
}

/** Every word in path and query, written as people and as programs write addresses: an address in an address, too. */
function wordsOf({ pathname, search, hash }: URL): readonly string[] {
  const plain = `${pathname}${search}${hash}`.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const words = plain.toLowerCase().split(/[^a-z0-9-]+/);
  return [...new Set(words.filter((word) => /\d/.test(word)))].slice(0, MOST_WORDS);
}

function cardOf(world: World, { ticket, route }: Link): LinkCard | null {
  if (ticket === null || ticket.fields === null || ticket.key === null || ticket.url === null) return null;
  const queue = route === null ? '' : queueTitle(world.rules, route.queue);
  return { key: ticket.key, url: ticket.url, queue, fields: ticket.fields };
}

/** What cannot be found out is not shown. */
async function mayUnfurl(world: World, link: Link, { channel, by }: Shared): Promise<Outcome<boolean>> {
  const { conversation, internal, home, route } = link;
  const standing = await standingOf(world, world.team, by);
  if (standing.kind !== 'ok') return standing;
  const isAgents = channel === agentsOf(world, link) || channel === internal?.channel;
  const verdict = await verdictOn(world, link, { channel, carried: 'card' });
  const among = isAgents ? await verdictOn(world, link, { channel, carried: 'internal' }) : null;
  if (verdict.kind !== 'ok') return verdict;
  if (among !== null && among.kind !== 'ok') return among;
  const helps = (await respondersAmong(world, world.store, [by])).has(by);
  return ok(
    decideUnfurl({
      card: verdict.value,
      internal: among?.value ?? null,
      isOwnThread: home === 'thread' && conversation?.channel === channel,
      isDirect: isDirectMessage(channel),
      isHis:
        mayAct(standing.value) && (by === link.requester || helps || route?.responders.includes(by) === true),
      confidential: route?.privacy === 'private',
      restricted: link.ticket?.fields?.restricted === true,
    }),
  );
}
