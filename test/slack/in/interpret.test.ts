import assert from 'node:assert/strict';
import test from 'node:test';
import { plainDoc } from '../../../src/model/doc.ts';
import { noMetrics } from '../../../src/model/metrics.ts';
import { parseSlackBody } from '../../../src/slack/in/body.ts';
import {
  BOT_USER,
  commandBody,
  createTestSlackIn,
  KNOWN_CHANNEL,
  messageEvent,
  submission,
  TEAM,
} from '../../web/rig.ts';

const { interpret } = createTestSlackIn(noMetrics);
const LINK = '018f0000-0000-7000-8000-000000000000';
const ROOT = '1700000000.000100';
const REPLY = '1700000000.000200';

const message = (event: Record<string, unknown>, outer: Record<string, unknown> = {}) =>
  interpret(messageEvent(event, outer));
const reasonOf = async (event: Record<string, unknown>) => {
  const intake = await message(event);
  return intake.kind === 'ignored' ? intake.reason : intake.kind;
};

test('a plain message starts a thread of its own; a reply belongs to its root', async () => {
  const first = await message({ ts: ROOT, text: 'Hello' });
  assert.deepEqual(first, {
    kind: 'message',
    direct: false,
    message: {
      team: TEAM,
      channel: KNOWN_CHANNEL,
      ts: ROOT,
      root: ROOT,
      user: 'U0ANN',
      bot: null,
      body: plainDoc('Hello'),
      files: [],
      edited: null,
    },
  });
  for (const [event, root] of [
    [{ ts: REPLY, thread_ts: ROOT }, ROOT],
    [{ ts: ROOT, thread_ts: ROOT }, ROOT],
    [{ ts: REPLY, thread_ts: ROOT, subtype: 'thread_broadcast', root: { ts: ROOT } }, ROOT],
    [{ ts: ROOT, thread_ts: '' }, ROOT],
    [{ ts: ROOT, thread_ts: null, subtype: '', bot_id: '' }, ROOT],
  ] as const) {
    const intake = await message(event);
    assert.equal(intake.kind === 'message' && intake.message.root, root, JSON.stringify(event));
  }
});

test('files, /me and a direct message are words of people too', async () => {
  const permalink = 'https://acme.slack.test/files/F1';
  const files = [
    { id: 'F1', name: 'log.txt', mimetype: 'text/plain', size: 12, permalink },
    { id: 'F2', mode: 'file_access', file_access: 'check_file_info' },
    {
      id: 'F3',
      name: '',
      title: 'A\u0000 pic\nture',
      mimetype: 'image',
      size: -1,
      permalink: 'javascript:x',
    },
    { id: 'F4', mode: 'tombstone', name: 'gone.txt' },
    { id: 'F1', name: 'log.txt', mimetype: 'text/plain', size: 12, permalink },
    { id: '../etc' },
    {},
    null,
  ];
  const unknown = { mime: 'application/octet-stream', size: null, permalink: null };
  const shared = await message({ subtype: 'file_share', text: '', files });
  assert.ok(shared.kind === 'message');
  assert.deepEqual(shared.message.files, [
    { id: 'F1', name: 'log.txt', mime: 'text/plain', size: 12, permalink },
    { id: 'F2', name: 'file', ...unknown },
    { id: 'F3', name: 'A picture', ...unknown },
  ]);
  assert.equal(await reasonOf({ subtype: 'me_message' }), 'message');
  const direct = await message({ channel: 'D0ANN', channel_type: 'im' });
  assert.equal(direct.kind === 'message' && direct.direct, true);
});

test('our own posts are known by who posted them, and bring their marker along', async () => {
  const marker = 'dsk-0123456789abcdef';
  const metadata = { event_type: 'deskbridge_op', event_payload: { op: marker } };
  const own = { user: BOT_USER, bot_id: 'B0OURS', ts: ROOT };
  const expected = { kind: 'own-message', channel: KNOWN_CHANNEL, ts: ROOT };
  assert.deepEqual(await message({ ...own, metadata }), { ...expected, marker });
  assert.deepEqual(await message(own), { ...expected, marker: null });
  assert.deepEqual(await message({ ...own, metadata: { event_type: 'deskbridge_op' } }), {
    ...expected,
    marker: null,
  });
  const other = { event_type: 'other', event_payload: { op: marker } };
  assert.deepEqual(await message({ ...own, metadata: other }), { ...expected, marker: null });
  const renamed = {
    user: undefined,
    subtype: 'bot_message',
    bot_id: 'B0OURS',
    app_id: 'A0OURS',
    ts: ROOT,
    metadata,
  };
  assert.deepEqual(await message(renamed), { ...expected, marker });
});

test('nobody becomes us by writing like us', async () => {
  const metadata = { event_type: 'deskbridge_op', event_payload: { op: 'dsk-0123456789abcdef' } };
  assert.equal(await reasonOf({ metadata, text: 'dsk-0123456789abcdef' }), 'message');
  assert.equal(
    await reasonOf({ metadata, bot_id: 'B0OTHER', app_id: 'A0OTHER', user: 'U0OTHERBOT' }),
    'bot_message',
  );
});

test('bots and bookkeeping are ignored, each by its name', async () => {
  const inner = { user: 'U0ANN', text: 'x', ts: ROOT };
  for (const [event, reason] of [
    [{ subtype: 'bot_message', bot_id: 'B1', user: undefined }, 'bot_message'],
    [{ bot_id: 'B1', user: 'U0OTHERBOT' }, 'bot_message'],
    [{ user: 'USLACKBOT' }, 'slackbot'],
    [{ subtype: 'channel_join' }, 'channel_join'],
    [{ subtype: 'channel_topic' }, 'channel_topic'],
    [{ subtype: 'ekm_access_denied', user: 'UREVOKEDU' }, 'ekm_access_denied'],
    [{ subtype: 'assistant_app_thread' }, 'assistant_app_thread'],
    [{ subtype: 'something_new' }, 'something_new'],
    [{ hidden: true, message: { ...inner, reply_count: 1 } }, 'message_replied'],
    [{ message: { ...inner, replies: [] } }, 'message_replied'],
    [{ user: undefined }, 'message_without_user'],
    [{ ts: 'yesterday' }, 'message_unreadable'],
    [{ channel: '' }, 'message_unreadable'],
    [{ channel: null }, 'message_unreadable'],
  ] as const) {
    assert.equal(await reasonOf(event), reason, JSON.stringify(event));
  }
});

test('what has no listener is ignored by its type', async () => {
  for (const [body, reason] of [
    [messageEvent({ type: 'reaction_added' }), 'reaction'],
    [messageEvent({ type: 'app_mention', text: null, user: null }), 'app_mention_unreadable'],
    [messageEvent({ type: 'reaction_removed' }), 'reaction'],
    [{ type: 'app_rate_limited' }, 'app_rate_limited'],
    [parseSlackBody(Buffer.from(commandBody())), 'command'],
    [{ type: 'block_actions', user: { id: 'U1' }, actions: [{ action_id: 'a_link' }] }, 'block_actions'],
    [{ type: 'message_action', callback_id: 'other', user: { id: 'U1' } }, 'message_action'],
    [submission({ summary: '' }), 'view_submission'],
    [{ type: 'Ignore previous instructions' }, 'unknown'],
    [null, 'unreadable'],
    ['text', 'unreadable'],
    [[], 'unreadable'],
  ] as const) {
    assert.deepEqual(await interpret(body), { kind: 'ignored', reason }, JSON.stringify(body));
  }
});

const shortcut = (more: Record<string, unknown> = {}, inner: Record<string, unknown> = {}) => ({
  type: 'message_action',
  callback_id: 'open_request',
  trigger_id: '1.2.3',
  user: { id: 'U0BO', team_id: TEAM },
  team: { id: TEAM, domain: 'acme' },
  channel: { id: KNOWN_CHANNEL, name: 'it-help' },
  message_ts: REPLY,
  response_url: 'http://127.0.0.1:9/r',
  message: {
    type: 'message',
    user: 'U0ANN',
    ts: REPLY,
    thread_ts: ROOT,
    text: 'It is &lt;broken&gt;',
    ...inner,
  },
  ...more,
});

test('"Open request" on a reply means its thread; who asked and who wrote are two people', async () => {
  assert.deepEqual(await interpret(shortcut()), {
    kind: 'open-from-message',
    by: 'U0BO',
    message: {
      team: TEAM,
      channel: KNOWN_CHANNEL,
      ts: REPLY,
      root: ROOT,
      user: 'U0ANN',
      bot: null,
      body: plainDoc('It is <broken>'),
      files: [],
      edited: null,
    },
  });
});

test('"Open request" on the alert of an app: the one who asked stands for it', async () => {
  const intake = await interpret(
    shortcut({}, { user: undefined, subtype: 'bot_message', bot_id: 'B1', thread_ts: undefined }),
  );
  assert.ok(intake.kind === 'open-from-message');
  assert.equal(intake.message.user, 'U0BO');
  assert.equal(intake.message.bot, 'An app in Slack');
  assert.equal(intake.message.root, REPLY);
});

const press = (actionId: string, more: Record<string, unknown> = {}) => ({
  type: 'block_actions',
  user: { id: 'U0ANN', team_id: TEAM },
  team: { id: TEAM },
  api_app_id: 'A0OURS',
  container: { type: 'message', message_ts: ROOT, channel_id: KNOWN_CHANNEL },
  channel: { id: KNOWN_CHANNEL },
  actions: [{ type: 'button', block_id: 'b', action_id: actionId, value: LINK, action_ts: '1.2' }],
  ...more,
});

/** An option of the card's menu. */
const choose = (value: string) =>
  press('desk_menu', {
    actions: [{ type: 'overflow', block_id: 'b', action_id: 'desk_menu', selected_option: { value } }],
  });

test('the buttons and the menu of a card', async () => {
  const common = { team: TEAM, by: 'U0ANN', link: LINK, channel: KNOWN_CHANNEL };
  const change = { kind: 'change', ...common };
  assert.deepEqual(await interpret(press('desk_resolve')), { ...change, set: { status: 'done' } });
  assert.deepEqual(await interpret(press('desk_reopen')), { ...change, set: { status: 'active' } });
  const receipt = { kind: 'ask-receipt', ...common };
  assert.deepEqual(await interpret(press('desk_receipt')), receipt);
  assert.deepEqual(await interpret(choose(`receipt:${LINK}`)), receipt);
  assert.deepEqual(await interpret(choose(`resolve:${LINK}`)), { ...change, set: { status: 'done' } });
  const nowhere = { channel: undefined, container: undefined };
  for (const broken of [
    choose('receipt:'),
    choose(`erase:${LINK}`),
    choose(LINK),
    choose(''),
    press('desk_menu'),
    press('desk_receipt', nowhere),
  ]) {
    assert.deepEqual(await interpret(broken), { kind: 'ignored', reason: 'action_unreadable' });
  }
  assert.equal((await interpret(press('desk_resolve', nowhere))).kind, 'change');
  const [action] = press('desk_resolve').actions;
  const crooked = press('desk_resolve', { actions: [{ ...action, value: "'; drop table link" }] });
  assert.deepEqual(await interpret(crooked), { kind: 'ignored', reason: 'action_unreadable' });
});

test('strangers of a shared channel can press, but nothing happens; colleagues of an enterprise are no strangers', async () => {
  const stranger = { user: { id: 'U0STRANGER', team_id: 'T0THEIRS' } };
  assert.deepEqual(await interpret(press('desk_resolve', stranger)), {
    kind: 'ignored',
    reason: 'foreign_person',
  });
  assert.deepEqual(await interpret(shortcut(stranger)), { kind: 'ignored', reason: 'foreign_person' });
  const colleague = {
    ...stranger,
    enterprise: { id: 'E1', name: 'Acme' },
    team: null,
    is_enterprise_install: true,
  };
  assert.equal((await interpret(press('desk_resolve', colleague))).kind, 'change');
});

test('the form: its view names the submission, its channel comes along, text is kept as typed', async () => {
  const values = { summary: '  VPN <down> & out ', details: 'line 1\nline 2', category: 'outage' };
  assert.deepEqual(await interpret(submission(values)), {
    kind: 'open-from-form',
    team: TEAM,
    by: 'U0ANN',
    submission: 'V0FORM',
    summary: 'VPN <down> & out',
    details: 'line 1\nline 2',
    fields: { category: 'outage' },
    channel: KNOWN_CHANNEL,
    answers: {},
    onBehalfOf: null,
    participants: [],
    urgent: false,
    files: [],
  });
  const elsewhere = await interpret(submission(values, { private_metadata: '' }));
  assert.equal(elsewhere.kind === 'open-from-form' && elsewhere.channel, null);
});

test('what opens a form opens none when it is read from the store', async () => {
  for (const stored of [press('desk_change'), choose(`change:${LINK}`)]) {
    assert.deepEqual(await interpret({ ...stored, trigger_id: '1.2.3' }), { kind: 'ignored', reason: 'ask' });
  }
});

test('a hundred calls at once do not mix their meanings', async () => {
  const calls = Array.from({ length: 100 }, (_, index) => message({ user: `U${index}`, text: `${index}` }));
  const users = (await Promise.all(calls)).map((intake) => intake.kind === 'message' && intake.message.user);
  assert.deepEqual(
    users,
    Array.from({ length: 100 }, (_, index) => `U${index}`),
  );
});

test('a channel that gets other readers is news of its place', async () => {
  for (const type of ['channel_shared', 'channel_unshared']) {
    const event = { type, channel: KNOWN_CHANNEL, event_ts: ROOT, connected_team_id: 'T0OTHER' };
    const told = await interpret({ ...messageEvent({}), event });
    assert.deepEqual(told, { kind: 'place-changed', team: TEAM, channel: KNOWN_CHANNEL }, type);
    const unreadable = await interpret({ ...messageEvent({}), event: { type, event_ts: ROOT } });
    assert.deepEqual(unreadable, { kind: 'ignored', reason: `${type}_unreadable` });
  }
});
