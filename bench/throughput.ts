/**
 * How many Slack replies a second reach their tickets when many come at once: signed events in, comments in the simulated
 * Jira, everything between real. All of it, with the simulators, in one process. The clock stops when the ledger says that
 * all are done: drawing every ticket again and again to see that would be most of what is measured. Then the tickets are counted.
 * Run: npx node bench/throughput.ts [replies]
 */
import { performance } from 'node:perf_hooks';
import { HELP, startStory } from '../test/stories/rig.ts';
import { jiraDesk, jiraKind } from '../test/stories/vendor-desks.ts';
import { stopTestDatabase } from '../test/support/database.ts';
import { until } from '../test/support/until.ts';

const THREADS = 40;
const LOOK_EVERY_MS = 100;
const replies = Number(process.argv[2] ?? 400);

const ends: (() => Promise<void>)[] = [];
const story = await startStory(
  { after: (work) => void ends.push(work) },
  {
    kind: jiraKind,
    desk: jiraDesk,
    // One person stands for a whole company here.
    slackSettings: { limits: { person: null, app: null, channel: null } },
  },
);
try {
  const roots: string[] = [];
  for (let n = 0; n < THREADS; n += 1)
    roots.push(story.slack.people.post('U0ALMA', HELP, `Printer number ${n} is jammed`));
  await until('all tickets are open', 120_000, () => story.desk.tickets().length === THREADS);
  const carried = () => story.desk.tickets().reduce((sum, ticket) => sum + ticket.comments.length, 0);
  const before = carried();
  const done = async () => {
    const rows = await story.query("select 1 from operation where kind = 'comment' and state = 'done'");
    return rows.length;
  };
  const doneBefore = await done();

  const started = performance.now();
  for (let n = 0; n < replies; n += 1)
    story.slack.people.post('U0ALMA', HELP, `reply ${n} of the measurement`, roots[n % THREADS]);
  let looked = 0;
  await until('all comments are there', 300_000, async () => {
    if (performance.now() - looked < LOOK_EVERY_MS) return false;
    looked = performance.now();
    return (await done()) - doneBefore >= replies;
  });
  const seconds = (performance.now() - started) / 1000;
  if (carried() - before !== replies)
    throw new Error(`${carried() - before} of ${replies} replies are on their tickets`);
  const perSecond = Math.round((replies / seconds) * 10) / 10;
  const rss = Math.round(process.memoryUsage().rss / 1024 / 1024);
  console.log(
    JSON.stringify({
      scenario: 'throughput',
      replies,
      threads: THREADS,
      per_second: perSecond,
      rss_mb_with_sandbox: rss,
    }),
  );
} finally {
  for (const end of ends.reverse()) await end();
  await stopTestDatabase();
}
