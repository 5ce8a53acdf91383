/** Files that are taken away, look alike, or break off while they are on their way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDoc } from '../../src/model/doc.ts';
import { docText } from '../../src/model/doc-text.ts';
import { retryLater } from '../../src/model/outcome.ts';
import { TEAM } from '../model/paper/slack-state.ts';
import type { DeskPlay } from './desk-play.ts';
import { MINUTE_MS, openDeskPlay } from './desk-play.ts';

const states = (play: DeskPlay, kind: Parameters<DeskPlay['operations']>[0]) =>
  play.operations(kind).map(({ state }) => state);
const wordsOf = (play: DeskPlay) => play.ticket().comments.map(({ body }) => docText(body));
const shows = (play: DeskPlay, text: string) => play.shown().some((one) => one.includes(text));

const attachments = (play: DeskPlay) => play.ticket().files.map(({ name }) => name);

test('two files with one name and content, the second in doubt, are two files on the ticket', async () => {
  for (const answered of ['answer-lost', 'lost'] as const) {
    const play = await openDeskPlay();
    const files = [play.file('screen.png', 'the same'), play.file('screen.png', 'the same')];
    play.say('look', files.slice(0, 1));
    await play.stage.pass(200);
    assert.deepEqual(attachments(play), ['screen.png']);
    play.fate('ticket.file.send', answered);
    play.say('and again', files.slice(1));
    await play.stage.pass(5 * MINUTE_MS);
    assert.deepEqual(play.stage.bugs, []);
    assert.deepEqual(attachments(play), ['screen.png', 'screen.png'], answered);
  }
});

test('two files with one name and content, the second in doubt, are two files in Slack', async () => {
  const play = await openDeskPlay();
  const desk = play.stage.desks[0];
  const draft = { name: 'log.txt', author: 'Agent', visibility: 'public', ours: false } as const;
  desk?.addFile(play.ticket(), { ...draft, bytes: Buffer.from('the same') });
  await play.stage.pass(1_500);
  play.fate('slack.file.send', 'answer-lost');
  desk?.addFile(play.ticket(), { ...draft, bytes: Buffer.from('the same') });
  await play.stage.pass(5 * MINUTE_MS);
  assert.deepEqual(play.stage.bugs, []);
  const shown = play.stage.slack.all().flatMap(({ by, files }) => (by === 'us' ? files : []));
  assert.equal(shown.length, 2);
});

test('a file that is deleted in Slack while its way to the ticket is in doubt is taken off, and stops nothing', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.file.send', 'answer-lost');
  play.fate('ticket.file.find', 'down', 2);
  const message = play.say('look', [play.file('secret.txt', 'hunter2')]);
  await play.stage.pass(1_500);
  assert.deepEqual(attachments(play), ['secret.txt']);
  play.remove(message);
  play.say('never mind');
  await play.stage.pass(10 * MINUTE_MS);
  assert.deepEqual(attachments(play), []);
  assert.deepEqual(states(play, 'attach'), ['done', 'done']);
  assert.ok(wordsOf(play).some((text) => text.includes('never mind')));
});

test('a file whose look-up was given up is taken off once it is found, when its message is gone', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.file.send', 'answer-lost');
  play.fate('ticket.file.find', 'forbidden');
  const message = play.say('look', [play.file('secret.txt', 'hunter2')]);
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'attach'), ['parked']);
  play.remove(message);
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(5 * MINUTE_MS);
  assert.deepEqual(attachments(play), []);
});

test('a file that was refused is not attached by a later try when its message is gone', async () => {
  const play = await openDeskPlay();
  play.fate('ticket.file.send', 'refused');
  const message = play.say('look', [play.file('secret.txt', 'hunter2')]);
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'attach'), ['parked']);
  play.stage.slack.put({ ...message, body: plainDoc(''), gone: true });
  play.stage.slack.tell(
    { kind: 'deleted', team: TEAM, channel: message.channel, ts: message.ts, root: message.root },
    { channel: message.channel, root: message.root, identity: null, type: 'event' },
  );
  await play.stage.pass(MINUTE_MS);
  await play.stage.retryParked();
  await play.stage.pass(MINUTE_MS);
  assert.deepEqual(attachments(play), []);
});

test('a file that is taken off the ticket while its way to Slack is in doubt does not stay there, and stops nothing', async () => {
  const play = await openDeskPlay();
  const desk = play.stage.desks[0];
  play.fate('slack.file.send', 'answer-lost');
  play.fate('slack.file.find', 'down', 2);
  const draft = { name: 'log.txt', author: 'Agent', visibility: 'public', ours: false } as const;
  const file = desk?.addFile(play.ticket(), { ...draft, bytes: Buffer.from('secret') });
  await play.stage.pass(1_500);
  const ticket = play.ticket();
  desk?.change(ticket, { files: ticket.files.filter(({ id }) => id !== file?.id) });
  play.comment('still here');
  await play.stage.pass(10 * MINUTE_MS);
  assert.equal(states(play, 'share').includes('parked'), false);
  assert.ok(shows(play, 'still here'));
  const shown = play.stage.slack.all().flatMap(({ by, files }) => (by === 'us' ? files : []));
  assert.deepEqual(shown, []);
});

test('a file that the ledger knows as gone is not shown because a reading lags behind', async () => {
  const play = await openDeskPlay();
  const { stage } = play;
  const [desk] = stage.desks;
  assert.ok(desk);
  play.fate('slack.file.send', 'refused');
  const draft = { name: 'log.txt', author: 'Agent', visibility: 'public', ours: false } as const;
  const file = desk.addFile(play.ticket(), { ...draft, bytes: Buffer.from('secret') });
  await stage.pass(MINUTE_MS);
  assert.deepEqual(states(play, 'share'), ['parked']);
  const ticket = play.ticket();
  desk.change(ticket, { files: ticket.files.filter(({ id }) => id !== file.id) });
  await stage.pass(MINUTE_MS);
  const isKnownAsGone = () =>
    [...stage.db.items.values()].some((item) => item.nativeId === file.id && item.gone);
  assert.ok(isKnownAsGone());
  stage.weather.lagMs.set('jira', 90_000);
  await stage.retryParked();
  await stage.pass(1_000);
  assert.ok(isKnownAsGone(), 'nobody has told the ledger otherwise');
  const shown = () => stage.slack.all().flatMap(({ by, files }) => (by === 'us' ? files : []));
  assert.deepEqual(shown(), []);
  assert.deepEqual(states(play, 'share'), ['skipped']);
  stage.weather.lagMs.delete('jira');
  await stage.pass(5 * MINUTE_MS);
  assert.deepEqual(shown(), []);
  assert.deepEqual(stage.bugs, []);
});

test('a file that fails again and again stops nothing behind it', async () => {
  const play = await openDeskPlay({
    sabotage: {
      world: (world) => ({
        ...world,
        slack: {
          ...world.slack,
          files: {
            ...world.slack.files,
            share: { ...world.slack.files.share, send: async () => retryLater('It breaks off', 'operation') },
          },
        },
      }),
    },
  });
  const draft = { name: 'log.txt', author: 'Agent', visibility: 'public', ours: false } as const;
  play.stage.desks[0]?.addFile(play.ticket(), { ...draft, bytes: Buffer.from('a log') });
  await play.stage.pass(100);
  play.comment('see the log');
  await play.stage.pass(20 * MINUTE_MS);
  assert.deepEqual(states(play, 'share'), ['parked']);
  assert.ok(shows(play, 'see the log'));
});
