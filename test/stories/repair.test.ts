/** Seven days without the bridge: afterwards both sides agree within five minutes, and Slack is not asked too often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../../src/model/outcome.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 240_000;
const DAY_MS = 86_400_000;
const SECURITY = 'C0SECURITY';
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
/** Threads of these channels: one that is configured, one that is not, two conversations with the app. */
const PLACES = [
  { channel: HELP, user: ALMA, threads: 8 },
  { channel: SECURITY, user: BEN, threads: 6 },
  { channel: 'D0ALMA', user: ALMA, threads: 4 },
  { channel: 'D0BEN', user: BEN, threads: 4 },
];

interface Thread {
  readonly name: string;
  readonly channel: string;
  readonly user: string;
  readonly root: string;
}

/** Opens all threads: as requests where that happens by itself, by the shortcut elsewhere. */
async function openThreads(story: Story): Promise<readonly Thread[]> {
  const threads: Thread[] = [];
  for (const { channel, user, threads: count } of PLACES) {
    for (let n = 1; n <= count; n += 1) {
      const name = `${channel.toLowerCase()}x${n}`;
      const root = story.slack.people.post(user, channel, `Request ${name}`);
      if (channel === SECURITY) await story.slack.people.shortcut(user, channel, root, 'open_request');
      threads.push({ name, channel, user, root });
    }
  }
  await until('all have tickets', LIMIT_MS, async () => {
    await settled(story);
    if (story.desk.tickets().length === threads.length) return true;
    await story.pass(4_000);
    return false;
  });
  return threads;
}

const ticketOf = (story: Story, { name }: Pick<Thread, 'name'>) =>
  story.desk.tickets().find(({ summary }) => summary.endsWith(` ${name}`));
const comments = (story: Story, thread: Pick<Thread, 'name'>) =>
  ticketOf(story, thread)?.comments.map(({ text }) => text) ?? [];
const says = (story: Story, thread: Pick<Thread, 'name'>, words: string) =>
  comments(story, thread).filter((text) => text.includes(words)).length;
const shows = (story: Story, { channel, root }: Thread, words: string) =>
  story.slack.people
    .messages(channel)
    .filter((message) => message.threadTs === root && message.isBot && shown(message).includes(words)).length;

/** The most calls of a method within any minute. */
function busiestMinute(story: Story, method: string, sinceMs: number): number {
  const times = story.slack
    .calls()
    .filter((call) => call.method === method && call.at.getTime() >= sinceMs)
    .map((call) => call.at.getTime());
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

/** What can be done at this moment is done. */
async function settled(story: Story): Promise<void> {
  await until('what is due is done', LIMIT_MS, async () => {
    const [busy] = await story.query<{ n: number }>(`select (
      (select count(*) from operation where state = 'ready' and next_at <= deskbridge_now())
      + (select count(*) from delivery where state in ('new', 'sorted'))
      + (select count(*) from link where lease_owner is not null))::int as n`);
    return busy?.n === 0;
  });
}

test('seven days of downtime, threads in four channels: everything agrees within five minutes', async (t) => {
  const ends: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const story = await startStory(
    { after: (work) => void ends.push(work) },
    { kind: memoryKind, desk: memoryDesk, repairEveryMs: 250 },
  );
  const threads = await openThreads(story);
  const said = new Map<string, { edited: string; deleted: string }>();
  for (const thread of threads) {
    const { channel, user, root, name } = thread;
    const edited = story.slack.people.post(user, channel, `wordsbefore ${name}`, root);
    const deleted = story.slack.people.post(user, channel, `mistake ${name}`, root);
    said.set(name, { edited, deleted });
  }
  await until('the early replies are on the tickets', LIMIT_MS, async () => {
    await settled(story);
    if (threads.every((thread) => says(story, thread, 'before') + says(story, thread, 'mistake') === 2))
      return true;
    await story.pass(4_000);
    return false;
  });
  await quiet(story);
  // Nobody listens, and Slack has given up what it could not deliver.
  await story.slack.setEventsUrl(null);
  await story.bridge.stop();

  const roots: Thread[] = [];
  for (const [index, thread] of threads.entries()) {
    const { channel, user, root, name } = thread;
    const words = said.get(name);
    assert.ok(words);
    if (index % 3 === 0) story.slack.people.post(user, channel, `missed ${name}`, root);
    if (index % 3 === 1) story.slack.people.edit(user, channel, words.edited, `wordsafter ${name}`);
    if (index % 3 === 2) story.slack.people.remove(user, channel, words.deleted);
    if (index % 2 === 0) story.desk.comment(ticketOf(story, thread)?.id ?? '', `agentsays ${name}`);
    if (index % 4 === 0) await story.pass(DAY_MS);
  }
  for (const [n, { channel, user }] of PLACES.filter(({ channel }) => channel !== SECURITY).entries()) {
    const name = `newone${n}`;
    const root = story.slack.people.post(user, channel, `Request ${name}`);
    story.slack.people.post(user, channel, `reply ${name}`, root);
    roots.push({ name, channel, user, root });
  }
  await story.pass(DAY_MS);

  const back = story.clock.now().getTime();
  const bridge = await story.startAgain();
  const apart = () => [
    ...threads.flatMap((thread, index) => {
      const lacks = [
        index % 2 === 0 && shows(story, thread, 'agentsays') !== 1 ? 'the answer' : [],
        index % 3 === 0 && says(story, thread, 'missed') !== 1 ? 'the missed reply' : [],
        index % 3 === 1 && says(story, thread, 'wordsafter') !== 1 ? 'the edit' : [],
        index % 3 === 2 && says(story, thread, 'mistake') !== 0 ? 'the deletion' : [],
      ].flat();
      return lacks.map((what) => `${thread.name} lacks ${what}`);
    }),
    ...roots.flatMap((thread) =>
      says(story, thread, 'reply') === 1 ? [] : [`${thread.name} lacks its reply`],
    ),
  ];
  await until('both sides agree', LIMIT_MS, async () => {
    const left = apart();
    if (left.length === 0) return true;
    const passed = story.clock.now().getTime() - back;
    assert.ok(passed <= 5 * 60_000, `five minutes have passed: ${left.join(', ')}`);
    await settled(story);
    await story.pass(4_000);
    return false;
  });
  const minutes = (story.clock.now().getTime() - back) / 60_000;
  await quiet(story);
  assert.deepEqual(apart(), [], 'nothing has been undone since');
  assert.equal(story.desk.tickets().length, threads.length + roots.length);
  for (const thread of threads) {
    assert.equal(says(story, thread, 'wordsbefore'), threads.indexOf(thread) % 3 === 1 ? 0 : 1, thread.name);
  }
  for (const method of ['conversations.history', 'conversations.replies']) {
    const most = busiestMinute(story, method, back);
    assert.ok(most > 0 && most <= 50, `${method}: ${most} calls in one minute`);
  }
  const metrics = await (await fetch(`http://127.0.0.1:${bridge.address?.port}/metrics`)).text();
  const repaired = (kind: string) =>
    Number(
      new RegExp(`deskbridge_messages_repaired_total\\{kind="${kind}"[^}]*\\} (\\d+)`).exec(metrics)?.[1],
    );
  t.diagnostic(
    `agreed after ${minutes.toFixed(1)} minutes; repaired ${repaired('message')} messages, ${repaired('edit')} edits, ${repaired('deletion')} deletions`,
  );
  const every3rd = (first: number) => threads.filter((_, index) => index % 3 === first).length;
  assert.deepEqual(
    [repaired('message'), repaired('edit'), repaired('deletion')],
    [every3rd(0) + 2 * roots.length, every3rd(1), every3rd(2)],
  );
});

test('a change that both the hook and the poll have lost is found within the hour', async (t) => {
  const story = await startStory(t, {
    kind: memoryKind,
    async desk(clock) {
      const desk = await memoryDesk(clock);
      return {
        ...desk,
        connectors: (io) =>
          new Map(
            [...desk.connectors(io)].map(([id, connector]) => [
              id,
              { ...connector, changesSince: async () => ok({ tickets: [], cursor: 'none', more: false }) },
            ]),
          ),
      };
    },
  });
  const { ts, ticket } = await opened(story, 'I am locked out');
  await quiet(story);
  story.desk.loseHooks(1);
  story.desk.comment(ticket.id, 'nobody hears this');
  const heard = () => ours(story, ts).some((message) => shown(message).includes('nobody hears this'));
  await story.pass(40 * 60_000);
  await quiet(story);
  assert.ok(!heard(), 'not before its time');
  await story.pass(21 * 60_000);
  await until('it is in the thread', LIMIT_MS, heard);
});
