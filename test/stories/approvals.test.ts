/** Approvals on a whole bridge: asked when the ticket is there, decided once, done once, and void when something changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { ApprovalId, type Decision } from '../../src/model/approval.ts';
import { type PrincipalId, SlackUser } from '../../src/model/ids.ts';
import { issueNow } from '../approvals/issue-now.ts';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import { auditOf, hears } from './approval-people.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, shown } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 20_000;
const ALMA = SlackUser.parse('U0ALMA');
const BEN = SlackUser.parse('U0BEN');
const CHEN = SlackUser.parse('U0CHEN');

const asking = (word: string, approval: string) => ({
  ...{ name: word, when: { words: [word] }, queue: 'access', kind: 'iam', flow: 'approval', approval },
});
const routing = {
  rules: [asking('database', 'access'), asking('backdoor', 'never'), asking('lonely', 'many')],
};

const startApprovals = (t: Parameters<typeof startStory>[0]) =>
  startStory(t, { kind: jiraKind, desk: jiraDesk, routing, approvals: settingsWith() });

/** Ben is Alma's manager. */
async function employ({ bridge }: Story): Promise<PrincipalId> {
  const { store } = bridge.world;
  const person = (id: string, slack: SlackUser, manager: string | null) =>
    store.transaction((tx) =>
      tx.principals.take({
        ...{ id, name: id, email: null, slack, accounts: new Map(), manager, active: true },
        ...{ department: null, groups: [], tier: null },
      }),
    );
  const ben = await person('ben', BEN, null);
  await person('alma', ALMA, 'ben');
  assert.notEqual(ben.kind, 'conflict');
  return ben.kind === 'conflict' ? assert.fail() : ben.principal;
}

const notes = (story: Story, id: string) =>
  (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
    .filter(({ internal }) => internal)
    .map(({ text }) => text)
    .join('\n');
const says = (story: Story, id: string, words: RegExp) =>
  until(`the agents read ${words}`, LIMIT_MS, () => words.test(notes(story, id)));
const told = (story: Story, ts: string, words: RegExp) =>
  until(`the person reads ${words}`, LIMIT_MS, () =>
    ours(story, ts).some((message) => words.test(shown(message))),
  );

async function theOnly(story: Story) {
  const [row] = await story.query<{ id: string; status: string; round: number }>(
    'select id, status, round from approval order by opened_at desc limit 1',
  );
  const record = row === undefined ? null : await story.bridge.world.store.approvals.get(idOf(row.id));
  return record ?? assert.fail('there is an approval');
}
const idOf = (id: string) => ApprovalId.parse(id);

async function decide(story: Story, by: SlackUser, principal: PrincipalId, decision: Decision, reason = '') {
  const { world } = story.bridge;
  const { id } = await theOnly(story);
  const tokens = await issueNow(world, { approval: id, by: principal, surface: 'card' });
  assert.ok(tokens);
  const ballot = { approval: id, by: { system: 'slack' as const, id: by }, surface: 'card' as const };
  const said = {
    means: 'button' as const,
    decision,
    reason,
    shown: { token: tokens[decision] },
    cause: null,
  };
  return { ...ballot, ...said };
}

test('a manager approves, the ticket moves once, and both sides can read who decided what', async (t) => {
  const story = await startApprovals(t);
  const ben = await employ(story);
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  await says(story, ticket.id, /alma asks for access, and somebody has to approve it first/);
  await says(story, ticket.id, /Asked: ben\./);
  await until('Ben has the card', LIMIT_MS, () =>
    story.slack.people
      .channels()
      .filter(({ isIm, members }) => isIm && members.includes(BEN))
      .some(({ id }) =>
        story.slack.people.messages(id).some((message) => /desk_approval_approve/.test(shown(message))),
      ),
  );
  const { world } = story.bridge;
  const own = await decide(story, ALMA, ben, 'approve');
  assert.deepEqual(await decideApproval(world, own), {
    kind: 'ok',
    value: { kind: 'refused', why: 'not-yours' },
  });
  const ballot = await decide(story, BEN, ben, 'approve');
  const first = await decideApproval(world, ballot);
  assert.equal(first.kind === 'ok' && first.value.kind, 'counted');
  assert.deepEqual(await decideApproval(world, ballot), {
    kind: 'ok',
    value: { kind: 'refused', why: 'used' },
  });
  await until('the ticket is in progress', LIMIT_MS, () =>
    story.desk.tickets().some(({ id, category }) => id === ticket.id && category === 'active'),
  );
  await says(story, ticket.id, /ben approved access \(card\)/);
  await says(story, ticket.id, /access is approved, and the change above was made/);
  await told(story, ts, /access was approved/);
  const { approval } = await theOnly(story);
  assert.equal(approval.status, 'executed');
  assert.ok(notes(story, ticket.id).includes(`fingerprint ${approval.hash.slice(0, 8)}`));
  const audit = await auditOf(story);
  assert.deepEqual(
    audit.map(({ kind, data }) => `${kind} ${data['result']}`),
    [
      'approval.opened open',
      'approval.approve not-yours',
      'approval.approve counted',
      'approval.approve used',
      'approval.ran executing',
      'approval.ran done',
    ],
  );
  assert.ok(audit.every(({ data }) => data['payload_hash'] === approval.hash && data['policy'] === 'access'));
});

test('a change of what was asked voids the decision that was made possible, and it is asked again', async (t) => {
  const story = await startApprovals(t);
  const ben = await employ(story);
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  await says(story, ticket.id, /Asked: ben\./);
  const before = await theOnly(story);
  const stale = await decide(story, BEN, ben, 'approve');
  story.desk.setField(ticket.id, 'summary', 'Please make me owner of the database');
  await says(story, ticket.id, /has changed, so every decision about it is void/);
  await says(story, ticket.id, /ticket\.summary: .* → Please make me owner of the database/);
  const after = await theOnly(story);
  assert.equal(after.approval.round, 2);
  assert.notEqual(after.approval.hash, before.approval.hash);
  const { world } = story.bridge;
  assert.deepEqual(await decideApproval(world, stale), {
    kind: 'ok',
    value: { kind: 'refused', why: 'another-version' },
  });
  story.slack.people.edit(ALMA, HELP, ts, 'Please let me drop the database');
  await until('it is asked a third time', LIMIT_MS, async () => (await theOnly(story)).approval.round === 3);
  const denial = await decide(story, BEN, ben, 'deny', 'Nobody drops it.');
  const denied = await decideApproval(world, denial);
  assert.equal(denied.kind === 'ok' && denied.value.kind, 'counted');
  await says(story, ticket.id, /ben denied access \(card\)\.\nReason: Nobody drops it\./);
  await told(story, ts, /access was denied/);
  const { category } = story.desk.tickets().find(({ id }) => id === ticket.id) ?? assert.fail();
  assert.equal(category, 'new');
  await auditOf(story);
});

test('what is blocked, and what nobody can decide, has its ticket all the same, with the reason on both sides', async (t) => {
  const story = await startApprovals(t);
  await employ(story);
  const blocked = await opened(story, 'Please open a backdoor');
  await says(story, blocked.ticket.id, /The policy blocks never/);
  await told(story, blocked.ts, /The policy "never" does not allow never/);
  const lonely = await opened(story, 'I am lonely');
  await says(
    story,
    lonely.ticket.id,
    /nobody was asked: nobody can be reached who may decide in the step "group"/,
  );
  await told(story, lonely.ts, /could not ask anybody to approve many/);
  const [refused] = (await auditOf(story)).filter(({ kind }) => kind === 'approval.refused');
  const { corr, policy, policy_hash, payload_hash, actor_slack } =
    refused?.data ?? assert.fail('it is written down');
  assert.deepEqual([typeof corr, policy, actor_slack], ['string', 'many', ALMA]);
  assert.match(`${policy_hash} ${payload_hash}`, /^[0-9a-f]{64} [0-9a-f]{64}$/);
});

test('while it is open nobody changes the ticket from Slack; replies go on, and afterwards it can be changed again', async (t) => {
  const story = await startApprovals(t);
  const ben = await employ(story);
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  await says(story, ticket.id, /Asked: ben\./);
  const resolve = async () => {
    const card = () => ours(story, ts).find((message) => shown(message).includes('desk_resolve'));
    await until('the card can be pressed', LIMIT_MS, () => card() !== undefined);
    const pressed = await story.slack.people.click(ALMA, HELP, card()?.ts ?? '', 'desk_resolve');
    assert.ok(pressed.ok, pressed.message ?? '');
  };
  const category = () => story.desk.tickets().find(({ id }) => id === ticket.id)?.category;
  await resolve();
  await hears(
    story,
    ALMA,
    /An approval is open for .*: ben has to decide.*nothing was changed\. Ask for the decision/,
  );
  story.slack.people.post(ALMA, HELP, 'I need it until Friday', ts);
  await until('the reply is on the ticket', LIMIT_MS, () =>
    (story.desk.tickets().find(({ id }) => id === ticket.id)?.comments ?? []).some(({ text }) =>
      text.includes('until Friday'),
    ),
  );
  assert.equal(category(), 'new');
  const [refused] = await story.query<{ data: unknown }>(
    "select data from audit_event where kind = 'change.refused'",
  );
  assert.deepEqual(refused?.data, { fields: 'status', why: 'approval-open' });
  assert.deepEqual(await story.query("select 1 from audit_event where kind = 'change.asked'"), []);

  const denied = await decideApproval(story.bridge.world, await decide(story, BEN, ben, 'deny', 'Not now.'));
  assert.equal(denied.kind === 'ok' && denied.value.kind, 'counted');
  await told(story, ts, /access was denied/);
  await resolve();
  await until('the ticket is done', LIMIT_MS, () => category() === 'done');
});

test('a request that moves takes its approvals along: what is open is asked about the new ticket, what was denied stays so', async (t) => {
  const story = await startStory(t, {
    ...{ kind: jiraKind, desk: jiraDesk, routing, approvals: settingsWith(), responders: [CHEN] },
  });
  const ben = await employ(story);
  const { people } = story.slack;
  const { ts, ticket } = await opened(story, 'Please let me into the database');
  await says(story, ticket.id, /Asked: ben\./);
  async function move({ key }: typeof ticket, queue: string) {
    const before = new Set(story.desk.tickets().map(({ id }) => id));
    const fresh = () => story.desk.tickets().find(({ id }) => !before.has(id));
    const card = () => ours(story, ts).find((message) => shown(message).includes('desk_menu'));
    await until('the card shows its ticket', LIMIT_MS, () => shown(card() ?? assert.fail()).includes(key));
    const link = /move:([0-9a-f-]{36})/.exec(shown(card() ?? assert.fail()))?.[1] ?? assert.fail();
    const at = { actionId: 'desk_menu', value: `move:${link}` };
    assert.ok((await people.choose(CHEN, HELP, card()?.ts ?? '', at)).ok);
    const view = people.views(CHEN).at(-1) ?? assert.fail('no form stands');
    assert.ok(
      (await people.submit(CHEN, view.viewId, { queue: { value: queue }, why: { value: 'Misrouted' } })).ok,
    );
    await until('it has another ticket', LIMIT_MS, () => fresh() !== undefined);
    return fresh() ?? assert.fail();
  }
  const first = await theOnly(story);
  const general = await move(ticket, 'general');
  await says(story, general.id, /has changed, so every decision about it is void/);
  const second = await theOnly(story);
  assert.equal(second.id, first.id, 'it is one approval, not another one');
  assert.equal(second.approval.round, 2);
  assert.equal(second.approval.request.target.ticket, general.id);
  const denied = await decideApproval(
    story.bridge.world,
    await decide(story, BEN, ben, 'deny', 'Nobody does.'),
  );
  assert.equal(denied.kind === 'ok' && denied.value.kind, 'counted');
  await says(story, general.id, /ben denied access/);
  const back = await move(general, 'access');
  await says(
    story,
    back.id,
    new RegExp(`Decided on ${general.key}, before the move; it is not asked again\\. access is denied`),
  );
  const [count] = await story.query<{ n: number }>('select count(*)::int as n from approval');
  assert.equal(count?.n, 1);
  assert.equal((await theOnly(story)).approval.status, 'denied');
});
