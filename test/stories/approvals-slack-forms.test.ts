/** Approvals behind the command and on Home, and what never counts as a decision; over signed HTTP. */
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
  directOf,
  employ,
  form,
  hears,
  LIMIT_MS,
  latest,
  press,
  threadSays,
} from './approval-people.ts';
import { HELP, type Story, type StoryOptions, startStory } from './rig.ts';
import { opened } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const GENERAL = 'C0GENERAL';
const WAITS = /desk_approval_approve/;

const asking = (word: string, approval: string) => ({
  ...{ name: word, when: { words: [word] }, queue: 'access', kind: 'iam', flow: 'approval', approval },
});
const routing = { rules: [asking('database', 'access'), asking('lamp', 'lamp')] };

/** Of low risk: nothing is at stake. */
function withLamps() {
  const settings = settingsWith();
  const { access } = settings.kinds;
  const stakes = { external: false, money: false, access: false, regulated: false, production: false };
  const [rule] = settings.rules;
  return {
    ...settings,
    kinds: { ...settings.kinds, lamp: { ...access, title: 'A lamp', domain: 'workplace', stakes } },
    rules: [...settings.rules, { ...rule, name: 'lamp', when: { kinds: ['lamp'] } }],
  };
}

const start = async (
  t: Parameters<typeof startStory>[0],
  more: Partial<StoryOptions> = {},
): Promise<Story> => {
  const story = await startStory(t, {
    ...{ kind: jiraKind, desk: jiraDesk, routing, approvals: withLamps() },
    ...more,
  });
  await employ(story);
  return story;
};

const command = async (story: Story, user: string, text: string) => {
  const typed = await story.slack.people.command(user, GENERAL, '/desk', text);
  assert.ok(typed.ok, typed.message ?? '');
};
const homeOf = (story: Story, user: string) => JSON.stringify(story.slack.people.home(user) ?? {});
const home = async (story: Story, user: string, words: RegExp) => {
  story.slack.people.openHome(user);
  await until(`the Home of ${user} says ${words}`, LIMIT_MS, () => words.test(homeOf(story, user)));
};

suite('approvals behind forms', { concurrency: false }, () => {
  test('the command opens the whole difference and decides there; only what waits for him is found', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, WAITS);
    await command(story, ALMA, `approve ${ticket.key}`);
    const hers = await form(story, ALMA, /Nothing that is called/);
    story.slack.people.close(ALMA, hers);
    const { id, approval } = await latest(story);
    await command(story, BEN, `approve ${approval.hash.slice(0, 8)}1`);
    story.slack.people.close(BEN, await form(story, BEN, /the short fingerprint is no id/));
    await command(story, BEN, `deny ${id}`);
    const view = await form(story, BEN, /Your decision/);
    const refused = await story.slack.people.submit(BEN, view, { decision: { value: 'deny:1' } });
    assert.match(refused.message ?? '', /needs a reason/);
    assert.ok((await story.slack.people.submit(BEN, view, { decision: { value: 'approve:0' } })).ok);
    await form(story, BEN, /you approved access/);
    await becomes(story, 'executed');
    await threadSays(story, ts, /access was approved by ben/);
    await cardOf(story, BEN, /Approved and done/);
  });

  test('Home lists what waits, narrows it down, and decides it there', async (t) => {
    const story = await start(t);
    await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, WAITS);
    await opened(story, 'I need a lamp', CHEN);
    await home(story, BEN, /Decisions that wait for you[\s\S]*high risk/);
    const { people } = story.slack;
    await until('only his', LIMIT_MS, () => !homeOf(story, BEN).includes('A lamp'));
    await people.actInHome(BEN, { actionId: 'desk_pending_open' });
    const view = await form(story, BEN, /Your decision/);
    assert.ok((await people.submit(BEN, view, { decision: { value: 'approve:0' } })).ok);
    await form(story, BEN, /you approved access/);
    await until('the vote was cast on Home', LIMIT_MS, async () => {
      const votes = await story.query<{ surface: string }>('select surface from approval_vote');
      return votes.some(({ surface }) => surface === 'home');
    });
    await until('nothing waits any more', LIMIT_MS, () => !/Decisions that wait/.test(homeOf(story, BEN)));
  });

  test('alike requests of low risk are approved together, each with a vote and an audit entry of its own', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    for (const text of ['I need a lamp', 'I need another lamp', 'A third lamp, please'])
      await opened(story, text);
    await home(story, BEN, /Approve 3 alike: A lamp/);
    await people.actInHome(BEN, { actionId: 'desk_pending_alike' });
    const view = await form(story, BEN, /Approve these, each by itself/);
    const rows = await story.query<{ id: string; hash: string }>(
      'select id, hash from approval order by opened_at',
    );
    const chosen = rows.slice(0, 2).map(({ id, hash }) => `${id}:${hash}`);
    assert.ok((await people.submit(BEN, view, { chosen: { value: chosen } })).ok);
    await form(story, BEN, /2 requests are approved/);
    const counted = await story.query<{ data: { object: string; payload_hash: string } }>(
      "select data from audit_event where kind = 'approval.approve' and data->>'result' = 'counted'",
    );
    assert.deepEqual(
      counted.map(({ data }) => `${data.object.slice('approval:'.length)}:${data.payload_hash}`).sort(),
      [...chosen].sort(),
    );
    const votes = await story.query<{ n: number }>('select count(*)::int as n from approval_vote');
    assert.equal(votes[0]?.n, 2);
  });

  test('/desk pending lists it, and a tag narrows the list down', async (t) => {
    const story = await start(t);
    await opened(story, 'I need a lamp');
    await opened(story, 'Please let me into the database');
    await cardOf(story, BEN, /access/);
    await until('both wait', LIMIT_MS, async () => {
      const [row] = await story.query<{ n: number }>('select count(*)::int as n from approval_asked');
      return row?.n === 2;
    });
    await command(story, BEN, 'pending');
    await hears(story, BEN, /access[\s\S]*A lamp[\s\S]*2 in all/);
    await command(story, BEN, 'pending domain:workplace');
    await hears(story, BEN, /A lamp[\s\S]*1 in all/);
  });

  test('what never counts: a copy, words, a reaction, somebody else’s button, a made up one, a stranger', async (t) => {
    const story = await start(t);
    const { people } = story.slack;
    await opened(story, 'Please let me into the database');
    const card = await cardOf(story, BEN, WAITS);
    const original = people.messages(card.channel).find(({ ts }) => ts === card.ts) ?? assert.fail();
    const copy = (blocks: unknown) =>
      people.botPost(HELP, {
        ...{ name: 'Copy', userId: null, text: 'Look at this' },
        blocks: JSON.parse(JSON.stringify(blocks)),
      });
    const copied = { channel: HELP, ts: copy(original.blocks), text: '' };
    await press(story, BEN, copied, 'approve');
    await hears(story, BEN, /Only a button of the card that was sent to you counts/);
    await press(story, ALMA, copied, 'approve');
    await hears(story, ALMA, /Only a button of the card|asked of somebody else/);
    const forged = JSON.stringify(original.blocks).replaceAll(/v1\.[0-9a-f]{16}\./g, 'v1.0000000000000000.');
    await press(story, BEN, { channel: HELP, ts: copy(JSON.parse(forged)), text: '' }, 'approve');
    await hears(story, BEN, /none of ours/);
    people.react(BEN, card.channel, card.ts, 'white_check_mark');
    people.post(BEN, card.channel, 'Approved!', card.ts);
    await hears(story, BEN, /Words do not count as a decision/);
    const { approval } = await latest(story);
    assert.equal(approval.status, 'open');
    assert.equal(approval.votes.length, 0);
    const tickets = story.desk.tickets().length;
    assert.equal(tickets, 1, 'nothing of it became a request');
    assert.notEqual(directOf(story, BEN), null);
  });

  test('whoever approves risky things faster than anybody reads is asked to look, and can', async (t) => {
    const story = await start(t);
    const cards = [];
    for (const text of ['the database', 'the second database', 'the third database', 'the fourth database']) {
      const { ticket } = await opened(story, `Please let me into ${text}`);
      cards.push(
        await cardOf(
          story,
          BEN,
          new RegExp(
            `desk_approval_approve[\\s\\S]*${ticket.key}|${ticket.key}[\\s\\S]*desk_approval_approve`,
          ),
        ),
      );
    }
    const voted = async () =>
      (await story.query<{ n: number }>('select count(*)::int as n from approval_vote'))[0]?.n ?? 0;
    for (const [nth, card] of cards.slice(0, 3).entries()) {
      await press(story, BEN, card, 'approve');
      await until('it counts', LIMIT_MS, async () => (await voted()) === nth + 1);
    }
    await press(story, BEN, cards[3] ?? assert.fail(), 'approve');
    await hears(story, BEN, /was not approved yet[\s\S]*desk_approval_look/);
    assert.equal(await voted(), 3);
    await press(story, BEN, cards[3] ?? assert.fail(), 'look');
    await story.slack.people.submit(BEN, await form(story, BEN, /Your decision/), {
      decision: { value: 'approve:0' },
    });
    await until('it counts', LIMIT_MS, async () => (await voted()) === 4);
  });

  test('where the risk asks for a fresh sign-in the card leads to the page, and Slack alone decides nothing', async (t) => {
    const story = await start(t, { publicUrl: 'https://desk.example', signIn: '1.2' });
    await opened(story, 'Please let me into the database');
    const card = await cardOf(story, BEN, /Sign in and decide/);
    const { id } = await latest(story);
    assert.ok(card.text.includes(`https://desk.example/approvals/${id}`));
    assert.doesNotMatch(card.text, WAITS);
    await command(story, BEN, `approve ${id}`);
    const shown = await form(story, BEN, /Slack alone is not enough/);
    assert.notEqual(shown, '');
    await opened(story, 'I need a lamp');
    await cardOf(story, BEN, /A lamp[\s\S]*desk_approval_approve/);
  });

  test('all of it in one: buttons, commands, the thread, time, the trail', async (t) => {
    const story = await start(t);
    const { ts, ticket } = await opened(story, 'Please let me into the database');
    // Buttons and a question in the thread.
    await press(story, BEN, await cardOf(story, BEN, WAITS), 'info');
    await story.slack.people.submit(BEN, await form(story, BEN, /need to know/), {
      question: { value: 'Which one?' },
    });
    await threadSays(story, ts, /ben, who decides about access \(.*\), asks: Which one\?/);
    story.slack.people.post(ALMA, HELP, 'The one of the ledger', ts);
    await cardOf(story, BEN, /The one of the ledger/);
    // The command, in which it is denied.
    await command(story, BEN, `deny ${ticket.key}`);
    await story.slack.people.submit(
      BEN,
      await form(story, BEN, /The one of the ledger[\s\S]*Your decision/),
      {
        decision: { value: 'deny:1' },
        reason: { value: 'Ask the owner of the ledger.' },
      },
    );
    await becomes(story, 'denied');
    await agentsRead(story, ticket.id, /ben denied access \(card\)\.\nReason: Ask the owner/);
    // A second one, about which nobody says anything in time.
    const late = await opened(story, 'Please let me into the other database');
    await cardOf(story, BEN, new RegExp(`${late.ticket.key}[\\s\\S]*desk_approval_approve`));
    await story.pass(61 * 60_000);
    await until('it expires', LIMIT_MS, async () => {
      await story.pass(1_000);
      return (await latest(story)).approval.status === 'expired';
    });
    await threadSays(story, late.ts, /Nobody decided about access in time/);
    // The trail.
    const trail = await story.query<{ kind: string; data: Record<string, unknown> }>(
      "select kind, data from audit_event where kind like 'approval.%' and data->>'object' is not null order by at, id",
    );
    assert.deepEqual(
      trail.map(({ kind, data }) => `${kind} ${data['result']}`),
      [
        'approval.opened open',
        'approval.asked-for-info asked',
        'approval.answered answered',
        'approval.deny counted',
        'approval.opened open',
        'approval.timed-out timed-out',
      ],
    );
    assert.ok(
      trail.every(({ data }) => data['policy'] === 'access' && typeof data['payload_hash'] === 'string'),
    );
  });
});
