import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slackManifest } from '../../../src/slack/manifest.ts';
import { openSlack, recordingApp, refusal } from './open-slack.ts';

const CHANNEL = 'C0HELPIT';
const GENERAL = 'C0GENERAL';
const URL_OF = 'https://desk.example/browse/IT-1';
const CARD = [{ type: 'section', text: { type: 'mrkdwn', text: 'IT-1' } }];
const manifest = slackManifest({
  ...{ name: 'Deskbridge', command: '/desk', publicUrl: 'https://bridge.example' },
  features: new Set(['requests', 'links']),
  linkDomains: ['desk.example'],
});

test('a link to one of its domains is told wherever it is posted, and shows a card without a change of words', async (t) => {
  const app = await recordingApp();
  t.after(() => app.close());
  const open = await openSlack({ eventsUrl: app.url, manifest });
  t.after(() => open.close());
  const { people } = open.slack;
  const ts = people.post('U0ALMA', GENERAL, `see ${URL_OF} and https://other.example/x`);
  await open.slack.settled();
  const told = app.received.filter(({ json }) => json?.event?.type === 'link_shared');
  assert.equal(told.length, 1);
  assert.partialDeepStrictEqual(told[0]?.json?.event, {
    ...{ channel: GENERAL, message_ts: ts, user: 'U0ALMA', is_bot_user_member: false },
    links: [{ domain: 'desk.example', url: URL_OF }],
  });
  await open.client.chat.unfurl({ channel: GENERAL, ts, unfurls: { [URL_OF]: { blocks: CARD } } });
  const message = people.messages(GENERAL).find((one) => one.ts === ts);
  assert.equal(message?.edited, false);
  assert.deepEqual(
    message?.unfurled.map(({ url }) => url),
    [URL_OF],
  );
  const strange = open.client.chat.unfurl({
    channel: GENERAL,
    ts,
    unfurls: { 'https://x.test/': { blocks: CARD } },
  });
  assert.equal((await refusal(strange)).error, 'cannot_unfurl_url');
  people.post('U0ALMA', CHANNEL, 'no link at all');
  await open.slack.settled();
  assert.equal(app.received.filter(({ json }) => json?.event?.type === 'link_shared').length, 1);
});
