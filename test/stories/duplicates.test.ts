/** A person who asks again for what he has asked for already is asked whether it is the same. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { until } from '../support/until.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened, quiet, shown } from './story-suite.ts';

const LIMIT_MS = 20_000;
const ALMA = 'U0ALMA';
const BEN = 'U0BEN';
const FIRST = 'My VPN tunnel drops every ten minutes';
const SECOND = 'The VPN tunnel drops again';

const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}) =>
  startStory(t, {
    ...{ kind: memoryKind, desk: memoryDesk, routing: { duplicates: { ask: true } } },
    ...more,
  });

/** Questions that this person alone sees. */
const askedOf = ({ slack: { people } }: Story, user: string) =>
  people.messages(HELP).filter((one) => one.ephemeralFor === user && shown(one).includes('desk_same_0'));

async function question(story: Story, count: number) {
  await until('she is asked', LIMIT_MS, () => askedOf(story, ALMA).length === count);
  return askedOf(story, ALMA).at(-1)?.ts ?? assert.fail();
}

/** Presses as a person does: once more when Slack could not connect in time. */
async function press({ slack: { people } }: Story, ts: string, button: string) {
  await until('it is pressed', LIMIT_MS, async () => (await people.click(ALMA, HELP, ts, button)).ok);
}

/** What stands in her conversation with the app. */
const inDirect = ({ slack: { people } }: Story) =>
  people
    .channels()
    .filter(({ isIm }) => isIm)
    .flatMap(({ id }) => people.messages(id).map((message) => ({ channel: id, message })));

async function directQuestion(story: Story, count: number) {
  const all = () => inDirect(story).filter(({ message }) => shown(message).includes('desk_same_0'));
  await until('she is asked in a direct message', LIMIT_MS, () => all().length === count);
  return all().at(-1) ?? assert.fail();
}

async function pressIn(
  { slack: { people } }: Story,
  { channel, message }: Awaited<ReturnType<typeof directQuestion>>,
  button: string,
) {
  await until(
    'it is pressed',
    LIMIT_MS,
    async () => (await people.click(ALMA, channel, message.ts, button)).ok,
  );
}

async function sendForm({ slack: { people } }: Story, summary: string, details: string) {
  const form = { summary: { value: summary }, category: { value: 'access' }, details: { value: details } };
  const before = people.views(ALMA).length;
  await until('the form is open', LIMIT_MS, async () => {
    await people.command(ALMA, 'C0GENERAL', '/desk', '');
    return people.views(ALMA).length > before;
  });
  const view = people.views(ALMA).at(-1) ?? assert.fail();
  await until('it is taken', LIMIT_MS, async () => (await people.submit(ALMA, view.viewId, form)).ok);
}

/** Nothing more is under way, whoever waits for an answer. */
const calm = (story: Story) =>
  until('nothing is under way', LIMIT_MS, async () => {
    const left = await story.query(
      "select 1 from operation where state in ('ready', 'sending') union all select 1 from delivery where state = 'new'",
    );
    return left.length === 0;
  });

const toldHer = ({ slack: { people } }: Story, words: RegExp) =>
  people.messages(HELP).some((one) => one.ephemeralFor === ALMA && words.test(shown(one)));
const comments = (story: Story) =>
  (story.desk.tickets()[0]?.comments ?? []).map(({ text }) => text).join('\n');

suite('likely duplicates', { concurrency: false }, () => {
  test('the same: what she wrote, and what follows below it, belongs to the first request', async (t) => {
    const story = await start(t, { repairEveryMs: 250 });
    const { people } = story.slack;
    const first = await opened(story, FIRST, ALMA);
    const second = people.post(ALMA, HELP, SECOND);
    const asked = await question(story, 1);
    assert.match(shown(askedOf(story, ALMA)[0] ?? assert.fail()), new RegExp(first.ticket.key));
    assert.ok(!people.messages(HELP).some((one) => one.threadTs === second && one.ephemeralFor === null));
    await press(story, asked, 'desk_same_0');
    await until('it is on the first ticket', LIMIT_MS, () => comments(story).includes(SECOND));
    await until('she knows where', LIMIT_MS, () => toldHer(story, /was added to/));
    people.post(ALMA, HELP, 'Now the phone, too', second);
    await until('so is what follows', LIMIT_MS, () => comments(story).includes('Now the phone, too'));
    people.edit(ALMA, HELP, second, `${SECOND} today`);
    await until('and its edit', LIMIT_MS, () => comments(story).includes(`${SECOND} today`));
    story.slack.hookFaults.add('message', { kind: 'drop' }, 1);
    people.post(ALMA, HELP, 'And the tablet', second);
    await story.slack.settled();
    await until('so is what no event told', LIMIT_MS, async () => {
      await story.pass(60_000);
      return comments(story).includes('And the tablet');
    });
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal((await story.query("select 1 from audit_event where kind = 'request.merged'")).length, 1);
    assert.equal((await story.query('select 1 from link')).length, 1);
    await press(story, asked, 'desk_same_1');
    await quiet(story);
    assert.equal(story.desk.tickets().length, 1, 'a second press changes nothing');
  });

  test('another one is opened at once; without an answer it is opened ten minutes later', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    await opened(story, FIRST, ALMA);
    people.post(ALMA, HELP, SECOND);
    await press(story, await question(story, 1), 'desk_same_1');
    await until('a second ticket', LIMIT_MS, () => story.desk.tickets().length === 2);
    people.post(ALMA, HELP, 'VPN tunnel drops, third time');
    const late = await question(story, 2);
    const waiting = 'select 1 from likely_duplicate where due_at > deskbridge_now()';
    assert.equal((await story.query(waiting)).length, 1);
    assert.equal(story.desk.tickets().length, 2, 'it waits');
    await story.pass(601_000);
    await until('a third ticket', LIMIT_MS, () => story.desk.tickets().length === 3);
    await press(story, late, 'desk_same_0');
    await until('too late', LIMIT_MS, () => toldHer(story, /request of its own meanwhile/));
    assert.equal(story.desk.tickets().length, 3);
  });

  test('a form is asked about in a direct message; when it is the same, every answer is on the first ticket', async (t) => {
    const story = await start(t);
    await sendForm(story, FIRST, 'It began on Monday');
    await until('a ticket', LIMIT_MS, () => story.desk.tickets().length === 1);
    await calm(story);
    await sendForm(story, SECOND, 'Now error 809');
    const asked = await directQuestion(story, 1);
    assert.match(shown(asked.message), /What you asked for just now \("The VPN tunnel drops again"\)/);
    assert.equal(story.desk.tickets().length, 1, 'it is not created');
    await pressIn(story, asked, 'desk_same_0');
    await until('its answers are on the first ticket', LIMIT_MS, () => comments(story).includes('error 809'));
    assert.match(
      comments(story),
      /Alma Reyes asked for the same again in a form: The VPN tunnel drops again/,
    );
    await until('she knows', LIMIT_MS, () =>
      inDirect(story).some(({ message }) =>
        shown(message).includes('Everything that you filled in was added'),
      ),
    );
    await calm(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal(comments(story).split('error 809').length, 2, 'once');
    await sendForm(story, 'VPN tunnel drops', 'Another laptop');
    await pressIn(story, await directQuestion(story, 2), 'desk_same_1');
    await until('another one is opened', LIMIT_MS, () => story.desk.tickets().length === 2);
  });

  test('a message shortcut is asked about, too; where the app is no member its words are still not lost', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    const open = async (channel: string, text: string) => {
      const ts = people.post(ALMA, channel, text);
      await until(
        'it is pressed',
        LIMIT_MS,
        async () => (await people.shortcut(ALMA, channel, ts, 'open_request')).ok,
      );
      return ts;
    };
    await open('C0SECURITY', FIRST);
    await until('a ticket', LIMIT_MS, () => story.desk.tickets().length === 1);
    await calm(story);
    const second = await open('C0SECURITY', SECOND);
    await pressIn(story, await directQuestion(story, 1), 'desk_same_0');
    await until('it is on the first ticket', LIMIT_MS, () => comments(story).includes(SECOND));
    people.post(ALMA, 'C0SECURITY', 'Now the phone, too', second);
    await until('so is what follows', LIMIT_MS, () => comments(story).includes('Now the phone, too'));
    await open('C0GENERAL', 'VPN tunnel drops in the lobby');
    await pressIn(story, await directQuestion(story, 2), 'desk_same_0');
    await until('and this', LIMIT_MS, () => comments(story).includes('in the lobby'));
    await calm(story);
    assert.equal(story.desk.tickets().length, 1);
    assert.equal(comments(story).split(SECOND).length, 2, 'once');
    const badge = people.post(BEN, 'C0SECURITY', SECOND);
    await until(
      'it is pressed',
      LIMIT_MS,
      async () => (await people.shortcut(ALMA, 'C0SECURITY', badge, 'open_request')).ok,
    );
    await until("somebody else's is opened at once", LIMIT_MS, () => story.desk.tickets().length === 2);
  });

  test("nobody is asked about somebody else's request, about other words, or where it is not wanted", async (t) => {
    const story = await start(t);
    await opened(story, FIRST, ALMA);
    await opened(story, SECOND, BEN);
    await opened(story, 'The printer on the second floor is out of toner', ALMA);
    assert.deepEqual([...askedOf(story, ALMA), ...askedOf(story, BEN)], []);
    story.desk.setStatus(story.desk.tickets()[0]?.id ?? '', 'done');
    await until('it is closed', LIMIT_MS, async () => {
      const closed = await story.query("select 1 from link where state = 'closed'");
      return closed.length === 1;
    });
    await opened(story, SECOND, ALMA);
    assert.deepEqual(askedOf(story, ALMA), []);
  });
});
