/** A request that cannot wait, and a person who wants a person. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { PersonAnswer } from '../../src/sandbox/worlds.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, ours, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 60_000;
const HOUR_MS = 3_600_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const CHEN = 'U0CHEN';
const DANA = 'U0DANA';
const ESCALATE = 'escalate_request';
const HUMAN = 'hand_to_human';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, responders: [DANA], ...more });

const sees = (story: Story, words: string, n = 1) =>
  until(words, LIMIT_MS, () => {
    const all = story.slack.people.messages(HELP).filter((message) => shown(message).includes(words));
    return all.length === n;
  });
const comments = (story: Story) => story.desk.tickets().flatMap((ticket) => ticket.comments);
const noted = (story: Story, words: string) =>
  comments(story).filter(({ text }) => text.includes(words)).length;
const audited = async (story: Story, kind: string) =>
  (await story.query('select 1 from audit_event where kind = $1', [kind])).length;

async function escalate(story: Story, user: string, ask: () => Promise<PersonAnswer>, why: string) {
  assert.deepEqual(await ask(), { ok: true, message: null });
  const view = story.slack.people.views(user).at(-1) ?? assert.fail('no form stands');
  return story.slack.people.submit(user, view.viewId, { why: { value: why } });
}

suite('alarms', { concurrency: false }, () => {
  test('a request is escalated from its card and by the shortcut, once an hour, by those whom it concerns', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const { ts } = await opened(story, 'The printer is on fire', BEN);
    const card = ours(story, ts).find((message) => shown(message).includes('desk_menu')) ?? assert.fail();
    const press = (user: string) => () => people.click(user, HELP, card.ts, 'desk_escalate');
    const point = (user: string) => () => people.shortcut(user, HELP, ts, ESCALATE);

    const empty = await escalate(story, BEN, press(BEN), '  ');
    assert.equal(empty.ok, false, 'why has to be said');
    const view = people.views(BEN).at(-1) ?? assert.fail();
    await people.submit(BEN, view.viewId, { why: { value: 'The whole floor is closed' } });
    await sees(story, 'Escalated.');
    await sees(story, 'Priority*\\nHigh');
    await until('it stands on the ticket', LIMIT_MS, () => noted(story, 'The whole floor is closed') === 1);
    assert.match(
      comments(story)
        .map(({ text }) => text)
        .join('\n'),
      /Ben .*escalated this from Slack/,
    );
    await until('she who answers was told', LIMIT_MS, () => directTo(story, DANA).includes('escalated'));

    await escalate(story, BEN, point(BEN), 'Still burning');
    await sees(story, 'was escalated already');
    await escalate(story, CHEN, point(CHEN), 'I smell it');
    await sees(story, 'Only the person who asked and those who answer');
    await quiet(story);
    assert.equal(await audited(story, 'request.escalated'), 1);
    assert.equal(noted(story, 'Still burning') + noted(story, 'I smell it'), 0);

    await story.pass(HOUR_MS + 60_000);
    await escalate(story, DANA, point(DANA), 'Nobody came');
    await until('an hour later it may be', LIMIT_MS, () => noted(story, 'Nobody came') === 1);
    assert.equal(await audited(story, 'request.escalated'), 2);
    const chat = people.post(ALMA, 'C0SECURITY', 'what a day');
    await people.shortcut(ALMA, 'C0SECURITY', chat, ESCALATE);
    const form = people.views(ALMA).at(-1) ?? assert.fail();
    await people.submit(ALMA, form.viewId, { why: { value: 'because' } });
    await until('a thread without a request says so', LIMIT_MS, () =>
      people.messages('C0SECURITY').some((message) => shown(message).includes('is no request')),
    );
  });

  test('a person takes what is handed to him: a request, a greeting, and what the bot asks about', async (t) => {
    const rules = [{ name: 'vpn', when: { words: ['tunnel'] }, queue: 'access', kind: 'iam' }];
    const story = await start(t, { routing: { rules, classifier: { ask: true } } });
    const { people } = story.slack;
    const first = await opened(story, 'The tunnel is gone', BEN);
    await people.shortcut(BEN, HELP, first.ts, HUMAN);
    await until('the agents read it', LIMIT_MS, () => noted(story, 'asked in Slack for a person') === 1);
    await sees(story, 'takes it from here');
    await until('she who answers was told', LIMIT_MS, () => directTo(story, DANA).includes('wants a person'));
    await people.shortcut(BEN, HELP, first.ts, HUMAN);
    await sees(story, 'A person was asked for already');
    assert.equal(await audited(story, 'request.handed'), 1);

    const hello = people.post(ALMA, HELP, 'hello');
    await sees(story, 'reads like a greeting');
    await people.shortcut(ALMA, HELP, hello, HUMAN);
    await until('it is a request for a person', LIMIT_MS, () => story.desk.tickets().length === 2);
    await until('she reads so', LIMIT_MS, () =>
      ours(story, hello).some((message) => shown(message).includes('takes over from here')),
    );

    const unclear = people.post(ALMA, HELP, 'zzzz');
    const asked = () => ours(story, unclear).find((message) => shown(message).includes('desk_kind_0'));
    await until('it is asked what it is', LIMIT_MS, () => asked() !== undefined);
    assert.equal(story.desk.tickets().length, 2, 'the ticket waits');
    await people.shortcut(ALMA, HELP, asked()?.ts ?? '', HUMAN);
    await until('it waits no longer', LIMIT_MS, () => story.desk.tickets().length === 3);
  });

  test('the agents read it where they talk among themselves; a guest asks, and raises no alarm', async (t) => {
    const guests = [
      { id: CHEN, name: 'Chen Wei', email: null, isGuest: true },
      { id: BEN, name: 'Ben Okafor', email: null },
      { id: DANA, name: 'Dana Novak', email: null },
    ];
    const story = await start(t, {
      internalChannel: 'C0AGENTS',
      slackSettings: { channels: [{ id: HELP, name: 'help-it', outsiders: true }] },
      workspace: {
        people: guests,
        channels: [
          { id: HELP, name: 'help-it' },
          { id: 'C0AGENTS', name: 'agents', isPrivate: true },
        ],
      },
    });
    const { people } = story.slack;
    const { ts } = await opened(story, 'I am locked out', BEN);
    await escalate(story, BEN, () => people.shortcut(BEN, HELP, ts, ESCALATE), 'Payroll runs tonight');
    const inside = () => people.messages('C0AGENTS').map(shown).join('\n');
    await until('the agents read it', LIMIT_MS, () => inside().includes('escalated'));
    assert.equal(directTo(story, DANA), '', 'nobody is told twice');
    assert.ok(!people.messages(HELP).some((message) => shown(message).includes('Payroll')));

    const theirs = people.post(CHEN, HELP, 'My badge does not open the door');
    await until('the guest has a request', LIMIT_MS, () => story.desk.tickets().length === 2);
    await quiet(story);
    await people.shortcut(CHEN, HELP, theirs, HUMAN);
    await sees(story, 'Only people of the company that runs this help desk');
    await quiet(story);
    assert.equal(await audited(story, 'request.handed'), 0);
  });
});

/** What the app told this person in person. */
function directTo(story: Story, user: string): string {
  const { people } = story.slack;
  const direct = people.channels().find(({ isIm, members }) => isIm && members.includes(user));
  return direct === undefined ? '' : people.messages(direct.id).map(shown).join('\n');
}
