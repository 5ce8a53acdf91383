import { SHARDS } from '../../../src/model/delivery.ts';
import { plainDoc } from '../../../src/model/doc.ts';
import { PLAIN_YIELDS, type RoutingFacts } from '../../../src/model/route.ts';
import { TEAM } from '../../store/open-store.ts';
import { onLink, type Questions, withoutId } from './question.ts';
import { at, channelOf, connectorOf, fieldsOf, itemOf, placeOf, ticketOf, tsOf, userOf } from './side.ts';

const FACTS: RoutingFacts = {
  ...{ door: null, channel: null, form: {}, requester: null, person: null },
  ...{ urgent: false, at: new Date(0), kind: null },
};

export const linkQuestions: Questions = {
  async openLink(side, { a, b, c }) {
    const place = c % 5 === 0 ? null : placeOf({ a, b });
    const origin = `origin ${a} ${b}`;
    const home = c % 5 === 0 ? ('dm' as const) : ('thread' as const);
    const id = await side.store.links.open({ origin, team: TEAM, requester: userOf(c), home, place });
    if (id !== null) side.links.push(id);
    return id !== null;
  },
  async addPlace({ store, links }, { a, b, c }) {
    const link = at(links, c);
    const role = (['primary', 'origin', 'internal'] as const)[c % 3] ?? 'internal';
    return link === undefined ? null : store.links.addPlace(link, role, placeOf({ a, b }));
  },
  ...onLink({
    withdraw: ({ store }, link) => store.links.withdraw(link, 'outsider'),
    merge: async ({ store, links }, link, { b }) => {
      const into = at(links, b);
      return into === undefined || into === link ? null : store.links.merge(link, into);
    },
    askSame: async ({ store, links }, link, { b, c }) => {
      const same = at(links, b);
      return same === undefined ? null : store.duplicates.ask(link, same, c * 60_000);
    },
    isAnother: ({ store }, link) => store.duplicates.isAnother(link),
    mayBeSame: async ({ store, links }, link) => {
      const found = await store.duplicates.of(link);
      return found === null ? null : { same: links.indexOf(found.same), leftMs: found.leftMs };
    },
    moveToDirectMessage: ({ store }, link) => store.links.moveToDirectMessage(link),
    setRequester: ({ store }, link, { b }) => store.links.setRequester(link, userOf(b)),
    placesOf: ({ store }, link) => store.links.placesOf(link),
    originOf: ({ store }, link) => store.links.originOf(link),
    async move({ store }, link, { b, c }) {
      const { route = null, ticket = null } = (await store.links.get(link)) ?? {};
      if (route === null || ticket === null) return;
      const to = { ...route, queue: `queue ${c}`, connector: connectorOf(b), policies: [`policy ${c}`] };
      await store.moves.move(link, { ...to, reason: 'Moved.', risk: 'high', privacy: 'private' }, 'site');
    },
    leaveAgents: ({ store }, link, { b }) => store.moves.leaveAgents(link, b % 3 === 0 ? null : channelOf(b)),
    get: ({ store }, link) => store.links.get(link),
    wake: ({ store }, link, { b }) => store.links.wake(link, b % 2 === 0),
    planLater: ({ store }, link, { b }) => store.links.planLater(link, b * 20_000),
    setSeen: ({ store }, link, { b }) => store.links.setSeen(link, b),
    setCard: ({ store }, link, { b, c }) =>
      store.links.setCard(link, { channel: channelOf(b), ts: tsOf(c) }, `hash ${b}`),
    setStatus: ({ store }, link, { b, c }) =>
      store.links.setStatus(
        link,
        (['provisional', 'live', 'closed', 'parked'] as const)[b % 4] ?? 'live',
        b % 4 === 3 ? { why: 'operation', reason: `reason ${c}` } : null,
      ),
    setOwnChange: ({ store }, link, { b }) =>
      store.links.setOwnChange(link, b % 2 === 0 ? null : { status: 'open', by: userOf(b) }),
    raise: ({ store }, link, { b }) => store.acts.raise(link, b % 2 === 0 ? 'escalate' : 'want-human'),
    alarms: async ({ store }, link) => [...(await store.acts.alarms(link))].sort(),
    factsOf: ({ store }, link) => store.links.factsOf(link),
    route: ({ store }, link, { b }) =>
      store.links.route(
        link,
        {
          kind: 'iam',
          queue: 'help',
          connector: connectorOf(b),
          priority: 'high',
          privacy: 'thread',
          rule: 'rule',
          reason: 'Why.',
          ...PLAIN_YIELDS,
        },
        { summary: `summary ${b}`, details: plainDoc('details') },
        { site: 'site', configHash: 'f'.repeat(64), facts: FACTS },
      ),
    async saveTicket({ store }, link, { b, c }) {
      const ticket = (await store.links.get(link))?.ticket ?? null;
      const fields = c % 3 === 0 ? null : fieldsOf(c);
      const updatedAt = fields === null ? null : new Date(1_800_000_000_000 + c);
      if (ticket !== null)
        await store.links.saveTicket(link, {
          ...ticket,
          id: ticketOf(b),
          key: `K${b}`,
          url: 'https://x',
          fields,
          updatedAt,
        });
    },
    outlook: ({ store }, link) => store.receipts.outlook(link),
  }),
  byPlace: ({ store }, choice) => store.links.byPlace(placeOf(choice)),
  hasPlaceIn: ({ store }, { a }) => store.links.hasPlaceIn(TEAM, channelOf(a)),
  byTicket: ({ store }, { a, b }) => store.links.byTicket(connectorOf(a), ticketOf(b)),
  async markStale({ store }, { a, b, c }) {
    return [...(await store.links.markStale(connectorOf(a), [ticketOf(b), ticketOf(c)]))].sort();
  },
  markUnread: async ({ store }, { a, b }) =>
    [...(await store.links.markUnread(connectorOf(a), { minutes: 1 + b * 10, limit: 50 }))].sort(),
  async dueShards({ store }, { a }) {
    return (await store.links.dueShards(a * 30_000, SHARDS)).length > 0;
  },
};

export const itemQuestions: Questions = onLink({
  async addItem({ store, items }, link, choice) {
    items.push(await store.items.add(link, itemOf(choice)));
  },
  async itemsOf({ store }, link) {
    const found = await store.items.of(link);
    return found.map(withoutId);
  },
  async changeItem({ store, items }, _link, { b, c }) {
    const item = at(items, b);
    if (item !== undefined)
      await store.items.change(item, { visibility: 'internal', stamp: `s${c}`, gone: c % 2 === 0 });
  },
  async setCopy({ store, items }, link, { b, c }) {
    const item = at(items, b);
    const channel = c % 2 === 0 ? null : channelOf(c);
    const mine = item === undefined ? [] : (await store.items.of(link)).filter(({ id }) => id === item);
    if (item !== undefined && mine.length > 0)
      await store.items.setCopy(link, item, { part: 1 + (b % 2), nativeId: `n${c}`, channel });
  },
  async removeCopy({ store, items }, _link, { b, c }) {
    const item = at(items, b);
    if (item !== undefined) await store.items.removeCopy(item, 1 + (c % 2));
  },
  async copyOf({ store, items }, _link, { b, c }) {
    const item = at(items, b);
    return item === undefined ? null : store.items.copyOf(item, 1 + (c % 2));
  },
});

export const leaseQuestions: Questions = {
  async acquire(side, { b }) {
    // A lease that ran out at once, and one that outlives the test: real time decides in Postgres.
    const book = side.store.leases(
      '00000000-0000-7000-8000-00000000000a',
      b % 3 === 0 ? -1_000 : side.leaseMs,
    );
    const taken = await book.acquireAmong(side.links, 50);
    side.leases.push(...[...taken].sort((x, y) => side.links.indexOf(x.link) - side.links.indexOf(y.link)));
    return taken.length;
  },
  async fenced(side, { a, b }) {
    const lease = at(side.leases, a);
    return lease === undefined ? null : side.store.fenced(lease, (tx) => tx.links.setSeen(lease.link, b));
  },
  async release(side, { a }) {
    const lease = at(side.leases, a);
    if (lease !== undefined) await side.store.release(lease);
  },
  async undone(side, { a, b }) {
    const link = at(side.links, a);
    if (link === undefined) return;
    await side.store.transaction(async (tx) => {
      await tx.links.wake(link, true);
      await tx.links.setCard(link, { channel: channelOf(b), ts: tsOf(b) }, 'never shown');
      await tx.operations.append(link, [{ lane: 'slack', itemId: null, body: { kind: 'card' } }]);
      throw new Error('undone');
    });
  },
};
