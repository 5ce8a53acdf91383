/** Approvals where people meet them: the card in Slack, pressed over signed HTTP. */
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
import { HELP, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const asking = (word: string, approval: string) => ({
  ...{ name: word, when: { words: [word] }, queue: 'access', kind: 'iam', flow: 'approval', approval },
});
const routing = { rules: [asking('database', 'access'), asking('vault', 'dual')] };

const start = (t: Parameters<typeof startStory>[0], more: object = {}) =>
  startStory(t, { kind: jiraKind, desk: jiraDesk, routing, approvals: settingsWith('on', more) });

/** Only a card with buttons waits for its reader. */
const WAITS = /desk_approval_approve/;

suite('approvals in Slack', { concurrency: false }, () => {
  test('the card: only the approver gets it, one press decides, and every place follows', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    const card = await cardOf(story, BEN, WAITS);
    assert.match(card.text, /active/);
    assert.match(card.text, /<@U0ALMA> asks for it/);
    assert.match(card.text, /Policy access of Security/);
    assert.match(card.text, /Somebody reads what he should not/, 'what if it is wrong');
    const { approval } = await latest(story);
    assert.ok(card.text.includes(approval.hash.slice(0, 8)), 'the same as on the ticket');
    for (const other of [ALMA, CHEN]) assert.equal(cardsOf(story, other), 0);
    await threadSays(story, ts, /ben was asked to approve access/);
    await press(story, BEN, card, 'approve');
    await becomes(story, 'executed');
    const after = await cardOf(story, BEN, /Approved and done/);
    assert.equal(after.ts, card.ts, 'the same message');
    assert.match(after.text, /<@U0BEN> approved/);
    assert.doesNotMatch(after.text, /desk_approval_approve/, 'nothing is left to press');
    await threadSays(story, ts, /access was approved by ben/);
    await agentsRead(story, ticket.id, /ben approved access \(card\)/);
  });

  test('a denial asks why, and says so on both sides', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'deny');
    const view = await form(story, BEN, /Why not/);
    const empty = await story.slack.people.submit(BEN, view, { reason: { value: '   ' } });
    assert.match(empty.message ?? '', /needs a reason/);
    const sent = await story.slack.people.submit(BEN, view, { reason: { value: 'Ask for read only.' } });
    assert.ok(sent.ok);
    await form(story, BEN, /you denied access/);
    await becomes(story, 'denied');
    await cardOf(story, BEN, /Denied\. Nothing was changed/);
    await agentsRead(story, ticket.id, /ben denied access \(card\)\.\nReason: Ask for read only\./);
    await threadSays(story, ts, /access was denied by ben/);
  });

  test('two of different functions: each on a card of his own, and both cards follow', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts } = await opened(story, 'Please open the vault');
    const bens = await cardOf(story, BEN, WAITS);
    const chens = await cardOf(story, CHEN, WAITS);
    await press(story, BEN, bens, 'approve');
    await cardOf(story, CHEN, /<@U0BEN> approved/);
    assert.equal((await latest(story)).approval.status, 'open', 'one is not both');
    await press(story, CHEN, chens, 'approve');
    await becomes(story, 'executed');
    await cardOf(story, BEN, /Approved and done/);
    await cardOf(story, CHEN, /Approved and done/);
    await threadSays(story, ts, /dual was approved by ben, chen/);
  });

  test('what changes is void: the card shows the difference, asks again, and old buttons do nothing', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, WAITS);
    story.desk.setField(ticket.id, 'summary', 'Please make me owner of the database');
    const again = await cardOf(story, BEN, /This has changed since it was asked[\s\S]*desk_approval_approve/);
    assert.match(again.text, /owner/);
    await hears(story, BEN, /please decide again/);
    await threadSays(story, ts, /is asked to approve access again/);
    assert.equal(cardsOf(story, BEN), 1, 'still one card');
    await press(story, BEN, again, 'approve');
    await becomes(story, 'executed');
  });

  test('a question goes to whoever asked, the answer comes to the card, and neither is a vote', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'info');
    await story.slack.people.submit(BEN, await form(story, BEN, /What do you need to know/), {
      question: { value: 'For how long?' },
    });
    await form(story, BEN, /You have not voted/);
    await threadSays(story, ts, /asks: For how long\?/);
    await agentsRead(story, ticket.id, /asks whoever requested it: For how long\?/);
    await cardOf(story, BEN, /For how long[\s\S]*Not answered yet/);
    story.slack.people.post(ALMA, HELP, 'Until Friday', ts);
    await cardOf(story, BEN, /For how long[\s\S]*Until Friday/);
    await hears(story, BEN, /is answered/);
    const { approval } = await latest(story);
    assert.equal(approval.status, 'open');
    assert.equal(approval.votes.length, 0);
    assert.equal(approval.round, 1, 'an answer changes nothing that is bound');
  });

  test('a senior reviewer decides in his seat, and the other seat stays', async (t) => {
    const story = await start(t, { people: { senior: { users: [CHEN] } } });
    await employ(story);
    await opened(story, 'Please let me into the database');
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'escalate');
    await hears(story, BEN, /chen is asked about access/);
    const card = await cardOf(story, CHEN, WAITS);
    assert.equal((await latest(story)).approval.votes.length, 0, 'that was no vote');
    await press(story, CHEN, card, 'approve');
    await becomes(story, 'executed');
    await cardOf(story, BEN, /<@U0CHEN> approved in the place of <@U0BEN>/);
  });

  test('time runs out: it is denied, and the card says so and has no buttons', async (t) => {
    const story = await start(t);
    await employ(story);
    const { ts } = await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, WAITS);
    await story.pass(61 * 60_000);
    await until('it expires', LIMIT_MS, async () => {
      await story.pass(1_000);
      return (await latest(story)).approval.status === 'expired';
    });
    const card = await cardOf(story, BEN, /Nobody decided in time/);
    assert.doesNotMatch(card.text, /desk_approval_approve/);
    await threadSays(story, ts, /Nobody decided about access in time/);
  });

  test('a button that is too old gets a sentence and a card with fresh ones', async (t) => {
    const story = await start(t);
    await employ(story);
    await opened(story, 'Please let me into the database');
    const old = await cardOf(story, BEN, WAITS);
    await story.pass(11 * 60_000);
    await press(story, BEN, old, 'approve');
    await hears(story, BEN, /too old/);
    await until('the card has other buttons', LIMIT_MS, async () => {
      const now = await cardOf(story, BEN, WAITS);
      return now.text !== old.text;
    });
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'approve');
    await becomes(story, 'executed');
  });

  test('a delegate gets a card of his own and decides in that person’s seat', async (t) => {
    const story = await start(t);
    await employ(story);
    const { store } = story.bridge.world;
    const of = async (id: typeof BEN) =>
      (await store.principals.of({ system: 'slack', id }))?.id ?? assert.fail('he is known');
    const since = (await store.now()).getTime() - 1_000;
    const [from, to] = [await of(BEN), await of(CHEN)];
    await store.approvals.delegations.add({ from, to, since, until: since + 86_400_000 });
    await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, WAITS);
    await press(story, CHEN, await cardOf(story, CHEN, WAITS), 'approve');
    await becomes(story, 'executed');
    await cardOf(story, BEN, /<@U0CHEN> approved in the place of <@U0BEN>/);
  });

  test('a private channel: one card for all, and each decides in a form of his own; others decide nothing', async (t) => {
    const channel = 'G0APPROVE';
    const story = await startStory(t, {
      ...{ kind: jiraKind, desk: jiraDesk, routing },
      approvals: settingsWith('on', { cards: { channel } }),
      workspace: {
        channels: [
          { id: HELP, name: 'help-it' },
          { id: channel, name: 'approvals', isPrivate: true, members: [BEN, CHEN] },
        ],
      },
    });
    await employ(story);
    await opened(story, 'Please let me into the database');
    const card = () =>
      story.slack.people
        .messages(channel)
        .find((one) => /desk_approval_look/.test(JSON.stringify(one.blocks)));
    await until('the card is in the channel', LIMIT_MS, () => card() !== undefined);
    await hears(story, BEN, /You are asked to decide about access[\s\S]*G0APPROVE/);
    const at = { channel, ts: card()?.ts ?? assert.fail(), text: '' };
    assert.doesNotMatch(
      JSON.stringify(card()?.blocks),
      WAITS,
      'nobody’s token stands where all can press it',
    );
    await press(story, CHEN, at, 'look');
    story.slack.people.close(CHEN, await form(story, CHEN, /Nothing that is called/));
    await press(story, BEN, at, 'look');
    await story.slack.people.submit(BEN, await form(story, BEN, /Your decision/), {
      decision: { value: 'approve:0' },
    });
    await becomes(story, 'executed');
    await until('the card says so', LIMIT_MS, () =>
      /Approved and done/.test(JSON.stringify(card()?.blocks ?? story.slack.people.messages(channel))),
    );
  });
});
