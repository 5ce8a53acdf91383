import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });

const everythingIn = (story: Story) =>
  story.slack.people
    .channels()
    .flatMap((channel) => story.slack.people.messages(channel.id).map((message) => ({ channel, message })));

suite('doors', { concurrency: false }, () => {
  test('the command opens a form, the form opens a request in a direct message, and replies there reach the ticket', async (t) => {
    const story = await start(t);
    const answer = await story.slack.people.command(ALMA, 'C0GENERAL', '/desk', '');
    assert.ok(answer.ok, answer.message ?? '');
    await until('the form is open', LIMIT_MS, () => story.slack.people.views(ALMA).length === 1);
    const view = story.slack.people.views(ALMA)[0];
    assert.ok(view);

    const empty = await story.slack.people.submit(ALMA, view.viewId, { summary: { value: ' ' } });
    assert.notEqual(
      empty.ok && story.slack.people.views(ALMA).length === 0,
      true,
      'an empty form stays open',
    );
    await story.slack.people.submit(ALMA, view.viewId, {
      summary: { value: 'Password of the payroll account' },
      category: { value: 'access' },
      details: { value: 'It expired yesterday' },
    });
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    assert.match(story.desk.tickets()[0]?.description ?? '', /It expired yesterday/);
    await until('the card is in a direct message', LIMIT_MS, () =>
      everythingIn(story).some(
        ({ channel, message }) => channel.isIm && message.isBot && shown(message).includes('desk_resolve'),
      ),
    );
    const card = everythingIn(story).find(
      ({ channel, message }) => channel.isIm && shown(message).includes('desk_resolve'),
    );
    assert.ok(card);
    story.slack.people.post(ALMA, card.channel.id, 'One more thing', card.message.ts);
    await until(
      'the reply is on the ticket',
      LIMIT_MS,
      () =>
        story.desk.tickets()[0]?.comments.some((comment) => comment.text.includes('One more thing')) === true,
    );
  });

  test('the message shortcut opens one request however often it is used', async (t) => {
    const story = await start(t);
    const ts = story.slack.people.post(BEN, 'C0SECURITY', 'My badge does not work');
    const first = await story.slack.people.shortcut(ALMA, 'C0SECURITY', ts, 'open_request');
    const second = await story.slack.people.shortcut(BEN, 'C0SECURITY', ts, 'open_request');
    assert.ok(first.ok && second.ok);
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    assert.match(story.desk.tickets()[0]?.description ?? '', /Ben Okafor/, 'the author is the requester');
    story.slack.people.post(BEN, 'C0SECURITY', 'It blinks red', ts);
    await until(
      'a reply in a channel that nobody configured is mirrored too',
      LIMIT_MS,
      () =>
        story.desk.tickets()[0]?.comments.some((comment) => comment.text.includes('It blinks red')) === true,
    );
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
  });

  test('a shortcut on a reply opens its thread: the title is that of the first message, the reply follows', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const root = people.post(BEN, 'C0SECURITY', 'My badge does not work');
    const reply = people.post(ALMA, 'C0SECURITY', 'Did you try the other door?', root);
    await until(
      'it is pressed',
      LIMIT_MS,
      async () => (await people.shortcut(ALMA, 'C0SECURITY', reply, 'open_request')).ok,
    );
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    const ticket = () => story.desk.tickets()[0] ?? assert.fail();
    assert.match(ticket().summary, /My badge does not work/);
    assert.match(ticket().description, /Ben Okafor/, 'whoever began it is the requester');
    await until('the reply is on it', LIMIT_MS, () =>
      ticket().comments.some(({ text }) => text.includes('the other door')),
    );
    await people.shortcut(BEN, 'C0SECURITY', root, 'open_request');
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal(ticket().comments.length, 1);
    assert.deepEqual(await story.query("select requester from link where requester <> 'U0BEN'"), []);
  });

  test('where the thread cannot be read the reply stands for it', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const root = people.post(BEN, 'C0GENERAL', 'My badge does not work');
    const reply = people.post(ALMA, 'C0GENERAL', 'Mine is broken, too', root);
    await until(
      'it is pressed',
      LIMIT_MS,
      async () => (await people.shortcut(ALMA, 'C0GENERAL', reply, 'open_request')).ok,
    );
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
    assert.match(story.desk.tickets()[0]?.summary ?? '', /Mine is broken, too/);
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
  });

  test('a shortcut where the app is no member goes on in a direct message', async (t) => {
    const story = await start(t);
    const ts = story.slack.people.post(BEN, 'C0GENERAL', 'My badge does not work');
    await story.slack.people.shortcut(BEN, 'C0GENERAL', ts, 'open_request');
    await until('the card is in a direct message', LIMIT_MS, () =>
      everythingIn(story).some(
        ({ channel, message }) => channel.isIm && shown(message).includes('desk_resolve'),
      ),
    );
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal((await story.query("select 1 from operation where state = 'parked'")).length, 0);
  });

  test('a confidential request moves to a direct message; nothing of the ticket shows in the channel', async (t) => {
    const story = await start(t);
    const ts = story.slack.people.post(ALMA, HELP, 'I clicked on a phishing mail');
    await until('the card is in a direct message', LIMIT_MS, () =>
      everythingIn(story).some(
        ({ channel, message }) => channel.isIm && shown(message).includes('desk_resolve'),
      ),
    );
    const ticket = story.desk.tickets()[0];
    assert.ok(ticket);
    story.desk.comment(ticket.id, 'we reset-your-account');
    await until('the answer is in the direct message', LIMIT_MS, () =>
      everythingIn(story).some(
        ({ channel, message }) => channel.isIm && shown(message).includes('reset-your-account'),
      ),
    );
    await quiet(story);
    const inChannel = ours(story, ts).map(shown).join();
    assert.match(inChannel, /direct message/);
    assert.doesNotMatch(inChannel, /reset-your-account|MEM-/);
  });

  test('a direct message to the app opens a request, private ones stay in it', async (t) => {
    const story = await start(t);
    const ts = story.slack.people.post(ALMA, 'D0ALMA', 'I clicked on a phishing mail');
    const here = () => story.slack.people.messages('D0ALMA').filter((message) => message.threadTs === ts);
    await until('the card is in the thread of the message', LIMIT_MS, () =>
      here().some((message) => shown(message).includes('desk_resolve')),
    );
    story.slack.people.post(ALMA, 'D0ALMA', 'What should I do?', ts);
    await until('the reply is on the ticket', LIMIT_MS, () => story.desk.tickets()[0]?.comments.length === 1);
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal(story.slack.people.messages('D0ALMA').filter((message) => message.isBot).length, 1);
  });

  test('a channel that nobody configured is acknowledged and counted, not stored', async (t) => {
    const story = await start(t);
    story.slack.people.post(ALMA, 'C0SECURITY', 'private matter 4711');
    await story.slack.settled();
    assert.equal((await story.query('select 1 from delivery')).length, 0);
    const metrics = await (await fetch(`${story.url}/metrics`)).text();
    assert.match(metrics, /deskbridge_slack_calls_total\{type="message",result="[a-z-]*channel[a-z-]*"/);
  });

  test('only the requester and responders change the status from Slack', async (t) => {
    const story = await start(t, { responders: ['U0DANA'] });
    const { ts } = await opened(story, 'I am locked out');
    const card = ours(story, ts).find((message) => shown(message).includes('desk_resolve'));
    assert.ok(card);
    await story.slack.people.click(BEN, HELP, card.ts, 'desk_resolve');
    await until('Ben is told', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('cannot change this here')),
    );
    assert.notEqual(story.desk.tickets()[0]?.category, 'done');
    await story.slack.people.click('U0DANA', HELP, card.ts, 'desk_resolve');
    await until('a responder can', LIMIT_MS, () => story.desk.tickets()[0]?.category === 'done');
    await until('the thread says that it is closed', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('reply here and it opens again')),
    );
    story.slack.people.post(ALMA, HELP, 'It is not solved', ts);
    await until('a reply opens it again', LIMIT_MS, () => story.desk.tickets()[0]?.category === 'active');
  });

  test('Socket Mode: the same story without a public address', async (t) => {
    const story = await start(t, { socketMode: true });
    await until('the line is up', LIMIT_MS, () => story.slack.socket.count() > 0);
    const { ts, ticket } = await opened(story, 'I am locked out');
    story.slack.people.post(ALMA, HELP, 'any news?', ts);
    await until('the reply is on the ticket', LIMIT_MS, () => story.desk.tickets()[0]?.comments.length === 1);
    story.desk.comment(ticket.id, 'soon');
    await until('the answer is in the thread', LIMIT_MS, () =>
      ours(story, ts).some((message) => shown(message).includes('soon')),
    );
    const ready = await fetch(`${story.url}/readyz`);
    assert.equal(ready.status, 200);
  });

  test('Redis carries the bell, and losing all of it loses nothing', async (t) => {
    const redis = await startRedis();
    if (redis === null) return t.skip('redis-server is missing');
    try {
      const story = await start({ after: t.after.bind(t) }, { redisUrl: redis.url });
      const { ts, ticket } = await opened(story, 'I am locked out');
      for (let n = 1; n <= 5; n += 1) {
        story.slack.people.post(ALMA, HELP, `message ${n}`, ts);
        if (n === 3) await redis.command('FLUSHALL');
      }
      story.desk.comment(ticket.id, 'after the flush');
      await until('all replies arrive', 30_000, () => story.desk.tickets()[0]?.comments.length === 6);
      await until('the answer arrives', 30_000, () =>
        ours(story, ts).some((message) => shown(message).includes('after the flush')),
      );
      await quiet(story);
    } finally {
      t.after(() => redis.stop());
    }
  });

  test('100 parallel creates of one thread give one ticket', async (t) => {
    const story = await start(t);
    const ts = story.slack.people.post(ALMA, 'C0SECURITY', 'My badge does not work');
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        story.slack.people.shortcut(n % 2 === 0 ? ALMA : BEN, 'C0SECURITY', ts, 'open_request'),
      ),
    );
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length > 0);
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal((await story.query('select 1 from link')).length, 1);
  });

  test('what Slack never told us is read back: a root and a reply', async (t) => {
    const story = await start(t, { repairEveryMs: 500 });
    const { ts } = await opened(story, 'I am locked out');
    await until(
      'the channel was looked at once',
      LIMIT_MS,
      async () => (await story.query('select 1 from channel_reading where channel = $1', [HELP])).length > 0,
    );
    story.slack.hookFaults.add('message', { kind: 'drop' }, 2);
    story.slack.people.post(ALMA, HELP, 'unheard reply', ts);
    story.slack.people.post(BEN, HELP, 'unheard request about a password');
    await story.pass(11 * 60_000);
    await until('the request is found', LIMIT_MS, () => story.desk.tickets().length === 2);
    await until('the reply is found', LIMIT_MS, () =>
      story.desk
        .tickets()
        .some((ticket) => ticket.comments.some((comment) => comment.text.includes('unheard reply'))),
    );
    await quiet(story);
    assert.equal(story.desk.tickets().length, 2);
    assert.equal(story.desk.tickets().flatMap((ticket) => ticket.comments).length, 1);
  });

  test('one web process and two workers share the work in order', async (t) => {
    const story = await start(t, { roles: ['web', 'worker', 'worker'] });
    const { ts } = await opened(story, 'I am locked out');
    const expected = Array.from({ length: 12 }, (_, n) => `line ${String(n).padStart(2, '0')}`);
    for (const line of expected) story.slack.people.post(ALMA, HELP, line, ts);
    await until(
      'all lines are on the ticket',
      LIMIT_MS,
      () => story.desk.tickets()[0]?.comments.length === 12,
    );
    await quiet(story);
    const lines = story.desk.tickets()[0]?.comments.map((comment) => /line \d\d/.exec(comment.text)?.[0]);
    assert.deepEqual(lines, expected);
    const worker = await story.query('select 1 from link where lease_owner is not null');
    assert.equal(worker.length, 0);
  });
});
