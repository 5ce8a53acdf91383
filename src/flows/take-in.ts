import { type NewDelivery, shardOf, threadPartition } from '../model/delivery.ts';
import type { Errand } from '../model/errand.ts';
import type { SlackChannel, SlackTeam, SlackTs, SlackUser } from '../model/ids.ts';
import type { Conversation } from '../model/link.ts';
import type { Door } from '../model/route.ts';
import type { ReadMessage } from '../slack/out/slack-out.ts';
import type { Missed } from '../sync/missed.ts';
import type { World } from './world.ts';

/** Where a missed thing stands; `root` is that of its thread. */
type Place = Conversation;

/** What was missed comes in as deliveries with the identities that the events have, so that nothing counts twice. */
export async function takeIn(
  world: World,
  place: Place,
  missed: readonly Missed<ReadMessage>[],
  counted: 'repaired' | 'backfilled' = 'repaired',
): Promise<number> {
  if (missed.length === 0) return 0;
  const us = await world.store.configurations.us();
  const batch = missed.map((one) => deliveryOf(place, one));
  const verdicts = await world.store.deliveries.insert(batch);
  let taken = 0;
  for (const [index, one] of missed.entries()) {
    const delivery = batch[index];
    if (verdicts[index] !== 'stored' || delivery === undefined) continue;
    // Our own posts come back as events, too; one that did not is no missed message of anybody.
    const own = one.kind === 'message' && (one.known || one.seen.user === us?.botUserId);
    if (!own) {
      taken += 1;
      world.metrics.count(`deskbridge_messages_${counted}`, { kind: one.kind });
    }
    world.ring(shardOf(delivery.partition));
  }
  return taken;
}

/**
 * Somebody marked this message with an emoji, a mention or a button, and it was read: it comes in as the message shortcut
 * would have brought it. `id` names this very mark.
 */
export async function takeInMark(
  world: World,
  mark: Pick<
    Extract<Errand, { kind: 'open-from-mark' }>,
    'team' | 'channel' | 'by' | 'door' | 'execution' | 'human'
  > & {
    readonly id: string;
  },
  seen: ReadMessage,
): Promise<void> {
  const { team, channel, id } = mark;
  const partition = threadPartition(team, channel, seen.root);
  const type = 'interactive' as const;
  await world.store.deliveries.insert([
    {
      source: 'slack',
      key: `mark:${id}`,
      identity: null,
      partition,
      type,
      body: markedBody(mark, seen),
    },
  ]);
  world.ring(shardOf(partition));
}

/** The message shortcut for a message that was read. */
export function markedBody(
  {
    team,
    channel,
    by,
    door,
    execution,
    human,
  }: {
    readonly team: SlackTeam;
    readonly channel: SlackChannel;
    readonly by: SlackUser;
    readonly door: Door | undefined;
    readonly execution: string | null | undefined;
    readonly human?: true;
  },
  seen: ReadMessage,
): Uint8Array {
  const body = {
    type: 'message_action',
    callback_id: 'open_request',
    team: { id: team },
    user: { id: by },
    channel: { id: channel },
    message_ts: seen.ts,
    message: seen.event,
    deskbridge: { door: door ?? 'message-shortcut', execution, human },
  };
  return Buffer.from(JSON.stringify(body));
}

function deliveryOf(place: Place, missed: Missed<ReadMessage>): NewDelivery {
  const { team, channel } = place;
  const partition = threadPartition(team, channel, place.root);
  const common = { source: 'slack', partition, type: 'event' as const };
  if (missed.kind === 'deletion') {
    const name = `${channel}:${missed.ts}:message_deleted:repair`;
    const event = deletion(place, missed.ts);
    return { ...common, key: `repair:deletion:${name}`, identity: name, body: bodyOf(place, event) };
  }
  const { seen, kind } = missed;
  const name = `${channel}:${seen.ts}:${seen.edited ?? ''}`;
  // What we once had no use for has its identity already, and comes in under a name of its own.
  const again = kind === 'message' && missed.again;
  return {
    ...common,
    key: `repair:${kind}:${again ? 'again:' : ''}${name}`,
    identity: again ? null : name,
    body: bodyOf(place, seen.event),
  };
}

/** An event as it would have come in. */
export const bodyOf = ({ team }: Pick<Place, 'team'>, event: Readonly<Record<string, unknown>>): Uint8Array =>
  Buffer.from(JSON.stringify({ type: 'event_callback', team_id: team, event }));

/** The event that Slack would have sent; it has no words, and needs none. */
function deletion({ channel, root }: Place, ts: SlackTs): Readonly<Record<string, unknown>> {
  const message = { subtype: 'tombstone', ts, thread_ts: root };
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    channel,
    ts,
    deleted_ts: ts,
    message,
  };
}
