/** A decision is about what its maker was shown, in the step and the earnest in which he was asked. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Mode } from '../../src/approvals/settings.ts';
import { actOnApproval, decideApproval } from '../../src/flows/decide-approval.ts';
import { prepareApprovalCard } from '../../src/flows/prepare-approval-card.ts';
import { reviewApprovals } from '../../src/flows/review-approval.ts';
import type { World } from '../../src/flows/world.ts';
import type { ApprovalId } from '../../src/model/approval.ts';
import type { Link } from '../../src/model/link.ts';
import { rejected } from '../../src/model/outcome.ts';
import { dropCopies, openStore, rows } from '../store/open-store.ts';
import { attempt, ballot, run, stateOf, statusOf, vote } from './acts.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { rulesWith } from './rules.ts';

after(dropCopies);

const HOUR_MS = 3_600_000;

/** The same crowd, after its owner changed the mode. */
const switched = (crowd: Crowd, mode: Mode): Crowd => {
  const approving = { ...crowd.approving, rules: rulesWith(mode) };
  return { ...crowd, approving, world: { ...crowd.world, approvals: approving } };
};

async function ticketNow({ world, desk }: Crowd, link: Link): Promise<void> {
  const { ticket } = link;
  assert.ok(ticket?.id);
  const now = desk.tickets.get(ticket.id)?.now() ?? assert.fail('its ticket is gone');
  await world.store.links.saveTicket(link.id, { ...ticket, fields: now.fields });
}

const noted = async ({ world }: Crowd, link: Link): Promise<string> =>
  (await world.store.operations.open(link.id))
    .flatMap(({ body }) => (body.kind === 'note' || body.kind === 'post' ? [body.text] : []))
    .join('\n');

test('what was given for one step decides nothing in the next', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const both = await crowd.hire(['iam', 'security']);
  const { id, link } = await crowd.open('sequence');
  const early = await ballot(crowd, id, both);
  assert.equal(await vote(crowd, id, iam), 'counted');
  assert.equal(await run(crowd, link, id), 'ok');
  await ticketNow(crowd, link);
  assert.equal((await stateOf(crowd, id)).at, 1);
  const late = await decideApproval(crowd.world, early);
  assert.ok(late.kind === 'ok' && late.value.kind === 'refused');
  assert.equal(late.value.why, 'another-version');
  assert.equal(await vote(crowd, id, both), 'counted', 'with what is given for the second step he decides');
});

/** A world in which something happens while a card is made ready. */
function meanwhile(world: World, happens: () => Promise<void>): World {
  const { store } = world;
  const questions = {
    ...store.approvals.questions,
    of: async (id: ApprovalId) => {
      await happens();
      return store.approvals.questions.of(id);
    },
  };
  return { ...world, store: { ...store, approvals: { ...store.approvals, questions } } };
}

test('a card never carries buttons for another version than the one that it shows', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { world } = crowd;
  const { id, link } = await crowd.open();
  const asked = (round: number) =>
    world.store.approvals.asked.add({ approval: id, round, step: 0 }, [ben.principal]);
  await asked(1);
  const body = { kind: 'approval-card' as const, approval: id, to: { ...ben } };
  await world.store.transaction((tx) =>
    tx.operations.append(link.id, [{ lane: 'slack', itemId: null, body }]),
  );
  const waiting = await world.store.operations.open(link.id);
  const operation = waiting.find((one) => one.body.kind === 'approval-card') ?? assert.fail();
  const changes = async () => {
    const { ticket } = (await world.store.links.get(link.id)) ?? assert.fail();
    assert.ok(ticket?.fields);
    const fields = { ...ticket.fields, summary: 'Make me owner' };
    await world.store.links.saveTicket(link.id, { ...ticket, fields });
    await reviewApprovals(world, link.id);
    await asked(2);
  };
  const torn = await prepareApprovalCard(meanwhile(world, changes), link, { operation, body });
  assert.equal(torn.kind, 'retry', 'it is written anew');
  const whole = await prepareApprovalCard(world, link, { operation, body });
  assert.ok(whole.kind === 'ok' && 'send' in whole.value);
});

test('a card that was made ready before a change is not sent after it', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2 });
  const [ben = assert.fail(), other = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open('many');
  const { world } = crowd;
  await world.store.approvals.asked.add({ approval: id, round: 1, step: 0 }, [ben.principal]);
  const body = { kind: 'approval-card' as const, approval: id, to: { ...ben } };
  await world.store.transaction((tx) =>
    tx.operations.append(link.id, [{ lane: 'slack', itemId: null, body }]),
  );
  const waiting = await world.store.operations.open(link.id);
  const operation = waiting.find((one) => one.body.kind === 'approval-card') ?? assert.fail();
  const ready = await prepareApprovalCard(world, link, { operation, body });
  assert.ok(ready.kind === 'ok' && 'send' in ready.value);
  assert.equal(await vote(crowd, id, other), 'counted');
  const sent = await ready.value.send(attempt);
  assert.ok(sent.kind === 'retry' && sent.effect === 'none');
});

test('asked in earnest and switched off before it is done: nothing is done, and nobody is told that it was', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  for (const mode of ['off', 'simulate'] as const) {
    const { id, link } = await crowd.open();
    assert.equal(await vote(crowd, id, iam), 'counted');
    assert.equal(await run(switched(crowd, mode), link, id), 'ok');
    assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'granted']);
    assert.match(await noted(crowd, link), /the change was not made: such approvals are switched off/);
    assert.doesNotMatch(await noted(crowd, link), /the change above was made/);
  }
  assert.deepEqual(await rows(db, 'select 1 from approval_execution'), []);
});

test('asked as a simulation it stays one, whatever the owner switches on later', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1, rules: rulesWith('simulate') });
  const [iam = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, iam), 'counted');
  assert.equal(await run(switched(crowd, 'on'), link, id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'executed']);
  assert.match(await noted(crowd, link), /only simulates, so nothing was changed/);
});

test('a vote that counts no more leaves its seat to others', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const guard = await crowd.hire(['security']);
  const [first, second] = [await crowd.hire([]), await crowd.hire([])];
  const { id } = await crowd.open('dual');
  const until = (await crowd.world.store.now()).getTime() + HOUR_MS;
  const standsIn = async (to: Person) => {
    const act = { kind: 'delegate' as const, to: to.principal, until };
    const by = { system: 'slack' as const, id: ben.user };
    const done = await actOnApproval(crowd.world, { approval: id, by, surface: 'card', cause: null, act });
    assert.ok(done.kind === 'ok' && done.value.kind === 'counted');
  };
  await standsIn(first);
  assert.equal(await vote(crowd, id, first), 'counted');
  await standsIn(second);
  assert.equal(await vote(crowd, id, second), 'counted');
  assert.equal(await vote(crowd, id, guard), 'counted');
  assert.equal(await statusOf(crowd, id), 'granted');
  const stored = await rows(db, 'select principal, void_at is null as stands from approval_vote order by id');
  assert.deepEqual(stored, [
    { principal: first.principal, stands: false },
    { principal: second.principal, stands: true },
    { principal: guard.principal, stands: true },
  ]);
});

test('a sign-in that ended does not end what was approved', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, iam), 'counted');
  const away: Crowd = {
    ...crowd,
    world: {
      ...crowd.world,
      connectors: new Map(
        [...crowd.world.connectors].map(([name, connector]) => [
          name,
          {
            ...connector,
            write: { ...connector.write, send: async () => rejected('auth', 'The token is revoked') },
          },
        ]),
      ),
    },
  };
  assert.equal(await run(away, link, id), 'rejected');
  assert.equal(await statusOf(crowd, id), 'granted');
  assert.equal(await run(crowd, link, id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [1, 'executed']);
});
