import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import { type OpenSlack, openSlack, type RecordingApp, recordingApp } from './open-slack.ts';

const CHANNEL = 'C0HELPIT';

describe('what else happens in Slack', () => {
  let app: RecordingApp;
  let open: OpenSlack;
  before(async () => {
    app = await recordingApp();
  });
  beforeEach(async () => {
    app.received.length = 0;
    open = await openSlack({ eventsUrl: app.url });
  });
  afterEach(() => open.close());
  after(() => app.close());

  const people = () => open.slack.people;
  const events = async () => {
    await open.slack.settled();
    return app.received.flatMap((hook) => hook.json?.event ?? []);
  };

  it('a reply can also be sent to the channel: one message, with its root beside it', async () => {
    const root = people().post('U0BEN', CHANNEL, 'help');
    const ts = people().post('U0ALMA', CHANNEL, 'for all', { threadTs: root, broadcast: true });
    const event = (await events()).find((each) => each['ts'] === ts);
    assert.partialDeepStrictEqual(event, {
      subtype: 'thread_broadcast',
      thread_ts: root,
      root: { ts: root },
    });
    assert.throws(() => people().post('U0ALMA', CHANNEL, 'x', { broadcast: true }), /only a reply/);
  });

  it('/me is words without blocks', async () => {
    people().post('U0ALMA', CHANNEL, 'waves', { me: true });
    const [event] = await events();
    assert.partialDeepStrictEqual(event, { subtype: 'me_message', user: 'U0ALMA', text: 'waves' });
    assert.ok(event !== undefined && !('blocks' in event));
  });

  it('rich text arrives as the client sends it, and what no client sends is refused', async () => {
    const quote = {
      type: 'rich_text_quote',
      elements: [{ type: 'text', text: 'hi', style: { bold: true } }],
    };
    people().post('U0ALMA', CHANNEL, '&gt; *hi*', { blocks: [{ type: 'rich_text', elements: [quote] }] });
    const [event] = await events();
    assert.deepEqual(
      z.array(z.looseObject({ elements: z.unknown() })).parse(event?.['blocks'])[0]?.elements,
      [quote],
    );
    assert.throws(
      () => people().post('U0ALMA', CHANNEL, 'x', { blocks: [{ type: 'loud' }] }),
      /unsupported type/,
    );
  });

  it('other apps write: with a user, or under a name alone', async () => {
    const classic = { name: 'Status page', userId: null, text: 'All systems down' };
    people().botPost(CHANNEL, classic);
    people().botPost(CHANNEL, { ...classic, text: 'Up again' });
    people().botPost(CHANNEL, { name: 'Deploys', userId: 'U0DEPLOY', text: 'v2 is out' });
    const [first, second, modern] = await events();
    assert.partialDeepStrictEqual(first, { subtype: 'bot_message', username: 'Status page' });
    assert.ok(first !== undefined && !('user' in first));
    assert.equal(first['bot_id'], second?.['bot_id']);
    assert.notEqual(first['app_id'], 'A0SANDBOX');
    assert.partialDeepStrictEqual(modern, { user: 'U0DEPLOY', bot_profile: { name: 'Deploys' } });
    assert.ok(modern !== undefined && !('subtype' in modern) && !('username' in modern));
    assert.deepEqual(
      people()
        .messages(CHANNEL)
        .map((message) => [message.userName, message.isBot]),
      [
        ['Status page', true],
        ['Status page', true],
        ['Deploys', true],
      ],
    );
  });

  it('unfurls and languages change a message without a change of its words', async () => {
    const ts = people().post('U0ALMA', CHANNEL, 'see https://northwind.example/');
    open.slack.unfurl(CHANNEL, ts);
    open.slack.detectLanguage(CHANNEL, ts);
    const Changed = z.looseObject({
      subtype: z.literal('message_changed'),
      message: z.looseObject({ text: z.string() }),
      previous_message: z.looseObject({ text: z.string() }),
    });
    const changes = (await events()).slice(1).map((event) => Changed.parse(event));
    assert.equal(changes.length, 2);
    for (const { message, previous_message: previous } of changes) {
      assert.equal(message.text, previous.text);
      assert.ok(!('edited' in message));
    }
    assert.ok('attachments' in (changes[0]?.message ?? {}));
    assert.deepEqual(changes[1]?.message['language'], { locale: 'en', is_reliable: true });
  });

  it('a root with replies leaves a tombstone, and its thread goes on', async () => {
    const root = people().post('U0ALMA', CHANNEL, 'help');
    people().post('U0BEN', CHANNEL, 'how?', root);
    people().remove('U0ALMA', CHANNEL, root);
    people().post('U0BEN', CHANNEL, 'still here', root);
    const [, , gone, reply] = await events();
    assert.partialDeepStrictEqual(gone, {
      subtype: 'message_changed',
      message: { subtype: 'tombstone', user: 'USLACKBOT', thread_ts: root, hidden: true },
      previous_message: { text: 'help' },
    });
    assert.equal(reply?.['thread_ts'], root);
  });

  it('a menu sends the option that was chosen', async () => {
    const option = { text: { type: 'plain_text' as const, text: 'Change' }, value: 'change:1' };
    const posted = await open.client.chat.postMessage({
      channel: CHANNEL,
      text: 'card',
      blocks: [{ type: 'actions', elements: [{ type: 'overflow', action_id: 'menu', options: [option] }] }],
    });
    const ts = String(posted.ts);
    const answer = await people().choose('U0ALMA', CHANNEL, ts, { actionId: 'menu', value: 'change:1' });
    assert.deepEqual(answer, { ok: true, message: null });
    const sent = app.received.find((hook) => hook.json?.type === 'block_actions')?.json;
    assert.partialDeepStrictEqual(sent, {
      user: { id: 'U0ALMA' },
      actions: [{ type: 'overflow', action_id: 'menu', selected_option: option }],
      message: { ts },
    });
    await assert.rejects(
      people().choose('U0ALMA', CHANNEL, ts, { actionId: 'menu', value: 'no' }),
      /no option "no"/,
    );
    await assert.rejects(people().click('U0ALMA', CHANNEL, ts, 'menu'), /no button/);
  });
});
