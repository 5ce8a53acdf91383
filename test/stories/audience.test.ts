/** Who reads along decides what is shown: over signed HTTP, against the simulated vendors. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startSite } from '../sandbox/jira/site.ts';
import { until } from '../support/until.ts';
import { DESK_HOOK_SECRET, DESK_SECRET, memoryDesk, memoryKind } from './desks.ts';
import { HELP, startStory } from './rig.ts';
import { askCard, opened, ours, quiet, shown } from './story-suite.ts';
import { jiraDeskAt, jiraKind } from './vendor-desks.ts';

const LIMIT_MS = 30_000;

suite('audience', { concurrency: false }, () => {
  test('a channel that becomes shared shows the link alone; answers park with what to do and go when it is ours again', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    const card = () => shown(ours(story, ts)[0] ?? assert.fail());
    assert.match(card(), /General help/);
    const whole = ours(story, ts)[0] ?? assert.fail();
    const before = await askCard(story, whole, 'who', 'U0BEN');
    assert.match(before, /Everybody in #help-it reads the thread/);
    assert.doesNotMatch(before, /another company/);
    story.slack.setShared(HELP, true);
    await until('the card is a link', LIMIT_MS, () => card().includes('only the link is shown'));
    assert.ok(!card().includes('General help') && !card().includes('printer'));
    story.desk.comment(ticket.id, 'The toner is on its way');
    await until('the answer parks', LIMIT_MS, async () => {
      const found = await story.query<{ reason: string }>(
        "select reason from operation where state = 'parked'",
      );
      return found.some(({ reason }) => /People of another company read along/.test(reason));
    });
    assert.ok(!ours(story, ts).some((message) => shown(message).includes('toner')));
    story.slack.setShared(HELP, false);
    await until('the card is whole again', LIMIT_MS, () => card().includes('General help'));
    const { store } = story.bridge.world;
    for (const { id } of await store.operations.parked()) {
      const link = await store.operations.retryParked(id);
      if (link !== null) await store.links.wake(link, false);
    }
    await until('the answer is there', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('toner')),
    );
    await quiet(story);
  });

  test('a security level that is set later takes the fields off the card, and no answer follows', async (t) => {
    const sites: Awaited<ReturnType<typeof startSite>>[] = [];
    const story = await startStory(t, {
      kind: jiraKind,
      async desk(clock) {
        const site = await startSite({ clock, apiToken: DESK_SECRET, hookSecret: DESK_HOOK_SECRET });
        sites.push(site);
        return jiraDeskAt(site);
      },
    });
    const { ts, ticket } = await opened(story, 'The printer is jammed');
    sites[0]?.sandbox.setSecurity(ticket.id, 'Managers');
    const card = () => shown(ours(story, ts)[0] ?? assert.fail());
    await until('the card is a link', LIMIT_MS, () => card().includes('only the link is shown'));
    story.desk.comment(ticket.id, 'for managers only');
    await quiet(story);
    assert.ok(!ours(story, ts).some((message) => shown(message).includes('for managers only')));
    sites[0]?.sandbox.setSecurity(ticket.id, null);
    await until('the card is whole again', LIMIT_MS, () => card().includes('General help'));
  });

  test('what is said in a channel that nobody configured is acknowledged, counted and never stored', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk });
    const [before] = await story.query<{ n: number }>('select count(*)::int as n from delivery');
    story.slack.people.post('U0ALMA', 'C0SECURITY', 'none of your business');
    await story.slack.settled();
    const [after] = await story.query<{ n: number }>('select count(*)::int as n from delivery');
    assert.equal(after?.n, before?.n);
    const metrics = await (await fetch(`${story.url}/metrics`)).text();
    assert.match(metrics, /deskbridge_slack_calls_total\{[^}]*result="unknown-channel"[^}]*\} 1/);
  });
});
