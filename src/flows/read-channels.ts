import { threadPartition } from '../model/delivery.ts';
import { SlackTs, tsMicros } from '../model/ids.ts';
import type { MessagePage, ReadMessage } from '../slack/out/slack-out.ts';
import type { ChannelReading, CurrentReading } from '../store/readings.ts';
import type { OpenThread, ThreadTold } from '../store/threads.ts';
import { readPage } from './read-slack.ts';
import { takeIn } from './take-in.ts';
import type { World } from './world.ts';

/** Our clock and Slack's differ a little, and a message may have been on its way when we looked. */
const LOOK_BACK_MICROS = 600_000_000n;
/** After a longer absence what was written meanwhile is history, not a request. */
const LONGEST_ABSENCE_MICROS = 8n * 86_400_000_000n;
/** An event may still be on its way. */
const ON_ITS_WAY_MICROS = 20_000_000n;
/** Pages of one channel in a run, so that others have their turn. */
const PAGES_A_RUN = 3;

const microsTs = (micros: bigint) =>
  SlackTs.parse(`${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`);
const older = (a: SlackTs, b: SlackTs) => (tsMicros(a) < tsMicros(b) ? a : b);
const newer = (a: SlackTs, b: SlackTs) => (tsMicros(a) > tsMicros(b) ? a : b);

/**
 * Reads the top level of channels: finds requests that no event told, and by the counts of replies the threads that are
 * behind. A channel is read back to what was seen last, and every few minutes to its oldest open request.
 */
export async function readChannels(world: World): Promise<void> {
  const us = await world.store.configurations.us();
  if (us === null) return;
  const channels = [...world.rules.channels];
  for (const reading of await world.store.readings.due(us.teamId, channels)) {
    const plan = await planReading(world, reading);
    if (plan !== null && !(await readChannel(world, plan))) return;
  }
}

interface Plan {
  readonly reading: ChannelReading;
  /** A message above this that starts a thread and that nobody told us is a request; null: none is here. */
  readonly requestsAfter: SlackTs | null;
  readonly current: CurrentReading;
  readonly deep: boolean;
  readonly now: bigint;
}

/** Where a reading of this channel ends; null when there is nothing to read in it. */
async function planReading(world: World, reading: ChannelReading): Promise<Plan | null> {
  const { seenTo, oldestOpen, deepDue, direct, channel } = reading;
  const now = BigInt((await world.store.now()).getTime()) * 1000n;
  const opens = direct || world.rules.channels.has(channel);
  if (seenTo === null && opens) {
    // The first look at a channel begins now: what was written before belongs to the time before Deskbridge.
    const seenTo = microsTs(now + LOOK_BACK_MICROS);
    await world.store.readings.finish(reading, { seenTo, deep: false });
  }
  const longest = microsTs(now - LONGEST_ABSENCE_MICROS);
  const seen = seenTo ?? microsTs(now + LOOK_BACK_MICROS);
  const head = opens ? newer(longest, microsTs(tsMicros(seen) - LOOK_BACK_MICROS)) : null;
  const deepFloor = deepDue && oldestOpen !== null ? microsTs(tsMicros(oldestOpen) - 1n) : null;
  const floor = head !== null && deepFloor !== null ? older(head, deepFloor) : (deepFloor ?? head);
  const current = reading.current ?? (floor === null ? null : { floor, below: null, newest: null });
  if (current === null) {
    await world.store.readings.finish(reading, { seenTo: null, deep: deepDue });
    return null;
  }
  const deep = oldestOpen === null || tsMicros(current.floor) < tsMicros(oldestOpen);
  return { reading, requestsAfter: head, current, deep, now };
}

/** False when the budget is used up. */
async function readChannel(world: World, plan: Plan): Promise<boolean> {
  const { reading, deep } = plan;
  let { current } = plan;
  for (let page = 0; page < PAGES_A_RUN; page += 1) {
    const { floor, below, newest } = current;
    const read = await readPage(world, { ...reading, root: null, after: floor, before: below, cursor: null });
    if (read.kind === 'wait') return false;
    if (read.kind !== 'ok') {
      const data = { channel: reading.channel, reason: read.reason };
      world.log.warn(data, 'A channel cannot be read to find what was missed; events still come in');
      await world.store.readings.finish(reading, { seenTo: null, deep });
      return true;
    }
    if (read.value === 'gone') return true;
    await takePage(world, { ...plan, current }, read.value);
    const times = read.value.messages.map(({ ts }) => ts);
    const top = [newest, ...times].reduce(
      (a, b) => (a === null || b === null ? (a ?? b) : newer(a, b)),
      null,
    );
    const lowest = times.reduce<SlackTs | null>((a, b) => (a === null ? b : older(a, b)), null);
    if (read.value.next === null || lowest === null) {
      await world.store.readings.finish(reading, { seenTo: top, deep });
      return true;
    }
    current = { floor, below: lowest, newest: top };
    await world.store.readings.advance(reading, current);
  }
  return true;
}

async function takePage(world: World, plan: Plan, page: MessagePage): Promise<void> {
  const { reading, current, now } = plan;
  const { team, channel } = reading;
  const roots = page.messages.filter(({ ts, root }) => ts === root);
  const times = page.messages.map(({ ts }) => ts);
  const from =
    page.next === null ? microsTs(tsMicros(current.floor) + 1n) : times.reduce(older, microsTs(now));
  const open = await world.store.threads.openIn(reading, { from, above: current.below });
  const partitionOf = (root: SlackTs) => threadPartition(team, channel, root);
  const wanted = new Set([
    ...roots.map(({ ts }) => partitionOf(ts)),
    ...open.map(({ root }) => partitionOf(root)),
  ]);
  const told = await world.store.threads.told([...wanted]);

  const threads = new Map(open.map((thread) => [thread.root, thread]));
  for (const one of roots) {
    const known = told.get(partitionOf(one.ts));
    const thread = threads.get(one.ts);
    threads.delete(one.ts);
    if (thread !== undefined && isBehind(one, { known, thread, now }))
      await world.store.threads.askBehind(thread.link, one.latest);
    if (known?.root !== true && thread === undefined && isRequest(plan, one)) {
      await takeIn(world, { team, channel, root: one.ts }, [
        { kind: 'message', seen: one, again: false, known: false },
      ]);
    }
  }
  // Its root stands nowhere on the page where it should: it was taken away.
  for (const { root, link } of threads.values()) {
    if (tsMicros(root) < now - ON_ITS_WAY_MICROS) await world.store.threads.askBehind(link, null);
  }
}

/** Does Slack show something else than we were told of? What was just written may be on its way to us. */
function isBehind(
  one: ReadMessage,
  { known, thread, now }: { known: ThreadTold | undefined; thread: OpenThread; now: bigint },
): boolean {
  if (one.gone || known?.root !== true) return true;
  const fresh = (ts: SlackTs | null) => ts !== null && tsMicros(ts) > now - ON_ITS_WAY_MICROS;
  if (one.edited !== null && !fresh(one.edited) && Number(one.edited) > Number(thread.stamp ?? 0))
    return true;
  const off = Math.abs(one.replies - known.replies);
  return fresh(one.latest) ? off > 2 : off > 0;
}

function isRequest({ requestsAfter, now }: Plan, one: ReadMessage): boolean {
  if (requestsAfter === null || one.gone) return false;
  return tsMicros(one.ts) > tsMicros(requestsAfter) && tsMicros(one.ts) <= now - ON_ITS_WAY_MICROS;
}
