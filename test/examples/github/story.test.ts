import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELP, startStory } from '../../stories/rig.ts';
import { opened, ours, quiet, shown } from '../../stories/story-suite.ts';
import { until } from '../../support/until.ts';
import { githubDesk, githubKind } from './desk.ts';

const ALMA = 'U0ALMA';
const LIMIT_MS = 20_000;

test('a message becomes an issue, answers cross both ways, a file stays with a reason, closing shows', async (t) => {
  const story = await startStory(t, { kind: githubKind, desk: githubDesk });
  const { ts, ticket } = await opened(story, 'I am locked out of my laptop');
  assert.deepEqual([ticket.key, ticket.queue], ['helpdesk#1', 'access']);
  assert.match(ticket.description, /Alma Reyes/);
  assert.match(ticket.description, /Rule "access" matched/);

  const comments = () => story.desk.tickets()[0]?.comments.map(({ text }) => text) ?? [];
  story.slack.people.post(ALMA, HELP, 'It says *account disabled*, see @octocat', ts);
  await until('the reply is on the issue', LIMIT_MS, () =>
    comments().some((text) => text.includes('account disabled') && text.includes('Alma Reyes')),
  );

  const bytes = Buffer.from('a picture');
  story.slack.people.upload(ALMA, HELP, { name: 'screen.png', mime: 'image/png', bytes, threadTs: ts });
  await until('the file is a line that says why', LIMIT_MS, () =>
    comments().some((text) => /screen\.png stays in Slack: GitHub has no interface for files/.test(text)),
  );

  story.desk.comment(ticket.id, 'Try **again** now');
  await until('the answer is in the thread', LIMIT_MS, () =>
    ours(story, ts).some((message) => shown(message).includes('again')),
  );
  story.desk.setStatus(ticket.id, 'done');
  await until('the card says that it is done', LIMIT_MS, () =>
    ours(story, ts).some((message) => shown(message).includes('desk_reopen')),
  );
  await quiet(story);
  assert.equal(comments().length, 3, comments().join(' | '));
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
});
