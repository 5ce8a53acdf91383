/** What becomes of an approval on a real Postgres beside votes that count: authority lost, time over, work that fails. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { approvalErrand } from '../../src/flows/approval-errands.ts';
import { actOnApproval, decideApproval } from '../../src/flows/decide-approval.ts';
import { approvalFor } from '../../src/flows/look-at-approval.ts';
import { prepareApproved } from '../../src/flows/run-approved.ts';
import { ApprovalId } from '../../src/model/approval.ts';
import type { Link } from '../../src/model/link.ts';
import { type Outcome, rejected, retryLater, unknownEffect } from '../../src/model/outcome.ts';
import type { WrittenFields } from '../../src/model/ticket.ts';
import { dropCopies, openStore, rows } from '../store/open-store.ts';
import { attempt, ballot, run, stateOf, statusOf, vote } from './acts.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { rulesWith } from './rules.ts';

after(dropCopies);

const HOUR_MS = 3_600_000;

/** The same crowd, whose ticket system answers writes so. */
const answering = (crowd: Crowd, answer: () => Outcome<WrittenFields>): Crowd => ({
  ...crowd,
  world: {
    ...crowd.world,
    connectors: new Map(
      [...crowd.world.connectors].map(([name, connector]) => [
        name,
        {
          ...connector,
          write: {
            ...connector.write,
            send: async () => answer(),
            find: async () => ({ kind: 'ok', value: null }),
          },
        },
      ]),
    ),
  },
});

const noted = async ({ world }: Crowd, link: Link) =>
  (await world.store.operations.open(link.id))
    .flatMap(({ body }) => (body.kind === 'note' ? [body.text] : []))
    .join('\n');

test('whoever loses his authority before the work runs has not approved it', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2 });
  const [ben = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, ben), 'counted');
  assert.equal(await statusOf(crowd, id), 'granted');
  await crowd.world.store.principals.setActive(ben.principal, false);
  assert.equal(await run(crowd, link, id), 'ok');
  assert.equal(await statusOf(crowd, id), 'granted', 'it waits for nobody, and ends by its time');
  assert.equal(crowd.writes(), 0);
  assert.match(await noted(crowd, link), /somebody who approved it may not do so any more/);
  await crowd.world.store.principals.setActive(ben.principal, true);
  assert.equal(await run(crowd, link, id), 'ok');
  assert.equal(await statusOf(crowd, id), 'executed');
  assert.equal(crowd.writes(), 1);
  assert.equal(await run(crowd, link, id), 'skipped');
});

test('guests, bots, auditors, the requester and his delegates decide nothing', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 3 });
  const [ben = assert.fail(), cleo = assert.fail(), dan = assert.fail()] = crowd.approvers;
  const { world } = crowd;
  const { id } = await crowd.open();
  const standing = async (user: string) => ({
    kind: 'ok' as const,
    value: { guest: user === ben.user, lifeless: user === cleo.user, home: null, timeZone: null },
  });
  const strict = { ...crowd, world: { ...world, slack: { ...world.slack, standing } } };
  assert.equal(await vote(strict, id, ben), 'may-not-decide');
  assert.equal(await vote(strict, id, cleo), 'may-not-decide');
  assert.equal(await vote(strict, id, crowd.requester), 'may-not-decide');
  const now = (await world.store.now()).getTime();
  await world.store.approvals.delegations.add({
    ...{ from: crowd.requester.principal, to: dan.principal, since: now - 1, until: now + HOUR_MS },
  });
  assert.equal(await vote(strict, id, dan), 'may-not-decide');
  const audited = {
    ...crowd,
    world: {
      ...world,
      approvals: {
        ...crowd.approving,
        rules: rulesWith('on', { people: { auditors: { users: [ben.user] } } }),
      },
    },
  };
  assert.equal(await vote(audited, id, ben), 'may-not-decide');
  assert.equal(await statusOf(crowd, id), 'open');
});

test('nobody is let in because Slack does not answer', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { id } = await crowd.open();
  const own = await ballot(crowd, id, ben);
  const standing = async () => unknownEffect('Slack is away');
  const away = { ...crowd.world, slack: { ...crowd.world.slack, standing } };
  assert.equal((await decideApproval(away, own)).kind, 'retry');
  assert.equal(await statusOf(crowd, id), 'open');
  const answer = await decideApproval(crowd.world, own);
  assert.equal(answer.kind === 'ok' && answer.value.kind, 'counted', 'his button still works');
});

test('two functions decide together, one person never fills both, and one refusal ends it', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const both = await crowd.hire(['iam', 'security']);
  const { id } = await crowd.open('dual');
  assert.equal(await vote(crowd, id, both), 'counted');
  assert.equal(await vote(crowd, id, both), 'has-voted');
  assert.equal(await statusOf(crowd, id), 'open');
  assert.equal(await vote(crowd, id, iam), 'counted');
  assert.equal(await statusOf(crowd, id), 'granted');
  const other = await crowd.open('dual');
  assert.equal(await vote(crowd, other.id, both), 'counted');
  assert.equal(await vote(crowd, other.id, iam, 'deny'), 'counted');
  assert.equal(await statusOf(crowd, other.id), 'denied');
});

test('a step runs its work, and the next one opens when that has succeeded', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const guard = await crowd.hire(['security']);
  const { id, link } = await crowd.open('sequence');
  assert.equal(await vote(crowd, id, guard), 'not-asked');
  assert.equal(await vote(crowd, id, iam), 'counted');
  assert.equal(await run(crowd, link, id), 'ok');
  const ticket = () => crowd.desk.tickets.get(link.ticket?.id ?? assert.fail())?.now();
  assert.deepEqual([(await stateOf(crowd, id)).at, ticket()?.fields.priority], [1, 'high']);
  // Its own work has changed the ticket: that is no change of what is asked.
  const now = ticket() ?? assert.fail();
  const shown = link.ticket ?? assert.fail();
  await crowd.world.store.links.saveTicket(link.id, { ...shown, fields: now.fields });
  assert.equal(await vote(crowd, id, guard), 'counted');
  const again = (await crowd.world.store.links.get(link.id)) ?? assert.fail();
  assert.equal(await run(crowd, again, id), 'ok');
  assert.deepEqual([await statusOf(crowd, id), ticket()?.fields.status.category], ['executed', 'active']);
  assert.equal(crowd.writes(), 2);
});

test('a change that the ticket shows at the last moment is not run on', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, iam), 'counted');
  const ticket = crowd.desk.all()[0] ?? assert.fail();
  crowd.desk.change(ticket, { fields: { ...ticket.fields, summary: 'Make me owner' } });
  assert.equal(await run(crowd, link, id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'granted']);
  assert.match(await noted(crowd, link), /what it is about has changed since/);
});

test('what the ticket system refuses has failed; what surely did not happen is tried again while the grant lasts', async (t) => {
  const { db, install, pass } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const first = await crowd.open();
  assert.equal(await vote(crowd, first.id, iam), 'counted');
  const busy = answering(crowd, () => retryLater('Too many requests', 'destination', 1_000));
  assert.equal(await run(busy, first.link, first.id), 'retry');
  assert.equal(await statusOf(crowd, first.id), 'granted');
  const refusing = answering(crowd, () => rejected('forbidden', 'No.'));
  assert.equal(await run(refusing, first.link, first.id), 'rejected');
  assert.equal(await statusOf(crowd, first.id), 'failed');

  const late = await crowd.open();
  assert.equal(await vote(crowd, late.id, iam), 'counted');
  assert.equal(await run(busy, late.link, late.id), 'retry');
  await pass(HOUR_MS);
  assert.equal(await run(crowd, late.link, late.id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, late.id)], [0, 'granted']);
  const until = (await stateOf(crowd, late.id)).grant?.until ?? null;
  const keep = { kind: 'keep-approval' as const, approval: late.id, round: 1, step: 0, until };
  assert.equal(await approvalErrand(crowd.world, { attempt: 1 }, keep), null);
  assert.equal(await statusOf(crowd, late.id), 'expired');
});

test('a process that dies while the work runs leaves it uncertain: it is never done twice', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, iam), 'counted');
  const lost = answering(crowd, () => unknownEffect('The line broke'));
  assert.equal(await run(lost, link, id), 'retry');
  assert.equal(await statusOf(crowd, id), 'executing');
  const body = { kind: 'run-approved' as const, approval: id, round: 1, step: 0 };
  const prepared = await prepareApproved(lost.world, link, body);
  assert.ok(prepared.kind === 'ok' && !('skip' in prepared.value));
  const found = await prepared.value.find(attempt);
  assert.ok(found.kind === 'ok' && found.value === null);
  assert.equal(await run(crowd, link, id), 'rejected');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'uncertain']);
  assert.match(await noted(crowd, link), /stopped while it made the change/);
});

test('simulated: everything is asked and decided, and nothing is changed', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1, rules: rulesWith('simulate') });
  const [iam = assert.fail()] = crowd.approvers;
  const { id, link } = await crowd.open();
  assert.equal(await vote(crowd, id, iam), 'counted');
  assert.equal(await run(crowd, link, id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'executed']);
  assert.match(await noted(crowd, link), /only simulates, so nothing was changed/);
});

test('who is silent is reminded so often, then it expires or somebody senior is asked; silence never approves', async (t) => {
  const { db, install, pass } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2 });
  const [ben = assert.fail()] = crowd.approvers;
  await crowd.hire(['security']);
  const { world } = crowd;
  const told = async (link: Link) =>
    (await world.store.operations.open(link.id)).flatMap(({ body }) => (body.kind === 'tell' ? [body] : []));
  const { id, link } = await crowd.open();
  const endOf = async (one: ApprovalId) => (await stateOf(crowd, one)).steps[0]?.deadline ?? null;
  const of = { approval: id, round: 1, step: 0, until: await endOf(id) };
  const errand = (kind: 'ask-approval' | 'keep-approval', at = of) =>
    approvalErrand(world, { attempt: 1 }, { kind, ...at });
  assert.equal(await errand('ask-approval'), null);
  assert.equal(await errand('ask-approval'), null, 'once');
  const cards = (await world.store.operations.open(link.id)).flatMap(({ body }) =>
    body.kind === 'approval-card' && 'user' in body.to ? [body.to.user] : [],
  );
  assert.deepEqual(cards.sort(), crowd.approvers.map(({ user }) => user).sort());
  for (let nth = 0; nth < 3; nth += 1) {
    await pass(10 * 60_000);
    assert.ok(((await errand('keep-approval')) ?? 0) > 0);
  }
  assert.equal(
    (await told(link)).filter(({ text }) => /still waits for your decision/.test(text)).length,
    2 * 2,
  );
  await pass(HOUR_MS);
  assert.equal(await vote(crowd, id, ben), 'expired');
  assert.equal(await errand('keep-approval'), null);
  assert.equal(await statusOf(crowd, id), 'expired');

  const dual = await crowd.open('dual');
  await pass(2 * HOUR_MS);
  const keep = { ...of, approval: dual.id, until: await endOf(dual.id) };
  assert.equal(await errand('keep-approval', { ...keep, until: 1 }), null, 'another end is another errand');
  assert.equal(await statusOf(crowd, dual.id), 'open');
  await errand('keep-approval', keep);
  const { status, steps } = await stateOf(crowd, dual.id);
  assert.equal(status, 'open');
  assert.deepEqual(
    steps.map(({ slots }) => slots.map(({ from }) => from)),
    [['senior']],
  );
});

test('a delegate decides in another seat, for a while and up to a risk, and a decision can be taken back before it runs', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2 });
  const [ben = assert.fail(), cleo = assert.fail()] = crowd.approvers;
  const eve = await crowd.hire([]);
  const { world } = crowd;
  const { id } = await crowd.open();
  const by = { system: 'slack' as const, id: ben.user };
  const now = (await world.store.now()).getTime();
  const act = { kind: 'delegate' as const, to: eve.principal, until: now + HOUR_MS };
  const delegate = (more: object) =>
    actOnApproval(world, { approval: id, by, surface: 'card', cause: null, act: { ...act, ...more } });
  assert.equal(await vote(crowd, id, eve), 'not-asked');
  const tooLong = await delegate({ until: now + 20 * 24 * HOUR_MS });
  assert.deepEqual(tooLong, { kind: 'ok', value: { kind: 'refused', why: 'delegation-unsound' } });
  const made = await delegate({});
  assert.equal(made.kind === 'ok' && made.value.kind, 'counted');
  assert.equal(await vote(crowd, id, eve), 'counted');
  const [cast] = (await stateOf(crowd, id)).votes;
  assert.deepEqual([cast?.by, cast?.seat], [eve.principal, ben.principal]);
  const back = await actOnApproval(world, {
    ...{
      approval: id,
      by: { system: 'slack', id: eve.user },
      surface: 'card',
      cause: null,
      act: { kind: 'revoke' },
    },
  });
  assert.equal(back.kind === 'ok' && back.value.kind, 'counted');
  assert.deepEqual([(await stateOf(crowd, id)).status, (await stateOf(crowd, id)).votes], ['open', []]);
  assert.equal(await vote(crowd, id, cleo), 'counted');
  const kept = await rows(db, 'select 1 from approval_vote where void_at is not null');
  assert.equal(kept.length, 1, 'what was taken back is still to be read');
});

test('reasons are sealed, and the audit keeps a commitment to them only', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { id } = await crowd.open();
  const own = await ballot(crowd, id, ben, 'deny');
  await decideApproval(crowd.world, { ...own, reason: 'Alma left in May' });
  const stored = JSON.stringify([
    await rows(db, "select data from audit_event where kind like 'approval.%'"),
    await rows(db, "select encode(reason, 'escape') from approval_vote"),
    await rows(db, "select encode(request, 'escape') from approval"),
  ]);
  assert.match(stored, /reason_commitment":"[0-9a-f]{64}/);
  assert.doesNotMatch(stored, /Alma left|Let me in/);
});

test('an approval is shown to those whom it concerns, and for all others it does not exist', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const eve = await crowd.hire(['sales']);
  const { id } = await crowd.open();
  const none = ApprovalId.parse('3b241101-e2bb-4255-8caf-4136c566a962');
  const look = async (by: Person, approval = id) => {
    const seen = await approvalFor(crowd.world, { approval, by: { system: 'slack', id: by.user } });
    return seen.kind === 'ok' ? (seen.value?.part ?? null) : seen.reason;
  };
  assert.deepEqual(
    [await look(ben), await look(crowd.requester), await look(eve), await look(ben, none)],
    ['asked', 'asks', null, null],
  );
  assert.equal(await vote(crowd, id, ben), 'counted');
  assert.equal(await look(ben), 'decided');
});
