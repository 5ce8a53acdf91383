import type { Limit } from '../../../src/model/budget.ts';
import { createSecret } from '../../../src/model/secret.ts';
import type { StoreTx } from '../../../src/store/store.ts';
import { TEAM } from '../../store/open-store.ts';
import { onLink, type Question, type Questions, withoutId } from './question.ts';
import {
  at,
  bodyOf,
  type Choice,
  channelOf,
  connectorOf,
  operationOf,
  type Side,
  stepOf,
  tsOf,
  userOf,
} from './side.ts';

export const operationQuestions: Questions = {
  ...onLink({
    append: ({ store, items }, link, choice) =>
      store.operations.append(link, [
        {
          lane: choice.c % 2 === 0 ? 'slack' : 'ticket',
          itemId: at(items, choice.b) ?? null,
          body: bodyOf(choice),
        },
        { lane: 'ticket', itemId: null, body: bodyOf({ ...choice, a: choice.b }) },
      ]),
    appendStep: ({ store }, link, { b }) =>
      store.operations.append(link, [
        {
          ...{ lane: 'ticket', itemId: null },
          body: {
            ...{ kind: 'write', set: { status: 'done' }, before: null, actor: 'A', by: userOf(b) },
            ...{ step: stepOf(b), implied: false },
          },
        },
      ]),
    refuseStep: ({ store }, link, { b, c }) =>
      store.operations.append(link, [
        {
          ...{ lane: 'slack', itemId: null },
          body: {
            ...{ kind: 'post', text: 'Not taken', where: 'conversation' },
            stepAgain: { step: stepOf(b), reason: `reason ${c}`, refused: {} },
          },
        },
      ]),
    refusedStep: ({ store }, link) => store.operations.refusedStep(link),
    open: ({ store }, link) => store.operations.open(link),
    recent: ({ store }, link) => store.operations.recent(link),
    givenUpFiles: ({ store }, link) => store.parked.givenUpFiles(link),
    hasOperations: ({ store }, link) => store.receipts.hasOperations(link),
    stopOf: ({ store }, link) => store.parked.stopOf(link),
    inDoubt: ({ store }, link, { b }) => store.operations.inDoubt(link, bodyOf({ a: b, b, c: b }).kind),
    ours: async ({ store }, link) => (await store.operations.ours(link)).size,
  }),
  ...onOperation({
    finish: (tx, id, { c }) => tx.operations.finish(id, c % 3 === 0 ? null : `remote ${c}`),
    backToReady: (tx, id, { c }) => tx.operations.backToReady(id, c * 15_000, c % 2),
    notThere: (tx, id) => tx.operations.notThere(id),
    lookAgain: (tx, id, { c }) => tx.operations.lookAgain(id, c * 15_000, c % 3),
    park: (tx, id, { b, c }) =>
      tx.operations.park(id, { reason: `parked ${c}`, blocks: b % 2 === 0, doubtful: c % 2 === 0 }),
    skip: (tx, id, { c }) => tx.operations.skip(id, `skipped ${c}`),
  }),
  async startSending(side, choice) {
    const [link, id] = [at(side.links, choice.a), await operationOf(side, choice)];
    const open = link === undefined ? [] : await side.store.operations.open(link);
    const one = open.find((operation) => operation.id === id);
    if (id === undefined || one === undefined) return null;
    // What it does stays; what is remembered of it changes.
    const body = bodyOf(choice);
    const remember = choice.a % 2 === 0 || one.body.kind !== body.kind ? null : body;
    return side.store.transaction((tx) => tx.operations.startSending(id, choice.c * 10_000, remember));
  },
  async replace(side, choice) {
    const link = at(side.links, choice.a);
    const open = link === undefined ? [] : await side.store.operations.open(link);
    const one = at(open, choice.b);
    const body = bodyOf(choice);
    // What it does stays, what it says changes.
    if (one !== undefined && one.body.kind === body.kind) await side.store.operations.replace(one.id, body);
  },
  async isSuperseded(side, choice) {
    const link = at(side.links, choice.a);
    const open = link === undefined ? [] : await side.store.operations.open(link);
    const asked = open.flatMap(({ id, itemId, lane, seq }) =>
      itemId === null ? [] : [{ id, itemId, lane, seq }],
    );
    return Promise.all(
      asked.map((one) => side.store.operations.isSuperseded({ ...one, part: 1 + (choice.b % 2) })),
    );
  },
  async parked({ store }) {
    const parked = await store.operations.parked();
    return parked.map(withoutId).sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
  },
  editParked: ({ store }, { a, b }) =>
    onParked({ store }, a, (id, kind) =>
      // What it does stays, what it says changes.
      kind === 'post'
        ? store.parked.edit(id, { kind, text: `edited ${b}`, where: 'origin' })
        : Promise.resolve(null),
    ),
  retryParked: ({ store }, { a }) => onParked({ store }, a, (id) => store.operations.retryParked(id)),
  skipParked: ({ store }, { a }) =>
    onParked({ store }, a, (id) => store.operations.skipParked(id, 'given up')),
};

type Id = Awaited<ReturnType<Side['store']['operations']['parked']>>[number]['id'];

async function onParked(
  { store }: Pick<Side, 'store'>,
  n: number,
  ask: (id: Id, kind: string) => Promise<unknown>,
) {
  const parked = [...(await store.operations.parked())].sort((x, y) => (x.id < y.id ? -1 : 1));
  const one = at(parked, n);
  return one === undefined ? null : ask(one.id, one.kind);
}

/** Changes of one open operation, within a transaction of its own. */
function onOperation(
  all: Readonly<Record<string, (tx: StoreTx, id: Id, choice: Choice) => Promise<unknown>>>,
): Readonly<Record<string, Question>> {
  return Object.fromEntries(
    Object.entries(all).map(([name, ask]): [string, Question] => [
      name,
      async (side, choice) => {
        const id = await operationOf(side, choice);
        return id === undefined ? null : side.store.transaction((tx) => ask(tx, id, choice));
      },
    ]),
  );
}

export const budgetQuestions: Questions = {
  take: ({ store }, { a, b, c }) => store.budgets.take(limitsOf({ a, b, c })),
  async drain({ store }, { a, b, c }) {
    const left = await store.budgets.drain(limitsOf({ a, b, c }).map((limit) => ({ limit, cost: 1 + c })));
    return [...left].sort().map(([destination, tokens]) => `${destination} ${Math.round(tokens)}`);
  },
  pausedForMs: ({ store }, { a }) => store.budgets.pausedForMs(`place ${a % 3}`),
  pause: ({ store }, { a, b }) =>
    store.budgets.pause(`place ${a % 3}`, `why ${b}`, b % 2 === 0 ? null : b * 30_000),
  failing: ({ store }, { a }) => store.budgets.failing(`place ${a % 3}`),
  succeeded: ({ store }, { a }) => store.budgets.succeeded(`place ${a % 3}`),
  resume: ({ store }, { a }) => store.budgets.resume(`place ${a % 3}`),
  forgetUnused: ({ store }, { a }) => store.budgets.forgetUnused(a),
  paused: ({ store }) => store.budgets.paused(),
};

const limitsOf = ({ a, b }: Choice): readonly Limit[] => {
  const first = { destination: `place ${a % 3}`, burst: 2, perSecond: 0.125 };
  return a % 3 === b % 3 ? [first] : [first, { destination: `place ${b % 3}`, burst: 3, perSecond: 0.25 }];
};

export const errandQuestions: Questions = {
  addErrand: ({ store }, { a, b }) =>
    store.errands.add({
      kind: 'open-from-mark',
      team: TEAM,
      channel: channelOf(a),
      ts: tsOf(b),
      by: userOf(a),
      door: 'emoji',
      execution: null,
    }),
  wakeErrand: ({ store }, { a, b, c }) =>
    store.errands.wake(
      `subject ${a % 2}`,
      { kind: 'invite', by: userOf(a), connector: connectorOf(a) },
      ((b + c) % 3) * 10_000,
    ),
  async claimErrands(side, { a }) {
    const held = await side.store.errands.claim(a + 1, side.leaseMs);
    if (held.length > 0) side.errands.splice(0, side.errands.length, ...held);
    return held;
  },
  startErrand: async ({ store, errands }, { a, c }) => {
    const held = at(errands, a);
    return held === undefined
      ? null
      : store.errands.startSending({ ...held, attempt: held.attempt - (c % 2) });
  },
  errandAgain: async ({ store, errands }, { a, b, c }) => {
    const held = at(errands, a);
    if (held !== undefined)
      await store.errands.again({ ...held, attempt: held.attempt - (c % 2) }, b * 10_000);
  },
  finishErrand: async ({ store, errands }, { a, c }) => {
    const held = at(errands, a);
    return held === undefined ? null : store.errands.finish({ ...held, attempt: held.attempt - (c % 3) });
  },
};

export const settingQuestions: Questions = {
  savePerson: ({ store }, { a, b }) => store.people.save('slack', `U${a}`, { name: `N${b}`, email: null }),
  person: ({ store }, { a }) => store.people.get('slack', `U${a}`),
  saveCursor: ({ store }, { a, b }) => store.configurations.savePollCursor(`c${a % 2}`, `cursor ${b}`),
  cursor: ({ store }, { a }) => store.configurations.pollCursor(`c${a % 2}`),
  forgetCursor: ({ store }, { a }) => store.configurations.forgetPollCursor(`c${a % 2}`),
  us: ({ store }) => store.configurations.us(),
  saveAccount: ({ store }, { a, b, c }) => {
    const grant = c % 2 === 0 ? null : createSecret(`secret ${c}`);
    return store.accounts.save({
      user: userOf(a),
      connector: connectorOf(b),
      account: `account ${a}${b}`,
      grant,
    });
  },
  account: async ({ store }, { a, b }) => {
    const found = await store.accounts.get(userOf(a), connectorOf(b));
    return found === null ? null : { ...found, grant: found.grant?.reveal() ?? null };
  },
  refuse: ({ store }, { a, b }) => store.accounts.refuse(userOf(a), connectorOf(b), 'refused'),
  removeAccount: ({ store }, { a, b }) => store.accounts.remove(userOf(a), connectorOf(b)),
  saveUs: ({ store }, { a }) => store.configurations.saveUs({ teamId: TEAM, botUserId: userOf(a) }),
};
