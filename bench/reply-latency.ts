/**
 * How long a Slack reply takes to its ticket: signed event in, comment in the simulated Jira, everything between real.
 * The baseline is the bare call that has to happen anyway (one read of a comment from the same server), in the same run.
 * Run: npx node bench/reply-latency.ts [replies]
 */
import { performance } from 'node:perf_hooks';
import { CommentId, TicketId } from '../src/model/ids.ts';
import { HELP, startStory } from '../test/stories/rig.ts';
import { jiraDesk, jiraKind } from '../test/stories/vendor-desks.ts';
import { stopTestDatabase } from '../test/support/database.ts';
import { until } from '../test/support/until.ts';

const THREADS = 20;
const replies = Number(process.argv[2] ?? 200);

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
  await until('all tickets are open', 60_000, () => story.desk.tickets().length === THREADS);

  const took: number[] = [];
  for (let n = 0; n < replies; n += 1) {
    const text = `reply ${n} of the measurement`;
    const started = performance.now();
    story.slack.people.post('U0ALMA', HELP, text, roots[n % THREADS]);
    await until('the comment is there', 30_000, () =>
      story.desk.tickets().some((ticket) => ticket.comments.some((comment) => comment.text.includes(text))),
    );
    took.push(performance.now() - started);
  }
  const bare = await bareComments();
  const memory = Math.round(process.memoryUsage().rss / 1024 / 1024);
  console.log(
    JSON.stringify({
      scenario: 'reply-latency',
      replies,
      ...summary('reply', took),
      ...summary('bare_call', bare),
      ratio_p50: round(at(took, 0.5) / at(bare, 0.5)),
      rss_mb_with_sandbox: memory,
    }),
  );
} finally {
  for (const end of ends.reverse()) await end();
  await stopTestDatabase();
}

/** One call each, straight to the simulated Jira by the connector. */
async function bareComments(): Promise<number[]> {
  const { world } = story.bridge;
  const [connector] = world.connectors.values();
  const ids = story.desk.tickets().map((ticket) => ticket.id);
  const took: number[] = [];
  for (let n = 0; n < Math.min(replies, 100); n += 1) {
    const id = ids[n % ids.length] ?? '';
    const started = performance.now();
    await world.io.run('ticket.read', { timeoutMs: 10_000 }, async () =>
      connector?.comments.read(TicketId.parse(id), CommentId.parse('1')),
    );
    took.push(performance.now() - started);
  }
  return took;
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function summary(name: string, values: readonly number[]) {
  return { [`${name}_p50_ms`]: round(at(values, 0.5)), [`${name}_p99_ms`]: round(at(values, 0.99)) };
}
