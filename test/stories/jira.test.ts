import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { HELP, startStory } from './rig.ts';
import { opened, ours, quiet, shown, storiesOf } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

storiesOf('Jira', jiraKind, jiraDesk);

test('a closed request opens again although its workflow leads back to its beginning only', async (t) => {
  const security = {
    ...jiraKind,
    targets: { ...jiraKind.targets, access: { project: 'SEC', issue_type: 'Task' } },
  };
  const story = await startStory(t, { kind: security, desk: jiraDesk });
  const { ts, ticket } = await opened(story, 'I am locked out');
  story.desk.moveTo(ticket.id, 'Rejected');
  await until('the card offers to reopen', 20_000, () =>
    ours(story, ts).some((message) => shown(message).includes('desk_reopen')),
  );
  story.slack.people.post('U0ALMA', HELP, 'I object', ts);
  await until('it is open again', 20_000, () => story.desk.tickets()[0]?.category === 'new');
  await quiet(story);
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
});
