import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { WebClient } from '@slack/web-api';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { boltOverSocket } from './open-bolt.ts';
import { APP_TOKEN, type OpenSlack, openSlack, soon, until } from './open-slack.ts';

const CHANNEL = 'C0HELPIT';

const Frame = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  retry_attempt: z.number().optional(),
  payload: z
    .looseObject({ event_id: z.string().optional(), event: z.looseObject({ text: z.string() }).optional() })
    .optional(),
});
type Frame = z.output<typeof Frame>;

interface RawSocket {
  readonly frames: Frame[];
  readonly pings: () => number;
  ack(frame: Frame | undefined): void;
  readonly socket: WebSocket;
}

describe('Socket Mode', () => {
  let open: OpenSlack;
  beforeEach(async () => {
    open = await openSlack();
  });
  afterEach(() => open.close());

  async function address(): Promise<string> {
    const client = new WebClient(APP_TOKEN, { slackApiUrl: open.apiUrl, retryConfig: { retries: 0 } });
    return String((await client.apps.connections.open({})).url);
  }

  async function connect(): Promise<RawSocket> {
    const socket = new WebSocket(await address());
    const frames: Frame[] = [];
    let pings = 0;
    socket.on('message', (data) => frames.push(Frame.parse(JSON.parse(data.toString()))));
    socket.on('ping', () => {
      pings += 1;
    });
    await once(socket, 'open');
    await until('hello', () => frames.length >= 1);
    const ack = (frame: Frame | undefined) =>
      socket.send(JSON.stringify({ envelope_id: frame?.envelope_id, payload: {} }));
    return { frames, pings: () => pings, ack, socket };
  }

  it('works with Bolt: events, a command with its answer, a modal', async () => {
    const { people } = open.slack;
    const bolt = await boltOverSocket(open);
    try {
      const heard: string[] = [];
      bolt.app.message(async ({ message }) => {
        if ('text' in message && message.text !== undefined) heard.push(message.text);
      });
      bolt.app.command('/desk', async ({ ack, command, client }) => {
        await ack('Opening the form');
        await client.views.open({
          trigger_id: command.trigger_id,
          view: {
            type: 'modal',
            callback_id: 'form',
            title: { type: 'plain_text', text: 'Form' },
            submit: { type: 'plain_text', text: 'Send' },
            blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Sure?' } }],
          },
        });
      });
      bolt.app.view('form', ({ ack }) => ack());
      people.post('U0ALMA', CHANNEL, 'over the socket');
      await open.slack.settled();
      await until('the message', () => heard.includes('over the socket'));
      const answer = await people.command('U0ALMA', CHANNEL, '/desk', '');
      assert.deepEqual(answer, { ok: true, message: 'Opening the form' });
      await until('the modal', () => people.views('U0ALMA').length === 1);
      const submitted = await people.submit('U0ALMA', people.views('U0ALMA')[0]?.viewId ?? '', {});
      assert.deepEqual(submitted, { ok: true, message: null });
      assert.equal(people.views('U0ALMA').length, 0);
    } finally {
      await bolt.close();
    }
  });

  it('greets with hello, pings every 10 s, and takes each address once', async () => {
    const raw = await connect();
    assert.partialDeepStrictEqual(raw.frames[0], {
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: 'A0SANDBOX' },
    });
    open.clock.advance(10_000);
    await until('a ping', () => raw.pings() === 1);
    open.clock.advance(10_000);
    await until('another ping', () => raw.pings() === 2);
    const url = await address();
    const first = new WebSocket(url);
    await once(first, 'open');
    const second = new WebSocket(url);
    const [error] = await once(second, 'error');
    assert.match(String(error), /401/);
  });

  it('sends an unacknowledged event again after 4 s with the same envelope', async () => {
    const raw = await connect();
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await until('the event', () => raw.frames.length === 2);
    open.clock.advance(3_900);
    raw.socket.ping();
    await once(raw.socket, 'pong');
    assert.equal(raw.frames.length, 2);
    open.clock.advance(200);
    await until('the second sending', () => raw.frames.length === 3);
    const [, first, second] = raw.frames;
    assert.equal(first?.envelope_id, second?.envelope_id);
    assert.equal(first?.payload?.event_id, second?.payload?.event_id);
    assert.equal(first?.retry_attempt, undefined);
    assert.partialDeepStrictEqual(second, { retry_attempt: 1, retry_reason: 'timeout' });
    raw.ack(second);
    await open.slack.settled();
    open.clock.advance(3_600_000);
    open.slack.people.post('U0ALMA', CHANNEL, 'next');
    await until('the next event', () => raw.frames.length === 4);
    assert.equal(raw.frames[3]?.payload?.event?.text, 'next');
  });

  it('hands what a closed connection did not acknowledge to the next one', async () => {
    const first = await connect();
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await until('the event', () => first.frames.length === 2);
    first.socket.terminate();
    await until('the closed connection', () => open.slack.socket.count() === 0);
    open.slack.people.post('U0ALMA', CHANNEL, 'while away');
    const second = await connect();
    await until('both events', () => second.frames.length === 3);
    assert.deepEqual(
      second.frames.slice(1).map((frame) => frame.payload?.event?.text),
      ['hello', 'while away'],
    );
  });

  it('spreads events over the connections and refuses an eleventh', async () => {
    const sockets: RawSocket[] = [];
    for (let i = 0; i < 10; i += 1) sockets.push(await connect());
    for (let i = 0; i < 10; i += 1) open.slack.people.post('U0ALMA', CHANNEL, `m${i}`);
    await until('ten events', () => sockets.reduce((sum, each) => sum + each.frames.length, 0) === 20);
    assert.ok(sockets.every((each) => each.frames.length === 2));
    const eleventh = await connect();
    assert.partialDeepStrictEqual(eleventh.frames[0], { type: 'disconnect', reason: 'too_many_websockets' });
  });

  it('warns 10 s before it closes, and closes at once for a refresh', async () => {
    const raw = await connect();
    open.slack.socket.disconnect('warning');
    await until('the warning', () => raw.frames.length === 2);
    assert.partialDeepStrictEqual(raw.frames[1], { type: 'disconnect', reason: 'warning' });
    assert.equal(open.slack.socket.count(), 1);
    open.clock.advance(10_000);
    await once(raw.socket, 'close');
    const next = await connect();
    const closed = once(next.socket, 'close');
    open.slack.socket.disconnect('refresh_requested');
    await closed;
    assert.partialDeepStrictEqual(next.frames[1], { type: 'disconnect', reason: 'refresh_requested' });
  });

  it('tells the person when nobody acknowledges within 3 s', async () => {
    const raw = await connect();
    const late = open.slack.people.command('U0ALMA', CHANNEL, '/desk', '');
    await until('the command', () => raw.frames.length === 2);
    open.clock.advance(3_000);
    assert.deepEqual(await soon('the refusal', late), {
      ok: false,
      message: '/desk failed with the error "operation_timeout"',
    });
  });
});
