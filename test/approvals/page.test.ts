/** What stands on the page on which approvers decide: all that the card shows, because there it is the only place. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createApprovalPages } from '../../src/flows/approval-page.ts';
import { decideApproval } from '../../src/flows/decide-approval.ts';
import { dropCopies, openStore } from '../store/open-store.ts';
import { gather } from './crowd.ts';
import { issueNow } from './issue-now.ts';
import { rulesWith } from './rules.ts';

after(dropCopies);

test('the page says what set it off, who has decided, what was asked, and that it is only simulated', async (t) => {
  const { db, install } = await openStore(t);
  const crowd = await gather(db, install, { approvers: 2, rules: rulesWith('simulate') });
  const { world } = crowd;
  const [ben = assert.fail()] = crowd.approvers;
  const guard = await crowd.hire(['security']);
  const { id } = await crowd.open('dual');
  await world.store.approvals.questions.add(id, guard.principal, 'For how long?');
  const tokens =
    (await issueNow(world, { approval: id, by: ben.principal, surface: 'card' })) ?? assert.fail();
  const voted = await decideApproval(world, {
    ...{ approval: id, by: { system: 'slack', id: ben.user }, surface: 'card', means: 'button' },
    ...{ decision: 'approve', reason: '', shown: { token: tokens.approve }, cause: null },
  });
  assert.equal(voted.kind === 'ok' && voted.value.kind, 'counted');
  const pages = createApprovalPages({
    worldOf: () => world,
    signIn: { url: () => assert.fail(), exchange: () => assert.fail() },
    publicUrl: 'https://desk.example',
    ...{ io: world.io, now: () => new Date() },
  });
  const seen = await pages.look(id, { team: world.team, user: guard.user, authTime: Date.now() });
  const shown = seen.kind === 'shown' ? seen.shown : assert.fail(seen.kind);
  assert.match(shown.notice ?? '', /only simulated/);
  assert.deepEqual(
    shown.lines.filter(([label]) => label === 'Set off by'),
    [['Set off by', 'test']],
  );
  assert.match(shown.votes[0]?.[1] ?? '', /^Person \d+ \(Slack U\w+\) approved$/);
  assert.deepEqual(
    shown.talk.map(([, text]) => text),
    ['For how long?', 'Not answered yet.'],
  );
});
