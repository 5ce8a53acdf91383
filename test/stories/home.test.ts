/** The Home tab, over signed HTTP. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SlackUser } from '../../src/model/ids.ts';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { type Story, type StoryOptions, startStory } from './rig.ts';
import { opened } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const DANA = 'U0DANA';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, ...more });

const shownOn = (story: Story, user: string) => JSON.stringify(story.slack.people.home(user) ?? {});

/** Opens it, and waits until it says this. */
async function home(story: Story, user: string, wanted: RegExp): Promise<string> {
  story.slack.people.openHome(user);
  await until(`the Home of ${user} says ${wanted}`, LIMIT_MS, () => wanted.test(shownOn(story, user)));
  return shownOn(story, user);
}

/** What stands below a heading, as text. */
function part(text: string, heading: string): string {
  const [, rest = ''] = text.split(`"text":"${heading}"`);
  return rest.split('"type":"header"')[0] ?? '';
}

suite('the Home tab', { concurrency: false }, () => {
  test('it says what to do while there is nothing, then shows my requests and nobody else’s, and follows them', async (t) => {
    const story = await start(t);
    const empty = await home(story, ALMA, /You have no requests yet/);
    assert.match(empty, /Nothing waits for you/);
    assert.match(empty, /None of your open requests/);
    assert.doesNotMatch(empty, /Open requests of my queues/, 'she answers no requests');
    assert.doesNotMatch(empty, /My accounts/, 'nobody can connect here');
    const { ticket } = await opened(story, 'I am locked out');
    await opened(story, 'The lamp flickers', BEN);
    // She does not open it anew.
    await until('her request is there', LIMIT_MS, async () => {
      await story.pass(1_000);
      return part(shownOn(story, ALMA), 'My requests').includes(ticket.key);
    });
    assert.match(
      part(shownOn(story, ALMA), 'My requests'),
      /I am locked out[\s\S]*Identity & Access|Identity &amp; Access/,
    );
    assert.doesNotMatch(shownOn(story, ALMA), /lamp/);
    story.desk.setStatus(ticket.id, 'done');
    await until('its status follows', LIMIT_MS, async () => {
      await story.pass(1_000);
      return part(shownOn(story, ALMA), 'My requests').includes(':white_check_mark:');
    });
  });

  test('a line typed and the button open the form that there is; nothing of it is stored', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    await home(story, ALMA, /What do you need/);
    const [before] = await story.query<{ n: number }>('select count(*)::int as n from delivery');
    assert.ok((await people.actInHome(ALMA, { actionId: 'desk_home_ask', value: 'a second screen' })).ok);
    const view = people.views(ALMA)[0] ?? assert.fail('no form');
    assert.match(JSON.stringify(view.view), /"initial_value":"a second screen"/);
    people.close(ALMA, view.viewId);
    assert.ok((await people.actInHome(ALMA, { actionId: 'desk_home_new' })).ok);
    const other = people.views(ALMA)[0] ?? assert.fail('no form');
    const [after] = await story.query<{ n: number }>('select count(*)::int as n from delivery');
    assert.equal(after?.n, before?.n, 'a form that opens leaves nothing behind');
    await people.submit(ALMA, other.viewId, {
      summary: { value: 'A second screen' },
      category: { value: 'other' },
    });
    await until('a ticket exists', LIMIT_MS, () => story.desk.tickets().length === 1);
  });

  test('who answers requests sees the queues, but of what is confidential the link alone', async (t) => {
    const story = await start(t, { responders: [DANA] });
    const open = await opened(story, 'I am locked out');
    story.slack.people.post(BEN, 'C0HELPIT', 'I clicked on a phishing mail of our director');
    await until('both have tickets', LIMIT_MS, () => story.desk.tickets().length === 2);
    const secret = story.desk.tickets().find(({ id }) => id !== open.ticket.id) ?? assert.fail();
    await until('the store knows both', LIMIT_MS, async () => {
      const known = await story.query('select 1 from ticket where status_name is not null');
      return known.length === 2;
    });
    const shown = part(await home(story, DANA, new RegExp(secret.key)), 'Open requests of my queues');
    assert.match(shown, /I am locked out/);
    assert.match(shown, /Only its link is shown here/);
    assert.doesNotMatch(shown, /phishing|director/);
    const bens = await home(story, BEN, new RegExp(secret.key));
    assert.match(bens, /phishing/, 'it is his own');
    assert.doesNotMatch(bens, /locked out/);
  });

  test('guests see their own requests, ask nothing from here and act for nobody', async (t) => {
    const story = await start(t, {
      responders: ['U0GUEST'],
      workspace: {
        people: [
          { id: ALMA, name: 'Alma Reyes', email: 'alma@northwind.example' },
          { id: 'U0GUEST', name: 'Gus Guest', email: 'gus@elsewhere.example', isGuest: true },
        ],
      },
    });
    await opened(story, 'I am locked out');
    const shown = await home(story, 'U0GUEST', /Guests and people of other companies/);
    assert.doesNotMatch(shown, /desk_home_ask|desk_home_new|Open requests of my queues|locked out/);
  });

  test('whoever was deactivated gets no Home any more', async (t) => {
    const story = await start(t);
    const { store } = story.bridge.world;
    await store.transaction(async (tx) => {
      await tx.principals.setActive(await tx.principals.ofSlack(SlackUser.parse(ALMA)), false);
    });
    story.slack.people.openHome(ALMA);
    await until('it was sorted', LIMIT_MS, async () => {
      const found = await story.query<{ reason: string }>(
        "select reason from delivery where state = 'ignored'",
      );
      return found.some(({ reason }) => reason === 'deactivated-person');
    });
    assert.equal(story.slack.people.home(ALMA), null);
  });

  test('what Slack does not take now it takes later', async (t) => {
    const story = await start(t);
    story.slack.faults.add('views.publish', { kind: 'fail-before', status: 500 });
    story.slack.people.openHome(ALMA);
    await until('it is shown after all', LIMIT_MS, async () => {
      await story.pass(5_000);
      return story.slack.people.home(ALMA) !== null;
    });
  });
});
