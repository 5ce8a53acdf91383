/** Requests that begin with an emoji, a mention, or a message in a channel where every new thread is one. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { quiet, shown } from './story-suite.ts';

const LIMIT_MS = 15_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const GUEST = 'U0GUEST';
const STRANGER = 'U0STRANGER';
const US = '<@U0DESKBRIDGE>';
/** The app is a member there, and nobody configured it. */
const SECURITY = 'C0SECURITY';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });
const tickets = (story: Story) => story.desk.tickets();
const one = (story: Story) => tickets(story)[0] ?? assert.fail('there is no ticket');
const whispers = (story: Story, channel: string, user: string) =>
  story.slack.people.messages(channel).filter((message) => message.ephemeralFor === user);
const errands = async (story: Story) => (await story.query('select 1 from errand')).length;

async function calm(story: Story): Promise<void> {
  await quiet(story);
  await until('no errand is left', LIMIT_MS, async () => (await errands(story)) === 0);
}

suite('marks', { concurrency: false }, () => {
  test('an emoji on a reply makes one request of its whole thread, however many people add it', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const root = people.post(BEN, SECURITY, 'My badge does not work');
    const reply = people.post(ALMA, SECURITY, 'Mine neither', root);
    people.react(ALMA, SECURITY, root, 'eyes');
    await story.slack.settled();
    assert.equal((await story.query('select 1 from delivery')).length, 0, 'other reactions are not kept');
    people.react(ALMA, SECURITY, reply, 'ticket');
    people.react(BEN, SECURITY, root, 'ticket');
    people.react('U0CHEN', SECURITY, root, 'ticket::skin-tone-3');
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length > 0);
    await until('the reply is on it', LIMIT_MS, () => one(story).comments.length === 1);
    await calm(story);
    assert.equal(tickets(story).length, 1);
    assert.match(one(story).description, /My badge does not work/);
    assert.match(one(story).description, /Ben Okafor/, 'whoever wrote it is the requester');
    assert.match(one(story).comments[0]?.text ?? '', /Mine neither/);
  });

  test('a mention opens a request of its message, or of the thread that it stands in', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    people.post(ALMA, SECURITY, `${US} my badge is bent`);
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length === 1);
    assert.match(one(story).summary, /^my badge is bent/, 'our name is no part of it');
    const root = people.post(BEN, SECURITY, 'The door does not open');
    people.post(ALMA, SECURITY, `${US} please take this`, root);
    await until('the thread has one', LIMIT_MS, () => tickets(story).length === 2);
    const second = tickets(story).find(({ description }) => description.includes('The door does not open'));
    assert.ok(second);
    await until('the mention is on it, too', LIMIT_MS, () =>
      tickets(story).some(({ id, comments }) => id === second.id && comments.length === 1),
    );
    await calm(story);
    assert.equal(tickets(story).length, 2);
  });

  test('in a help channel a mention is the same request as its message; our name alone is answered with help', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    people.post(ALMA, HELP, `${US} I am locked out`);
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length === 1);
    const bare = people.post(BEN, HELP, `${US}!`);
    await until('help stands in its thread', LIMIT_MS, () =>
      people
        .messages(HELP)
        .some((message) => message.threadTs === bare && shown(message).includes('/desk help')),
    );
    await calm(story);
    assert.equal(tickets(story).length, 1);
  });

  test('greetings and thanks open nothing, and their author can insist', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    people.post(ALMA, HELP, 'Guten Morgen zusammen!');
    people.post(BEN, HELP, 'thanks all :tada:');
    await until('both are told', LIMIT_MS, () =>
      [ALMA, BEN].every((user) => whispers(story, HELP, user).length === 1),
    );
    await calm(story);
    assert.equal(tickets(story).length, 0);
    const offer = whispers(story, HELP, ALMA)[0] ?? assert.fail();
    assert.ok((await people.click(ALMA, HELP, offer.ts, 'desk_open_anyway')).ok);
    assert.ok((await people.click(ALMA, HELP, offer.ts, 'desk_open_anyway')).ok);
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length > 0);
    await calm(story);
    assert.equal(tickets(story).length, 1);
    assert.match(one(story).description, /Guten Morgen/);
  });

  test('a message that its author keeps to himself opens nothing: at once, or while it is held', async (t) => {
    const story = await start(t, { slackSettings: { hold_seconds: 30 } });
    const { people } = story.slack;
    people.post(ALMA, HELP, ':mute: who joins for lunch');
    const second = people.post(ALMA, HELP, 'the printer is on fire, just kidding');
    const third = people.post(BEN, HELP, 'I am locked out');
    people.react(ALMA, HELP, second, 'mute');
    people.react(ALMA, HELP, third, 'mute');
    await story.slack.settled();
    await until('two are held', LIMIT_MS, async () => {
      const held = await story.query("select 1 from delivery where reason = 'held'");
      return held.length <= 2 && held.length >= 1;
    });
    assert.equal(tickets(story).length, 0);
    await story.pass(31_000);
    await until('a ticket exists', LIMIT_MS, () => tickets(story).length > 0);
    await calm(story);
    assert.equal(tickets(story).length, 1, 'nobody can silence somebody else');
    assert.match(one(story).description, /locked out/);
  });

  test('a guest and a person of another company may ask only where the owner lets them', async (t) => {
    const people = [
      { id: ALMA, name: 'Alma Reyes', email: null },
      { id: GUEST, name: 'Gus Guest', email: null, isGuest: true },
      { id: STRANGER, name: 'Stella Strange', email: null, otherTeam: 'T0OTHER' },
    ];
    const story = await start(t, {
      workspace: { people },
      slackSettings: { channels: [{ id: HELP, name: 'help-it', outsiders: true }] },
    });
    const closed = story.slack.people.post(ALMA, SECURITY, 'The badge reader is dark');
    for (const user of [GUEST, STRANGER]) story.slack.people.react(user, SECURITY, closed, 'ticket');
    await until('both are told', LIMIT_MS, () =>
      [GUEST, STRANGER].every((user) =>
        whispers(story, SECURITY, user).some((message) => shown(message).includes('cannot open requests')),
      ),
    );
    await calm(story);
    assert.equal(tickets(story).length, 0);
    const open = story.slack.people.post(ALMA, HELP, ':mute: the beamer hums');
    story.slack.people.react(GUEST, HELP, open, 'ticket');
    await until('where they may, it is a request', LIMIT_MS, () => tickets(story).length === 1);
    await calm(story);
  });

  test('what a guest writes in a help channel that is not for him opens nothing; a colleague may open it for him', async (t) => {
    const people = [
      { id: ALMA, name: 'Alma Reyes', email: null },
      { id: GUEST, name: 'Gus Guest', email: null, isGuest: true },
    ];
    const story = await start(t, { workspace: { people } });
    const theirs = story.slack.people.post(GUEST, HELP, 'My badge is broken');
    await until('the guest is told', LIMIT_MS, () =>
      whispers(story, HELP, GUEST).some((message) => shown(message).includes('cannot open requests')),
    );
    story.slack.people.post(GUEST, HELP, 'Hello?', theirs);
    await calm(story);
    assert.equal(tickets(story).length, 0);
    assert.equal(whispers(story, HELP, GUEST).length, 1, 'told once');
    story.slack.people.react(ALMA, HELP, theirs, 'ticket');
    await until('she opens it', LIMIT_MS, () => tickets(story).length === 1);
    await until('all that he said is there', LIMIT_MS, () => one(story).comments.length === 1);
    await calm(story);
    assert.match(one(story).description, /My badge is broken/);
  });

  test('a message that is gone, or that Slack does not show now, is told or tried again', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    story.slack.faults.add('conversations.replies', { kind: 'fail-before', status: 503 }, 2);
    const ts = people.post(BEN, SECURITY, 'My badge does not work');
    people.react(ALMA, SECURITY, ts, 'ticket');
    await until('it is opened in the end', LIMIT_MS, async () => {
      await story.pass(2_000);
      return tickets(story).length === 1;
    });
    const gone = people.post(BEN, SECURITY, 'nothing, sorry');
    story.slack.hookFaults.add('reaction_added', { kind: 'delay', delayMs: 2_000 }, 1);
    people.react(ALMA, SECURITY, gone, 'ticket');
    people.remove(BEN, SECURITY, gone);
    await story.pass(3_000);
    await until('she is told', LIMIT_MS, () =>
      whispers(story, SECURITY, ALMA).some((message) => shown(message).includes('message is gone')),
    );
    await calm(story);
    assert.equal(tickets(story).length, 1);
  });

  test('whom Slack does not name may not ask; that Slack refuses us says nothing of him', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const ts = people.post(BEN, SECURITY, 'My badge does not work');
    story.slack.faults.add('users.info', { kind: 'refuse', error: 'user_not_visible' }, 1);
    people.react(ALMA, SECURITY, ts, 'ticket');
    await until('she is refused', LIMIT_MS, () =>
      whispers(story, SECURITY, ALMA).some((message) => shown(message).includes('cannot open requests')),
    );
    await calm(story);
    story.slack.faults.add('users.info', { kind: 'refuse', error: 'missing_scope' }, 1);
    people.react('U0CHEN', SECURITY, ts, 'ticket');
    await until('it is opened in the end', LIMIT_MS, async () => {
      await story.pass(2_000);
      return tickets(story).length === 1;
    });
    await calm(story);
    assert.deepEqual(
      whispers(story, SECURITY, 'U0CHEN').filter((one) => shown(one).includes('cannot open')),
      [],
    );
  });
});
