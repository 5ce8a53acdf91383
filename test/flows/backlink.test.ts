/** The link from a ticket back to its thread: shown, kept true, and never in the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlackUser } from '../../src/model/ids.ts';
import { JIRA } from '../model/paper/rules.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import { createStage } from '../model/stage.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

const setStatus = ({ stage, ticket }: DeskPlay, category: 'new' | 'done') => {
  const desk = stage.desks.find(({ id }) => id === JIRA);
  const now = ticket();
  desk?.change(now, { fields: { ...now.fields, status: { name: category, category } } });
};
const titles = (play: DeskPlay) => play.ticket().links.map(({ title }) => title);
const statusOf = ({ stage }: DeskPlay) => [...stage.db.links.values()].map(({ state }) => state);

test('a new ticket shows its thread; its title follows when the request ends and begins again', async () => {
  const play = await openDeskPlay();
  const { stage, root } = play;
  const [link, ...more] = play.ticket().links;
  assert.deepEqual(more, []);
  assert.deepEqual([link?.title, link?.isDone], ['Conversation in Slack (open)', false]);
  assert.match(
    link?.url ?? '',
    new RegExp(`^https://slack\\.example/[A-Z0-9]+/${root.replace('.', '\\.')}$`),
  );
  setStatus(play, 'done');
  await stage.pass(MINUTE_MS);
  assert.deepEqual(titles(play), ['Conversation in Slack (closed)']);
  assert.equal(play.ticket().links[0]?.isDone, true);
  setStatus(play, 'new');
  await stage.pass(MINUTE_MS);
  assert.deepEqual(titles(play), ['Conversation in Slack (open)']);
  assert.equal(play.operations('backlink').filter(({ state }) => state === 'done').length, 3);
});

for (const fate of ['refused', 'forbidden', 'auth'] as const) {
  test(`a link that is refused (${fate}) stops nothing, and is told in no thread`, async () => {
    const play = await openDeskPlay({ prepared: false });
    const { stage } = play;
    play.fate('ticket.link.send', fate, 100);
    await stage.pass(10 * MINUTE_MS);
    assert.deepEqual(titles(play), []);
    assert.deepEqual(
      play.operations('backlink').map(({ state }) => state),
      ['skipped'],
    );
    assert.deepEqual(statusOf(play), ['live']);
    const before = play.shown().length;
    play.say('And it smokes');
    await stage.pass(10 * MINUTE_MS);
    assert.match(JSON.stringify(play.ticket().comments), /And it smokes/);
    assert.equal(play.shown().length, before, 'nobody is told');
    assert.equal(stage.counts.get('deskbridge_backlinks_left_out'), 1);
  });
}

for (const fate of ['lost', 'hang', 'down', 'limit'] as const) {
  test(`a link that never comes through (${fate}) pauses nothing, holds up nothing for long, and is left out`, async () => {
    const play = await openDeskPlay({ prepared: false });
    const { stage } = play;
    play.fate('ticket.link.send', fate, 1_000);
    await stage.pass(20_000);
    play.say('And it smokes');
    await stage.pass(MINUTE_MS);
    assert.match(JSON.stringify(play.ticket().comments), /And it smokes/);
    assert.deepEqual(
      play.operations('backlink').map(({ state, attempt }) => [state, attempt]),
      [['skipped', 1]],
    );
    assert.deepEqual(statusOf(play), ['live']);
    assert.equal(stage.counts.get('deskbridge_destination_paused') ?? 0, 0);
    assert.equal(stage.counts.get('deskbridge_backlinks_left_out'), 1);
  });
}

test('while the bridge is not let in at all a link waits like everything else', async () => {
  const play = await openDeskPlay({ prepared: false });
  // Once the ticket is read, so that the next to read it is who asks why the link was refused.
  play.fate('ticket.link.send', 'down', 1);
  await play.stage.pass(3_000);
  play.fate('ticket.link.send', 'auth', 1);
  play.fate('ticket.read', 'auth', 1);
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(titles(play), ['Conversation in Slack (open)']);
  assert.deepEqual(statusOf(play), ['live']);
});

test('an answer that got lost does no harm: the same link is set again', async () => {
  const play = await openDeskPlay({ prepared: false });
  play.fate('ticket.link.send', 'answer-lost', 1);
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(titles(play), ['Conversation in Slack (open)']);
  assert.deepEqual(
    play.operations('backlink').map(({ state }) => state),
    ['done'],
  );
});

test('while Slack does not say where the thread is the ticket lane goes on', async () => {
  const play = await openDeskPlay();
  const { stage } = play;
  play.fate('slack.read', 'down', 1_000);
  setStatus(play, 'done');
  await stage.pass(MINUTE_MS);
  play.say('And it smokes');
  await stage.pass(10 * MINUTE_MS);
  assert.match(JSON.stringify(play.ticket().comments), /And it smokes/);
  assert.deepEqual(titles(play), ['Conversation in Slack (open)'], 'Slack was away');
  const states = play.operations('backlink').map(({ state }) => state);
  assert.ok(states.includes('skipped') && !states.includes('ready'), states.join());
});

test('a request in a direct message is shown to nobody else', async () => {
  const stage = await createStage();
  stage.slack.tell(
    {
      kind: 'open-from-form',
      team: TEAM,
      by: SlackUser.parse('U1'),
      submission: 'V1',
      summary: 'A raise',
      details: '',
      fields: {},
      channel: null,
      answers: {},
      onBehalfOf: null,
      participants: [],
      urgent: false,
      files: [],
    },
    { channel: null, root: null, identity: null, type: 'interactive' },
  );
  await stage.pass(10 * MINUTE_MS);
  const tickets = stage.desks.flatMap((desk) => desk.all());
  assert.deepEqual(
    tickets.map(({ links }) => links),
    [[]],
  );
});
