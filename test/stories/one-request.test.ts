/** One message, whatever door it comes through, is one request with one ticket. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { quiet, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const SECURITY = 'C0SECURITY';
const STEP = 'open_request_step';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });
const tickets = (story: Story) => story.desk.tickets();

async function calm(story: Story): Promise<void> {
  await quiet(story);
  await until('no errand is left', LIMIT_MS, async () => {
    await story.pass(1_000);
    return (await story.query('select 1 from errand')).length === 0;
  });
  await quiet(story);
}

suite('one request', { concurrency: false }, () => {
  test('the same message through six doors at once is one ticket, and the workflow gets its key', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const ts = people.post(ALMA, HELP, '<@U0DESKBRIDGE> I am locked out');
    people.react(BEN, HELP, ts, 'ticket');
    // Whom Slack told that it did not work presses again: that is one request all the same.
    const press = (user: string) =>
      until('the press got through', LIMIT_MS, async () => {
        return (await people.shortcut(user, HELP, ts, 'open_request')).ok;
      });
    await Promise.all([press(ALMA), press(BEN)]);
    const message = { channel_id: HELP, message_ts: ts };
    const execution = people.runStep(STEP, { requester: BEN, summary: 'from the workflow', message });
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length > 0);
    await until('the step has ended', LIMIT_MS, async () => {
      await story.pass(1_000);
      return people.stepOf(execution).state === 'completed';
    });
    await calm(story);
    assert.equal(tickets(story).length, 1);
    assert.equal((await story.query('select 1 from link')).length, 1);
    const cards = people.messages(HELP).filter((one) => shown(one).includes('desk_resolve'));
    assert.equal(cards.length, 1, 'one card');
    assert.equal(people.stepOf(execution).outputs['ticket_key'], tickets(story)[0]?.key);
    assert.match(String(people.stepOf(execution).outputs['ticket_url']), /^http/);
  });

  test('a reply through three doors means its thread', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const root = people.post(ALMA, SECURITY, 'My badge does not work');
    const reply = people.post(BEN, SECURITY, 'Same here', root);
    people.react(BEN, SECURITY, reply, 'ticket');
    await people.shortcut(ALMA, SECURITY, reply, 'open_request');
    people.runStep(STEP, {
      requester: BEN,
      summary: 'x',
      message: { channel_id: SECURITY, message_ts: reply },
    });
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length > 0);
    await calm(story);
    assert.equal(tickets(story).length, 1);
  });

  test('a step of a workflow without a message opens a request in a direct message, once; a bad one says why', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    story.slack.hookFaults.add('function_executed', { kind: 'double' }, 1);
    const execution = people.runStep(STEP, {
      requester: ALMA,
      summary: 'A badge for the new colleague',
      details: 'She starts on Monday',
      channel: HELP,
    });
    const bad = people.runStep(STEP, { requester: 'not a person', summary: '' });
    await until('both have ended', LIMIT_MS, async () => {
      await story.pass(1_000);
      return [execution, bad].every((id) => people.stepOf(id).state !== 'running');
    });
    await calm(story);
    assert.equal(tickets(story).length, 1);
    assert.match(tickets(story)[0]?.description ?? '', /She starts on Monday/);
    assert.equal(people.stepOf(execution).outputs['ticket_key'], tickets(story)[0]?.key);
    assert.match(people.stepOf(bad).error ?? '', /needs a requester/);
  });

  test('a ticket system that is away keeps the workflow waiting for its key', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    await story.desk.cut();
    const execution = people.runStep(STEP, { requester: ALMA, summary: 'A second screen' });
    await until('the request is there', LIMIT_MS, async () => {
      return (await story.query('select 1 from link')).length === 1;
    });
    await story.pass(5_000);
    assert.equal(people.stepOf(execution).state, 'running');
    await story.desk.restore();
    await until('the step has its ticket', LIMIT_MS, async () => {
      await story.pass(30_000);
      return people.stepOf(execution).state === 'completed';
    });
    assert.equal(tickets(story).length, 1);
  });
});
