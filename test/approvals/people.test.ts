/** Who decides what, and where: delegates of those involved, auditors, records that come and go, requests that only look alike. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { approvalFaults } from '../../src/config/approval-checks.ts';
import type { TicketApproval } from '../../src/connectors/capabilities.ts';
import { mayAnswer, prepareAnswer } from '../../src/flows/answer-approval.ts';
import { alikeAmong } from '../../src/flows/approve-alike.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { readRecords } from '../../src/flows/native-approvals.ts';
import { openApproval } from '../../src/flows/open-approval.ts';
import type { World } from '../../src/flows/world.ts';
import { type ApprovalId, ApprovalRequest } from '../../src/model/approval.ts';
import { Marker } from '../../src/model/ids.ts';
import type { Link } from '../../src/model/link.ts';
import { ok } from '../../src/model/outcome.ts';
import { JIRA } from '../model/paper/rules.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { type Crowd, gather, type Person } from './crowd.ts';
import { issueNow } from './issue-now.ts';
import { rulesWith, settingsWith } from './rules.ts';

after(dropCopies);

async function vote({ world }: Crowd, id: ApprovalId, by: Person): Promise<string> {
  const tokens = await issueNow(world, { approval: id, by: by.principal, surface: 'card' });
  const decided = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: by.user }, surface: 'card', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: tokens?.approve ?? '' }, cause: null },
  });
  if (decided.kind !== 'ok') return decided.reason;
  return decided.value.kind === 'refused' ? decided.value.why : decided.value.kind;
}

test('who stands in for the requester decides nothing, also above the risk up to which delegates decide', async (t) => {
  const { db, install } = await openStore(t);
  const rules = rulesWith('on', { delegates: { to: 'low' } });
  const crowd = await gather(db, install, { approvers: 2, rules });
  const [ben = assert.fail(), chen = assert.fail()] = crowd.approvers;
  const { store } = crowd.world;
  const since = (await store.now()).getTime() - 1_000;
  const [from, to] = [crowd.requester.principal, ben.principal];
  await store.approvals.delegations.add({ from, to, since, until: since + 86_400_000 });
  const { id } = await crowd.open();
  assert.equal(await vote(crowd, id, ben), 'may-not-decide');
  assert.equal(await vote(crowd, id, chen), 'counted');
});

const RECORD: TicketApproval = {
  ...{ id: '7', name: 'Manager', state: 'pending', createdAt: null, url: 'https://desk.example/7' },
  approvers: [{ account: 'ben', name: 'Ben', decision: 'pending', decidedBy: null, delegates: [] }],
  onlyThere: null,
};

/** A queue whose own approvals are watched, and what the ticket system lists of them. */
function watching({ world }: Crowd, list: () => readonly TicketApproval[]): World {
  const desk = world.connectors.get(JIRA) ?? assert.fail();
  const answer = { ...desk.write, send: () => assert.fail(), find: () => assert.fail() };
  const approvals = { surface: 'jsm' as const, list: async () => ok(list()), answer };
  const queues = new Map(
    [...world.rules.queues].map(([name, one]) => [name, { ...one, nativeApprovals: true }]),
  );
  return {
    ...world,
    rules: { ...world.rules, queues },
    connectors: new Map([[JIRA, { ...desk, can: { ...desk.can, approvals } }]]),
  };
}
const natives = async ({ store }: World, { id }: Link) =>
  (await store.approvals.ofLink(id)).filter(({ native }) => native !== null);

test('a record that one listing lacks waits on; gone for good it is over, and back again it is asked anew', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const { link } = await crowd.open();
  let listed: readonly TicketApproval[] = [RECORD];
  const world = watching(crowd, () => listed);
  const states = async () => {
    assert.equal((await readRecords(world, link.id)).kind, 'ok');
    return (await natives(world, link)).map(({ approval }) => approval.status);
  };
  assert.deepEqual(await states(), ['open']);
  for (const _ of [1, 2]) {
    listed = [];
    assert.deepEqual(await states(), ['open'], 'one listing is no proof');
    listed = [RECORD];
    assert.deepEqual(await states(), ['open']);
  }
  listed = [];
  await states();
  assert.deepEqual(await states(), ['void']);
  listed = [RECORD];
  assert.deepEqual(await states(), ['void', 'open']);
  assert.deepEqual(await states(), ['void', 'open']);
});

test('auditors answer no record of a ticket system, and whoever may not is told why', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { link } = await crowd.open();
  const rules = rulesWith('on', { people: { auditors: { users: [ben.user] } } });
  const world: World = {
    ...watching(crowd, () => [RECORD]),
    approvals: { ...crowd.approving, rules },
  };
  await readRecords(world, link.id);
  const [record = assert.fail()] = await natives(world, link);
  assert.equal(await mayAnswer(world, record, ben.principal), 'may-not-decide');
  const prepared = await prepareAnswer(world, link, {
    ...{ kind: 'answer-approval', approval: record.id, by: ben.principal, user: ben.user },
    ...{ decision: 'approve', surface: 'card', reason: '' },
  });
  if (prepared.kind !== 'ok' || 'skip' in prepared.value) return assert.fail(JSON.stringify(prepared));
  const attempt = { marker: Marker.parse('dsk-0000000000000000'), startedAt: new Date() };
  const sent = await prepared.value.send(attempt);
  assert.equal(sent.kind, 'ok');
  if (sent.kind === 'ok') await world.store.transaction((tx) => sent.value.commit(tx));
  const told = (await world.store.operations.open(link.id)).flatMap(({ body }) =>
    body.kind === 'tell' ? [body.text] : [],
  );
  assert.match(told.join(), /was not taken: whoever asked for it, whoever has the benefit, and auditors/);
});

test('what is judged differently than a moment before is built once more, and not given up', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const { id, link } = await crowd.open();
  const record = (await crowd.world.store.approvals.get(id)) ?? assert.fail();
  const request = ApprovalRequest.parse({ ...record.approval.request, risk: 'low' });
  const wanted = { link, request, actor: 'test', cause: null };
  const { world, approving } = crowd;
  const fresh = await openApproval(world, approving, { ...wanted, origin: 'fresh', isFresh: true });
  assert.equal(fresh.kind, 'retry');
  const old = await openApproval(world, approving, { ...wanted, origin: 'old' });
  assert.deepEqual(old.kind === 'ok' && old.value.kind, 'not-asked');
});

test('requests that differ in what was filled in are not decided together', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 1 });
  const [ben = assert.fail()] = crowd.approvers;
  const { id } = await crowd.open();
  const record = (await crowd.world.store.approvals.get(id)) ?? assert.fail();
  const { approval } = record;
  const asking = (more: Readonly<Record<string, string>>) => {
    const { evidence } = approval.request;
    const fields = { ...evidence.fields, system: 'wiki', ...more };
    const request = { ...approval.request, risk: 'low' as const, evidence: { ...evidence, fields } };
    return { ...record, approval: { ...approval, request } };
  };
  const groups = (...all: readonly ReturnType<typeof asking>[]) =>
    alikeAmong(all, ben.principal).map(({ length }) => length);
  assert.deepEqual(groups(asking({}), asking({ request: 'Other words', 'ticket.summary': 'Other' })), [2]);
  assert.deepEqual(groups(asking({}), asking({ system: 'payroll' })), []);
  assert.deepEqual(groups(asking({}), asking({ system: 'payroll' }), asking({})), [2]);
});

test('one queue has one home for its approvals', () => {
  const config = (native: boolean) => ({
    approvals: settingsWith(),
    queues: { access: { native_approvals: native }, help: { native_approvals: true } },
    routing: {
      rules: [{ name: 'database', queue: 'access', approval: 'access' }],
      default: { queue: 'help' },
    },
  });
  const told = (native: boolean) =>
    approvalFaults(config(native)).filter(({ message }) =>
      /one request is decided in one place/.test(message),
    );
  assert.deepEqual(
    told(true).map(({ path }) => path),
    [['routing', 'rules', 0, 'approval']],
  );
  assert.deepEqual(told(false), []);
});
