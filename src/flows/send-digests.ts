import type { Doc, Inline } from '../model/doc.ts';
import type { LinkId } from '../model/ids.ts';
import type { Outcome } from '../model/outcome.ts';
import type { DigestNews, HeldDigest } from '../store/digests.ts';
import { onlyALink } from '../texts/audience.ts';
import { DIGEST_FOOT, DIGEST_HEAD, moreNews } from '../texts/digest.ts';
import { ticketName } from '../texts/names.ts';
import { verdictOn } from './audience.ts';
import { nextDigest } from './hear-news.ts';
import { doublingPause } from './pause.ts';
import { permalinkOf, slackPostLimits } from './prepared.ts';
import type { World } from './world.ts';

/** Digests taken up in one turn; they run side by side. */
const AT_A_TIME = 4;
/** Whoever has not finished one by then has died. */
const LEASE_MS = 60_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;
/** Lines of one message. */
const MOST_NEWS = 40;

type Sending = NonNullable<HeldDigest['sending']>;

/** Sends the digests that are due. Answers whether there may be more. */
export async function sendDigests(world: World): Promise<boolean> {
  const held = await world.store.digests.claim(AT_A_TIME, LEASE_MS);
  await Promise.all(held.map((one) => sendOne(world, one)));
  return held.length === AT_A_TIME;
}

const pauseOf = doublingPause(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

async function sendOne(world: World, held: HeldDigest): Promise<void> {
  const { digests } = world.store;
  try {
    const again = await send(world, held);
    if (again !== null) await digests.again(held, again);
  } catch (error) {
    world.metrics.count('deskbridge_bugs', { where: 'digest' });
    world.log.error(
      { error: String(error) },
      'A digest failed in a way that it should not; it is tried again',
    );
    await digests.again(held, pauseOf(held)).catch(() => {});
  }
}

/** Null when it is settled, else after how many milliseconds it is tried again. */
async function send(world: World, held: HeldDigest): Promise<number | null> {
  const { store } = world;
  const { user } = held;
  const sending = await store.digests.start(held);
  if (sending === null) return null;
  const unwanted =
    (await store.notices.of(user)) === 'silent' || (await store.principals.deactivated([user])).has(user);
  const news = unwanted ? [] : await store.digests.newsUnder(sending.marker);
  if (news.length === 0) return settle(world, held, { sending, result: unwanted ? 'unwanted' : 'empty' });
  const waitMs = await store.budgets.take(slackPostLimits(user).limits);
  if (waitMs > 0) return waitMs;
  const said = await postOnce(world, held, { sending, body: await bodyOf(world, news) });
  if (said.kind === 'ok') {
    // Not found yet, and it may still be: nobody sends it a second time before that is sure.
    if (said.value === 'not-yet') return pauseOf(held);
    return settle(world, held, { sending, result: 'sent' });
  }
  if (said.kind === 'retry') return said.afterMs ?? pauseOf(held);
  world.log.warn({ reason: said.reason }, 'Slack does not take a digest; what it said stands on the tickets');
  return settle(world, held, { sending, result: 'refused' });
}

async function settle(
  world: World,
  held: HeldDigest,
  { sending, result }: { readonly sending: Sending; readonly result: string },
): Promise<null> {
  await world.store.digests.told(held, sending.marker, await nextDigest(world, held.user));
  world.metrics.count('deskbridge_digests', { result });
  return null;
}

/** One that may have been sent is looked for first, by its marker. */
async function postOnce(
  world: World,
  { user, sending: before }: HeldDigest,
  { sending, body }: { readonly sending: Sending; readonly body: Doc },
): Promise<Outcome<'sent' | 'not-yet'>> {
  const { post } = world.slack;
  const { io } = world;
  const look = world.look.message({ author: null, body, part: null });
  const message = { target: { kind: 'direct' as const, user }, ...look };
  if (before !== null) {
    const found = await io.run('slack.post.find', { timeoutMs: post.timeoutMs }, () =>
      post.find(message, sending),
    );
    if (found.kind !== 'ok') return found;
    if (found.value !== null) return { kind: 'ok', value: 'sent' };
    const since = (await world.store.now()).getTime() - sending.startedAt.getTime();
    if (since < post.timeoutMs + post.settleMs) return { kind: 'ok', value: 'not-yet' };
  }
  const sent = await io.run('slack.post.send', { timeoutMs: post.timeoutMs }, () =>
    post.send(message, sending),
  );
  return sent.kind === 'ok' ? { kind: 'ok', value: 'sent' } : sent;
}

interface Shown {
  readonly url: string | null;
  /** Instead of the words, where not everybody may read them; null: they may be said. */
  readonly instead: string | null;
}

/** By what may be shown of each request now, whatever was the case when it happened. */
async function bodyOf(world: World, news: readonly DigestNews[]): Promise<Doc> {
  const lines: (readonly Inline[])[] = [];
  const links = new Map<LinkId, Shown>();
  const said = new Set<string>();
  for (const { link, text } of news.slice(0, MOST_NEWS)) {
    const shown = links.get(link) ?? (await shownOf(world, link));
    links.set(link, shown);
    const value = shown.instead ?? text;
    if (said.has(value)) continue;
    said.add(value);
    const words = { type: 'text', value } as const;
    lines.push([shown.url === null ? words : { type: 'link', url: shown.url, children: [words] }]);
  }
  if (news.length > MOST_NEWS) lines.push([{ type: 'text', value: moreNews(news.length - MOST_NEWS) }]);
  const paragraphs: readonly (readonly Inline[])[] = [
    [{ type: 'strong', children: [{ type: 'text', value: DIGEST_HEAD }] }],
    ...lines,
    [{ type: 'text', value: DIGEST_FOOT }],
  ];
  return { type: 'root', children: paragraphs.map((children) => ({ type: 'paragraph', children })) };
}

/** What cannot be decided now is not said. */
async function shownOf(world: World, id: LinkId): Promise<Shown> {
  const link = await world.store.links.get(id);
  const { key = null, url: there = null } = link?.ticket ?? {};
  const only = onlyALink(ticketName(key));
  if (link === null) return { url: there, instead: only };
  const url = (await permalinkOf(world, link.conversation)) ?? there;
  const verdict = await verdictOn(world, link, { channel: null, carried: 'notice' });
  return { url, instead: verdict.kind === 'ok' && verdict.value.kind === 'go' ? null : only };
}
