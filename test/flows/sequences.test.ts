/** Orders of events that people and agents bring about and that random histories seldom meet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { rejected } from '../../src/model/outcome.ts';
import { AGENT, AGENTS } from '../model/paper/rules.ts';
import { messageOf } from '../model/paper/slack-state.ts';
import { wordsIn } from '../model/paper-slack.ts';
import type { DeskPlay } from './desk-play.ts';
import { MINUTE_MS, openDeskPlay } from './desk-play.ts';

const states = (play: DeskPlay, kind: Parameters<DeskPlay['operations']>[0]) =>
  play.operations(kind).map(({ state }) => state);
const wordsOf = (play: DeskPlay) => play.ticket().comments.map(({ body }) => docText(body));
const shows = (play: DeskPlay, text: string) => play.shown().some((one) => one.includes(text));

test('a comment that turns internal while its post is in doubt is taken out once the post is found', async () => {
  const play = await openDeskPlay();
  play.fate('slack.post.send', 'answer-lost');
  play.fate('slack.post.find', 'forbidden');
  const comment = play.comment('the code is 1234');
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'say'), ['parked']);
  play.change(comment, { visibility: 'internal' });
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(5 * MINUTE_MS);
  assert.equal(shows(play, '1234'), false);
});

test('a look-up that is not let in waits for the sign-in, stops nothing for good, and posts once', async () => {
  const play = await openDeskPlay();
  play.fate('slack.post.send', 'answer-lost');
  play.fate('slack.post.find', 'auth', 2);
  play.comment('we are on it');
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'say'), ['sending'], 'nobody has to retry it');
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(states(play, 'say'), ['done']);
  assert.equal(play.shown().filter((one) => one.includes('we are on it')).length, 1);
});

test('a reading that lags behind never lets stand what is internal now, nor old words', async () => {
  for (const fate of ['lost', 'answer-lost'] as const) {
    const play = await openDeskPlay();
    const secret = play.comment('the code is 1234');
    const other = play.comment('old words');
    await play.stage.pass(MINUTE_MS);
    play.fate('slack.remove.send', fate);
    play.change(secret, { visibility: 'internal' });
    await play.stage.pass(2_000);
    play.fate('slack.edit.send', fate);
    play.change(other, { body: plainDoc('new words') });
    await play.stage.pass(100);
    play.stage.weather.lagMs.set('jira', 12_000);
    for (let minute = 0; minute < 5; minute += 1) await play.stage.pass(MINUTE_MS);
    assert.equal(shows(play, '1234'), false, fate);
    assert.equal(shows(play, 'old words'), false, fate);
    assert.ok(shows(play, 'new words'), fate);
  }
});

test('a long message that was refused in part and is shortened then: a later try brings no old part back', async () => {
  const play = await openDeskPlay();
  const long = Array.from({ length: 6 }, () => 'old words that go on and on until they fill a line').join(
    '\n\n',
  );
  play.fate('ticket.comment.send', 'refused', 3);
  const message = play.say(long);
  await play.stage.pass(MINUTE_MS);
  const parked = states(play, 'comment').filter((state) => state === 'parked').length;
  assert.ok(parked > 1);
  play.edit(message, 'new words');
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(MINUTE_MS);
  assert.equal(
    wordsOf(play).some((text) => text.includes('old words')),
    false,
  );
  assert.equal(
    wordsOf(play).some((text) => text.includes('new words')),
    true,
  );
});

test('a comment that is deleted while its post is in doubt does not stay either', async () => {
  const play = await openDeskPlay();
  play.fate('slack.post.send', 'answer-lost');
  play.fate('slack.post.find', 'forbidden');
  const comment = play.comment('the code is 1234');
  await play.stage.pass(MINUTE_MS);
  play.change(comment, null);
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(5 * MINUTE_MS);
  assert.equal(shows(play, '1234'), false);
});

test('a comment that is deleted while its edit is in doubt stops nothing', async () => {
  const play = await openDeskPlay();
  const comment = play.comment('first words');
  await play.stage.pass(MINUTE_MS);
  play.fate('slack.edit.send', 'answer-lost');
  play.fate('slack.edit.find', 'down', 2);
  play.change(comment, { body: plainDoc('second words') });
  await play.stage.pass(500);
  play.change(comment, null);
  await play.stage.pass(10 * MINUTE_MS);
  assert.equal(states(play, 'say').includes('parked'), false);
  assert.ok(shows(play, 'was deleted'));
});

test('a channel that is gone for us stops what is said there; nothing is dropped', async () => {
  let away = false;
  const play = await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        slack: {
          ...world.slack,
          post: {
            ...world.slack.post,
            send: async (message, attempt) =>
              away ? rejected('not-found', 'No such channel') : world.slack.post.send(message, attempt),
          },
        },
      }),
    },
  });
  away = true;
  play.comment('are you there?');
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'say'), ['parked']);
  away = false;
  await play.stage.retryParked();
  await play.stage.pass(MINUTE_MS);
  assert.ok(shows(play, 'are you there?'));
});

test('an agent took our comment away: an edit of its message brings nothing back and stops nothing', async () => {
  const play = await openDeskPlay();
  const message = play.say('my number is 555');
  await play.stage.pass(MINUTE_MS);
  const [copy] = play.ticket().comments;
  assert.ok(copy);
  play.change(copy, null);
  await play.stage.pass(MINUTE_MS);
  play.edit(message, 'my number is 556');
  await play.stage.pass(MINUTE_MS);
  play.say('anybody?');
  await play.stage.pass(MINUTE_MS);
  assert.equal(wordsOf(play).length, 1);
  assert.match(wordsOf(play)[0] ?? '', /anybody/);
  play.remove(message);
  await play.stage.pass(MINUTE_MS);
  assert.equal(states(play, 'comment').includes('parked'), false);
});

test('a request that is deleted before its ticket could be opened leaves none of its words there', async () => {
  const play = await openDeskPlay({ prepared: false, text: 'my password is hunter2' });
  play.fate('ticket.create.send', 'down', 3);
  await play.stage.pass(2_000);
  const [opening] = play.stage.slack.all();
  assert.ok(opening);
  play.remove(opening);
  await play.stage.pass(10 * MINUTE_MS);
  const { description, fields } = play.ticket();
  assert.doesNotMatch(`${docText(description)} ${fields.summary}`, /hunter2/);
});

test('nor one that is deleted while its ticket is stopped', async () => {
  const play = await openDeskPlay({ prepared: false, text: 'my password is hunter2' });
  play.fate('ticket.create.send', 'refused');
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'create'), ['parked']);
  const [opening] = play.stage.slack.all();
  assert.ok(opening);
  play.remove(opening);
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(MINUTE_MS);
  const { description, fields } = play.ticket();
  assert.doesNotMatch(`${docText(description)} ${fields.summary}`, /hunter2/);
});

test('a card that is gone when its edit is in doubt stops nothing', async () => {
  const play = await openDeskPlay();
  play.fate('slack.card.send', 'answer-lost');
  play.fate('slack.card.find', 'down', 2);
  const ticket = play.ticket();
  play.stage.desks[0]?.change(ticket, { fields: { ...ticket.fields, assignee: 'Agent 7' } });
  await play.stage.pass(500);
  const [link] = play.stage.db.links.values();
  assert.ok(link?.card);
  const card = play.stage.slack.find(link.card.channel, link.card.ts);
  assert.ok(card);
  play.stage.slack.put({ ...card, gone: true });
  play.comment('still here');
  await play.stage.pass(5 * MINUTE_MS);
  assert.ok(shows(play, 'still here'));
});

test('a request that is edited before its ticket could be opened has the new words in its summary, too', async () => {
  const play = await openDeskPlay({ prepared: false, text: 'my password is hunter2' });
  play.fate('ticket.create.send', 'down', 3);
  await play.stage.pass(2_000);
  const opening = play.stage.slack.all().find(({ by }) => by === 'person');
  assert.ok(opening);
  play.edit(opening, 'I forgot my password');
  await play.stage.pass(10 * MINUTE_MS);
  assert.equal(play.ticket().fields.summary, 'I forgot my password');
});

test('what is written while the ticket is gone follows by itself when it is back', async () => {
  const play = await openDeskPlay();
  const ticket = play.ticket();
  const versions = play.stage.desks[0]?.tickets.get(ticket.id);
  versions?.set(null);
  play.say('is anybody there?');
  await play.stage.pass(12 * MINUTE_MS);
  const [link] = play.stage.db.links.values();
  assert.deepEqual([link?.state, link?.parkedWhy], ['parked', 'gone']);
  assert.deepEqual(states(play, 'comment'), ['ready']);
  versions?.set(ticket);
  await play.stage.pass(12 * MINUTE_MS);
  assert.ok(wordsOf(play).some((text) => text.includes('is anybody there?')));
  assert.equal([...play.stage.db.links.values()][0]?.state, 'live');
});

test('an internal note that is refused is told to the agents, not to whoever asked', async () => {
  const play = await openDeskPlay({ ops: true });
  const { slack } = play.stage;
  const [inner] = slack.messages(AGENTS).now();
  assert.ok(inner);
  play.fate('ticket.comment.send', 'refused');
  const message = { ...inner, ts: slack.nextTs(), by: 'person' as const, user: AGENT, marker: null };
  const said = { ...message, root: inner.ts, body: plainDoc('this is fraud') };
  slack.put(said);
  const about = {
    channel: AGENTS,
    root: inner.ts,
    identity: `${AGENTS}:${said.ts}:`,
    type: 'event',
  } as const;
  slack.tell({ kind: 'message', message: messageOf(said), direct: false }, about);
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'comment'), ['parked']);
  assert.equal(shows(play, 'did not reach'), false);
  const there = slack.messages(AGENTS).now().map(wordsIn);
  assert.ok(there.some((text) => text.includes('did not reach')));
});

test('a message that a repair finds after the ticket was closed does not open it again', async () => {
  const play = await openDeskPlay();
  play.stage.office.planned.push({ kind: 'drop', left: 1, ms: 0 });
  play.say('thanks, that helped');
  await play.stage.pass(1_000);
  const ticket = play.ticket();
  const status = { name: 'Done', category: 'done' } as const;
  play.stage.desks[0]?.change(ticket, { fields: { ...ticket.fields, status } });
  await play.stage.pass(MINUTE_MS);
  for (let turn = 0; turn < 20; turn += 1) await play.stage.pass(MINUTE_MS);
  assert.ok(wordsOf(play).some((text) => text.includes('thanks, that helped')));
  assert.equal(play.ticket().fields.status.category, 'done');
});

test('a reply opens the ticket again before it is put there: what is closed may take no comment', async () => {
  const play = await openDeskPlay();
  const ticket = play.ticket();
  const status = { name: 'Done', category: 'done' } as const;
  play.stage.desks[0]?.change(ticket, { fields: { ...ticket.fields, status } });
  await play.stage.pass(MINUTE_MS);
  play.say('not at all', [play.file('screen.png', 'still broken')]);
  await play.stage.pass(MINUTE_MS);
  const lane = [...play.stage.db.operations.values()].filter(({ lane }) => lane === 'ticket');
  const kinds = lane.map(({ body }) => body.kind).filter((kind) => kind !== 'backlink');
  assert.deepEqual(kinds, ['create', 'write', 'comment', 'attach']);
});

test('a link that looks like a loop rests for ten minutes, whatever comes in meanwhile, and says so once', async () => {
  const play = await openDeskPlay();
  for (let turn = 0; turn < 22; turn += 1) {
    play.say(`question ${turn}`);
    play.comment(`answer ${turn}`);
    await play.stage.pass(1_500);
  }
  const rests = () => play.stage.db.audit.filter(({ kind }) => kind === 'link.rests').length;
  assert.equal(rests(), 1);
  const before = wordsOf(play).length;
  for (let minute = 0; minute < 8; minute += 1) {
    play.say(`minute ${minute}`);
    await play.stage.pass(MINUTE_MS);
  }
  assert.equal(rests(), 1);
  assert.equal(wordsOf(play).filter((text) => text.includes('minute')).length, 0);
  await play.stage.pass(5 * MINUTE_MS);
  assert.ok(wordsOf(play).length > before);
  assert.equal([...play.stage.db.links.values()][0]?.state, 'live');
});

test('what is said before a direct message could be opened waits for it', async () => {
  const play = await openDeskPlay({ prepared: false, text: 'this is confidential' });
  play.fate('slack.post.send', 'refused');
  await play.stage.pass(MINUTE_MS);
  play.comment('who did it?');
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'say'), ['ready']);
  await play.stage.retryParked();
  await play.stage.pass(MINUTE_MS);
  const all = play.stage.slack.all().map(wordsIn);
  assert.ok(all.some((text) => text.includes('who did it?')));
});

test('a ticket system that does not let us in is told on the card, also when a reading finds it out', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.', 'auth', 1_000);
  play.comment('Have you tried another cable?');
  play.say('The cable is fine');
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(
    [...play.stage.db.links.values()].map(({ state, parkedWhy }) => [state, parkedWhy]),
    [['parked', 'sign-in']],
  );
  assert.equal(shows(play, 'an administrator must renew it'), true);
  play.stage.weather.clear();
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(
    [...play.stage.db.links.values()].map(({ state }) => state),
    ['live'],
  );
  assert.equal(shows(play, 'an administrator must renew it'), false);
  assert.equal(wordsOf(play).filter((words) => words.includes('The cable is fine')).length, 1);
  assert.equal(shows(play, 'another cable'), true);
});
