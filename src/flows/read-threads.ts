import { threadPartition } from '../model/delivery.ts';
import type { LinkId, SlackTs } from '../model/ids.ts';
import { type Outcome, ok } from '../model/outcome.ts';
import type { ReadMessage } from '../slack/out/slack-out.ts';
import type { ThreadToRead } from '../store/threads.ts';
import { missedIn } from '../sync/missed.ts';
import { type PageRead, readPage } from './read-slack.ts';
import { takeIn } from './take-in.ts';
import type { World } from './world.ts';

/** Threads taken up in one run at most; the budget ends it sooner. */
const THREADS_A_RUN = 50;
/** A whole thread is read again when it was not for this long: edits and deletions show nowhere else. */
const READ_AGAIN_MINUTES = 10;
/** An event may still be on its way. */
const ON_ITS_WAY_MS = 20_000;
/** Pages of one thread; what is longer is read up to there, and deletions in it are left to the events. */
const MOST_PAGES = 5;

type Place = ThreadToRead['places'][number];
type Wanted = ThreadToRead & { readonly isNew?: boolean };

/** Reads whole threads: those that are behind or asked for first, then those that were not read for longest. */
export async function readThreads(world: World): Promise<void> {
  for (const due of await world.store.threads.toRead(THREADS_A_RUN, READ_AGAIN_MINUTES)) {
    if (!(await readThread(world, due))) return;
  }
}

/** Reads the thread of a new link now, as far as the budget allows: what stands there already belongs to it. */
export async function readNewThread(world: World, link: LinkId): Promise<void> {
  const direct = (await world.store.links.get(link))?.home === 'dm';
  const places = await world.store.links.placesOf(link);
  await readThread(world, {
    link,
    places: places.map((place) => ({ ...place, direct: direct && place.role === 'primary' })),
    isNew: true,
  });
}

/** False when the budget is used up. */
async function readThread(world: World, { link, places, isNew = false }: Wanted): Promise<boolean> {
  for (const place of places) {
    const read = await readPlace(world, { link, place, isNew });
    if (read.kind === 'wait') return false;
    if (read.kind === 'rejected') {
      const data = { link, channel: place.channel, reason: read.reason };
      world.log.warn(data, 'A thread cannot be read to find what was missed; events still come in');
    }
  }
  await world.store.threads.checked(link);
  return true;
}

async function readPlace(
  world: World,
  { link, place, isNew }: { link: LinkId; place: Place; isNew: boolean },
): Promise<Outcome<null> | { readonly kind: 'wait' }> {
  const read = await wholeThread(world, place);
  if (read.kind !== 'ok') return read;
  const { seen, whole } = read.value;
  const items = await world.store.items.of(link);
  const missed = missedIn<ReadMessage>({
    seen,
    whole,
    told: await world.store.threads.messagesTold(threadPartition(place.team, place.channel, place.root)),
    items: items.filter(
      (item) => item.kind === 'message' && item.origin === 'slack' && item.channel === place.channel,
    ),
    now: await world.store.now(),
    onItsWayMs: isNew ? 0 : ON_ITS_WAY_MS,
  });
  await takeIn(world, place, missed, isNew ? 'backfilled' : 'repaired');
  return ok(null);
}

type WholeThread =
  | Outcome<{ readonly seen: readonly ReadMessage[]; readonly whole: boolean }>
  | { readonly kind: 'wait' };

async function wholeThread(world: World, place: Place): Promise<WholeThread> {
  const seen: ReadMessage[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read: PageRead = await readPage(world, { ...place, after: null, before: null, cursor });
    if (read.kind !== 'ok') return read;
    if (read.value === 'gone') return ok({ seen: [], whole: true });
    seen.push(...read.value.messages.filter((message) => isIn(place.root, message)));
    cursor = read.value.next;
    if (cursor === null) return ok({ seen, whole: true });
  }
  return ok({ seen, whole: false });
}

const isIn = (root: SlackTs, message: ReadMessage) => message.root === root;
