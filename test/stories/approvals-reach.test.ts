/** Who is shown an approval in Slack, and who cannot be: hidden tickets, guests, people whom no message reaches. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { settingsWith } from '../approvals/rules.ts';
import { until } from '../support/until.ts';
import {
  ALMA,
  agentsRead,
  BEN,
  becomes,
  CHEN,
  cardOf,
  cardsOf,
  employ,
  form,
  hears,
  LIMIT_MS,
  latest,
  press,
  threadSays,
} from './approval-people.ts';
import { memoryDesk, memoryKind } from './desks.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened } from './story-suite.ts';

const GENERAL = 'C0GENERAL';
const WAITS = /desk_approval_approve/;
const HIDDEN = /Only some people may open its ticket/;

const asking = (word: string, approval: string) => ({
  ...{ name: word, when: { words: [word] }, queue: 'access', kind: 'iam', flow: 'approval', approval },
});
const routing = { rules: [asking('database', 'access'), asking('vault', 'many')] };
const start = (t: Parameters<typeof startStory>[0], more: Partial<StoryOptions> = {}): Promise<Story> =>
  startStory(t, { kind: memoryKind, desk: memoryDesk, routing, approvals: settingsWith(), ...more });
const PEOPLE = [
  { id: ALMA, name: 'Alma Reyes', email: 'alma@example.com' },
  { id: BEN, name: 'Ben Ode', email: 'ben@example.com', isGuest: true },
  { id: CHEN, name: 'Chen Wei', email: 'chen@example.com' },
];
const CHANNELS = [
  { id: HELP, name: 'help-it' },
  { id: GENERAL, name: 'general' },
];

suite('who is shown an approval', { concurrency: false }, () => {
  test('when only some may open the ticket, Slack shows nothing of it any more; the page takes the decision', async (t) => {
    const story = await start(t, { publicUrl: 'https://desk.example', signIn: '1.2' });
    await employ(story);
    const settings = /the payroll of the board/;
    const { ticket } = await opened(story, 'Please let me into the database with the payroll of the board');
    const before = await cardOf(story, BEN, /Sign in and decide/);
    const { id } = await latest(story);
    assert.match(before.text, settings);
    story.desk.restrict?.(ticket.id, true);
    const after = await cardOf(story, BEN, HIDDEN);
    assert.equal(after.ts, before.ts, 'the same message');
    assert.doesNotMatch(after.text, settings);
    assert.ok(after.text.includes(`https://desk.example/approvals/${id}`));
    await story.slack.people.command(BEN, GENERAL, '/desk', `approve ${id}`);
    await form(story, BEN, HIDDEN);
    assert.doesNotMatch(JSON.stringify(story.slack.people.views(BEN)), settings);
    await story.slack.people.command(BEN, GENERAL, '/desk', 'pending');
    await hears(story, BEN, /1 in all/);
    story.desk.restrict?.(ticket.id, false);
    await cardOf(story, BEN, settings);
  });

  test('without a page it is said that Slack cannot decide it, and no form takes it', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ticket } = await opened(story, 'Please let me into the database');
    const card = await cardOf(story, BEN, WAITS);
    story.desk.restrict?.(ticket.id, true);
    const hidden = await cardOf(story, BEN, /It cannot be decided in Slack/);
    assert.equal(hidden.ts, card.ts);
    assert.doesNotMatch(hidden.text, WAITS);
    await story.slack.people.command(BEN, GENERAL, '/desk', `approve ${ticket.key}`);
    await form(story, BEN, HIDDEN);
    assert.doesNotMatch(JSON.stringify(story.slack.people.views(BEN)), /Your decision/);
  });

  test('a guest is not asked, finds nothing, and a card that somebody shows him decides nothing', async (t) => {
    const story = await start(t, { workspace: { people: PEOPLE, channels: CHANNELS } });
    await employ(story, [
      { name: 'ben', slack: BEN, groups: ['iam'] },
      { name: 'chen', slack: CHEN, groups: ['iam'] },
      { name: 'alma', slack: ALMA },
    ]);
    const { people } = story.slack;
    const { ticket } = await opened(story, 'Please open the vault');
    const card = await cardOf(story, CHEN, WAITS);
    assert.equal(cardsOf(story, BEN), 0);
    await people.command(BEN, GENERAL, '/desk', `approve ${ticket.key}`);
    await form(story, BEN, /Nothing that is called/);
    const original = people.messages(card.channel).find(({ ts }) => ts === card.ts) ?? assert.fail();
    const blocks = JSON.parse(JSON.stringify(original.blocks));
    const ts = people.botPost(HELP, { ...{ name: 'Copy', userId: null, text: 'Look' }, blocks });
    await press(story, BEN, { channel: HELP, ts, text: '' }, 'approve');
    await hears(story, BEN, /asked of somebody else|Only a button of the card|may not decide/);
    const { approval } = await latest(story);
    assert.deepEqual([approval.status, approval.votes.length], ['open', 0]);
    const refused = await story.query(
      "select 1 from audit_event where data->>'result' <> 'counted' and actor = $1",
      [`slack:${BEN}`],
    );
    assert.ok(refused.length > 0, 'what he tried is in the audit');
    await press(story, CHEN, card, 'approve');
    await becomes(story, 'executed');
  });

  test('where nobody who could decide is a full member, nothing is asked; the ticket is there, and both sides know why', async (t) => {
    const story = await start(t, { workspace: { people: PEOPLE, channels: CHANNELS } });
    await employ(story);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    await threadSays(story, ts, /Your ticket is open, but I could not ask anybody to approve access/);
    await agentsRead(story, ticket.id, /nobody can be reached who may decide/);
    assert.equal(cardsOf(story, BEN), 0);
  });

  test('whom no message of ours reaches is named on the ticket, and whoever else is asked decides', async (t) => {
    const story = await start(t);
    await employ(story, [
      { name: 'ben', slack: BEN, groups: ['iam'] },
      { name: 'chen', slack: CHEN, groups: ['iam'] },
      { name: 'alma', slack: ALMA },
    ]);
    story.slack.faults.add('conversations.open', { kind: 'refuse', error: 'user_disabled' }, 1);
    const { ticket } = await opened(story, 'Please open the vault');
    await agentsRead(story, ticket.id, /could not be asked in Slack about many/);
    const reached = () => [BEN, CHEN].find((user) => cardsOf(story, user) > 0);
    await until('the other one has a card', LIMIT_MS, () => reached() !== undefined);
    const other = reached() ?? assert.fail();
    await press(story, other, await cardOf(story, other, WAITS), 'approve');
    await becomes(story, 'executed');
  });

  test('the card names what the same person asked for before, the audit entry, the rule, and the words of its own for both decisions', async (t) => {
    const settings = settingsWith();
    const rules = settings.rules.map((rule) => ({ ...rule, text: 'https://rules.example/access' }));
    const outcomes = { approve: 'Resolve', deny: 'Keep open' };
    const kinds = { ...settings.kinds, access: { ...settings.kinds['access'], outcomes } };
    const story = await start(t, { approvals: { ...settings, rules, kinds } });
    await employ(story);
    await opened(story, 'Please let me into the database');
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'approve');
    const first = await latest(story);
    await becomes(story, 'executed');
    const done = await cardOf(story, BEN, /Approved and done/);
    assert.match(done.text, /Changed on /);
    assert.doesNotMatch(done.text, /When it is approved/);
    const { ticket } = await opened(story, 'Please let me into the second database');
    await until('it is asked', LIMIT_MS, async () => (await latest(story)).id !== first.id);
    const card = await cardOf(story, BEN, new RegExp(`${ticket.key}[\\s\\S]*desk_approval_approve`));
    assert.match(card.text, /Resolve[\s\S]*Keep open/);
    assert.match(card.text, /Earlier[\s\S]*ended on 2\d{3}-\d\d-\d\d: Approved and done/);
    assert.match(card.text, /<https:\/\/rules\.example\/access\|Policy access/);
    const { id } = await latest(story);
    const [entry] = await story.query<{ id: string }>(
      "select id from audit_event where kind = 'approval.opened' and data->>'object' = $1",
      [`approval:${id}`],
    );
    assert.ok(entry && card.text.includes(`Audit entry ${entry.id}`));
  });
});
