/** Two people change a policy: a bridge refuses to start without them, and what was asked before is decided as it was asked. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readPolicies } from '../../src/config/policy-signatures.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import type { World } from '../../src/flows/world.ts';
import { ApprovalId } from '../../src/model/approval.ts';
import type { SlackUser } from '../../src/model/ids.ts';
import type { StoredApproval } from '../../src/store/approval-rows.ts';
import { issueNow } from '../approvals/issue-now.ts';
import { keeper, signedBy, type TestKeeper } from '../approvals/keeper-fixture.ts';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import { agentsRead, BEN, CHEN, employ, LIMIT_MS, latest } from './approval-people.ts';
import { type Story, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const [anna, ben, carl] = [keeper('anna'), keeper('ben'), keeper('carl')];
const routing = {
  rules: [
    { name: 'grants', when: { words: ['database'] }, queue: 'access', flow: 'approval', approval: 'access' },
  ],
};

/** The policies of `access`: who decides in its one step, and how many refusals end it. */
function policies(from: string, deny: number) {
  const settings = settingsWith('on', {
    keepers: [anna, ben, carl].map(({ listed }) => listed),
    signatures: 'signed.json',
  });
  const slots = [{ from }, ...(deny > 1 ? [{ from: 'group:iam' }] : [])];
  const steps = [{ name: 'decide', slots, deny, timeout: { after_minutes: 60, outcome: 'deny' } }];
  return {
    ...settings,
    rules: settings.rules.map((rule) => (rule.name === 'access' ? { ...rule, steps } : rule)),
  };
}

async function votes(world: World, { id }: StoredApproval, slack: SlackUser): Promise<string> {
  const person = await world.store.principals.of({ system: 'slack', id: slack });
  assert.ok(person);
  const tokens = await issueNow(world, { approval: id, by: person.id, surface: 'card' });
  assert.ok(tokens);
  const said = { surface: 'card', means: 'button', decision: 'approve', reason: '', cause: null } as const;
  const by = { system: 'slack' as const, id: slack };
  const decided = await decideApproval(world, {
    approval: id,
    by,
    ...said,
    shown: { token: tokens.approve },
  });
  return decided.kind === 'ok' ? decided.value.kind : decided.kind;
}

const audited = (story: Story) =>
  story.query<{ number: number; by: string }>(
    `select (data->>'number')::int as number, data->>'by' as by from audit_event
     where kind = 'policies.accepted' order by at, id`,
  );

test('unsigned policies do not start; signed ones ask what comes after them, and what was asked stays as it was', async (t) => {
  let signers: readonly TestKeeper[] = [anna, ben];
  let number = 1;
  const story = await startStory(t, {
    ...{ kind: jiraKind, desk: jiraDesk, routing, approvals: policies('manager', 1) },
    beside(file) {
      const signed = signers.length === 0 ? [] : [signedBy(readPolicies(file).state, number, ...signers)];
      writeFileSync(path.join(path.dirname(file), 'signed.json'), JSON.stringify({ version: 1, signed }));
    },
  });
  await employ(story);
  const before = await opened(story, 'Please let me into the database');
  await agentsRead(story, before.ticket.id, /Asked: ben\./);
  const asked = await latest(story);
  await story.bridge.stop();

  [number, signers] = [2, []];
  const stricter = policies('group:security', 2);
  await assert.rejects(story.startAgain(stricter), {
    name: 'StartProblem',
    message: /signed by nobody; 2 more of anna, ben, carl must sign\..* Nothing was started\.$/,
  });
  signers = [carl];
  await assert.rejects(story.startAgain(stricter), /signed by carl; 1 more of anna, ben must sign/);
  assert.deepEqual(await audited(story), [{ number: 1, by: '["anna","ben"]' }]);
  signers = [carl, anna];
  const { world } = await story.startAgain(stricter);
  const again = world.store;
  assert.deepEqual((await audited(story))[1], { number: 2, by: '["anna","carl"]' });

  // Who was asked first is asked still, alone, and by the text that he was shown.
  const kept = (await again.approvals.get(asked.id))?.approval ?? assert.fail();
  assert.deepEqual([kept.steps, kept.hash, kept.round], [asked.approval.steps, asked.approval.hash, 1]);
  assert.deepEqual(kept.request.policy, asked.approval.request.policy);
  assert.equal(await votes(world, asked, CHEN), 'refused');
  assert.equal(await votes(world, asked, BEN), 'counted');
  await until('its work has run', LIMIT_MS, async () => {
    const found = await again.approvals.get(asked.id);
    return found?.approval.status === 'executed';
  });
  await until('the ticket is in progress', LIMIT_MS, () =>
    story.desk.tickets().some(({ id, category }) => id === before.ticket.id && category === 'active'),
  );

  const after = await opened(story, 'Please let me into the other database');
  await agentsRead(story, after.ticket.id, /Asked: (?:ben, chen|chen, ben)\./);
  const [row] = await story.query<{ id: string }>('select id from approval where id <> $1', [asked.id]);
  const fresh = (await again.approvals.get(ApprovalId.parse(row?.id)))?.approval ?? assert.fail();
  assert.notEqual(fresh.request.policy.hash, kept.request.policy.hash);
  assert.deepEqual(
    fresh.steps.map(({ slots, deny }) => [slots.map(({ from }) => from).join(), deny]),
    [['group:security,group:iam', 2]],
  );
});
