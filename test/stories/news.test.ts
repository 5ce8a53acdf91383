/** How people hear of news: at once, once a day, or not at all. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nextTime } from '../../src/routing/hours.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const HOUR = 3_600_000;
const PEOPLE = [
  { id: ALMA, name: 'Alma Reyes', email: 'alma@northwind.example' },
  { id: BEN, name: 'Ben Okafor', email: 'ben@northwind.example', timeZone: 'Asia/Tokyo' },
];

const directTo = (story: Story, user: string) => {
  const { people } = story.slack;
  const direct = people.channels().find(({ isIm, members }) => isIm && members.includes(user));
  return direct === undefined ? [] : people.messages(direct.id).filter(({ isBot }) => isBot);
};
const told = (story: Story) => directTo(story, BEN).map(shown);

async function choose(story: Story, choice: string): Promise<void> {
  const { people } = story.slack;
  people.openHome(BEN);
  await until('the Home is there', LIMIT_MS, () => people.home(BEN) !== null);
  assert.ok((await people.actInHome(BEN, { actionId: 'desk_home_notices', value: choice })).ok);
  await until('it shows the choice', LIMIT_MS, () =>
    new RegExp(`"initial_option":\\{[^}]*\\{?[^}]*\\}?,?"value":"${choice}"`).test(
      JSON.stringify(people.home(BEN)),
    ),
  );
}

/** Ben watches a request of Alma's. */
async function watched(story: Story) {
  const { ts, ticket } = await opened(story, 'I am locked out');
  const [card = assert.fail()] = ours(story, ts);
  await story.slack.people.click(BEN, HELP, card.ts, 'desk_watch');
  await until('he watches', LIMIT_MS, async () => (await story.query('select 1 from watcher')).length === 1);
  return ticket;
}

suite('news', { concurrency: false }, () => {
  test('a digest collects news, survives a restart, and comes once, at nine on a working day of his own clock', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk, workspace: { people: PEOPLE } });
    const ticket = await watched(story);
    await choose(story, 'digest');
    const before = told(story).length;
    story.desk.setStatus(ticket.id, 'active');
    story.desk.comment(ticket.id, 'Which laptop is it?');
    await until('both pieces are kept', LIMIT_MS, async () => {
      const kept = await story.query('select 1 from digest_item where told_at is null');
      return kept.length === 2;
    });
    const [row] = await story.query<{ due_at: Date }>('select due_at from digest');
    const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
    const expected = nextTime({ zone: 'Asia/Tokyo', days, at: '09:00' }, story.clock.now());
    assert.equal(row?.due_at.getTime(), expected.getTime());
    await quiet(story);
    assert.equal(told(story).length, before, 'nothing came at once');

    await story.bridge.stop();
    const again = await story.startAgain();
    await story.pass(expected.getTime() - story.clock.now().getTime() - 60_000);
    await until('the clock has moved on for the bridge', LIMIT_MS, async () => {
      const left = row.due_at.getTime() - (await again.world.store.now()).getTime();
      return left > 0 && left < 61_000;
    });
    assert.equal(told(story).length, before, 'a minute to nine');
    await story.pass(61_000);
    await until('the digest is there', LIMIT_MS, () => told(story).length > before);
    await until(
      'it is settled',
      LIMIT_MS,
      async () => (await story.query('select 1 from digest')).length === 0,
    );
    assert.equal(told(story).length, before + 1, 'one message');
    const [digest = ''] = told(story).slice(before);
    assert.match(digest, /News of your requests/);
    assert.match(digest, new RegExp(`${ticket.key}, which you watch, is`));
    assert.match(digest, new RegExp(`new public answer on ${ticket.key}`));
    assert.doesNotMatch(digest, /Which laptop/, 'never the words themselves');
    await story.pass(48 * HOUR);
    await quiet(story);
    assert.equal(told(story).length, before + 1, 'and it never comes again');
  });

  test('a digest that may have been sent is looked for and not sent twice', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk, workspace: { people: PEOPLE } });
    const ticket = await watched(story);
    await choose(story, 'digest');
    story.desk.setStatus(ticket.id, 'active');
    await until(
      'it is kept',
      LIMIT_MS,
      async () => (await story.query('select 1 from digest_item')).length === 1,
    );
    await quiet(story);
    const before = told(story).length;
    story.slack.faults.add('chat.postMessage', { kind: 'reset-after' });
    const [row = assert.fail()] = await story.query<{ due_at: Date }>('select due_at from digest');
    await story.pass(row.due_at.getTime() - story.clock.now().getTime() + 1_000);
    await until('it is settled', 60_000, async () => {
      await story.pass(5_000);
      return (await story.query('select 1 from digest')).length === 0;
    });
    assert.equal(told(story).length, before + 1);
  });

  test('who wants nothing hears nothing of what he watches, but his own questions are answered', async (t) => {
    const story = await startStory(t, { kind: memoryKind, desk: memoryDesk, workspace: { people: PEOPLE } });
    const ticket = await watched(story);
    await choose(story, 'silent');
    const before = told(story).length;
    story.desk.setStatus(ticket.id, 'active');
    await until('it was left out', LIMIT_MS, async () => {
      const skipped = await story.query<{ reason: string }>(
        "select reason from operation where kind = 'tell'",
      );
      return skipped.some(({ reason }) => reason === 'he wants no news');
    });
    assert.equal(told(story).length, before);
    assert.equal((await story.query('select 1 from digest_item')).length, 0);
    const { people } = story.slack;
    const said = () => people.messages(HELP).filter(({ ephemeralFor }) => ephemeralFor === BEN).length;
    const seen = said();
    assert.ok((await people.command(BEN, HELP, '/desk', 'mine')).ok);
    await until('he is answered', LIMIT_MS, () => said() > seen);
    await choose(story, 'all');
    story.desk.setStatus(ticket.id, 'done');
    await until('and hears again', LIMIT_MS, () => told(story).length > before);
  });
});
