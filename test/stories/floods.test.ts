/** Whoever presses, types and writes without end keeps nobody waiting but himself. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, startStory } from './rig.ts';
import { opened, quiet } from './story-suite.ts';

const LIMIT_MS = 60_000;
const BEN = 'U0BEN';

suite('floods', { concurrency: false }, () => {
  test('500 commands and words of one person: another is served meanwhile, and all are handled once, in order', async (t) => {
    const story = await startStory(t, {
      kind: memoryKind,
      desk: memoryDesk,
      slackSettings: { limits: { person: { burst: 20, per_minute: 60 } } },
    });
    const { people } = story.slack;
    const { ts, ticket } = await opened(story, 'The lamp flickers', BEN);
    const said = Array.from({ length: 100 }, (_, n) => `word ${n} of many`);
    for (const words of said) people.post(BEN, HELP, words, ts);
    await Promise.all(Array.from({ length: 400 }, () => people.command(BEN, HELP, '/desk', 'status NONE-1')));
    await story.slack.settled();
    const waiting = async () =>
      (await story.query("select 1 from delivery where state = 'waiting' and reason = 'slowed'")).length;
    await until('most of it waits', LIMIT_MS, async () => (await waiting()) > 400);
    await opened(story, 'I am locked out');
    assert.ok((await waiting()) > 400, 'Alma has her ticket, and Ben still waits');

    await story.pass(600_000);
    await until('nothing waits any more', LIMIT_MS, async () => (await waiting()) === 0);
    await until('all words are on the ticket', LIMIT_MS, () =>
      story.desk.tickets().some(({ id, comments }) => id === ticket.id && comments.length === said.length),
    );
    await quiet(story);
    const comments = story.desk.tickets().find(({ id }) => id === ticket.id)?.comments ?? [];
    assert.deepEqual(
      comments.map(({ text }) => /word \d+ of many/.exec(text)?.[0]),
      said,
    );
    const [done] = await story.query<{ n: number }>(
      "select count(*)::int as n from delivery where type = 'command' and state = 'done' and reason = 'to-be-answered'",
    );
    assert.equal(done?.n, 400);
    const metrics = await (await fetch(`${story.url}/metrics`)).text();
    const slowed = /deskbridge_deliveries_slowed_total\{who="person"[^}]*\} (\d+)/.exec(metrics)?.[1];
    assert.ok(Number(slowed) > 400, `${slowed} were slowed`);
  });
});
