/** A misrouted request goes to another queue, in another ticket system, under the same thread. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import type { SlackUser } from '../../src/model/ids.ts';
import type { Intake } from '../../src/model/intake.ts';
import type { PaperTicket } from '../model/paper/desk-state.ts';
import { AGENT, HELP, JIRA, PEOPLE, SNOW } from '../model/paper/rules.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import { type DeskPlay, MINUTE_MS, openDeskPlay } from './desk-play.ts';

const [, OTHER] = PEOPLE;
const linkOf = ({ stage }: DeskPlay) => {
  const [row] = [...stage.db.links.values()];
  assert.ok(row, 'there is a link');
  return row;
};
function press(play: DeskPlay, intake: Extract<Intake, { kind: 'move' | 'ask-card' }>): void {
  const { card } = linkOf(play);
  assert.ok(card, 'there is a card');
  play.stage.slack.tell(intake, { channel: HELP, root: card.ts, identity: null, type: 'interactive' });
}
const move = (play: DeskPlay, by: SlackUser | undefined = AGENT, queue = 'ops') =>
  press(play, {
    ...{ kind: 'move', team: TEAM, by, link: linkOf(play).id, channel: HELP, queue },
    why: 'It is about the network',
  });
const deskOf = ({ stage }: DeskPlay, id: typeof JIRA) => {
  const desk = stage.desks.find((one) => one.id === id);
  assert.ok(desk);
  return desk;
};
const movedTo = (play: DeskPlay): PaperTicket => {
  const [ticket, ...more] = deskOf(play, SNOW).all();
  assert.ok(ticket, 'there is a ticket in the other system');
  assert.deepEqual(more, [], 'there is only one');
  return ticket;
};
const wordsOn = ({ comments }: PaperTicket) => comments.map(({ body }) => docText(body)).join('\n---\n');
const audit = ({ stage }: DeskPlay, kind: string) => stage.db.audit.filter((row) => row.kind === kind);
const times = (text: string, words: string) => text.split(words).length - 1;

test('everything that was said goes along, the old ticket is told and closed, and the thread goes on', async () => {
  const play = await openDeskPlay();
  const { stage } = play;
  const reply = play.say('It smells', [play.file('smoke.txt', 'it smokes')]);
  const gone = play.say('never mind this');
  await stage.pass(MINUTE_MS);
  play.remove(gone);
  play.comment('We are looking');
  play.comment('He is always like that', 'internal');
  await stage.pass(MINUTE_MS);
  const before = play.shown();
  move(play);
  await stage.pass(3 * MINUTE_MS);

  const fresh = movedTo(play);
  const old = play.ticket();
  const description = docText(fresh.description);
  assert.match(description, /The printer is jammed/);
  assert.match(description, new RegExp(`Moved from ${old.key} in Help by .*: It is about the network`));
  assert.match(description, /First asked: \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const words = wordsOn(fresh);
  assert.match(words, /\(written .* UTC\)\s+It smells/);
  assert.match(words, /We are looking/);
  assert.doesNotMatch(words, /always like that|never mind this/);
  assert.deepEqual(
    fresh.files.map(({ name }) => name),
    ['smoke.txt'],
  );
  assert.equal(old.fields.status.category, 'done');
  assert.match(wordsOn(old), new RegExp(`was moved to ${fresh.key}`));
  const said = play.shown().join('\n');
  assert.equal(times(said, `moved this from ${old.key} to ${fresh.key}`), 1);
  for (const words of before.slice(1)) assert.ok(said.includes(words), 'what was said before stays');
  assert.equal(linkOf(play).state, 'live');
  assert.equal(linkOf(play).route?.queue, 'ops');
  assert.match(linkOf(play).route?.reason ?? '', /Moved here from Help by .*: It is about the network/);

  play.say('Any news?');
  play.edit(reply, 'It smells of plastic');
  await stage.pass(2 * MINUTE_MS);
  assert.match(wordsOn(movedTo(play)), /Any news\?/);
  assert.equal(times(wordsOn(movedTo(play)), 'of plastic'), 1, 'the edit finds its copy on the new ticket');
  assert.doesNotMatch(wordsOn(play.ticket()), /Any news|of plastic/);
  play.comment('late word on the old one');
  deskOf(play, SNOW).addComment(movedTo(play), {
    ...{ author: 'Agent', body: fresh.description, visibility: 'public', marker: null },
    ...{ ours: false, corrects: null },
  });
  await stage.pass(2 * MINUTE_MS);
  const after = play.shown().join('\n');
  assert.doesNotMatch(after, /late word on the old one/);
  assert.ok(after.length > said.length, 'the new ticket is heard in the thread');
  assert.equal(audit(play, 'request.moved').length, 1);
  assert.equal(stage.counts.get('deskbridge_requests_moved'), 1);
  assert.equal([...stage.db.operations.values()].filter(({ state }) => state === 'parked').length, 0);
});

for (const point of [
  'ticket.create.send',
  'ticket.comment.send',
  'ticket.file.send',
  'ticket.write.send',
  'slack.post.send',
]) {
  test(`an answer that got lost in the middle (${point}) makes nothing twice`, async () => {
    const play = await openDeskPlay();
    play.say('It smells', [play.file('smoke.txt', 'it smokes')]);
    await play.stage.pass(MINUTE_MS);
    play.fate(point, 'answer-lost', 2);
    move(play);
    await play.stage.pass(60 * MINUTE_MS);
    const fresh = movedTo(play);
    assert.equal(times(wordsOn(fresh), 'It smells'), 1);
    assert.equal(fresh.files.length, 1);
    assert.equal(times(wordsOn(play.ticket()), 'was moved to'), 1);
    assert.equal(play.ticket().fields.status.category, 'done');
    assert.equal(times(play.shown().join('\n'), 'moved this from'), 1);
  });
}

test('an old ticket that cannot be closed stops nothing, and the thread says so', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.write.send', 'forbidden', 100);
  move(play);
  await play.stage.pass(10 * MINUTE_MS);
  const fresh = movedTo(play);
  assert.notEqual(play.ticket().fields.status.category, 'done');
  assert.match(play.shown().join('\n'), /the old ticket, could not be told and closed/);
  play.say('Any news?');
  await play.stage.pass(2 * MINUTE_MS);
  assert.match(wordsOn(movedTo(play)), /Any news\?/);
  assert.equal(fresh.id, movedTo(play).id);
});

test('only those who answer requests move one, only to another queue, and only while it is open', async () => {
  const play = await openDeskPlay();
  const whispers = () =>
    play.operations('whisper').map(({ body }) => (body.kind === 'whisper' ? body.text : ''));
  move(play, OTHER);
  await play.stage.pass(MINUTE_MS);
  assert.match(whispers().join(), /Only those who answer requests can move one/);
  move(play, AGENT, 'help');
  move(play, AGENT, 'nowhere');
  await play.stage.pass(MINUTE_MS);
  assert.match(whispers().join(), /lies in Help already.*is not there any more/s);
  const now = play.ticket();
  deskOf(play, JIRA).change(now, {
    fields: { ...now.fields, status: { name: 'done', category: 'done' } },
  });
  await play.stage.pass(MINUTE_MS);
  move(play);
  await play.stage.pass(MINUTE_MS);
  assert.match(whispers().join(), /is closed or not there yet/);
  assert.deepEqual(deskOf(play, SNOW).all(), []);
  assert.equal(audit(play, 'move.refused').length, 4);
});

test('whoever watches hears of answers and of the end, never of notes, until he stops', async () => {
  const play = await openDeskPlay();
  const watch = () =>
    press(play, {
      ...{ kind: 'ask-card', team: TEAM, by: OTHER ?? AGENT, link: linkOf(play).id, channel: HELP },
      ask: 'watch',
    });
  const told = () => play.operations('tell').map(({ body }) => (body.kind === 'tell' ? body.text : ''));
  watch();
  await play.stage.pass(MINUTE_MS);
  play.comment('We are looking');
  play.comment('He is always like that', 'internal');
  await play.stage.pass(MINUTE_MS);
  assert.equal(told().length, 1);
  assert.match(told()[0] ?? '', /new public answer/);
  const now = play.ticket();
  deskOf(play, JIRA).change(now, {
    fields: { ...now.fields, status: { name: 'Closed', category: 'done' } },
  });
  await play.stage.pass(MINUTE_MS);
  assert.match(told()[1] ?? '', /is Closed now/);
  assert.doesNotMatch(told().join(), /We are looking|always like that/);
  assert.ok(play.operations('tell').every(({ state }) => state === 'done'));
  watch();
  await play.stage.pass(MINUTE_MS);
  play.comment('One more word');
  await play.stage.pass(MINUTE_MS);
  assert.equal(told().length, 2);
});

test('what moves to a queue for confidential cases is answered in the thread no more', async () => {
  const play = await openDeskPlay();
  move(play, AGENT, 'vault');
  await play.stage.pass(3 * MINUTE_MS);
  const fresh = movedTo(play);
  const desk = deskOf(play, SNOW);
  desk.addComment(fresh, {
    ...{ author: 'Agent', marker: null, ours: false, corrects: null },
    ...{ body: plainDoc('we know who it was'), visibility: 'public' },
  });
  await play.stage.pass(2 * MINUTE_MS);
  assert.doesNotMatch(play.shown().join('\n'), /we know who it was/);
  assert.match(
    play.stage.slack.whispers.map(({ text }) => text).join('\n'),
    new RegExp(`new answer on ${fresh.key}`),
  );
  assert.ok(
    play.operations('say').every(({ state }) => state !== 'parked'),
    'nothing waits for somebody',
  );
});

test('"Who will see this?" is answered by the same judgement that answers meet', async () => {
  const play = await openDeskPlay();
  const asked = async () => {
    const ask = { kind: 'ask-card', team: TEAM, by: AGENT, link: linkOf(play).id, channel: HELP } as const;
    press(play, { ...ask, ask: 'who' });
    await play.stage.pass(MINUTE_MS);
    const said = play.operations('whisper').at(-1)?.body;
    return said?.kind === 'whisper' ? said.text : '';
  };
  const open = await asked();
  assert.match(open, /Everybody in .* reads the thread/);
  assert.doesNotMatch(open, /no answers are shown/);
  const now = play.ticket();
  deskOf(play, JIRA).change(now, { fields: { ...now.fields, restricted: true } });
  await play.stage.pass(MINUTE_MS);
  assert.match(await asked(), /Only some people may open the ticket, so no answers are shown here/);
});
