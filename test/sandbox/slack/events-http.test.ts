import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import {
  type OpenSlack,
  openSlack,
  type RecordingApp,
  recordingApp,
  SIGNING_SECRET,
  until,
} from './open-slack.ts';

const CHANNEL = 'C0HELPIT';

describe('events over HTTP', () => {
  let app: RecordingApp;
  let open: OpenSlack;
  before(async () => {
    app = await recordingApp();
  });
  beforeEach(async () => {
    app.received.length = 0;
    app.answer(() => ({ status: 200 }));
    open = await openSlack({ eventsUrl: app.url });
  });
  afterEach(() => open.close());
  after(() => app.close());

  const events = () => app.received.flatMap((hook) => hook.json?.event ?? []);

  it('signs a message event with v0 and sends exactly application/json', async () => {
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'My VPN <is> down & out');
    await open.slack.settled();
    assert.equal(app.received.length, 1);
    const [hook] = app.received;
    assert.ok(hook);
    assert.equal(hook.headers['content-type'], 'application/json');
    const base = `v0:${hook.headers['x-slack-request-timestamp']}:${hook.body}`;
    const digest = createHmac('sha256', SIGNING_SECRET).update(base).digest('hex');
    assert.equal(hook.headers['x-slack-signature'], `v0=${digest}`);
    const { event } = hook.json ?? {};
    assert.equal(event?.type, 'message');
    assert.equal(event['ts'], ts);
    assert.equal(event['channel_type'], 'channel');
    assert.equal(event['text'], 'My VPN &lt;is&gt; down &amp; out');
  });

  it('retries at once, after a minute and after five, with the same event_id, signed afresh', async () => {
    app.answer(() => ({ status: 500 }));
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await until('the first retry', () => app.received.length === 2);
    await open.slack.settled();
    open.clock.advance(60_000);
    await until('the second retry', () => app.received.length === 3);
    await open.slack.settled();
    open.clock.advance(300_000);
    await until('the third retry', () => app.received.length === 4);
    await open.slack.settled();
    open.clock.advance(3_600_000);
    await open.slack.settled();
    assert.equal(app.received.length, 4);
    const header = (name: string) => app.received.map((hook) => hook.headers[name]);
    assert.deepEqual(header('x-slack-retry-num'), [undefined, '1', '2', '3']);
    assert.deepEqual(header('x-slack-retry-reason'), [undefined, 'http_error', 'http_error', 'http_error']);
    assert.equal(new Set(app.received.map((hook) => hook.json?.event_id)).size, 1);
    const [first, , third] = header('x-slack-request-timestamp');
    assert.ok(Number(third) - Number(first) >= 60, `${third} is not a minute after ${first}`);
  });

  it('shows what the bot posts as an event, too', async () => {
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await open.client.chat.postMessage({
      channel: CHANNEL,
      thread_ts: root,
      text: 'IT-1',
      metadata: { event_type: 'deskbridge', event_payload: { marker: 'dsk-1' } },
    });
    await open.slack.settled();
    const own = events().find((event) => event['text'] === 'IT-1');
    assert.equal(own?.['bot_id'], 'B0SANDBOX');
    assert.equal(own['user'], 'U0DESKBRIDGE');
    assert.equal(own['thread_ts'], root);
    assert.deepEqual(own['metadata'], { event_type: 'deskbridge', event_payload: { marker: 'dsk-1' } });
    const replies = await open.client.conversations.replies({ channel: CHANNEL, ts: root });
    assert.deepEqual(
      replies.messages?.map((message) => message.text),
      ['hello', 'IT-1'],
    );
  });
});
