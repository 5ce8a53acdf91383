import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSlackBody } from '../../src/slack/in/body.ts';
import {
  asPayload,
  commandBody,
  gate,
  KNOWN_CHANNEL,
  messageBody,
  messageEvent,
  post,
  postSigned,
  type Rig,
  signedHeaders,
  startRig,
  submission,
  TEAM,
} from './rig.ts';

const VALID = { summary: 'VPN is down', details: 'Since this morning', category: 'outage' };

test('a message is committed before it is acknowledged, with its exact bytes', async () => {
  await using rig = await startRig();
  const held = gate();
  rig.inbox.gate = held.opened;
  const body = `${messageBody({ text: 'Grüße 🌍' })}\n`;
  let answered = false;
  const posting = postSigned(rig, body).then((answer) => {
    answered = true;
    return answer;
  });
  while (rig.inbox.inserts.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answered, false, 'not before the commit');
  held.open();
  const answer = await posting;
  assert.deepEqual([answer.status, answer.text], [200, '']);
  const [row] = rig.inbox.rows;
  assert.ok(row !== undefined);
  assert.equal(Buffer.from(row.body).toString(), body);
  const event = messageEvent();
  assert.equal(row.source, 'slack');
  assert.equal(row.type, 'event');
  assert.match(row.key, /^Ev\d+$/);
  assert.equal(row.partition.startsWith(`slack:${TEAM}:${KNOWN_CHANNEL}:1700000000.`), true);
  assert.equal(row.identity?.startsWith(`${KNOWN_CHANNEL}:1700000000.`), true);
  assert.ok(event.event_id !== row.key);
  assert.equal(rig.rung.length, 1);
});

test('the same request a hundred times at once is one delivery', async () => {
  await using rig = await startRig();
  for (const body of [
    messageBody(),
    asPayload({ type: 'block_actions', user: { id: 'U0ANN' }, actions: [{ action_id: 'x' }] }),
  ]) {
    const before = rig.inbox.rows.length;
    const headers = signedHeaders(body, rig.now);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(`${rig.url}/slack/events`, body, headers)),
    );
    assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
    assert.equal(rig.inbox.rows.length, before + 1);
  }
  assert.equal(rig.rung.length, 200, 'every repetition rings');
});

test('a retry with the same event id and a message under another event id are known again', async () => {
  await using rig = await startRig();
  const first = messageEvent();
  await postSigned(rig, JSON.stringify(first));
  rig.now = new Date(rig.now.getTime() + 60_000);
  await postSigned(rig, JSON.stringify(first), { 'x-slack-retry-num': '1' });
  await postSigned(rig, JSON.stringify({ ...first, event_id: 'EvOther' }));
  assert.equal(rig.inbox.rows.length, 1);
  const edited = { ...first.event, edited: { user: 'U0ANN', ts: '1700000100.000001' } };
  await postSigned(rig, JSON.stringify({ ...first, event_id: 'EvEdited', event: edited }));
  assert.equal(rig.inbox.rows.length, 2, 'the edited one is another state');
});

test('edits, deletions and notices of one message are told apart, and stay in its thread', async () => {
  await using rig = await startRig();
  const root = '1700000000.900000';
  const ts = '1700000001.000000';
  await postSigned(rig, messageBody({ ts, thread_ts: root }));
  for (const [index, subtype] of ['message_changed', 'message_changed', 'message_deleted'].entries()) {
    const inner = { user: 'U0ANN', ts, thread_ts: root, text: `version ${index}` };
    const nested =
      subtype === 'message_deleted' ? { deleted_ts: ts, previous_message: inner } : { message: inner };
    const at = `170000000${index + 2}.000000`;
    await postSigned(
      rig,
      messageBody({ subtype, hidden: true, user: undefined, ts: at, event_ts: at, ...nested }),
    );
  }
  const known = rig.inbox.rows.map((row) => row.identity);
  assert.equal(new Set(known).size, 4, 'four states of one message');
  for (const row of [...rig.inbox.rows]) {
    const repeated = { ...parseSlackBody(row.body), event_id: `${row.key}Again` };
    await postSigned(rig, JSON.stringify(repeated));
  }
  assert.equal(rig.inbox.rows.length, 4, 'and each is known again under another event id');
  assert.deepEqual(
    new Set(rig.inbox.rows.map((row) => row.partition)),
    new Set([`slack:${TEAM}:${KNOWN_CHANNEL}:${root}`]),
  );
});

test('what is said where we do not work is counted, not kept; a direct message is kept', async () => {
  await using rig = await startRig();
  const elsewhere = await postSigned(rig, messageBody({ channel: 'C0ELSEWHERE' }));
  assert.equal(elsewhere.status, 200);
  assert.equal(rig.inbox.rows.length, 0);
  assert.equal(rig.metrics.counted('deskbridge_slack_calls_total', { result: 'unknown-channel' }), 1);
  await postSigned(rig, messageBody({ channel: 'D0ANN', channel_type: 'im' }));
  assert.equal(rig.inbox.rows.length, 1);
});

test('events that concern nobody here are acknowledged and counted', async () => {
  await using rig = await startRig();
  const limited = {
    type: 'app_rate_limited',
    team_id: TEAM,
    minute_rate_limited: 1700000000,
    api_app_id: 'A0OURS',
  };
  const events = [
    JSON.stringify(limited),
    messageBody({ type: 'reaction_added' }),
    messageBody({ type: 'something_new' }),
    JSON.stringify({ type: 'something_else' }),
    asPayload({ type: 'view_closed', user: { id: 'U0ANN' }, view: {} }),
    messageBody({}, { team_id: 'T0THEIRS', authorizations: [{ team_id: 'T0THEIRS' }] }),
  ];
  for (const body of events) assert.equal((await postSigned(rig, body)).status, 200, body);
  assert.equal(rig.inbox.rows.length, 0);
  assert.equal(rig.metrics.counted('deskbridge_slack_calls_total', { type: 'app_rate_limited' }), 1);
  assert.equal(rig.metrics.counted('deskbridge_slack_calls_total', { result: 'other-team' }), 1);
  assert.equal(rig.metrics.counted('deskbridge_slack_calls_total'), events.length);
});

test('a message in a shared channel is ours when Slack sent it for our installation', async () => {
  await using rig = await startRig();
  await postSigned(rig, messageBody({ user: 'U0STRANGER' }, { team_id: 'T0THEIRS' }));
  await postSigned(rig, messageBody({ type: 'app_uninstalled' }));
  assert.deepEqual(
    rig.inbox.rows.map((row) => row.partition.split(':')[0]),
    ['slack', 'install'],
  );
});

test('presses and message shortcuts are kept in the order of their thread, under their signature', async () => {
  await using rig = await startRig();
  const root = '1700000000.000100';
  const reply = '1700000000.000200';
  const common = { user: { id: 'U0ANN', team_id: TEAM }, team: { id: TEAM }, trigger_id: '1.2.3' };
  const message = { type: 'message', user: 'U0ANN', ts: reply, thread_ts: root, text: 'x' };
  const calls = [
    {
      ...common,
      type: 'message_action',
      callback_id: 'open_request',
      channel: { id: KNOWN_CHANNEL },
      message_ts: reply,
      message,
    },
    {
      ...common,
      type: 'block_actions',
      channel: { id: KNOWN_CHANNEL },
      message,
      actions: [{ action_id: 'desk_resolve' }],
    },
    {
      ...common,
      type: 'block_actions',
      container: {
        type: 'message',
        message_ts: reply,
        channel_id: KNOWN_CHANNEL,
        thread_ts: root,
        is_ephemeral: true,
      },
      actions: [{ action_id: 'desk_resolve' }],
    },
  ];
  for (const call of calls) assert.equal((await postSigned(rig, asPayload(call))).status, 200);
  assert.deepEqual(
    rig.inbox.rows.map((row) => row.partition),
    calls.map(() => `slack:${TEAM}:${KNOWN_CHANNEL}:${root}`),
  );
  assert.ok(rig.inbox.rows.every((row) => /^v0=[0-9a-f]{64}$/.test(row.key) && row.type === 'interactive'));
});

test('url_verification is answered when it is signed, and only then', async () => {
  await using rig = await startRig();
  const body = JSON.stringify({ token: 'old', challenge: '3eZbrw1aB', type: 'url_verification' });
  assert.equal((await post(`${rig.url}/slack/events`, body, {})).status, 401);
  const answer = await postSigned(rig, body);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.deepEqual(JSON.parse(answer.text), { challenge: '3eZbrw1aB' });
});

test('a valid form is stored and then acknowledged with nothing; an invalid one is answered and not stored', async () => {
  await using rig = await startRig();
  const sent = await postSigned(rig, asPayload(submission(VALID)));
  assert.deepEqual([sent.status, sent.text], [200, '']);
  assert.equal(rig.inbox.rows.length, 1);

  const empty = await postSigned(
    rig,
    asPayload(submission({ ...VALID, summary: '   ', category: 'made-up' })),
  );
  assert.equal(empty.status, 200);
  assert.deepEqual(JSON.parse(empty.text), {
    response_action: 'errors',
    errors: { summary: 'Say in one line what you need.', category: 'Choose what it is about.' },
  });
  const long = await postSigned(rig, asPayload(submission({ ...VALID, summary: 'x'.repeat(151) })));
  assert.match(long.text, /Keep it to 150 characters/);
  const broken = await postSigned(rig, asPayload(submission(VALID, { state: 'none' })));
  assert.match(broken.text, /could not read this form/);
  const foreign = await postSigned(rig, asPayload(submission(VALID, { callback_id: 'of_another_app' })));
  assert.deepEqual([foreign.status, foreign.text], [200, '']);
  assert.equal(rig.inbox.rows.length, 1);
});

test('while the store is away a valid form is answered 503, so that the person sees that it did not go through', async () => {
  await using rig = await startRig();
  rig.inbox.away = true;
  assert.equal((await postSigned(rig, asPayload(submission(VALID)))).status, 503);
});

async function timed(work: () => Promise<{ status: number; headers: Headers }>) {
  const started = performance.now();
  const answer = await work();
  return { ...answer, ms: performance.now() - started };
}

test('a store that hangs is 503 within 2.5 s, and asks are answered at once meanwhile', async () => {
  await using rig = await startRig();
  const held = gate();
  rig.inbox.gate = held.opened;
  const posting = timed(() => postSigned(rig, messageBody()));
  while (rig.inbox.inserts.length === 0) await new Promise((resolve) => setImmediate(resolve));

  const asks = [
    commandBody({ text: 'help' }),
    asPayload(submission({ summary: '' })),
    asPayload(suggestion()),
  ];
  for (const body of asks) {
    const ask = await timed(() => postSigned(rig, body));
    assert.equal(ask.status, 200);
    assert.ok(ask.ms < 1000, `an ask took ${ask.ms} ms`);
  }
  const { status, headers, ms } = await posting;
  assert.equal(status, 503);
  assert.equal(headers.get('retry-after'), '5');
  assert.ok(ms < 2500, `503 came after ${ms} ms`);
  held.open();
});

test('a slow answer to "do we work there" is 503 within 2.5 s too', async () => {
  const held = gate();
  await using rig = await startRig({ knowsChannel: () => held.opened.then(() => true) });
  const { status, ms } = await timed(() => postSigned(rig, messageBody()));
  assert.equal(status, 503);
  assert.ok(ms < 2500, `503 came after ${ms} ms`);
  held.open();
});

function suggestion() {
  return {
    type: 'block_suggestion',
    user: { id: 'U0ANN' },
    team: { id: TEAM },
    action_id: 'x',
    block_id: 'y',
    value: 'z',
  };
}

test('an ask that nobody takes still gets an answer', async () => {
  await using rig = await startRig();
  assert.deepEqual(JSON.parse((await postSigned(rig, asPayload(suggestion()))).text), { options: [] });
  const other = await postSigned(rig, commandBody({ command: '/unknown' }));
  assert.match(other.text, /did not understand/);
  const shortcut = await postSigned(
    rig,
    asPayload({ type: 'shortcut', callback_id: 'x', user: { id: 'U0ANN' }, team: null }),
  );
  assert.deepEqual([shortcut.status, shortcut.text], [200, '']);
  assert.equal(rig.inbox.inserts.length, 0);
});

test('what is no body is 400 and stores nothing', async () => {
  await using rig = await startRig();
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '{"event":',
    'payload=',
    'payload=[]',
    'payload=%7B',
    'a=b',
    'hello',
  ]) {
    assert.equal((await postSigned(rig, body)).status, 400, body);
  }
  const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
  const answer = await post(`${rig.url}/slack/events`, bytes, signedHeaders(bytes, rig.now));
  assert.equal(answer.status, 400);
  assert.equal(rig.inbox.inserts.length, 0);
});

test('hostile but signed bodies are never a 5xx', async () => {
  await using rig = await startRig();
  const nulls = {
    channel: null,
    user: null,
    item: null,
    view: null,
    actions: null,
    team: null,
    authorizations: [null],
  };
  const bodies: unknown[] = [
    { ...nulls, event: { type: 'message', ...nulls } },
    { ...nulls, event: { type: 'message', channel: { id: 1 }, item: 'x', subteam: 1, ts: 7 } },
    { event: [] },
    { event: { type: 7 } },
    JSON.parse('{"__proto__":{"type":"x"},"constructor":1,"event":{"type":"__proto__"}}'),
    ...[
      'block_actions',
      'view_submission',
      'message_action',
      'shortcut',
      'block_suggestion',
      'interactive_message',
    ].flatMap((type) => [
      { type },
      { type, ...nulls },
      { type, user: { id: 'U1' }, actions: [null], view: { state: null } },
    ]),
    { type: 'view_submission', user: { id: 'U1' }, view: {}, response_urls: [null] },
    { type: 'view_submission', user: { id: 'U1' }, view: { callback_id: 'desk_form', id: 7 } },
  ];
  for (const body of bodies) {
    for (const text of [JSON.stringify(body), asPayload(body)]) {
      const answer = await postSigned(rig, text);
      assert.equal(answer.status, 200, `${text}: ${answer.text}`);
    }
  }
  await interpretsAll(rig);
});

async function interpretsAll(rig: Rig): Promise<void> {
  for (const row of rig.inbox.rows) {
    const intake = await rig.slackIn.interpret(parseSlackBody(row.body));
    assert.equal(intake.kind, 'ignored', Buffer.from(row.body).toString());
  }
}
