import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LogLevel, type WebAPICallResult, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { APP_TOKEN, BOT_TOKEN, type OpenSlack, openSlack, refusal } from './open-slack.ts';

const CHANNEL = 'C0HELPIT';
const BOT = 'U0DESKBRIDGE';

const Answer = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

describe('the Web API', () => {
  let open: OpenSlack;
  beforeEach(async () => {
    open = await openSlack({
      channels: [
        { id: CHANNEL, name: 'help-it' },
        { id: 'C0GENERAL', name: 'general', botIsMember: false },
        { id: 'C0SECRET', name: 'secret', isPrivate: true, botIsMember: false },
        { id: 'C0OLD', name: 'old', isArchived: true },
      ],
    });
  });
  afterEach(() => open.close());

  const texts = (answer: WebAPICallResult) =>
    z
      .object({ messages: z.array(z.object({ text: z.string() })) })
      .parse(answer)
      .messages.map((m) => m.text);
  const stored = () => open.slack.people.messages(CHANNEL).map((message) => message.text);

  async function raw(path: string, init: RequestInit): Promise<z.output<typeof Answer>> {
    const response = await fetch(`${open.apiUrl}${path}`, { method: 'POST', ...init });
    assert.equal(response.status, 200);
    return Answer.parse(await response.json());
  }

  it('answers auth.test with the scopes in the headers', async () => {
    const answer = await open.client.auth.test();
    assert.partialDeepStrictEqual(answer, { user_id: BOT, bot_id: 'B0SANDBOX', team_id: 'T0SANDBOX' });
    assert.ok(answer.response_metadata?.scopes?.includes('chat:write'));
  });

  it('takes forms and JSON, the token in the header or the body', async () => {
    const json = await raw('chat.postMessage', {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BOT_TOKEN}` },
      body: JSON.stringify({ channel: CHANNEL, text: 'as JSON' }),
    });
    assert.equal(json.ok, true);
    const form = await raw('chat.postMessage', {
      body: new URLSearchParams({ token: BOT_TOKEN, channel: CHANNEL, text: 'as a form' }),
    });
    assert.equal(form.ok, true);
    assert.deepEqual(stored(), ['as JSON', 'as a form']);
    assert.ok(!JSON.stringify(open.slack.calls()).includes(BOT_TOKEN), 'a token was kept with the calls');
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${BOT_TOKEN}` };
    assert.equal((await raw('chat.postMessage', { headers, body: '{' })).error, 'invalid_json');
    assert.equal((await raw('chat.shout', { headers, body: '{}' })).error, 'unknown_method');
  });

  it('refuses missing, wrong, misplaced and revoked tokens and missing scopes', async () => {
    assert.equal((await raw('auth.test', {})).error, 'not_authed');
    assert.equal(
      (await raw('auth.test', { headers: { authorization: 'Bearer xoxb-other' } })).error,
      'invalid_auth',
    );
    const app = { authorization: `Bearer ${APP_TOKEN}` };
    assert.equal((await raw('auth.test', { headers: app })).error, 'not_allowed_token_type');
    const inBody = new URLSearchParams({ token: APP_TOKEN });
    assert.equal((await raw('apps.connections.open', { body: inBody })).error, 'not_authed');
    open.slack.setRevoked(true);
    assert.equal((await refusal(open.client.auth.test())).error, 'token_revoked');

    const narrow = await openSlack({ scopes: ['users:read'] });
    try {
      const headers = { authorization: `Bearer ${BOT_TOKEN}` };
      const response = await fetch(`${narrow.apiUrl}chat.postMessage`, { method: 'POST', headers });
      const answer = Answer.parse(await response.json());
      assert.deepEqual(answer, {
        ok: false,
        error: 'missing_scope',
        needed: 'chat:write',
        provided: 'users:read',
      });
    } finally {
      await narrow.close();
    }
  });

  it('refuses tokens that do not say they are for a sandbox', async () => {
    await assert.rejects(openSlack({ botToken: 'xoxb-123-456-abc' }), /bot token .*xoxb-sandbox-/s);
    await assert.rejects(openSlack({ appToken: 'xapp-1-A1-2-3' }), /app token .*xapp-sandbox-/s);
    await assert.rejects(openSlack({ botToken: 'xoxb-123-456-abc' }), (error: Error) => {
      return !error.message.includes('xoxb-123');
    });
  });

  it('refuses posts where the bot is no member, cannot see, or nobody can post', async () => {
    const post = (channel: string) => refusal(open.client.chat.postMessage({ channel, text: 'hello' }));
    assert.equal((await post('C0GENERAL')).error, 'not_in_channel');
    assert.equal((await post('C0SECRET')).error, 'channel_not_found');
    assert.equal((await post('C0NOWHERE')).error, 'channel_not_found');
    assert.equal((await post('C0OLD')).error, 'is_archived');
    await open.client.conversations.join({ channel: 'C0GENERAL' });
    const posted = await open.client.chat.postMessage({ channel: 'C0GENERAL', text: 'hello' });
    assert.equal(posted.ok, true);
    const direct = await open.client.chat.postMessage({ channel: 'U0ALMA', text: 'hello' });
    assert.equal(direct.channel, 'D0ALMA');
  });

  it('checks text, threads and metadata', async () => {
    const { chat } = open.client;
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'root');
    const reply = open.slack.people.post('U0ALMA', CHANNEL, 'reply', root);
    const post = (args: object) => refusal(chat.postMessage({ channel: CHANNEL, text: 'x', ...args }));
    assert.equal((await post({ text: '' })).error, 'no_text');
    assert.equal((await post({ thread_ts: '1.000001' })).error, 'thread_not_found');
    assert.equal((await post({ thread_ts: reply })).error, 'cannot_reply_to_message');
    assert.equal((await post({ markdown_text: '*x*' })).error, 'markdown_text_conflict');
    assert.equal(
      (await post({ attachments: Array.from({ length: 101 }, () => ({})) })).error,
      'too_many_attachments',
    );
    assert.equal((await post({ metadata: { event_type: 'x' } })).error, 'invalid_metadata_format');
    const deep = { event_type: 'x', event_payload: { a: { b: { c: 1 } } } };
    assert.equal((await post({ metadata: deep })).error, 'invalid_metadata_schema');
    const large = { event_type: 'x', event_payload: { a: 'y'.repeat(5_000) } };
    assert.equal((await post({ metadata: large })).error, 'metadata_too_large');
    const body = new URLSearchParams({ token: BOT_TOKEN, channel: CHANNEL, blocks: '{"not": "a list"}' });
    assert.equal((await raw('chat.postMessage', { body })).error, 'invalid_blocks_format');
    assert.deepEqual((await refusal(open.client.apiCall('conversations.info'))).messages, [
      '[ERROR] missing required field: channel [json-pointer:/channel]',
    ]);
    const long = await chat.postMessage({ channel: CHANNEL, text: 'y'.repeat(40_001) });
    assert.equal(long.message?.text?.length, 40_000);
    assert.equal(
      (await refusal(chat.update({ channel: CHANNEL, ts: String(long.ts), text: 'y'.repeat(4_001) }))).error,
      'msg_too_long',
    );
  });

  it('shows all metadata only when asked, and keeps, clears or replaces it on update', async () => {
    const metadata = { event_type: 'deskbridge', event_payload: { marker: 'dsk-1', n: 1 } };
    const { ts = '' } = await open.client.chat.postMessage({ channel: CHANNEL, text: 'card', metadata });
    const read = async (all: boolean) => {
      const answer = await open.client.conversations.history({ channel: CHANNEL, include_all_metadata: all });
      return answer.messages?.[0]?.metadata;
    };
    assert.deepEqual(await read(false), { event_type: 'deskbridge' });
    assert.deepEqual(await read(true), metadata);
    await open.client.chat.update({ channel: CHANNEL, ts, text: 'kept' });
    assert.deepEqual(await read(true), metadata);
    await open.client.apiCall('chat.update', { channel: CHANNEL, ts, text: 'cleared', metadata: {} });
    assert.equal(await read(true), undefined);
  });

  it('lets the bot change and delete only what it posted', async () => {
    const theirs = open.slack.people.post('U0ALMA', CHANNEL, 'mine');
    const { chat } = open.client;
    const at = { channel: CHANNEL, ts: theirs };
    assert.equal((await refusal(chat.update({ ...at, text: 'x' }))).error, 'cant_update_message');
    assert.equal((await refusal(chat.delete(at))).error, 'cant_delete_message');
    assert.equal(
      (await refusal(chat.delete({ channel: CHANNEL, ts: '1.000001' }))).error,
      'message_not_found',
    );
    const own = await chat.postMessage({ channel: CHANNEL, text: 'ours' });
    await chat.delete({ channel: CHANNEL, ts: String(own.ts) });
    assert.deepEqual(stored(), ['mine']);
  });

  it('numbers messages strictly upwards, also within a millisecond', () => {
    const given = Array.from({ length: 200 }, (_, i) => open.slack.people.post('U0ALMA', CHANNEL, `m${i}`));
    assert.deepEqual(given, [...new Set(given)].sort());
    assert.ok(given.every((ts) => /^\d{10}\.\d{6}$/.test(ts)));
  });

  it('pages through a thread, the parent first, and through history, newest first', async () => {
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'root');
    const replies = Array.from({ length: 5 }, (_, i) =>
      open.slack.people.post('U0BEN', CHANNEL, `r${i}`, root),
    );
    open.slack.people.post('U0ALMA', CHANNEL, 'other');
    const seen: string[] = [];
    for await (const page of open.client.paginate('conversations.replies', {
      channel: CHANNEL,
      ts: root,
      limit: 2,
    })) {
      seen.push(...texts(page));
    }
    assert.deepEqual(seen, ['root', 'r0', 'r1', 'r2', 'r3', 'r4']);
    const named = await open.client.conversations.replies({ channel: CHANNEL, ts: String(replies[2]) });
    assert.equal(named.messages?.length, 6);
    assert.partialDeepStrictEqual(named.messages?.[0], {
      reply_count: 5,
      latest_reply: replies[4],
      reply_users: ['U0BEN'],
    });
    const since = await open.client.conversations.replies({
      channel: CHANNEL,
      ts: root,
      oldest: String(replies[3]),
    });
    assert.deepEqual(texts(since), ['root', 'r4']);
    const inclusive = { channel: CHANNEL, ts: root, oldest: String(replies[3]), inclusive: true };
    assert.deepEqual(texts(await open.client.conversations.replies(inclusive)), ['root', 'r3', 'r4']);
    assert.deepEqual(texts(await open.client.conversations.history({ channel: CHANNEL })), ['other', 'root']);
    assert.equal(
      (await refusal(open.client.conversations.replies({ channel: CHANNEL, ts: '1.000001' }))).error,
      'thread_not_found',
    );
    assert.equal(
      (await refusal(open.client.conversations.history({ channel: CHANNEL, cursor: 'x' }))).error,
      'invalid_cursor',
    );
    assert.equal(
      (await refusal(open.client.conversations.history({ channel: 'C0GENERAL' }))).error,
      'not_in_channel',
    );
  });

  it('keeps ephemeral messages out of history and shows a broadcast reply in both places', async () => {
    const { chat, conversations } = open.client;
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'root');
    await chat.postEphemeral({ channel: CHANNEL, user: 'U0ALMA', text: 'only you' });
    await chat.postMessage({ channel: CHANNEL, thread_ts: root, reply_broadcast: true, text: 'solved' });
    assert.deepEqual(texts(await conversations.history({ channel: CHANNEL })), ['solved', 'root']);
    assert.deepEqual(texts(await conversations.replies({ channel: CHANNEL, ts: root })), ['root', 'solved']);
    const secret = open.slack.people.messages(CHANNEL).find((message) => message.ephemeralFor === 'U0ALMA');
    assert.equal(secret?.text, 'only you');
    const stranger = chat.postEphemeral({ channel: CHANNEL, user: 'U0NOBODY', text: 'x' });
    assert.equal((await refusal(stranger)).error, 'user_not_in_channel');
  });

  it('posts under another name as bot_message without a user', async () => {
    const posted = await open.client.chat.postMessage({
      channel: CHANNEL,
      text: 'hi',
      username: 'Alma (Jira)',
    });
    assert.partialDeepStrictEqual(posted.message, { subtype: 'bot_message', username: 'Alma (Jira)' });
    assert.equal(posted.message?.user, undefined);
  });

  it('knows people, channels, members, links and reactions', async () => {
    const { client } = open;
    const found = await client.users.lookupByEmail({ email: 'Alma.Reyes@northwind.example' });
    assert.equal(found.user?.id, 'U0ALMA');
    assert.equal((await client.users.info({ user: BOT })).user?.is_bot, true);
    assert.equal(
      (await refusal(client.users.lookupByEmail({ email: 'no@one.example' }))).error,
      'users_not_found',
    );
    assert.equal((await client.conversations.info({ channel: 'D0ALMA' })).channel?.is_im, true);
    assert.equal((await client.conversations.open({ users: 'U0BEN' })).channel?.id, 'D0BEN');
    const members: unknown[] = [];
    for await (const page of client.paginate('conversations.members', { channel: CHANNEL, limit: 2 })) {
      members.push(...z.object({ members: z.array(z.string()) }).parse(page).members);
    }
    assert.equal(members.length, 5);
    const list = await client.conversations.list({
      exclude_archived: true,
      types: 'public_channel,private_channel',
    });
    assert.deepEqual(
      list.channels?.map((channel) => [channel.id, channel.is_member]),
      [
        [CHANNEL, true],
        ['C0GENERAL', false],
      ],
    );
    assert.equal((await client.team.info()).team?.id, 'T0SANDBOX');
    assert.equal((await client.bots.info({ bot: 'B0SANDBOX' })).bot?.app_id, 'A0SANDBOX');
    const root = open.slack.people.post('U0ALMA', CHANNEL, 'root');
    const reply = open.slack.people.post('U0ALMA', CHANNEL, 'reply', root);
    const link = await client.chat.getPermalink({ channel: CHANNEL, message_ts: reply });
    assert.equal(
      link.permalink,
      `https://northwind-sandbox.slack.com/archives/${CHANNEL}/p${reply.replace('.', '')}?thread_ts=${root}&cid=${CHANNEL}`,
    );
    const eyes = { channel: CHANNEL, timestamp: root, name: 'eyes' };
    await client.reactions.add(eyes);
    assert.equal((await refusal(client.reactions.add(eyes))).error, 'already_reacted');
    const { messages } = await client.conversations.replies({ channel: CHANNEL, ts: root });
    assert.partialDeepStrictEqual(messages?.[0]?.reactions, [{ name: 'eyes', count: 1, users: [BOT] }]);
    await client.reactions.remove(eyes);
    assert.equal((await refusal(client.reactions.remove(eyes))).error, 'no_reaction');
  });

  it('meets planned faults: before the effect, after it, and instead of it', async () => {
    const post = (text: string) => open.client.chat.postMessage({ channel: CHANNEL, text });
    const { faults } = open.slack;
    faults.add('chat.postMessage', { kind: 'fail-before', status: 503 });
    await assert.rejects(post('a'), { statusCode: 503 });
    faults.add('chat.postMessage', { kind: 'fail-after', status: 500 });
    await assert.rejects(post('b'), { statusCode: 500 });
    faults.add('chat.postMessage', { kind: 'reset-before' });
    await assert.rejects(post('c'), /fetch failed|request error/i);
    faults.add('chat.postMessage', { kind: 'reset-after' });
    await assert.rejects(post('d'), /fetch failed|request error/i);
    faults.add('chat.postMessage', { kind: 'limit', retryAfterS: 7 });
    await assert.rejects(post('e'), { retryAfter: 7 });
    faults.add('chat.postMessage', { kind: 'html' });
    await assert.rejects(post('f'), /html/i);
    assert.deepEqual(stored(), ['b', 'd']);
    assert.equal(faults.pending(), 0);
    assert.equal(open.slack.calls().filter((call) => call.method === 'chat.postMessage').length, 6);
  });

  it('hangs without an answer, with or without the effect', async () => {
    const impatient = new WebClient(BOT_TOKEN, {
      slackApiUrl: open.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 100,
      logLevel: LogLevel.ERROR,
    });
    open.slack.faults.add('*', { kind: 'hang' });
    await assert.rejects(impatient.chat.postMessage({ channel: CHANNEL, text: 'not stored' }));
    open.slack.faults.add('*', { kind: 'hang-after' });
    await assert.rejects(impatient.chat.postMessage({ channel: CHANNEL, text: 'stored' }));
    assert.deepEqual(stored(), ['stored']);
  });

  it('reads as it was before when told to be stale', async () => {
    const ts = open.slack.people.post('U0ALMA', CHANNEL, 'first');
    open.clock.advance(60_000);
    open.slack.people.edit('U0ALMA', CHANNEL, ts, 'second');
    open.slack.people.post('U0BEN', CHANNEL, 'reply', ts);
    open.slack.faults.add('conversations.replies', { kind: 'stale', staleMs: 30_000 });
    const read = async () => texts(await open.client.conversations.replies({ channel: CHANNEL, ts }));
    assert.deepEqual(await read(), ['first']);
    assert.deepEqual(await read(), ['second', 'reply']);
  });
});

describe('rate limits', () => {
  it('answers 429 with Retry-After per method and minute, and lets other methods through', async () => {
    const open = await openSlack({ limits: true });
    try {
      const { client, clock } = open;
      for (let i = 0; i < 20; i += 1) await client.conversations.list();
      await assert.rejects(client.conversations.list(), { retryAfter: 3 });
      await client.auth.test();
      clock.advance(3_000);
      await client.conversations.list();
    } finally {
      await open.close();
    }
  });

  it('takes three posts at once and then one a second, per channel', async () => {
    const open = await openSlack({ limits: true });
    try {
      const post = (channel: string) => open.client.chat.postMessage({ channel, text: 'x' });
      for (let i = 0; i < 3; i += 1) await post(CHANNEL);
      await assert.rejects(post(CHANNEL), { retryAfter: 1 });
      await post('C0SECURITY');
      open.clock.advance(1_000);
      await post(CHANNEL);
      assert.equal(open.slack.people.messages(CHANNEL).length, 4);
    } finally {
      await open.close();
    }
  });
});
