/** What the routing table yields, on a whole bridge: tags as fields of the ticket, what is handed over, and who is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSite } from '../sandbox/jira/site.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET } from './desks.ts';
import { startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';
import { jiraDeskAt, jiraKind } from './vendor-desks.ts';

const rules = [
  {
    name: 'tunnel',
    when: { area: 'vpn' },
    ...{ queue: 'access', kind: 'iam', flow: 'hand-off', tags: { department: 'Sales' } },
  },
  { name: 'burning', when: { words: ['on fire'] }, queue: 'general', kind: 'incident', flow: 'incident' },
  {
    name: 'exception',
    when: { words: ['exception'] },
    ...{ queue: 'access', kind: 'security', flow: 'approval', approval: 'policy-exception' },
  },
];
const areas = { vpn: { words: ['tunnel'], title: 'Remote access' } };

test('tags are labels of the issue, and every flow says what happens next on both sides', async (t) => {
  const { ...parts } = { apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET };
  let site: Awaited<ReturnType<typeof startSite>> | null = null;
  const story = await startStory(t, {
    kind: jiraKind,
    routing: { rules, areas },
    async desk(clock) {
      site = await startSite({ clock, ...parts });
      return jiraDeskAt(site);
    },
  });
  const labels = (id: string) =>
    site?.sandbox.people
      .tickets()
      .find((ticket) => ticket.id === id)
      ?.labels.join(' ') ?? '';
  const notes = (id: string) =>
    (story.desk.tickets().find((ticket) => ticket.id === id)?.comments ?? [])
      .map(({ text }) => text)
      .join('\n');
  const says = (ts: string, words: RegExp) =>
    until(String(words), 20_000, () => ours(story, ts).some((message) => words.test(shown(message))));

  const first = await opened(story, 'The tunnel is gone');
  assert.match(labels(first.ticket.id), /area-remote-access.*department-sales.*channel-help-it/);
  await says(first.ts, /takes over from here/);
  await until('the agents read it', 20_000, () => notes(first.ticket.id).includes('hands this to a person'));
  story.desk.setStatus(first.ticket.id, 'active');
  site = site ?? assert.fail('there is a site');

  const fire = await opened(story, 'My chair is on fire');
  await says(fire.ts, /cannot call anybody yet/);
  await until('the agents read it', 20_000, () => notes(fire.ticket.id).includes('calls nobody yet'));

  const exception = await opened(story, 'I need an exception');
  await says(exception.ts, /has to approve/);
  await until('the agents read it', 20_000, () =>
    notes(exception.ticket.id).includes('needs an approval (policy-exception)'),
  );
  await quiet(story);
  assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
});
