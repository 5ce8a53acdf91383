import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type Log, noLog } from '../../../src/model/log.ts';
import { createReceive } from '../../../src/slack/in/receive.ts';
import { createSlackSocket } from '../../../src/slack/in/socket.ts';
import { createAccept } from '../../../src/web/accept.ts';
import { until as untilWithin } from '../../support/until.ts';
import {
  BOT_USER,
  createTestSlackIn,
  gate,
  KNOWN_CHANNEL,
  memoryInbox,
  messageEvent,
  recordedMetrics,
  submission,
  TEAM,
} from '../../web/rig.ts';
import { type Answer, startRecordingSlack } from './recording-slack.ts';

const Ack = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });
type Ack = z.infer<typeof Ack>;

const until = (what: string, holds: () => boolean) => untilWithin(what, 8_000, holds);

/** The other end of Socket Mode: hands out addresses, says hello, collects acknowledgements. */
async function startSocketRig(
  options: { open?: () => Answer | 'line'; connections?: number; log?: Log } = {},
) {
  const lines: WebSocket[] = [];
  const acks: Ack[] = [];
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(wss, 'listening');
  const address = wss.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `ws://127.0.0.1:${address.port}/link/?ticket=t`;
  wss.on('connection', (line) => {
    lines.push(line);
    line.on('message', (data) => acks.push(Ack.parse(JSON.parse(String(data)))));
    line.send(
      JSON.stringify({ type: 'hello', num_connections: lines.length, connection_info: { app_id: 'A0OURS' } }),
    );
  });
  const slack = await startRecordingSlack(() => {
    const said = options.open?.() ?? 'line';
    return said === 'line' ? { ok: true, url } : said;
  });

  const inbox = memoryInbox();
  const metrics = recordedMetrics();
  const accept = createAccept({ insert: inbox.insert, ring() {}, timeoutMs: 200, metrics });
  const receive = createReceive({
    answer: createTestSlackIn(metrics, { slackUrl: slack.url }).answer,
    accept,
    knowsChannel: async (_, channel) => channel === KNOWN_CHANNEL,
    us: { teamId: TEAM, botUserId: BOT_USER },
    metrics,
  });
  const socket = createSlackSocket({
    appToken: 'xapp-test',
    apiUrl: slack.url,
    fetch: globalThis.fetch,
    receive,
    connections: options.connections ?? 1,
    metrics,
    log: options.log ?? noLog,
  });
  const open = () => lines.filter((line) => line.readyState === line.OPEN);
  return {
    socket,
    inbox,
    metrics,
    acks,
    lines,
    open,
    slack,
    send: (frame: unknown) => open()[0]?.send(JSON.stringify(frame)),
    async [Symbol.asyncDispose]() {
      await socket.stop();
      for (const line of lines) line.terminate();
      await new Promise((resolve) => wss.close(resolve));
      await slack[Symbol.asyncDispose]();
    },
  };
}

const envelope = (id: string, type: string, payload: unknown) => ({
  envelope_id: id,
  type,
  payload,
  accepts_response_payload: type !== 'events_api',
});

test('an event is acknowledged after its commit, under the same key as over HTTP', async () => {
  await using rig = await startSocketRig();
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  const held = gate();
  rig.inbox.gate = held.opened;
  const event = messageEvent();
  rig.send(envelope('e1', 'events_api', event));
  await until('the insert began', () => rig.inbox.inserts.length === 1);
  assert.equal(rig.acks.length, 0, 'not before the commit');
  held.open();
  await until('it is acknowledged', () => rig.acks.length === 1);
  assert.equal(rig.acks[0]?.envelope_id, 'e1');
  assert.deepEqual(
    rig.inbox.rows.map((row) => row.key),
    [event.event_id],
  );
  assert.deepEqual(JSON.parse(Buffer.from(rig.inbox.rows[0]?.body ?? []).toString()), event);

  rig.send({ ...envelope('e2', 'events_api', event), retry_attempt: 1, retry_reason: 'timeout' });
  await until('the repetition is acknowledged', () => rig.acks.length === 2);
  assert.equal(rig.inbox.rows.length, 1);
});

test('interactions are kept under their envelope id, commands and forms are answered in the acknowledgement', async () => {
  await using rig = await startSocketRig();
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  const press = {
    type: 'block_actions',
    user: { id: 'U0ANN' },
    team: { id: TEAM },
    actions: [{ action_id: 'x' }],
  };
  rig.send(envelope('i1', 'interactive', press));
  rig.send(envelope('i1', 'interactive', press));
  rig.send(envelope('v1', 'interactive', submission({ summary: '', category: 'access' })));
  rig.send(envelope('v2', 'interactive', submission({ summary: 'x', category: 'access' })));
  rig.send(
    envelope('c1', 'slash_commands', { command: '/desk', text: 'help', user_id: 'U0ANN', team_id: TEAM }),
  );
  await until('all are acknowledged', () => rig.acks.length === 5);
  assert.deepEqual(rig.inbox.rows.map((row) => row.key).sort(), ['i1', 'v2']);
  const payloadOf = (id: string) => rig.acks.find((ack) => ack.envelope_id === id)?.payload;
  assert.deepEqual(payloadOf('v1'), {
    response_action: 'errors',
    errors: { summary: 'Say in one line what you need.' },
  });
  assert.equal(payloadOf('v2'), undefined);
  assert.match(z.object({ text: z.string() }).parse(payloadOf('c1')).text, /opens a form/);
});

test('what could not be stored is not acknowledged, so that Slack sends it again', async () => {
  await using rig = await startSocketRig();
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  rig.inbox.away = true;
  rig.send(envelope('e1', 'events_api', messageEvent()));
  await until(
    'it failed',
    () => rig.metrics.counted('deskbridge_slack_socket_calls_total', { result: 'failed' }) === 1,
  );
  assert.equal(rig.acks.length, 0);
  rig.inbox.away = false;
  rig.send(envelope('e1', 'events_api', messageEvent()));
  await until('the repetition is acknowledged', () => rig.acks.length === 1);
});

test('frames that end the process of the plain client do nothing here', async () => {
  await using rig = await startSocketRig();
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  const line = rig.open()[0];
  rig.send(
    envelope('e1', 'events_api', {
      type: 'app_rate_limited',
      team_id: TEAM,
      minute_rate_limited: 1,
      api_app_id: 'A',
    }),
  );
  rig.send(envelope('e2', 'events_api', { type: 'event_callback' }));
  rig.send({ envelope_id: 'e3', type: 'events_api' });
  rig.send({ envelope_id: 'e4', type: 'from_the_future', payload: {} });
  line?.send('not json');
  line?.send('null');
  line?.send(Buffer.from([1, 2, 3]));
  await until('those with an id are acknowledged', () => rig.acks.length === 4);
  assert.equal(rig.metrics.counted('deskbridge_slack_calls_total', { type: 'app_rate_limited' }), 1);
  assert.equal(rig.metrics.counted('deskbridge_slack_socket_unreadable_total'), 3);
  assert.equal(rig.socket.connected(), 1);
});

test('when Slack moves a line, the next one is there before 1 s, and calls in hand are still acknowledged', async () => {
  await using rig = await startSocketRig();
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  const held = gate();
  rig.inbox.gate = held.opened;
  rig.send(envelope('e1', 'events_api', messageEvent()));
  await until('the insert began', () => rig.inbox.inserts.length === 1);
  const started = performance.now();
  rig.send({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} });
  await until('another line is up', () => rig.socket.connected() === 1 && rig.lines.length === 2);
  assert.ok(performance.now() - started < 1000, 'the plain client needs 5 s');
  held.open();
  await until('the call of the old line is acknowledged', () => rig.acks.length === 1);
  await until('the old line is gone', () => rig.open().length === 1);
});

test('two lines are held, and a broken one is replaced', async () => {
  await using rig = await startSocketRig({ connections: 2 });
  rig.socket.start();
  await until('both lines are up', () => rig.socket.connected() === 2);
  rig.open()[0]?.terminate();
  await until('two lines are up again', () => rig.lines.length === 3 && rig.socket.connected() === 2);
});

test('a token that Slack refuses never ends the process: it is logged, tried again, and works once it is right', async () => {
  const answers: Answer[] = [
    { ok: false, error: 'invalid_auth' },
    (response) => void response.writeHead(503).end('<html>'),
  ];
  const logged: string[] = [];
  const log: Log = {
    ...noLog,
    error: (fields, message) => void logged.push(`${message} ${fields['reason']}`),
  };
  await using rig = await startSocketRig({ open: () => answers.shift() ?? 'line', log });
  rig.socket.start();
  await until('a line is up after all', () => rig.socket.connected() === 1);
  assert.equal(rig.slack.calls.length, 3);
  assert.equal(rig.slack.calls[0]?.authorization, 'Bearer xapp-test');
  assert.ok(logged.some((line) => /Slack refuses the socket.*invalid_auth/.test(line)));
  assert.ok(!JSON.stringify(logged).includes('xapp-'));
});

test('a permanent refusal on a reconnect is survived too', async () => {
  let refuse = false;
  await using rig = await startSocketRig({
    open: () => (refuse ? { ok: false, error: 'account_inactive' } : 'line'),
  });
  rig.socket.start();
  await until('the line is up', () => rig.socket.connected() === 1);
  refuse = true;
  rig.open()[0]?.terminate();
  await until(
    'the refusal is counted',
    () => rig.metrics.counted('deskbridge_slack_socket_ends_total', { end: 'failed' }) > 0,
  );
  assert.equal(rig.socket.connected(), 0);
  refuse = false;
  await until('the line is up again', () => rig.socket.connected() === 1);
});

test('stopping acknowledges what is in hand and opens nothing more', async () => {
  await using rig = await startSocketRig({ connections: 2 });
  rig.socket.start();
  await until('the lines are up', () => rig.socket.connected() === 2);
  const held = gate();
  rig.inbox.gate = held.opened;
  rig.send(envelope('e1', 'events_api', messageEvent()));
  await until('the insert began', () => rig.inbox.inserts.length === 1);
  const stopped = rig.socket.stop();
  held.open();
  await stopped;
  assert.deepEqual(
    rig.acks.map((ack) => ack.envelope_id),
    ['e1'],
  );
  assert.equal(rig.lines.length, 2);
  await until('the lines are closed', () => rig.open().length === 0);
});
