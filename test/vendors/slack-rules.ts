import assert from 'node:assert/strict';
import { BOT_TOKEN, type OpenSlack, openSlack, refusal } from '../sandbox/slack/open-slack.ts';
import { provenIn, type RuleBook, type VendorRule } from './rule-book.ts';
import { slackDeliveryRules } from './slack-delivery-rules.ts';

type Rule = VendorRule<OpenSlack>;

const DOCS = 'https://docs.slack.dev';
const LIMITS = `${DOCS}/apis/web-api/rate-limits`;
const WEB_API = `${DOCS}/apis/web-api/`;
const MODALS = `${DOCS}/surfaces/modals`;
const INTERACTION = `${DOCS}/interactivity/handling-user-interaction`;
const BLOCKS = `${DOCS}/reference/block-kit/blocks`;
const method = (name: string) => `${DOCS}/reference/methods/${name}`;
const event = (name: string) => `${DOCS}/reference/events/${name}`;

const http = provenIn('test/sandbox/slack/events-http.test.ts');
const api = provenIn('test/sandbox/slack/web-api.test.ts');
const interactivity = provenIn('test/sandbox/slack/interactivity.test.ts');
const files = provenIn('test/sandbox/slack/files.test.ts');
const links = provenIn('test/sandbox/slack/links.test.ts');
const oddities = provenIn('test/sandbox/slack/oddities.test.ts');

const CHANNEL = 'C0HELPIT';
const PERSON = 'U0ALMA';

const webApi: readonly Rule[] = [
  {
    id: 'slack.api.form-and-json',
    sentence: 'Methods take forms and JSON, and the token in the header or in the body.',
    source: WEB_API,
    prove: api('takes forms and JSON, the token in the header or the body'),
  },
  {
    id: 'slack.api.error-in-200',
    sentence: 'A refusal is HTTP 200 with ok false and an error code.',
    source: WEB_API,
    async prove({ apiUrl }) {
      for (const [name, token, error] of [
        ['auth.test', '', 'not_authed'],
        ['chat.postMessage', BOT_TOKEN, 'channel_not_found'],
        ['no.such.method', BOT_TOKEN, 'unknown_method'],
      ]) {
        const answer = await fetch(`${apiUrl}${name}`, {
          method: 'POST',
          headers: token === '' ? {} : { authorization: `Bearer ${token}` },
          body: new URLSearchParams({ channel: 'C0NOWHERE', text: 'x' }),
        });
        const { ok, error: told } = JSON.parse(await answer.text());
        assert.deepEqual([answer.status, ok, told], [200, false, error]);
      }
    },
  },
  {
    id: 'slack.api.tokens',
    sentence:
      'Missing, wrong and revoked tokens and missing scopes are refused, with needed and provided scopes.',
    source: WEB_API,
    prove: api('refuses missing, wrong, misplaced and revoked tokens and missing scopes'),
  },
  {
    id: 'slack.api.scope-headers',
    sentence: 'Answers name the scopes of the token in x-oauth-scopes.',
    source: WEB_API,
    prove: api('answers auth.test with the scopes in the headers'),
  },
  {
    id: 'slack.api.messages',
    sentence: 'invalid_arguments says in response_metadata.messages what is wrong with which field.',
    source: `${DOCS}/tools/node-slack-sdk/web-api`,
    async prove({ client }) {
      const { error, messages } = await refusal(client.apiCall('views.publish', { user_id: PERSON }));
      assert.equal(error, 'invalid_arguments');
      assert.match(messages.join(), /^\[ERROR\] .*view/);
    },
  },
  {
    id: 'slack.api.429',
    sentence: 'Too many calls of one method are HTTP 429 with Retry-After, and other methods still answer.',
    source: LIMITS,
    prove: api('answers 429 with Retry-After per method and minute, and lets other methods through'),
  },
  {
    id: 'slack.api.post-rate',
    sentence: 'A channel takes one message a second, after a short burst.',
    source: LIMITS,
    prove: api('takes three posts at once and then one a second, per channel'),
  },
  {
    id: 'slack.api.cursors',
    sentence: 'Lists go on behind a cursor until next_cursor is empty.',
    source: `${DOCS}/apis/web-api/pagination`,
    prove: api('pages through a thread, the parent first, and through history, newest first'),
  },
  {
    id: 'slack.api.membership',
    sentence: 'A bot posts only where it is a member and where anybody can post.',
    source: method('chat.postMessage'),
    prove: api('refuses posts where the bot is no member, cannot see, or nobody can post'),
  },
  {
    id: 'slack.api.metadata',
    sentence: 'Metadata is shown whole only when asked for, and an update keeps, clears or replaces it.',
    source: `${DOCS}/messaging/message-metadata/`,
    prove: api('shows all metadata only when asked, and keeps, clears or replaces it on update'),
  },
  {
    id: 'slack.api.own-only',
    sentence: 'A bot changes and deletes only what it posted.',
    source: method('chat.update'),
    prove: api('lets the bot change and delete only what it posted'),
  },
];

const messages: readonly Rule[] = [
  {
    id: 'slack.messages.ts',
    sentence: 'The ts of messages grows strictly within a channel.',
    source: event('message'),
    prove: api('numbers messages strictly upwards, also within a millisecond'),
  },
  {
    id: 'slack.messages.changed',
    sentence: 'Edits are message_changed, also those that the bot makes of its own messages.',
    source: event('message/message_changed'),
    prove: http('sends message_changed for edits, by people and by the bot itself'),
  },
  {
    id: 'slack.messages.deleted',
    sentence:
      'A deletion is message_deleted; of a root with replies a tombstone stays, and its thread lives on.',
    source: event('message/message_deleted'),
    prove: http(
      'sends message_deleted for a message, and a tombstone for one with replies, whose thread lives on',
    ),
  },
  {
    id: 'slack.messages.unfurl',
    sentence: 'An unfurl is message_changed without a change of words.',
    source: event('message/message_changed'),
    prove: http('sends message_changed without a change of text for an unfurl'),
  },
  {
    id: 'slack.messages.links',
    sentence:
      'An app hears of links to its own domains wherever they are posted, and puts cards only below links of that message.',
    source: `${DOCS}/messaging/unfurling-links-in-messages`,
    prove: links(
      'a link to one of its domains is told wherever it is posted, and shows a card without a change of words',
    ),
  },
  {
    id: 'slack.messages.language',
    sentence: 'So is the detection of a language.',
    source: event('message/message_changed'),
    prove: oddities('unfurls and languages change a message without a change of its words'),
  },
  {
    id: 'slack.messages.thread-counts',
    sentence: 'The root of a thread counts its replies, names the latest and who replied.',
    source: method('conversations.replies'),
    async prove({ slack, client }) {
      const { people } = slack;
      const ts = people.post(PERSON, CHANNEL, 'root');
      people.post('U0BEN', CHANNEL, 'first', { threadTs: ts });
      const latest = people.post(PERSON, CHANNEL, 'second', { threadTs: ts });
      const { messages: found = [] } = await client.conversations.replies({ channel: CHANNEL, ts });
      const { reply_count, latest_reply, reply_users, thread_ts } = found[0] ?? {};
      assert.deepEqual([reply_count, latest_reply, thread_ts], [2, latest, ts]);
      assert.deepEqual(reply_users?.toSorted(), [PERSON, 'U0BEN'].toSorted());
    },
  },
  {
    id: 'slack.messages.ephemeral',
    sentence: 'Ephemeral messages are in no history, and nobody is told of them.',
    source: method('chat.postEphemeral'),
    prove: api('keeps ephemeral messages out of history and shows a broadcast reply in both places'),
  },
  {
    id: 'slack.messages.mention',
    sentence: 'A mention is an app_mention and a message, with one ts and two event ids.',
    source: event('app_mention'),
    prove: http('sends an app_mention beside the message, with the same ts and another event_id'),
  },
  {
    id: 'slack.messages.replied',
    sentence: 'message_replied arrives without its subtype.',
    source: event('message/message_replied'),
    prove: http('can send message_replied, which carries no subtype'),
  },
  {
    id: 'slack.messages.broadcast',
    sentence: 'A reply that also goes to the channel is one message with its root beside it.',
    source: event('message/thread_broadcast'),
    prove: oddities('a reply can also be sent to the channel: one message, with its root beside it'),
  },
  {
    id: 'slack.messages.other-name',
    sentence: 'Posted under another name a message is a bot_message without a user.',
    source: event('message/bot_message'),
    prove: api('posts under another name as bot_message without a user'),
  },
  {
    id: 'slack.messages.own-events',
    sentence: 'What the bot posts comes to the bot as an event, too.',
    source: 'measured with @slack/bolt 5.1.0: ignoreSelf exists because of it',
    prove: http('shows what the bot posts as an event, too, with its metadata'),
  },
];

/** A view of `blocks` sections, each as long as a section may be. */
const wideView = (blocks: number) => ({
  type: 'home' as const,
  blocks: Array.from({ length: blocks }, () => ({
    type: 'section' as const,
    text: { type: 'plain_text' as const, text: 'x'.repeat(3000) },
  })),
});

const interaction: readonly Rule[] = [
  {
    id: 'slack.interaction.response-url',
    sentence: 'A response_url works five times within thirty minutes.',
    source: INTERACTION,
    prove: interactivity('takes a response_url five times within 30 minutes'),
  },
  {
    id: 'slack.interaction.trigger',
    sentence: 'A trigger_id opens one view, within three seconds.',
    source: method('views.open'),
    prove: interactivity('opens a modal for a trigger, once, within 3 s'),
  },
  {
    id: 'slack.interaction.stack',
    sentence: 'At most three views lie on one another.',
    source: MODALS,
    prove: interactivity('updates, pushes up to three views and clears them all'),
  },
  {
    id: 'slack.interaction.hash',
    sentence: 'views.update with an old hash is a hash_conflict.',
    source: method('views.update'),
    prove: interactivity('guards views.update by hash and external_id, and checks what a view may hold'),
  },
  {
    id: 'slack.interaction.view-size',
    sentence: 'A view above 250 KB is view_too_large.',
    source: method('views.publish'),
    async prove({ client }) {
      await client.views.publish({ user_id: PERSON, view: wideView(80) });
      const { error } = await refusal(client.views.publish({ user_id: PERSON, view: wideView(90) }));
      assert.equal(error, 'view_too_large');
    },
  },
  {
    id: 'slack.interaction.closed',
    sentence: 'view_closed is sent only where notify_on_close asks for it.',
    source: MODALS,
    prove: interactivity('tells the app of a closed view only when it asked'),
  },
  {
    id: 'slack.interaction.timeout',
    sentence: 'Whoever waits for an app longer than three seconds is told that it failed.',
    source: `${DOCS}/interactivity/implementing-slash-commands`,
    prove: interactivity('tells the person when the app fails or takes longer than 3 s'),
  },
  {
    id: 'slack.blocks.count',
    sentence: 'A message has at most 50 blocks, a section at most 3,000 characters, a header 150.',
    source: BLOCKS,
    async prove({ client }) {
      const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text } });
      const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } });
      const post = (blocks: readonly object[]) =>
        client.apiCall('chat.postMessage', { channel: CHANNEL, text: 'x', blocks });
      const fits = [section('x'.repeat(3000)), header('x'.repeat(150))];
      await post([...fits, ...Array.from({ length: 48 }, () => section('x'))]);
      const tooMany = Array.from({ length: 51 }, () => section('x'));
      for (const blocks of [tooMany, [section('x'.repeat(3001))], [header('x'.repeat(151))]])
        assert.equal((await refusal(post(blocks))).error, 'invalid_blocks');
    },
  },
  {
    id: 'slack.blocks.views',
    sentence: 'A modal or Home has at most 100 blocks, and markdown stands in messages only.',
    source: BLOCKS,
    prove: provenIn('test/sandbox/slack/blocks.test.ts')(
      'allows 100 blocks in a modal or Home, and markdown in messages only',
    ),
  },
];

const content: readonly Rule[] = [
  {
    id: 'slack.files.upload',
    sentence: 'A file goes up in two steps and shows later as a file_share message.',
    source: `${DOCS}/messaging/working-with-files`,
    prove: files('go up in two steps, raw or as a form, and show some time after the answer'),
  },
  {
    id: 'slack.files.login-page',
    sentence: 'Whoever may not read a file gets a web page with status 200.',
    source: 'seen in bridges of others; Slack documents only that the token is needed',
    prove: files('answer a web page with status 200 to whoever may not read them'),
  },
  {
    id: 'slack.files.shared-channel',
    sentence: 'In a channel shared with another workspace a file tells its id alone.',
    source: `${DOCS}/apis/slack-connect/`,
    prove: files('tell their id alone where a channel is shared with another workspace'),
  },
  {
    id: 'slack.entry-points',
    sentence: 'The API, sockets, response_urls and upload addresses lie where the simulator is mounted.',
    source: `${DOCS}/tools/node-slack-sdk/web-api`,
    prove: provenIn('test/sandbox/slack/slack-sandbox.test.ts')(
      'serves the API, response_urls and sockets where it was mounted',
    ),
  },
];

/** Slack's rules; one workspace without rate limits is shared by the proofs. */
export const slackRules: RuleBook<OpenSlack> = {
  vendor: 'slack',
  rules: [...slackDeliveryRules, ...webApi, ...messages, ...interaction, ...content],
  open: () => openSlack(),
  close: (world) => world.close(),
};
