import assert from 'node:assert/strict';
import test from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { BOT_USER, createTestSlackIn, KNOWN_CHANNEL, messageEvent, TEAM } from '../../web/rig.ts';

const { interpret } = createTestSlackIn(noMetrics, { bots: (botId) => botId === 'B0ALERTS' });
const ROOT = '1700000000.000100';
const REPLY = '1700000000.000200';
const EDITED = '1700000050.000000';
const EVENT = '1700000060.000300';

const before = { type: 'message', user: 'U0ANN', text: 'It is locked', ts: REPLY, thread_ts: ROOT };
const after = { ...before, text: 'It is open', edited: { user: 'U0ANN', ts: EDITED } };
const hidden = { hidden: true, user: undefined, text: undefined, ts: EVENT, event_ts: EVENT };

const changed = (message: unknown, previous: unknown, more: Record<string, unknown> = {}) =>
  interpret(
    messageEvent({ ...hidden, subtype: 'message_changed', message, previous_message: previous, ...more }),
  );
const deleted = (previous: unknown, more: Record<string, unknown> = {}) =>
  interpret(
    messageEvent({
      ...hidden,
      subtype: 'message_deleted',
      deleted_ts: REPLY,
      previous_message: previous,
      ...more,
    }),
  );
const ignored = (reason: string) => ({ kind: 'ignored', reason });
const GONE = { kind: 'deleted', team: TEAM, channel: KNOWN_CHANNEL, ts: REPLY, root: ROOT };

test('an edit names the message, its thread, what it says now, and which edit it is', async () => {
  assert.deepEqual(await changed(after, before), {
    kind: 'edited',
    message: {
      team: TEAM,
      channel: KNOWN_CHANNEL,
      ts: REPLY,
      root: ROOT,
      user: 'U0ANN',
      bot: null,
      body: plainDoc('It is open'),
      files: [],
      edited: EDITED,
    },
  });
});

test('blocks, files and a missing earlier version are an edit too', async () => {
  const blocks = (style: object, id = 'a') => [
    {
      type: 'rich_text',
      block_id: id,
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'It is locked', style }] }],
    },
  ];
  const bold = { ...before, blocks: blocks({ bold: true }) };
  const withFile = { ...before, files: [{ id: 'F1', name: 'a.txt' }] };
  const removed = { ...before, files: [{ id: 'F1', mode: 'tombstone' }] };
  for (const [now, then] of [
    [bold, { ...before, blocks: blocks({}) }],
    [removed, withFile],
    [withFile, before],
    [after, undefined],
    [after, null],
  ] as const) {
    assert.equal((await changed(now, then)).kind, 'edited', JSON.stringify([now, then]));
  }
  assert.deepEqual(
    await changed({ ...bold, blocks: blocks({ bold: true }, 'b') }, bold),
    ignored('message_unchanged'),
    'another block id is no other text',
  );
});

test('two changes of one message never have the same stamp', async () => {
  const withFile = { ...after, files: [{ id: 'F1' }] };
  const intake = await changed(after, withFile);
  assert.ok(intake.kind === 'edited');
  assert.equal(intake.message.edited, EVENT, 'taking a file away leaves the stamp of the edit before');
  const unstamped = await changed(before, { ...before, files: [{ id: 'F1' }] });
  assert.ok(unstamped.kind === 'edited');
  assert.equal(unstamped.message.edited, EVENT);
});

test('unfurls, languages, replies and thread bookkeeping change nothing', async () => {
  for (const more of [
    { attachments: [{ from_url: 'https://x.test', title: 'A page', text: 'unfurled' }] },
    { language: { locale: 'de', is_reliable: true } },
    { reply_count: 2, latest_reply: EVENT, replies: [] },
    { subtype: 'thread_broadcast', root: { ts: ROOT } },
    { is_locked: true, subscribed: true },
  ]) {
    assert.deepEqual(await changed({ ...before, ...more }, before), ignored('message_unchanged'));
    const edited = { ...after, ...more };
    assert.deepEqual(await changed(edited, after), ignored('message_unchanged'));
  }
});

test('changes of our own posts and of bots that do not count are left alone', async () => {
  const own = { ...before, user: BOT_USER, bot_id: 'B0OURS' };
  const byApp = { ...before, user: 'U0X', bot_id: 'B0OURS', app_id: 'A0OURS' };
  const bot = { ...before, user: undefined, subtype: 'bot_message', bot_id: 'B0OTHER' };
  const topic = { ...before, subtype: 'channel_topic' };
  const slackbot = { ...before, user: 'USLACKBOT' };
  for (const [message, onEdit, onDeletion] of [
    [own, 'own-message-changed', 'own-message-deleted'],
    [byApp, 'own-message-changed', 'own-message-deleted'],
    [bot, 'bot_message', 'bot_message'],
    [topic, 'channel_topic', 'channel_topic'],
    [slackbot, 'slackbot', 'slackbot'],
  ] as const) {
    assert.deepEqual(await changed({ ...message, text: 'other' }, message), ignored(onEdit));
    assert.deepEqual(await deleted(message), ignored(onDeletion));
  }
});

test('a bot that counts writes, edits and deletes under its name', async () => {
  const post = { user: undefined, bot_id: 'B0ALERTS', username: ' Disk\nalerts ', subtype: 'bot_message' };
  const said = await interpret(messageEvent({ ...post, ts: ROOT, text: 'disk *full*' }));
  assert.ok(said.kind === 'message');
  assert.deepEqual([said.message.user, said.message.bot], ['B0ALERTS', 'Disk alerts']);
  const modern = { user: 'U0ALERTS', bot_id: 'B0ALERTS', bot_profile: { name: 'Alerts' } };
  const again = await interpret(messageEvent({ ...modern, ts: ROOT }));
  assert.ok(again.kind === 'message');
  assert.deepEqual([again.message.user, again.message.bot], ['U0ALERTS', 'Alerts']);
  const edit = await changed({ ...after, ...post }, { ...before, ...post });
  assert.equal(edit.kind === 'edited' && edit.message.bot, 'Disk alerts');
  assert.deepEqual(await deleted({ ...before, ...post }), GONE);
  const other = await interpret(messageEvent({ ...modern, bot_id: 'B0OTHER' }));
  assert.deepEqual(other, ignored('bot_message'));
  assert.deepEqual(await interpret(messageEvent({ subtype: 'bot_message' })), ignored('bot_message'));
  const joined = await interpret(messageEvent({ ...modern, subtype: 'bot_add' }));
  assert.deepEqual(joined, ignored('bot_add'));
});

test('a deletion names the message and its thread', async () => {
  assert.deepEqual(await deleted(before), GONE);
  assert.deepEqual(await deleted({ ...before, thread_ts: undefined }), { ...GONE, root: REPLY });
  assert.deepEqual(await deleted(undefined), { ...GONE, root: REPLY });
});

test('a deleted root with replies leaves a tombstone: the message is gone, once', async () => {
  const root = { ...before, ts: ROOT };
  const tombstone = {
    ...root,
    subtype: 'tombstone',
    user: 'USLACKBOT',
    text: 'This message was deleted.',
    hidden: true,
  };
  const gone = { ...GONE, ts: ROOT, root: ROOT };
  assert.deepEqual(await changed(tombstone, root), gone);
  assert.deepEqual(await changed(tombstone, undefined), gone);
  assert.deepEqual(
    await changed({ ...tombstone, reply_count: 3 }, { ...tombstone, reply_count: 4 }),
    ignored('message_unchanged'),
  );
  assert.deepEqual(await changed(tombstone, { ...root, user: BOT_USER }), ignored('own-message-deleted'));
  assert.deepEqual(await interpret(messageEvent(tombstone)), gone, 'as a reading of the thread shows it');
});

test('a message that is read back after an edit brings the stamp of that edit along', async () => {
  const intake = await interpret(messageEvent({ ...after }));
  assert.ok(intake.kind === 'message');
  assert.deepEqual([intake.message.edited, intake.message.root], [EDITED, ROOT]);
  const crooked = await interpret(messageEvent({ ...after, edited: { ts: 'now' } }));
  assert.equal(crooked.kind === 'message' && crooked.message.edited, null);
});

test('what cannot be read is ignored for a reason', async () => {
  for (const intake of [
    await changed(undefined, before),
    await changed({ ...after, ts: 'x' }, before),
    await changed(after, before, { channel: '' }),
    await deleted({ ...before, ts: null }, { deleted_ts: null }),
    await deleted(before, { channel: null }),
  ]) {
    assert.deepEqual(intake, ignored('message_unreadable'));
  }
});
