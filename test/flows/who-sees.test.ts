/** What only one person is told, and what he is told of all others who read along. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docText } from '../../src/model/doc-text.ts';
import { SlackChannel, SlackTs } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { PlaceRole } from '../../src/model/place.ts';
import { AGENT, HELP } from '../model/paper/rules.ts';
import { directChannel, TEAM } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

const linkOf = ({ stage }: DeskPlay) => {
  const [row] = [...stage.db.links.values()];
  assert.ok(row, 'there is a link');
  return row;
};
function press(play: DeskPlay, intake: Intake): void {
  const { card } = linkOf(play);
  assert.ok(card, 'there is a card');
  play.stage.slack.tell(intake, { channel: HELP, root: card.ts, identity: null, type: 'interactive' });
}
const askWho = (play: DeskPlay) =>
  press(play, { kind: 'ask-card', team: TEAM, by: AGENT, link: linkOf(play).id, channel: HELP, ask: 'who' });
const told = ({ stage }: DeskPlay) => stage.slack.whispers.map(({ text }) => text);
const wordsOn = (play: DeskPlay) =>
  play
    .ticket()
    .comments.map(({ body }) => docText(body))
    .join('\n');

for (const fate of ['forbidden', 'refused', 'lost'] as const) {
  test(`while Slack does not say who reads along (${fate}) that is the answer, nothing is shown, and all else goes on`, async () => {
    const play = await openDeskPlay();
    play.fate('slack.read', fate, 10_000);
    askWho(play);
    play.say('It smells');
    play.comment('We are looking');
    await play.stage.pass(2 * MINUTE_MS);
    assert.equal(told(play).length, 1, 'whoever asked is told');
    assert.match(told(play)[0] ?? '', /does not tell me at the moment/);
    assert.match(wordsOn(play), /It smells/, 'what people write is carried over');
    assert.ok(!play.shown().join('\n').includes('We are looking'), 'nothing is shown to nobody knows whom');
    play.stage.weather.planned.length = 0;
    await play.stage.pass(2 * MINUTE_MS);
    await play.stage.retryParked();
    askWho(play);
    await play.stage.pass(5 * MINUTE_MS);
    assert.match(told(play)[1] ?? '', /reads the thread/);
    assert.doesNotMatch(told(play)[1] ?? '', /does not tell me/);
    assert.ok(play.shown().join('\n').includes('We are looking'), 'and then it goes on');
  });
}

test('"Who will see this?" names every place whose readers read a part of it', async () => {
  const play = await openDeskPlay();
  const { stage } = play;
  const { id } = linkOf(play);
  let n = 0;
  const add = (role: PlaceRole, channel: SlackChannel) => {
    n += 1;
    const place = { team: TEAM, channel, root: SlackTs.parse(`1700000000.00000${n}`) };
    stage.db.put(stage.db.places, `${TEAM}:${channel}:${place.root}`, { link: id, role, ...place });
  };
  askWho(play);
  await stage.pass(MINUTE_MS);
  assert.doesNotMatch(told(play)[0] ?? '', /elsewhere/);
  add('follower', HELP);
  add('follower', SlackChannel.parse('C0OTHER'));
  add('origin', SlackChannel.parse('C0BEGAN'));
  add('follower', directChannel(AGENT));
  add('internal', SlackChannel.parse('C0AGENTS'));
  askWho(play);
  await stage.pass(MINUTE_MS);
  const words = told(play)[1] ?? '';
  assert.match(words, /said elsewhere, and whoever can read .* reads those/);
  assert.match(words, /a channel in Slack/, 'a channel that the owner has not named');
  assert.match(words, /a direct message between the person who asked and this app/);
  assert.match(words, /their own thread in a channel in Slack; everybody in it reads/);
});

test('a request that went on in a direct message says that the channel where it began is read by all', async () => {
  const play = await openDeskPlay();
  const { stage } = play;
  const { id } = linkOf(play);
  stage.db.change(linkOf(play), { home: 'dm' });
  for (const place of stage.db.places.values())
    if (place.link === id && place.role === 'primary') stage.db.change(place, { role: 'origin' });
  askWho(play);
  await stage.pass(MINUTE_MS);
  assert.match(told(play)[0] ?? '', /This conversation is a direct message/);
  assert.match(told(play)[0] ?? '', /said elsewhere, and whoever can read .* reads those/);
});

test('what is for one person alone goes to him in a direct message where nobody knows in which channel he asked', async () => {
  const play = await openDeskPlay();
  const before = play.shown().length;
  const [, stranger] = ['', AGENT];
  press(play, {
    ...{ kind: 'change', team: TEAM, by: stranger, link: linkOf(play).id, set: { summary: 'Other' } },
    ...{ channel: null, redacted: ['password'] },
  });
  await play.stage.pass(MINUTE_MS);
  const alone = play.stage.slack.messages(directChannel(AGENT)).now().map(wordsIn).join('\n');
  assert.match(alone, /password/);
  assert.ok(!play.shown().slice(before).join('\n').includes('password'), 'nobody else reads it');
});
