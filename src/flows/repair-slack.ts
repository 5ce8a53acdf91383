import { type NewDelivery, shardOf, threadPartition } from '../model/delivery.ts';
import { type SlackChannel, SlackTs, tsMicros } from '../model/ids.ts';
import type { Outcome } from '../model/outcome.ts';
import type { MessagesAfter, ReadMessage } from '../slack/out/slack-out.ts';
import type { World } from './world.ts';

/** Threads read in one run: Slack allows about 50 reads a minute for the whole app, and others need some. */
const THREADS_A_RUN = 15;
/** A thread is read again when it was not looked at for this long. */
const LOOK_AGAIN_MINUTES = 10;
const TIMEOUT_MS = 20_000;

/**
 * Finds what Slack's events did not bring: reads configured channels for new roots and, least recently checked first,
 * threads for replies. What is found comes in as deliveries with the same identity as the event would have had, so a
 * message that did arrive is recognised and counts once.
 */
export async function repairSlack(world: World): Promise<void> {
  for (const channel of world.rules.channels) await repairChannel(world, channel);
  for (const due of await world.store.threads.toCheck(THREADS_A_RUN, LOOK_AGAIN_MINUTES)) {
    const read = await messagesAfter(world, { ...due.place, after: due.after });
    if (read.kind === 'retry' && read.scope === 'destination') return;
    if (read.kind === 'ok') await takeIn(world, due.place, read.value);
    await world.store.threads.checked(due.link);
  }
}

async function repairChannel(world: World, channel: SlackChannel): Promise<void> {
  const { configurations } = world.store;
  const us = await configurations.us();
  if (us === null) return;
  const name = `slack-${channel}`;
  const before = SlackTs.safeParse(await configurations.pollCursor(name));
  if (!before.success) {
    // The first look at a channel begins now: what was written before belongs to the time before Deskbridge.
    return configurations.savePollCursor(name, microsTs(BigInt((await world.store.now()).getTime()) * 1000n));
  }
  const read = await messagesAfter(world, { team: us.teamId, channel, root: null, after: before.data });
  if (read.kind !== 'ok') return;
  await takeIn(world, { team: us.teamId, channel, root: null }, read.value);
  const newest = read.value.reduce(
    (latest, { ts }) => (tsMicros(ts) > tsMicros(latest) ? ts : latest),
    before.data,
  );
  await configurations.savePollCursor(name, newest);
}

const microsTs = (micros: bigint) => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;

async function messagesAfter(world: World, where: MessagesAfter): Promise<Outcome<readonly ReadMessage[]>> {
  const read = await world.io.run('slack.read', { timeoutMs: TIMEOUT_MS }, () =>
    world.slack.messagesAfter(where),
  );
  if (read.kind !== 'ok') world.metrics.count('deskbridge_repairs_failed', { why: read.kind });
  return read;
}

async function takeIn(
  world: World,
  place: Omit<MessagesAfter, 'after'>,
  messages: readonly ReadMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  const batch = messages.map(({ ts, event }): NewDelivery => {
    const edited = event['edited'];
    const editedTs = typeof edited === 'object' && edited !== null && 'ts' in edited ? String(edited.ts) : '';
    return {
      source: 'slack',
      key: `repair:${place.channel}:${ts}:${editedTs}`,
      identity: `${place.channel}:${ts}:${editedTs}`,
      partition: threadPartition(place.team, place.channel, place.root ?? ts),
      type: 'event',
      body: Buffer.from(JSON.stringify({ type: 'event_callback', team_id: place.team, event })),
    };
  });
  const verdicts = await world.store.deliveries.insert(batch);
  for (const [index, delivery] of batch.entries()) {
    if (verdicts[index] !== 'stored') continue;
    world.metrics.count('deskbridge_messages_repaired');
    world.ring(shardOf(delivery.partition));
  }
}
