import { performance } from 'node:perf_hooks';
import { actorOf } from '../model/actor-of.ts';
import type { Limit } from '../model/budget.ts';
import type { DeliveryId } from '../model/ids.ts';
import type { Intake } from '../model/intake.ts';
import type { ClaimedDelivery } from '../store/deliveries.ts';
import type { StoreTx } from '../store/store.ts';
import type { Pace, World } from './world.ts';

/** Senders that a process remembers; those who are quiet are forgotten first. */
const MOST_SENDERS = 10_000;

/** A delivery as it is sorted; `intake` is null for what is no call of Slack, or cannot be read. */
export interface Came {
  readonly delivery: ClaimedDelivery;
  readonly intake: Intake | null;
}

/** Tells in memory who is far from his limit, so that nobody else costs a statement. */
export type FloodWatch = (limit: Limit) => boolean;

/**
 * True for whoever sent more than half of his burst lately: from then on the rows decide, for all processes together.
 * Before that each process lets so many pass by itself.
 */
export function createFloodWatch(now: () => number = () => performance.now()): FloodWatch {
  const levels = new Map<string, { readonly level: number; readonly at: number }>();
  const levelAt = (destination: string, perSecond: number, at: number) => {
    const before = levels.get(destination);
    return before === undefined ? 0 : Math.max(0, before.level - ((at - before.at) / 1000) * perSecond);
  };
  return ({ destination, burst, perSecond }) => {
    const at = now();
    const level = Math.min(burst, levelAt(destination, perSecond, at) + 1);
    levels.delete(destination);
    levels.set(destination, { level, at });
    for (const [oldest] of levels) {
      if (levels.size <= MOST_SENDERS) break;
      levels.delete(oldest);
    }
    return level > burst / 2;
  };
}

/**
 * How long deliveries have to wait, in milliseconds, because whoever sent them, or all who write in their channel, send
 * faster than allowed. Each waits once, until its place in the sender's bucket is filled, so nothing is lost and a
 * sender's order stays. Words behind words of the same thread that wait, wait too: a thread is told in order.
 */
export async function slowDown(
  { rules, metrics }: World,
  tx: StoreTx,
  { watch, came }: { readonly watch: FloodWatch; readonly came: readonly Came[] },
): Promise<ReadonlyMap<DeliveryId, number>> {
  const waits = new Map<DeliveryId, number>();
  const limits = rules.limits;
  if (limits !== undefined) {
    const fresh = came.filter(({ delivery }) => delivery.fresh && !delivery.repaired);
    const senders = fresh.flatMap((one) => asked(one, senderOf(one.intake), limits));
    for (const [id, ms] of await overdrawn(tx, watch, senders)) waits.set(id, ms);
    // What waits for its sender takes nothing away from the others of the channel.
    const passed = fresh.filter(({ delivery }) => !waits.has(delivery.id));
    const channels = passed.flatMap((one) => asked(one, channelOf(one.intake), limits));
    for (const [id, ms] of await overdrawn(tx, watch, channels)) waits.set(id, ms);
    for (const { who } of [...senders, ...channels].filter(({ id }) => waits.has(id)))
      metrics.count('deskbridge_deliveries_slowed', { who });
  }
  keepThreadsInOrder(came, waits);
  return waits;
}

/** Words alone: who presses a button waits for nobody's words. */
function keepThreadsInOrder(came: readonly Came[], waits: Map<DeliveryId, number>): void {
  const lastIn = new Map<string, number>();
  for (const { delivery, intake } of came) {
    if (intake === null || !isWritten(intake) || !delivery.fresh) continue;
    const { id, partition, behindMs } = delivery;
    const before = Math.max(lastIn.get(partition) ?? -1, behindMs ?? -1);
    const own = waits.get(id);
    if (before < 0 && own === undefined) continue;
    const ms = Math.max(own ?? 0, before + 1);
    waits.set(id, ms);
    lastIn.set(partition, ms);
  }
}

const isWritten = ({ kind }: Intake) => kind === 'message' || kind === 'edited' || kind === 'deleted';

type Who = keyof NonNullable<World['rules']['limits']>;
type Sender = { readonly who: Who; readonly name: string } | null;
type Asked = { readonly id: DeliveryId; readonly who: Who; readonly limit: Limit };

function asked(
  { delivery }: Came,
  sender: Sender,
  limits: Readonly<Record<Who, Pace | null>>,
): readonly Asked[] {
  const pace = sender === null ? null : limits[sender.who];
  if (sender === null || pace === null) return [];
  const destination = `inbox:${sender.who}:${sender.name}`;
  return [{ id: delivery.id, who: sender.who, limit: { destination, ...pace } }];
}

function senderOf(intake: Intake | null): Sender {
  if (intake === null) return null;
  const person = actorOf(intake);
  if (person !== null) return { who: 'person', name: person };
  return intake.kind === 'message' || intake.kind === 'edited'
    ? { who: 'app', name: intake.message.user }
    : null;
}

function channelOf(intake: Intake | null): Sender {
  if (intake === null || (senderOf(intake) === null && intake.kind !== 'deleted')) return null;
  const channel = 'message' in intake ? intake.message.channel : 'channel' in intake ? intake.channel : null;
  return channel === null ? null : { who: 'channel', name: channel };
}

/** Those of them for whom nothing is left in their bucket. One statement, and only for who is near his limit. */
async function overdrawn(
  tx: StoreTx,
  watch: FloodWatch,
  all: readonly Asked[],
): Promise<ReadonlyMap<DeliveryId, number>> {
  const busy = Map.groupBy(
    all.filter(({ limit }) => watch(limit)),
    ({ limit }) => limit.destination,
  );
  const waits = new Map<DeliveryId, number>();
  if (busy.size === 0) return waits;
  const drained = await tx.budgets.drain(
    [...busy.values()].flatMap((ones) => ones.slice(0, 1).map(({ limit }) => ({ limit, cost: ones.length }))),
  );
  for (const [destination, ones] of busy) {
    const left = drained.get(destination) ?? 0;
    for (const [index, { id, limit }] of ones.entries()) {
      const mine = left + ones.length - 1 - index;
      if (mine < 0) waits.set(id, (-mine / limit.perSecond) * 1000);
    }
  }
  return waits;
}
