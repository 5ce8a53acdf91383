import { type NewDelivery, SHARDS, threadPartition, ticketPartition } from '../../../src/model/delivery.ts';
import { TEAM } from '../../store/open-store.ts';
import { onLink, type Questions, withoutId } from './question.ts';
import { at, CHANNELS, type Choice, channelOf, connectorOf, placeOf, ticketOf, tsOf } from './side.ts';

const WHAT = ['', 'bypass', '1800000009.000000', 'message_deleted:1', 'message_changed:2'];

function deliveryOf({ a, b, c }: Choice): NewDelivery {
  const place = placeOf({ a, b });
  const isHook = c % 5 === 4;
  return {
    source: isHook ? 'jira' : 'slack',
    key: `${c % 3 === 0 ? 'repair:' : ''}key-${a}-${b}-${c}`,
    identity: c % 2 === 0 || isHook ? null : `${place.channel}:${tsOf(c)}:${at(WHAT, a) ?? ''}`,
    partition: isHook
      ? ticketPartition(connectorOf(a), ticketOf(b))
      : threadPartition(place.team, place.channel, place.root),
    type: isHook ? 'hook' : 'event',
    body: Buffer.from(`body ${a} ${b} ${c}`),
  };
}

export const deliveryQuestions: Questions = {
  insert: ({ store }, { a, b, c }) =>
    store.deliveries.insert([
      deliveryOf({ a, b, c }),
      deliveryOf({ a: b, b: c, c: a }),
      deliveryOf({ a, b, c }),
    ]),
  async claim(side) {
    const { store, deliveries } = side;
    const claimed = [];
    for (let shard = 0; shard < SHARDS; shard += 1)
      claimed.push(...(await store.deliveries.claimNew(shard, 100)));
    deliveries.splice(0, deliveries.length, ...claimed.map(({ id }) => id));
    return claimed.map((one) => ({
      ...withoutId(one),
      behindMs: one.behindMs === null ? null : Math.round(one.behindMs / 10_000),
      body: Buffer.from(one.body).toString(),
    }));
  },
  async close({ store, deliveries }, { a, b }) {
    const id = at(deliveries, a);
    const reason = ['unreadable', 'thread-without-request', 'root-not-seen-yet', 'held'][b % 4] ?? null;
    const state = (['done', 'ignored', 'waiting', 'waiting'] as const)[b % 4] ?? 'done';
    if (id !== undefined) await store.deliveries.close(id, state, reason);
  },
  async slow({ store, deliveries }, { a, b }) {
    const [one, other] = [at(deliveries, a), at(deliveries, b)];
    const waits = new Map(
      [one, other].flatMap((id, n) => (id === undefined ? [] : [[id, (a + n) * 20_000]])),
    );
    await store.deliveries.slow(waits);
  },
  releaseSlowed: async ({ store }) => [...(await store.deliveries.releaseSlowed())].sort(),
  async attach({ store, deliveries, links }, { a, b, c }) {
    const [id, link] = [at(deliveries, a), at(links, b)];
    if (id !== undefined && link !== undefined) await store.deliveries.attach(id, link, c % 2 === 0);
  },
  async attachWaiting({ store, links }, { a, b, c }) {
    const link = at(links, c);
    const place = placeOf({ a, b });
    const partition = threadPartition(place.team, place.channel, place.root);
    if (link !== undefined) await store.deliveries.attachWaiting(partition, link);
  },
  async sortedFor({ store, links }, { a }) {
    const link = at(links, a);
    const found = link === undefined ? [] : await store.deliveries.sortedFor(link);
    return found.map((one) => ({ ...withoutId(one), body: Buffer.from(one.body).toString() }));
  },
  isBypassed: ({ store }, { a, b }) => store.deliveries.isBypassed({ channel: channelOf(a), ts: tsOf(b) }),
  releaseHeld: async ({ store }, { a }) => [...(await store.deliveries.releaseHeld(a * 10_000))].sort(),
  async setApart({ store, deliveries }, { a }) {
    const id = at(deliveries, a);
    if (id !== undefined) await store.deliveries.setApart([id]);
  },
  reconsiderWaiting: ({ store }) => store.deliveries.reconsiderWaiting(),
  reconsiderUnreadable: ({ store }) => store.deliveries.reconsiderUnreadable(),
  async staleShards({ store }, { a }) {
    return [...(await store.deliveries.staleShards(a * 60_000))].sort();
  },
  giveUpWaiting: ({ store }, { a }) => store.deliveries.giveUpWaiting(1 + a),
};

export const readingQuestions: Questions = {
  due: async ({ store }, { a }) => {
    const due = await store.readings.due(TEAM, CHANNELS.slice(0, a % 3));
    return [...due].sort((x, y) => (x.channel < y.channel ? -1 : 1));
  },
  advance: ({ store }, { a, b, c }) =>
    store.readings.advance(
      { team: TEAM, channel: channelOf(a) },
      { floor: tsOf(b), below: c % 2 === 0 ? null : tsOf(c), newest: tsOf(a) },
    ),
  finish: ({ store }, { a, b, c }) =>
    store.readings.finish(
      { team: TEAM, channel: channelOf(a) },
      { seenTo: b % 3 === 0 ? null : tsOf(b), deep: c % 2 === 0 },
    ),
  stoodStill: ({ store }, { a }) => store.readings.stoodStill(1 + a),
  markDirect: ({ store }, { a }) => store.readings.markDirect({ team: TEAM, channel: channelOf(a) }),
  toRead: async ({ store }, { a }) => {
    const due = await store.threads.toRead(50, 1 + a * 10);
    const shown = due.map(({ link, places }) => ({
      link,
      places: places.map((one) => JSON.stringify(sorted(one))).sort(),
    }));
    return shown.sort((x, y) => (JSON.stringify(x.places) < JSON.stringify(y.places) ? -1 : 1));
  },
  askAll: ({ store }) => store.threads.askAll(),
  forgetChecked: ({ store }) => store.threads.forgetChecked(),
  stillDue: async ({ store, links }, { a }) =>
    [...(await store.threads.stillDue(a % 2 === 0 ? null : links.slice(0, a)))].sort(),
  openIn: async ({ store }, { a, b, c }) => {
    const where = { team: TEAM, channel: channelOf(a) };
    const open = await store.threads.openIn(where, { from: tsOf(b), above: c % 2 === 0 ? null : tsOf(c) });
    return [...open].sort((x, y) => (x.root < y.root ? -1 : 1));
  },
  told: async ({ store }, { a, b }) => {
    const partitions = [0, 1, 2, 3].map((n) => partitionOf({ a, b: b + n }));
    return [...(await store.threads.told(partitions))].sort(([x], [y]) => (x < y ? -1 : 1));
  },
  messagesTold: async ({ store }, { a, b }) =>
    [...(await store.threads.messagesTold(partitionOf({ a, b })))].sort((x, y) => (x.ts < y.ts ? -1 : 1)),
  ...onLink({
    ask: ({ store }, link) => store.threads.ask(link),
    askBehind: ({ store }, link, { b }) => store.threads.askBehind(link, b % 2 === 0 ? null : tsOf(b)),
    checked: ({ store }, link) => store.threads.checked(link),
  }),
};

const sorted = (one: object) => Object.fromEntries(Object.entries(one).sort(([x], [y]) => (x < y ? -1 : 1)));
const partitionOf = (choice: { a: number; b: number }) => {
  const { team, channel, root } = placeOf(choice);
  return threadPartition(team, channel, root);
};
