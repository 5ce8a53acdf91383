/** What becomes of an approval when the world around it changes: other words, files, rules, people, or a closed ticket. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { approvalErrand } from '../../src/flows/approval-errands.ts';
import { escalateToSenior } from '../../src/flows/ask-about-approval.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { openRouted } from '../../src/flows/open-approval.ts';
import { prepareApproved } from '../../src/flows/run-approved.ts';
import type { World } from '../../src/flows/world.ts';
import type { ApprovalId } from '../../src/model/approval.ts';
import { type LinkId, Marker, SlackChannel, SlackFileId } from '../../src/model/ids.ts';
import type { Link } from '../../src/model/link.ts';
import { unknownEffect } from '../../src/model/outcome.ts';
import type { TicketFields } from '../../src/model/ticket.ts';
import { conversation, delivery, dropCopies, openStore, rows } from '../store/open-store.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { issueNow } from './issue-now.ts';
import { rulesWith, settingsWith } from './rules.ts';

after(dropCopies);

const attempt = { marker: Marker.parse('dsk-0000000000000000'), startedAt: new Date() };
const THREAD = conversation('1760000000.000100');

/** `counted`, or why not. */
async function vote({ world }: Pick<Crowd, 'world'>, id: ApprovalId, by: Person): Promise<string> {
  const tokens = await issueNow(world, { approval: id, by: by.principal, surface: 'card' });
  if (tokens === null) return 'nothing to decide';
  const answer = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: by.user }, surface: 'card', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: tokens.approve }, cause: null },
  });
  if (answer.kind !== 'ok') return answer.reason;
  return answer.value.kind === 'refused' ? answer.value.why : answer.value.kind;
}

const stateOf = async ({ world }: Pick<Crowd, 'world'>, id: ApprovalId) =>
  (await world.store.approvals.get(id))?.approval ?? assert.fail('it is gone');
const statusOf = async (crowd: Pick<Crowd, 'world'>, id: ApprovalId) => (await stateOf(crowd, id)).status;

/** Runs the work as the ticket's lane does, once. */
async function run({ world }: Pick<Crowd, 'world'>, link: Link, id: ApprovalId): Promise<string> {
  const { round, at: step } = await stateOf({ world }, id);
  const now = (await world.store.links.get(link.id)) ?? assert.fail();
  const body = { kind: 'run-approved' as const, approval: id, round, step };
  const prepared = await prepareApproved(world, now, body);
  if (prepared.kind !== 'ok' || 'skip' in prepared.value) return 'skipped';
  const sent = await prepared.value.send(attempt);
  if (sent.kind === 'ok') await world.store.transaction((tx) => sent.value.commit(tx));
  return sent.kind;
}

const review = (world: World, link: LinkId) =>
  approvalErrand(world, { attempt: 1 }, { kind: 'review-approval', link });

async function shows({ world }: Crowd, link: Link, fields: Partial<TicketFields>): Promise<void> {
  const { ticket } = (await world.store.links.get(link.id)) ?? assert.fail();
  if (ticket === null || ticket.fields === null) return assert.fail();
  await world.store.links.saveTicket(link.id, { ...ticket, fields: { ...ticket.fields, ...fields } });
}

/** Everything that was said so far, on the ticket or to whoever asked. */
async function said({ world }: Crowd, link: Link, where: 'note' | 'post'): Promise<string> {
  const open = await world.store.operations.open(link.id);
  return open.flatMap(({ body }) => (body.kind === where ? [body.text] : [])).join('\n');
}

const under = ({ world, approving }: Crowd, changes: object): World => ({
  ...world,
  approvals: { ...approving, rules: rulesWith('on', changes) },
});
const ruled = (name: string, rest: object) =>
  settingsWith().rules.map((one) => (one.name === name ? { ...one, ...rest } : one));

async function opened(t: Parameters<typeof openStore>[0], kind = 'many') {
  const { db, install, pass } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [iam = assert.fail()] = crowd.approvers;
  const guard = await crowd.hire(['security']);
  const { id, link } = await crowd.open(kind);
  return { db, pass, crowd, world: crowd.world, iam, guard, id, link };
}

test('a change after one part was done ends the rest, and the ticket says what was done and what was not', async (t) => {
  const { crowd, world, iam, guard, id, link } = await opened(t, 'sequence');
  await vote(crowd, id, iam);
  await run(crowd, link, id);
  await shows(crowd, link, { priority: 'high', summary: 'Now something else' });
  assert.equal(await review(world, link.id), null);
  assert.equal(await statusOf(crowd, id), 'void');
  const note = await said(crowd, link, 'note');
  assert.match(note, /Nobody is asked about sequence any more/);
  assert.match(note, /Was done: priority: medium → high\nNot done: status: New → active/);
  assert.match(await said(crowd, link, 'post'), /sequence any more: .* One part of it was done/);
  assert.equal(await vote(crowd, id, guard), 'nothing to decide');
});

test('a change that nobody can be asked about ends it with the reason, whatever is in the way', async (t) => {
  const { crowd, world, iam, id, link } = await opened(t);
  const gone = under(crowd, { rules: settingsWith().rules.filter(({ name }) => name !== 'many') });
  await shows(crowd, link, { summary: 'Make me owner' });
  assert.equal(await review(gone, link.id), null);
  assert.equal(await statusOf(crowd, id), 'void');
  assert.match(await said(crowd, link, 'note'), /has changed, and now no policy covers many\./);

  const lonely = await crowd.open();
  await world.store.principals.setActive(iam.principal, false);
  await shows(crowd, lonely.link, { summary: 'Make me owner' });
  assert.equal(await review(world, lonely.link.id), null);
  assert.equal(await statusOf(crowd, lonely.id), 'void');
  assert.match(await said(crowd, lonely.link, 'note'), /nobody can be reached who may decide/);
  assert.match(await said(crowd, lonely.link, 'post'), /Nothing was changed\. Reply here/);
});

test('while its work runs a change waits, and is not forgotten', async (t) => {
  const { crowd, world, iam, id, link } = await opened(t);
  await vote(crowd, id, iam);
  const connectors = new Map(
    [...world.connectors].map(([name, one]) => {
      const write = { ...one.write, send: async () => unknownEffect('The line broke') };
      return [name, { ...one, write }];
    }),
  );
  assert.equal(await run({ world: { ...world, connectors } }, link, id), 'retry');
  assert.equal(await statusOf(crowd, id), 'executing');
  await shows(crowd, link, { summary: 'Make me owner' });
  assert.ok(((await review(world, link.id)) ?? 0) > 0);
});

test('a changed request is judged by the policy of now: its rules, its risk, and what they demand', async (t) => {
  const { crowd, iam, id, link } = await opened(t);
  const blocking = under(crowd, { rules: ruled('many', { verdict: 'block', steps: [] }) });
  await shows(crowd, link, { summary: 'Make me owner' });
  assert.equal(await review(blocking, link.id), null);
  assert.equal(await statusOf(crowd, id), 'blocked');
  assert.match(await said(crowd, link, 'note'), /The policy blocks many/);

  const other = await crowd.open();
  const [first] = ruled('many', {}).filter(({ name }) => name === 'many');
  const graver = under(crowd, {
    kinds: { many: { ...settingsWith().kinds['many'], likelihood: 'likely', severity: 'grave' } },
    rules: [{ ...first, name: 'grave', when: { kinds: ['many'], from: 'critical' } }],
  });
  await shows(crowd, other.link, { summary: 'Make me owner' });
  assert.equal(await review(graver, other.link.id), null);
  const { request, status, round } = await stateOf(crowd, other.id);
  assert.deepEqual([status, round, request.risk, request.policy.name], ['open', 2, 'critical', 'grave']);
  assert.equal(await vote({ world: graver }, other.id, iam), 'counted');
});

/** A file of Slack that reached the ticket. */
async function attach({ world }: Crowd, link: Link, name: string) {
  const { store } = world;
  const file = { id: SlackFileId.parse(`F${name.toUpperCase()}`), name, mime: 'text/plain', size: 3 };
  const item = await store.items.add(link.id, {
    ...{ kind: 'file', origin: 'slack', nativeId: file.id, channel: THREAD.channel, parent: THREAD.root },
    ...{ opens: false, atMicros: 1, late: false, visibility: 'public', stamp: null, gone: false },
  });
  const body = {
    ...{ kind: 'attach' as const, author: 'Alma', by: null, file: { ...file, permalink: null } },
    withdrawn: false,
  };
  await store.operations.append(link.id, [{ lane: 'ticket', itemId: item, body }]);
  const op = (await store.operations.open(link.id)).find((one) => one.itemId === item) ?? assert.fail();
  return {
    item,
    async done() {
      const sent = { size: 3, sha256: 'ab'.repeat(32) };
      await store.operations.startSending(op.id, 1_000, { ...body, sent });
      await store.operations.finish(op.id, '1');
    },
  };
}

test('files are bound: one that is added or taken back voids what was decided, and what is demanded must stay', async (t) => {
  const { crowd, iam, link, db } = await opened(t);
  const world = under(crowd, { rules: ruled('many', { evidence: { files: 1 } }) });
  const strict = { ...crowd, world };
  const file = await attach(strict, link, 'plan');
  assert.deepEqual(await openRouted(world, link.id), { kind: 'ok', value: false });
  assert.doesNotMatch(await said(crowd, link, 'note'), /nobody was asked/, 'it is on its way');
  await file.done();
  assert.deepEqual(await openRouted(world, link.id), { kind: 'ok', value: true });
  const routed = async (origin: string) =>
    (await world.store.approvals.ofLink(link.id)).find((one) => one.origin === origin) ?? assert.fail();
  const { id } = await routed('route:many');
  assert.deepEqual((await stateOf(crowd, id)).request.evidence.files, [
    { name: 'plan', bytes: 3, sha256: 'ab'.repeat(32) },
  ]);
  assert.equal(await vote(strict, id, iam), 'counted');

  const second = await attach(strict, link, 'other');
  await second.done();
  await review(world, link.id);
  const after2 = await stateOf(crowd, id);
  assert.deepEqual([after2.status, after2.round, after2.votes], ['open', 2, []]);
  assert.equal(after2.request.evidence.files.length, 2);

  const change = { visibility: 'public' as const, stamp: null, gone: true };
  await world.store.items.change(second.item, change);
  assert.equal(await vote(strict, id, iam), 'another-version', 'before anybody looked at it');
  await review(world, link.id);
  assert.deepEqual([await statusOf(crowd, id), (await stateOf(crowd, id)).round], ['open', 3]);

  await world.store.items.change(file.item, change);
  await review(world, link.id);
  assert.equal(await statusOf(crowd, id), 'void');
  assert.match(
    await said(crowd, link, 'note'),
    /something is missing that the policy asks for \(1 more file\)\.\nNothing was changed\.\nIt is asked anew when that is there/,
  );
  const asked = { action: 'many', origin: 'route:many:4', trigger: 'route test' };
  assert.equal((await rows(db, "select 1 from said_once where subject like '%route:many:4'")).length, 1);
  await (await attach(strict, link, 'again')).done();
  assert.deepEqual(await openRouted(world, link.id, asked), { kind: 'ok', value: true });
  assert.equal((await routed(asked.origin)).approval.status, 'open');
});

test('other words stop votes and work from the moment they are known, and before that from the moment they come in', async (t) => {
  const { crowd, world, iam, id, link, db } = await opened(t);
  await world.store.items.add(link.id, {
    ...{ kind: 'message', origin: 'slack', nativeId: THREAD.root, channel: THREAD.channel, parent: null },
    ...{ opens: true, atMicros: 1, late: false, visibility: 'public', stamp: null, gone: false },
  });
  assert.equal(await vote(crowd, id, iam), 'counted');
  const identity = `${THREAD.channel}:${THREAD.root}:message_changed:1760000009.000100`;
  await world.store.deliveries.insert([delivery('edit', { identity })]);
  assert.equal(await run(crowd, link, id), 'retry', 'in a moment it is known what it says');
  const other = await crowd.open();
  await rows(db, `update item set link_id = '${other.link.id}'`);
  assert.equal(await vote(crowd, other.id, iam), 'another-version');
  await rows(db, "update delivery set state = 'done'");
  assert.equal(await vote(crowd, other.id, iam), 'counted', 'it was no change of words');

  await world.store.approvals.bound.say(link.id, 'Make me owner');
  assert.equal(await run(crowd, link, id), 'ok');
  assert.deepEqual([crowd.writes(), await statusOf(crowd, id)], [0, 'granted']);
  await review(world, link.id);
  const { status, request } = await stateOf(crowd, id);
  assert.deepEqual([status, request.evidence.fields['request']], ['open', 'Make me owner']);
  assert.equal(await vote(crowd, id, iam), 'counted');
  await world.store.approvals.bound.say(link.id, 'Drop it');
  await world.store.approvals.bound.say(link.id, 'Let me in');
  await review(world, link.id);
  assert.equal((await stateOf(crowd, id)).request.evidence.fields['request'], 'Let me in', 'the last word');
  const stored = JSON.stringify(await rows(db, "select encode(words, 'escape') from link"));
  assert.doesNotMatch(stored, /Let me in/);
});

test('answers of the form are bound, those that were corrected among them', async (t) => {
  const { crowd, world, id, link } = await opened(t);
  const facts = (await world.store.links.factsOf(link.id)) ?? assert.fail();
  const { route, request } = link;
  if (route === null || request === null) return assert.fail();
  const at = { site: 'desk', configHash: 'f'.repeat(64), facts: { ...facts, form: { role: 'owner' } } };
  await world.store.links.route(link.id, route, request, at);
  await review(world, link.id);
  const { round, request: now } = await stateOf(crowd, id);
  assert.deepEqual([round, now.evidence.fields['role']], [2, 'owner']);
});

test('a closed ticket ends its approvals; agents and requester are told, and nobody is reminded', async (t) => {
  const { crowd, world, iam, id, link, pass } = await opened(t);
  await approvalErrand(world, { attempt: 1 }, { kind: 'ask-approval', approval: id, round: 1, step: 0 });
  const until = (await stateOf(crowd, id)).steps[0]?.deadline ?? null;
  await shows(crowd, link, { status: { name: 'Done', category: 'done' } });
  assert.equal(await vote(crowd, id, iam), 'over');
  await review(world, link.id);
  assert.equal(await statusOf(crowd, id), 'void');
  assert.match(await said(crowd, link, 'note'), /void: the ticket was closed\.\nNothing was changed/);
  assert.match(await said(crowd, link, 'post'), /the ticket was closed\. Nothing was changed/);
  await pass(30 * 60_000);
  const keep = { kind: 'keep-approval' as const, approval: id, round: 1, step: 0, until };
  assert.equal(await approvalErrand(world, { attempt: 1 }, keep), null);
  const open = await world.store.operations.open(link.id);
  assert.ok(!open.some(({ body }) => body.kind === 'tell'));

  const granted = await crowd.open();
  assert.equal(await vote(crowd, granted.id, iam), 'counted');
  const ticket = crowd.desk.all().at(-1) ?? assert.fail();
  const status = { name: 'Done', category: 'done' as const };
  crowd.desk.change(ticket, { fields: { ...ticket.fields, status } });
  assert.equal(await run(crowd, granted.link, granted.id), 'ok');
  assert.equal(crowd.writes(), 0);
  assert.match(await said(crowd, granted.link, 'note'), /was not made: the ticket is closed/);
});

test('whoever becomes an approver later is asked, and whoever ceased to be one is not reminded', async (t) => {
  const { crowd, world, iam, id, link, pass, db } = await opened(t);
  const step = { approval: id, round: 1, step: 0 };
  const until = (await stateOf(crowd, id)).steps[0]?.deadline ?? null;
  await approvalErrand(world, { attempt: 1 }, { kind: 'ask-approval', ...step });
  const card = { channel: SlackChannel.parse('D1'), ts: THREAD.root, principal: iam.principal, shown: '' };
  await world.store.approvals.cards.put(id, card);
  await rows(db, "update operation set state = 'done' where kind = 'approval-card'");
  const cleo = await crowd.hire(['iam']);
  await rows(db, `update principal set groups = '{}' where id = '${iam.principal}'`);
  await pass(30 * 60_000);
  await approvalErrand(world, { attempt: 1 }, { kind: 'keep-approval', ...step, until });
  const cards = async () =>
    (await world.store.operations.open(link.id)).flatMap(({ body }) =>
      body.kind === 'approval-card' && 'user' in body.to ? [body.to.user] : [],
    );
  assert.deepEqual(
    (await cards()).sort(),
    [iam.user, cleo.user].sort(),
    'one is new, the other loses buttons',
  );
  const asked = async () => (await world.store.approvals.asked.of(step)).map(({ principal }) => principal);
  assert.deepEqual(await asked(), [cleo.principal]);
  const told = async () =>
    (await world.store.operations.open(link.id)).flatMap(({ body }) =>
      body.kind === 'tell' ? [body.user] : [],
    );
  assert.deepEqual(await told(), [], 'who was asked just now is not reminded');
  await pass(10 * 60_000);
  await approvalErrand(world, { attempt: 1 }, { kind: 'keep-approval', ...step, until });
  assert.deepEqual(await told(), [cleo.user]);
});

test('nobody is the senior reviewer of what he has voted about before', async (t) => {
  const { crowd, link } = await opened(t);
  const both = await crowd.hire(['iam', 'boss']);
  const boss = await crowd.hire(['boss']);
  const people = { senior: { groups: ['boss'] } };
  const world = under(crowd, { people, rules: ruled('many', { verdict: 'escalate' }) });
  assert.deepEqual(await openRouted(world, link.id), { kind: 'ok', value: true });
  const all = await world.store.approvals.ofLink(link.id);
  const { id } = all.find(({ origin }) => origin === 'route:many') ?? assert.fail();
  assert.equal(await vote({ world }, id, both), 'counted');
  assert.equal((await stateOf(crowd, id)).at, 1);
  await approvalErrand(world, { attempt: 1 }, { kind: 'ask-approval', approval: id, round: 1, step: 1 });
  const asked = await world.store.approvals.asked.of({ approval: id, round: 1, step: 1 });
  assert.deepEqual(
    asked.map(({ principal }) => principal),
    [boss.principal],
  );
  assert.equal(await vote({ world }, id, both), 'not-asked');
  assert.equal(await vote({ world }, id, boss), 'counted');
  assert.equal(await statusOf(crowd, id), 'granted');
});

test('the same press goes one step up, not two', async (t) => {
  const { crowd, id, iam } = await opened(t);
  const [first, second] = [await crowd.hire(['boss']), await crowd.hire(['boss'])];
  const world = under(crowd, { people: { senior: { groups: ['boss'] } } });
  const { approvals: approving } = world;
  if (approving === undefined) return assert.fail();
  await world.store.approvals.asked.add({ approval: id, round: 1, step: 0 }, [iam.principal]);
  const press = async (cause: string) => {
    const pressed = {
      ...{ kind: 'approval-act' as const, by: iam.user, act: { kind: 'escalate' as const, approval: id } },
      ...{ place: null, view: null, cause },
    };
    const answer = await escalateToSenior({ world, approving, pressed }, pressed.act);
    assert.ok(answer.kind === 'ok' && answer.value?.kind === 'words' && !answer.value.isRefusal);
    return (await stateOf(crowd, id)).delegations.map(({ to }) => to);
  };
  const one = await press('a');
  assert.deepEqual(await press('a'), one);
  const next = await press('b');
  assert.deepEqual([...one, ...next].sort(), [first.principal, second.principal].sort());
});
