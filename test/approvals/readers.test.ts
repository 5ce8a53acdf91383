/** Who may read an approval now: whoever lost his seat reads nothing any more, and no channel reads it that is not private. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { askInSlack } from '../../src/flows/approval-cards.ts';
import { createApprovalPages } from '../../src/flows/approval-page.ts';
import { askForInfo } from '../../src/flows/ask-about-approval.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { decisionsFor } from '../../src/flows/decisions-for.ts';
import { prepareApprovalCard } from '../../src/flows/prepare-approval-card.ts';
import { takeDirectory } from '../../src/flows/take-directory.ts';
import type { World } from '../../src/flows/world.ts';
import type { ApprovalId } from '../../src/model/approval.ts';
import { Marker, SlackChannel } from '../../src/model/ids.ts';
import type { Link } from '../../src/model/link.ts';
import { ok } from '../../src/model/outcome.ts';
import type { SlackPlace } from '../../src/privacy/audience.ts';
import type { ApprovalShown } from '../../src/slack/out/approval-shown.ts';
import type { Db } from '../../src/store/database.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { issueNow } from './issue-now.ts';
import { rulesWith } from './rules.ts';

after(dropCopies);

const attempt = { marker: Marker.parse('dsk-0000000000000000'), startedAt: new Date() };
const CHANNEL = SlackChannel.parse('G0APPROVE');

/** Asks those people, as the errand does. */
const ask = ({ world, approving }: Crowd, id: ApprovalId, people: readonly Person[]) =>
  world.store.transaction(async (tx) => {
    const held = (await tx.approvals.hold(id)) ?? assert.fail();
    const { round, at: step } = held.approval;
    const all = people.map(({ principal }) => principal);
    await askInSlack(tx, approving, held, await tx.approvals.asked.add({ approval: id, round, step }, all));
  });

interface Sent {
  readonly to: string;
  readonly hidden: ApprovalShown['hidden'] | null;
  readonly canPress: boolean;
}

/** Sends what waits for Slack, as the lane does; answers what was sent, in its order. */
async function deliver(db: Db, world: World, { id }: Link): Promise<readonly (Sent | string)[]> {
  const { store } = world;
  const sent: (Sent | string)[] = [];
  for (let more = true; more; ) {
    const [next] = (await store.operations.open(id)).filter(
      ({ lane, body }) => lane === 'slack' && (body.kind === 'approval-card' || body.kind === 'tell'),
    );
    more = next !== undefined;
    if (next === undefined) continue;
    await sql`update operation set state = 'done' where id = ${next.id}`.execute(db);
    if (next.body.kind === 'tell') sent.push(`${next.body.user}: ${next.body.text}`);
    if (next.body.kind !== 'approval-card') continue;
    const { body } = next;
    let shown: Sent | null = null;
    const to = 'user' in body.to ? body.to.user : body.to.channel;
    const watched: World = {
      ...world,
      look: {
        ...world.look,
        approvalCard(about, acts) {
          shown = { to, hidden: about.hidden ?? null, canPress: acts !== null };
          return world.look.approvalCard(about, acts);
        },
      },
    };
    const link = (await store.links.get(id)) ?? assert.fail();
    const prepared = await prepareApprovalCard(watched, link, { operation: next, body });
    assert.equal(prepared.kind, 'ok');
    if (prepared.kind !== 'ok' || 'skip' in prepared.value) continue;
    const done = await prepared.value.send(attempt);
    assert.equal(done.kind, 'ok', JSON.stringify(done));
    if (done.kind === 'ok') await store.transaction((tx) => done.value.commit(tx));
    if (shown !== null) sent.push(shown);
  }
  return sent;
}

const pagesOf = (world: World) =>
  createApprovalPages({
    worldOf: () => world,
    signIn: {
      url: () => assert.fail('nobody signs in'),
      exchange: () => assert.fail('nobody signs in'),
    },
    publicUrl: 'https://desk.example',
    io: world.io,
    now: () => new Date(),
  });

test('who lost the role that he was asked for reads nothing of it any more; who has voted still does', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2 });
  const { world, approving } = crowd;
  const [ben = assert.fail(), chen = assert.fail()] = crowd.approvers;
  await crowd.hire(['security']);
  const { id, link } = await crowd.open('dual');
  const look = async (by: Person) => {
    const who = { team: world.team, user: by.user, authTime: Date.now() };
    return (await pagesOf(world).look(id, who)).kind;
  };
  const lists = async (by: Person) => (await decisionsFor(world, by.user)).items.length;
  const question = async (by: Person) => {
    const act = { kind: 'ask', approval: id, question: 'Why?' } as const;
    const place = { act, by: by.user, place: null, view: null, cause: `q:${by.user}` };
    const asked = await askForInfo({ world, approving, pressed: { kind: 'approval-act', ...place } }, act);
    const answer = asked.kind === 'ok' ? asked.value : null;
    return answer?.kind === 'words' ? answer.isRefusal : assert.fail();
  };
  await ask(crowd, id, [ben, chen]);
  assert.deepEqual(
    await deliver(db, world, link),
    [ben, chen].map(({ user }) => ({ to: user, hidden: null, canPress: true })),
  );
  assert.deepEqual([await look(ben), await lists(ben), await question(ben)], ['shown', 1, false]);
  const token =
    (await issueNow(world, { approval: id, by: chen.principal, surface: 'card' })) ?? assert.fail();
  const voted = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: chen.user }, surface: 'card', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: token.approve }, cause: null },
  });
  assert.equal(voted.kind === 'ok' && voted.value.kind, 'counted');
  await deliver(db, world, link);

  // The directory says that both have other work now.
  const rows = await sql<{
    native_id: string;
    principal_id: string;
  }>`select native_id, principal_id from identity
    where system = '@directory'`.execute(db);
  const idOf = ({ principal }: Person) =>
    rows.rows.find(({ principal_id }) => principal_id === principal)?.native_id ?? assert.fail();
  const moved = [ben, chen].map((one) => ({
    ...{ id: idOf(one), name: 'Somebody', email: null, slack: one.user, accounts: new Map() },
    ...{ manager: null, active: true, department: null, groups: ['sales'], tier: null },
  }));
  await takeDirectory(world.store, moved, 'test');
  const after = await deliver(db, world, link);
  assert.deepEqual(after[0], { to: ben.user, hidden: 'not-asked', canPress: false });
  assert.ok(
    after.slice(1).every((one) => typeof one !== 'string' && one.to === chen.user && one.hidden === null),
  );
  assert.deepEqual([await look(ben), await lists(ben), await question(ben)], ['refused', 0, true]);
  assert.equal(await look(chen), 'shown');
});

/** The same bridge, whose approvals channel is such a place now. */
const inPlace = (world: World, place: SlackPlace): World => ({
  ...world,
  slack: { ...world.slack, place: async () => ok(place) },
});

test('the approvals channel is asked about before each time that something is sent there', async (t) => {
  const { db, install } = await openStore(t);
  const rules = rulesWith('on', { cards: { channel: CHANNEL } });
  const crowd = await gather(db, install, { approvers: 2, rules });
  const [ben = assert.fail(), chen = assert.fail()] = crowd.approvers;
  const isPrivate = inPlace(crowd.world, { kind: 'private', shared: false });
  const { id, link } = await crowd.open();
  await ask(crowd, id, [ben]);
  const [card, told, ...none] = await deliver(db, isPrivate, link);
  assert.deepEqual([card, none], [{ to: CHANNEL, hidden: null, canPress: true }, []]);
  assert.match(String(told), new RegExp(`^${ben.user}: You are asked to decide[^]*${CHANNEL}`));

  for (const place of [
    { kind: 'public', shared: false },
    { kind: 'private', shared: true },
  ] as const) {
    const open = inPlace(crowd.world, place);
    await ask(crowd, id, [chen]);
    await sql`update approval_card set shown = '' where principal is null`.execute(db);
    const sent = await deliver(db, open, link);
    assert.deepEqual(sent[0], { to: CHANNEL, hidden: 'channel', canPress: false });
    assert.ok(!sent.some((one) => typeof one === 'string'), 'nobody is sent to a channel that shows nothing');
  }
  const cards = await crowd.world.store.approvals.cards.of(id);
  const has = cards.flatMap(({ principal }) => principal ?? []).sort();
  assert.deepEqual(has, [ben.principal, chen.principal].sort(), 'each has a card of his own instead');
});

test('a channel that is not private, and a confidential request: each has the card in his direct messages', async (t) => {
  const { db, install } = await openStore(t);
  const rules = rulesWith('on', { cards: { channel: CHANNEL } });
  const crowd = await gather(db, install, { approvers: 1, rules });
  const [ben = assert.fail()] = crowd.approvers;
  const own = [{ to: ben.user, hidden: null, canPress: true }];
  const first = await crowd.open();
  await ask(crowd, first.id, [ben]);
  const isOpen = inPlace(crowd.world, { kind: 'public', shared: false });
  assert.deepEqual(await deliver(db, isOpen, first.link), own);

  const second = await crowd.open();
  await sql`update link set privacy = 'private' where id = ${second.link.id}`.execute(db);
  await ask(crowd, second.id, [ben]);
  const isPrivate = inPlace(crowd.world, { kind: 'private', shared: false });
  assert.deepEqual(await deliver(db, isPrivate, second.link), own);
});
