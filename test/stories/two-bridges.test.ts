/** Two bridges and a rule of the ticket system on one site: everybody is heard once, and then it is quiet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSite } from '../sandbox/jira/site.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { ours, quiet, shown } from './story-suite.ts';
import { jiraDeskAt, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;
const ALMA = 'U0ALMA';
/** What makes a ticket or changes what is said on it; other calls of these methods only read. */
const WRITES = new Set([
  'POST /rest/api/3/issue',
  'PUT /rest/api/3/issue/{issueIdOrKey}',
  'POST /rest/api/3/issue/{issueIdOrKey}/comment',
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}',
]);
const THANKS = 'We have got your message';

test('two bridges with one account and a rule that answers every comment come to rest, and each of them carried everything once', async (t) => {
  // Loaded before anybody's time runs: on a busy machine that takes seconds.
  await import('jira.js');
  const sites: Awaited<ReturnType<typeof startSite>>[] = [];
  const north = await startStory(t, {
    kind: jiraKind,
    async desk(clock) {
      const site = await startSite({ clock, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
      sites.push(site);
      return jiraDeskAt(site);
    },
  });
  const [site] = sites;
  assert.ok(site);
  const { sandbox } = site;
  // The second is told by no hook and finds everything by its poll. The site is ended by the first.
  const south = await startStory(t, {
    kind: jiraKind,
    desk: async () => ({ ...jiraDeskAt(site), setHookUrl: () => {}, stop: async () => {} }),
  });
  const bridges = [north, south] as const;

  /** The rule: whoever comments, it answers, but never to itself. */
  const answered = new Set<string>();
  const [robot] = sandbox.people.agents();
  assert.ok(robot);
  const answer = () => {
    for (const ticket of sandbox.people.tickets())
      for (const comment of ticket.comments)
        if (!answered.has(comment.id)) {
          answered.add(comment.id);
          if (!comment.text.includes(THANKS))
            answered.add(sandbox.people.comment(robot.id, ticket.id, `${THANKS} (${comment.id})`));
        }
  };

  const requests: { story: Story; ts: string; ticket: string }[] = [];
  for (const [n, story] of bridges.entries()) {
    const ts = story.slack.people.post(ALMA, HELP, `The lamp of bridge ${n} flickers`);
    const own = () => sandbox.people.tickets().find(({ summary }) => summary.includes(`bridge ${n}`));
    await until('its ticket exists', LIMIT_MS, () => own() !== undefined);
    const { id, key } = own() ?? assert.fail();
    await until('its card is there', LIMIT_MS, () => ours(story, ts).some((one) => shown(one).includes(key)));
    for (const words of ['first words', 'second words'])
      story.slack.people.post(ALMA, HELP, `${words} of ${n}`, ts);
    requests.push({ story, ts, ticket: id });
  }
  const commentsOf = (id: string) =>
    sandbox.people.tickets().find((ticket) => ticket.id === id)?.comments ?? [];
  const thanksIn = ({ story, ts }: (typeof requests)[number]) =>
    ours(story, ts).filter((message) => shown(message).includes(THANKS)).length;
  await until('everybody was answered, and hears it', LIMIT_MS, () => {
    answer();
    return requests.every((one) => commentsOf(one.ticket).length === 4 && thanksIn(one) === 2);
  });
  const writes = () => sandbox.calls().filter(({ call }) => WRITES.has(call)).length;
  const before = writes();
  assert.equal(before, 2 + 4, 'two tickets, and one comment for each message');
  for (const story of bridges) {
    // Polls, repairs and look-ups get their turn.
    await story.pass(120_000);
    await quiet(story);
  }
  answer();
  for (const story of bridges) await quiet(story);
  assert.equal(sandbox.people.tickets().length, 2, 'neither opened a ticket for the other one');
  for (const [n, one] of requests.entries()) {
    assert.equal(commentsOf(one.ticket).length, 4);
    assert.equal(thanksIn(one), 2);
    assert.ok(!ours(one.story, one.ts).some((message) => shown(message).includes(`words of ${1 - n}`)));
  }
  assert.equal(writes(), before, 'nothing is written any more');
});
