import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { pidOf, start, usedFolders } from '../store/embedded-postgres/server-world.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, startStory } from './rig.ts';
import { opened, quiet, shown, thread } from './story-suite.ts';

test('Postgres is killed and comes back: 503 in time, Slack tries again, nothing is lost or doubled', async (t) => {
  const place = await usedFolders(t);
  const server = await start(place);
  place.atEnd(() => server.stop());
  // The bridge has to be gone before its database is: hooks of a test run in the order of their registration.
  const ends: (() => Promise<void>)[] = [];
  place.atEnd(async () => {
    for (const end of ends.reverse()) await end();
  });
  const story = await startStory(
    { after: (work) => void ends.push(work) },
    { kind: memoryKind, desk: memoryDesk, databaseUrl: server.url },
  );
  const { ts, ticket } = await opened(story, 'I am locked out');

  const pid = await pidOf(server);
  process.kill(pid, 'SIGKILL');
  const started = performance.now();
  story.slack.people.post('U0ALMA', HELP, 'said while the database was away', ts);
  await until('the door says 503', 10_000, async () =>
    /deskbridge_door_total\{door="slack",status="503"[^}]*\} [1-9]/.test(
      await (await fetch(`${story.url}/metrics`)).text(),
    ),
  );
  assert.ok(performance.now() - started < 9_000);
  const ready = await fetch(`${story.url}/readyz`);
  assert.equal(ready.status, 503);

  const again = await start(place);
  place.atEnd(() => again.stop());
  assert.equal(again.url, server.url, 'it comes back at its address');
  await until(
    'the door is ready again',
    20_000,
    async () => (await fetch(`${story.url}/readyz`)).status === 200,
  );
  story.clock.advance(60_000);
  await until('Slack told it again and it reached the ticket', 30_000, () =>
    story.desk
      .tickets()
      .some((one) => one.comments.some((comment) => comment.text.includes('while the database was away'))),
  );
  story.desk.comment(ticket.id, 'and the way back works');
  await until('the answer is in the thread', 30_000, () =>
    thread(story, ts).some((message) => shown(message).includes('and the way back works')),
  );
  await until('it comes to rest', 30_000, () =>
    quiet(story).then(
      () => true,
      () => false,
    ),
  );
  assert.equal(story.desk.tickets().length, 1);
  assert.equal(story.desk.tickets()[0]?.comments.length, 2);
});
