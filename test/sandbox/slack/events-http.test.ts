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
const BOT = 'U0DESKBRIDGE';

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
  const subtypes = () => events().map((event) => event.subtype ?? event.type);
  const header = (name: string) => app.received.map((hook) => hook.headers[name]);

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
    assert.deepEqual(header('x-slack-retry-num'), [undefined, '1', '2', '3']);
    assert.deepEqual(header('x-slack-retry-reason'), [undefined, 'http_error', 'http_error', 'http_error']);
    assert.equal(new Set(app.received.map((hook) => hook.json?.event_id)).size, 1);
    const [first, , third] = header('x-slack-request-timestamp');
    assert.ok(Number(third) - Number(first) >= 60, `${third} is not a minute after ${first}`);
  });

  it('does not retry when the app says x-slack-no-retry', async () => {
    app.answer(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await open.slack.settled();
    open.clock.advance(3_600_000);
    await open.slack.settled();
    assert.equal(app.received.length, 1);
  });

  it('gives up waiting after 3 s and retries with http_timeout', async () => {
    app.answer(() => ({ status: 200, hang: app.received.length === 1 }));
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await until('the first attempt', () => app.received.length === 1);
    open.clock.advance(2_900);
    assert.equal(app.received.length, 1);
    open.clock.advance(200);
    await until('the retry', () => app.received.length === 2);
    await open.slack.settled();
    assert.deepEqual(header('x-slack-retry-reason'), [undefined, 'http_timeout']);
  });

  it('follows two redirects and no third', async () => {
    let hops = 2;
    app.answer(() =>
      hops-- > 0 ? { status: 302, headers: { location: '/slack/events' } } : { status: 200 },
    );
    open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    await open.slack.settled();
    assert.equal(app.received.length, 3);
    assert.deepEqual(header('x-slack-retry-num'), [undefined, undefined, undefined]);
    app.received.length = 0;
    hops = 3;
    open.slack.people.post('U0ALMA', CHANNEL, 'hello again');
    await open.slack.settled();
    assert.deepEqual(header('x-slack-retry-reason').at(-1), 'too_many_redirects');
  });

  it('shows what the bot posts as an event, too, with its metadata', async () => {
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'hello');
    const metadata = { event_type: 'deskbridge', event_payload: { marker: 'dsk-1' } };
    await open.client.chat.postMessage({ channel: CHANNEL, thread_ts: root, text: 'IT-1', metadata });
    await open.slack.settled();
    const own = events().find((event) => event['text'] === 'IT-1');
    assert.equal(own?.['bot_id'], 'B0SANDBOX');
    assert.equal(own['app_id'], 'A0SANDBOX');
    assert.equal(own['user'], BOT);
    assert.equal(own['thread_ts'], root);
    assert.equal(own['parent_user_id'], 'U0ALMA');
    assert.deepEqual(own['metadata'], metadata);
    assert.equal(own.subtype, undefined);
  });

  it('sends an app_mention beside the message, with the same ts and another event_id', async () => {
    open.slack.people.post('U0ALMA', CHANNEL, '@Deskbridge my laptop is broken, see https://x.example/a&b');
    await open.slack.settled();
    assert.deepEqual(subtypes().sort(), ['app_mention', 'message']);
    assert.equal(new Set(events().map((event) => event['ts'])).size, 1);
    assert.equal(new Set(app.received.map((hook) => hook.json?.event_id)).size, 2);
    const [event] = events();
    assert.equal(event?.['text'], `<@${BOT}> my laptop is broken, see <https://x.example/a&amp;b>`);
  });

  it('tells of direct messages as im, without a mention, and not at all where the bot is no member', async () => {
    open.slack.people.post('U0ALMA', 'D0ALMA', `<@${BOT}> hello`);
    open.slack.people.post('U0ALMA', 'C0GENERAL', 'not for bots');
    await open.slack.settled();
    assert.deepEqual(
      events().map((event) => [event.type, event['channel_type']]),
      [['message', 'im']],
    );
  });

  it('sends message_changed for edits, by people and by the bot itself', async () => {
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'old');
    await open.slack.settled();
    open.slack.people.edit('U0ALMA', CHANNEL, ts, 'new');
    await open.slack.settled();
    const changed = events().at(-1);
    assert.equal(changed?.subtype, 'message_changed');
    assert.equal(changed['hidden'], true);
    assert.equal(changed['user'], undefined);
    assert.notEqual(changed['ts'], ts);
    const { message, previous_message: previous } = changed;
    assert.partialDeepStrictEqual(message, { ts, text: 'new', edited: { user: 'U0ALMA' } });
    assert.partialDeepStrictEqual(previous, { ts, text: 'old' });

    const own = await open.client.chat.postMessage({ channel: CHANNEL, text: 'a card' });
    await open.client.chat.update({ channel: CHANNEL, ts: String(own.ts), text: 'a newer card' });
    await open.slack.settled();
    assert.partialDeepStrictEqual(events().at(-1)?.['message'], {
      text: 'a newer card',
      bot_id: 'B0SANDBOX',
    });
  });

  it('sends message_deleted for a message, and a tombstone for one with replies, whose thread lives on', async () => {
    const lonely = open.slack.people.post('U0ALMA', CHANNEL, 'oops');
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'root');
    open.slack.people.post('U0BEN', CHANNEL, 'reply', root);
    await open.slack.settled();
    app.received.length = 0;
    open.slack.people.remove('U0ALMA', CHANNEL, lonely);
    await open.slack.settled();
    assert.equal(events()[0]?.['deleted_ts'], lonely);
    assert.partialDeepStrictEqual(events()[0]?.['previous_message'], { text: 'oops' });
    open.slack.people.remove('U0ALMA', CHANNEL, root);
    await open.slack.settled();
    assert.deepEqual(subtypes(), ['message_deleted', 'message_changed']);
    assert.partialDeepStrictEqual(events()[1]?.['message'], {
      subtype: 'tombstone',
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      hidden: true,
      thread_ts: root,
      reply_count: 1,
    });
    const thread = await open.client.conversations.replies({ channel: CHANNEL, ts: root });
    assert.deepEqual(
      thread.messages?.map((message) => message.text),
      ['This message was deleted.', 'reply'],
    );
  });

  it('sends message_changed without a change of text for an unfurl', async () => {
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'see https://x.example');
    open.slack.unfurl(CHANNEL, ts);
    await open.slack.settled();
    const changed = events().find((event) => event.subtype === 'message_changed');
    assert.partialDeepStrictEqual(changed?.['message'], { text: 'see <https://x.example>' });
    assert.ok(!JSON.stringify(changed).includes('"edited"'));
  });

  it('can send message_replied, which carries no subtype', async () => {
    const replied = await openSlack({ eventsUrl: app.url, messageReplied: true });
    try {
      const root = replied.slack.people.post('U0ALMA', CHANNEL, 'root');
      replied.slack.people.post('U0BEN', CHANNEL, 'reply', root);
      await replied.slack.settled();
      const hidden = events().find((event) => event['hidden'] === true);
      assert.equal(hidden?.subtype, undefined);
      assert.partialDeepStrictEqual(hidden?.['message'], { ts: root, reply_count: 1 });
    } finally {
      await replied.close();
    }
  });

  it('drops, doubles and delays deliveries as planned', async () => {
    const { hookFaults, people, settled } = open.slack;
    hookFaults.add('message', { kind: 'drop' });
    people.post('U0ALMA', CHANNEL, 'dropped');
    hookFaults.add('message', { kind: 'double' });
    people.post('U0ALMA', CHANNEL, 'doubled');
    await settled();
    assert.deepEqual(
      events().map((event) => event['text']),
      ['doubled', 'doubled', 'doubled'],
    );
    assert.equal(new Set(app.received.map((hook) => hook.json?.event_id)).size, 2);
    app.received.length = 0;
    hookFaults.add('message', { kind: 'delay', delayMs: 30_000 });
    people.post('U0ALMA', CHANNEL, 'late');
    people.post('U0ALMA', CHANNEL, 'prompt');
    await settled();
    open.clock.advance(30_000);
    await until('the delayed event', () => app.received.length === 2);
    assert.deepEqual(
      events().map((event) => event['text']),
      ['prompt', 'late'],
    );
    assert.equal(hookFaults.pending(), 0);
  });

  it('saves an events URL only after the url_verification handshake', async () => {
    const fresh = await openSlack();
    try {
      fresh.slack.people.post('U0ALMA', CHANNEL, 'nobody listens yet');
      await fresh.slack.settled();
      await assert.rejects(fresh.slack.setEventsUrl(app.url), /without the challenge/);
      app.answer(() => ({ status: 401 }));
      await assert.rejects(fresh.slack.setEventsUrl(app.url), /http_error \(HTTP 401\)/);
      app.answer((hook) => ({
        status: 200,
        body: JSON.stringify({ challenge: hook.json?.['challenge'] }),
      }));
      await fresh.slack.setEventsUrl(app.url);
      app.received.length = 0;
      fresh.slack.people.post('U0ALMA', CHANNEL, 'now');
      await fresh.slack.settled();
      assert.equal(events()[0]?.['text'], 'now');
    } finally {
      await fresh.close();
    }
  });

  it('stops sending after more than 95 % of at least 1,000 events failed within the hour', async () => {
    app.answer(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
    for (let i = 0; i < 1_000; i += 1) {
      open.slack.people.post('U0ALMA', CHANNEL, `message ${i}`);
      if (i % 50 === 49) await open.slack.settled();
    }
    assert.equal(app.received.length, 1_000);
    open.slack.people.post('U0ALMA', CHANNEL, 'never sent');
    await open.slack.settled();
    assert.equal(app.received.length, 1_000);
  });
});
