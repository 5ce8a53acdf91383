import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { HttpBindings } from '@hono/node-server';
import { WebClient } from '@slack/web-api';
import { Hono } from 'hono';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { createClock } from '../../../src/sandbox/clock.ts';
import { listen } from '../../../src/sandbox/listen.ts';
import { createSlackSandbox } from '../../../src/sandbox/slack/slack-sandbox.ts';
import { APP_TOKEN, BOT_TOKEN, type OpenSlack, openSlack, refusal, SIGNING_SECRET } from './open-slack.ts';

const CHANNEL = 'C0HELPIT';

const Command = z.object({ envelope_id: z.string(), payload: z.object({ response_url: z.string() }) });

describe('the sandbox below a prefix', () => {
  it('serves the API, response_urls and sockets where it was mounted', async () => {
    const clock = createClock();
    const slack = createSlackSandbox({
      clock,
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      appToken: APP_TOKEN,
    });
    const server = await listen(new Hono<{ Bindings: HttpBindings }>().route('/slack', slack.routes));
    slack.attach(server.server, '/slack');
    try {
      const client = new WebClient(APP_TOKEN, { slackApiUrl: `${server.url}/slack/api/` });
      const { url } = await client.apps.connections.open({});
      assert.ok(url?.startsWith(`ws://127.0.0.1:${server.port}/slack/link/`), String(url));
      const socket = new WebSocket(String(url));
      const [hello] = await once(socket, 'message');
      assert.match(String(hello), /"hello"/);
      const typed = slack.people.command('U0ALMA', CHANNEL, '/desk', '');
      const [frame] = await once(socket, 'message');
      const { envelope_id: id, payload } = Command.parse(JSON.parse(String(frame)));
      socket.send(JSON.stringify({ envelope_id: id, payload: { text: 'hello' } }));
      assert.deepEqual(await typed, { ok: true, message: 'hello' });
      const answer = await fetch(payload.response_url, { method: 'POST', body: '{"text":"later"}' });
      assert.equal(await answer.text(), 'ok');
      assert.deepEqual(
        slack.people.messages(CHANNEL).map((message) => message.text),
        ['hello', 'later'],
      );
    } finally {
      slack.stop();
      clock.stop();
      await server.close();
    }
  });
});

describe('the sandbox itself', () => {
  let open: OpenSlack;
  beforeEach(async () => {
    open = await openSlack();
  });
  afterEach(() => open.close());

  it('comes back from a snapshot as it was, through JSON', async () => {
    const { people } = open.slack;
    const root = people.post('U0ALMA', CHANNEL, 'root');
    await open.client.chat.postMessage({
      channel: CHANNEL,
      thread_ts: root,
      text: 'IT-1',
      metadata: { event_type: 'deskbridge', event_payload: { marker: 'dsk-1' } },
    });
    await open.client.conversations.join({ channel: 'C0GENERAL' });
    const home = { type: 'home' as const, blocks: [] };
    await open.client.views.publish({ user_id: 'U0ALMA', view: home });
    const saved = JSON.stringify(open.slack.snapshot());

    const other = await openSlack();
    try {
      other.slack.restore(JSON.parse(saved));
      assert.deepEqual(other.slack.people.messages(CHANNEL), people.messages(CHANNEL));
      assert.deepEqual(other.slack.people.channels(), people.channels());
      assert.partialDeepStrictEqual(other.slack.people.openHome('U0ALMA'), home);
      const thread = await other.client.conversations.replies({ channel: CHANNEL, ts: root });
      assert.equal(thread.messages?.length, 2);
      const last = people.messages(CHANNEL).at(-1)?.ts ?? '';
      assert.ok(other.slack.people.post('U0ALMA', CHANNEL, 'after') > last);
      assert.throws(() => other.slack.restore({ v: 2 }));
    } finally {
      await other.close();
    }
  });

  it('tells listeners of every visible change until they leave', () => {
    let changes = 0;
    const leave = open.slack.onChange(() => {
      changes += 1;
    });
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'one');
    open.slack.people.edit('U0ALMA', CHANNEL, ts, 'two');
    open.slack.people.remove('U0ALMA', CHANNEL, ts);
    assert.equal(changes, 3);
    leave();
    open.slack.people.post('U0ALMA', CHANNEL, 'three');
    assert.equal(changes, 3);
  });

  it('lets people do only what the client would let them do', () => {
    const { people } = open.slack;
    const ts = people.post('U0ALMA', CHANNEL, 'mine');
    assert.throws(() => people.post('U0NOBODY', CHANNEL, 'x'), /no person U0NOBODY/);
    assert.throws(() => people.post('U0BEN', 'D0ALMA', 'x'), /no member of D0ALMA/);
    assert.throws(() => people.post('U0BEN', CHANNEL, '  '), /empty message/);
    assert.throws(() => people.post('U0BEN', CHANNEL, 'x', '1.000001'), /no message 1.000001/);
    assert.throws(() => people.edit('U0BEN', CHANNEL, ts, 'x'), /not written by U0BEN/);
    assert.throws(() => people.remove('U0BEN', CHANNEL, ts), /not written by U0BEN/);
    assert.throws(() => people.close('U0BEN', 'V0NONE'), /no view V0NONE/);
  });

  it('answers a reply to a reply in the thread of its root', () => {
    const { people } = open.slack;
    const root = people.post('U0ALMA', CHANNEL, 'root');
    const reply = people.post('U0BEN', CHANNEL, 'reply', root);
    people.post('U0ALMA', CHANNEL, 'again', reply);
    assert.deepEqual(
      people.messages(CHANNEL).map((message) => message.threadTs),
      [null, root, root],
    );
  });

  it('gives blocks and elements the ids that the app left out', async () => {
    await open.client.chat.postMessage({
      channel: CHANNEL,
      text: 'card',
      blocks: [
        { type: 'divider' },
        { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Go' } }] },
      ],
    });
    const { blocks } = open.slack.people.messages(CHANNEL)[0] ?? {};
    assert.match(JSON.stringify(blocks), /"block_id":"\w+".*"action_id":"\w+"/);
    const refused = await refusal(
      open.client.chat.postMessage({
        channel: CHANNEL,
        text: 'x',
        blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      }),
    );
    assert.equal(refused.error, 'invalid_blocks');
    assert.match(refused.messages[0] ?? '', /json-pointer:\/blocks\/0\/text\/text/);
  });
});
