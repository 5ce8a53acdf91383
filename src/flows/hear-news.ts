import type { SlackUser } from '../model/ids.ts';
import type { Link, Operation } from '../model/link.ts';
import { type News, noticeWay } from '../model/notice.ts';
import { isZone, nextTime } from '../routing/hours.ts';
import { READ_TIMEOUT_MS } from './prepared.ts';
import type { World } from './world.ts';

interface Told {
  readonly user: SlackUser;
  readonly news: News;
  /** Names nothing but the ticket and how it stands. */
  readonly text: string;
}

/**
 * Lets news go as its person wants it: null when it is told now, else why it is not. What waits for his digest is kept under
 * the operation's own id, so that it is kept once.
 */
export async function heldBack(
  world: World,
  link: Link,
  operation: Operation,
  { user, news, text }: Told,
): Promise<string | null> {
  const way = noticeWay(await world.store.notices.of(user), news);
  if (way === 'now') return null;
  if (way === 'never') return 'he wants no news';
  await world.store.digests.add(user, operation.id, { link: link.id, text }, await nextDigest(world, user));
  return 'it waits for his digest';
}

/** On his own clock, or on the owner's where Slack does not tell his. */
export async function nextDigest(world: World, user: SlackUser): Promise<Date> {
  const { at, days, zone } = world.rules.digest;
  const found = await world.io.run('slack.read', { timeoutMs: READ_TIMEOUT_MS }, () =>
    world.slack.standing(user),
  );
  const own = found.kind === 'ok' ? found.value.timeZone : null;
  const now = await world.store.now();
  return nextTime({ at, days, zone: own !== null && isZone(own) ? own : zone }, now);
}
